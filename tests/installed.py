"""`eclips` in a process of its own, with a fresh home, against a sandbox over real TCP."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import forking, hints, secrets

PROGRAM = str(Path(sys.executable).with_name("eclips"))
SPEED = 40.0
"""how much faster than real time the test server's runs live"""


@dataclass(frozen=True)
class Result:
    """What a finished command line left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error object that `-o json` puts on stderr (its last line)."""
        return json.loads(self.err.strip().splitlines()[-1])["error"]

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Result]


def fresh_environment(home: Path) -> dict[str, str]:
    """An environment with nothing of this machine in it but where programs are."""
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    return {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
        "TMPDIR": str(home / "tmp"),
        "COLUMNS": "100",
    }


@pytest.fixture
def clean_env(tmp_path: Path) -> Iterator[dict[str, str]]:
    yield fresh_environment(tmp_path / "home")
    secrets.check_home(tmp_path / "home")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A sandbox at SPEED, served over loopback for the whole session."""
    from eclips_cli import sandbox

    with sandbox.start(tmp_path_factory.mktemp("sandbox") / "sandbox.db", speed=SPEED) as running:
        yield running


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Start sandboxes of one's own: `faulty("status:code=502")`, `faulty(speed=10)`."""
    from eclips_cli import sandbox

    started: list[Any] = []

    def start(*faults: str, speed: float = SPEED) -> Any:
        state = tmp_path / f"faulty-{len(started)}" / "sandbox.db"
        state.parent.mkdir()
        started.append(sandbox.start(state, speed=speed, faults=list(faults)))
        return started[-1]

    yield start
    for running in started:
        running.close()


@pytest.fixture
def api_env(clean_env: dict[str, str], server: Any) -> dict[str, str]:
    """The environment of somebody with a full key for the test server."""
    return {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": server.keys.full}


@pytest.fixture
def eclips(api_env: dict[str, str]) -> Run:
    """Run the installed program: `eclips("runs", "list", "-o", "json")`."""

    def run(
        *argv: str, stdin: str | bytes = b"", env: dict[str, str] | None = None, **more: str | None
    ) -> Result:
        return run_installed(argv, {**api_env, **(env or {})} | {k: v for k, v in more.items() if v}, stdin)

    return run


def run_installed(
    argv: tuple[str, ...], env: dict[str, str], stdin: str | bytes = b"", *, start_new_session: bool = False
) -> Result:
    """One run of the program, all its streams captured; in a new session it has no terminal at all.

    A process of its own in any case; it is forked where a start would show nothing else (see `tests/forking.py`).
    """
    given = stdin.encode() if isinstance(stdin, str) else stdin
    if forking.can_fork(env):
        done = forking.run([PROGRAM, *argv], env, given, new_session=start_new_session)
    else:
        done = subprocess.run(
            [PROGRAM, *argv], env=env, input=given, capture_output=True, timeout=60,
            start_new_session=start_new_session,
        )  # fmt: skip
    secrets.check_output(env, done.stdout, done.stderr)
    hints.check(done.stderr.decode())
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def wait_until(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Wait for something another process does; the first true value of `condition`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")
