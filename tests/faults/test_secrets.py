"""The key stays where it belongs: not in the process list, not in tracebacks, not in what is left behind.

Every run of the program in the whole suite is swept as well: see tests/secrets.py.
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import secrets
from tests.faults.running import run
from tests.installed import PROGRAM, Run
from tests.servers.raw import RawServer, json_reply, reply

CANARY = "eck_live_canary_0123456789abcdef"


def test_the_sweep_finds_what_it_looks_for(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "default.key").write_text(CANARY)
    (tmp_path / "log").write_text(f"GET with {CANARY}")
    (tmp_path / "masked").write_text("eck_live_…cdef")
    assert secrets.leaks(tmp_path) == [tmp_path / "log"]
    with pytest.raises(AssertionError):
        secrets.check_output({"ECLIPS_API_KEY": CANARY}, b"", CANARY.encode())


def test_the_process_list(api_env: dict[str, str], faulty: Callable[..., Any], tmp_path: Path) -> None:
    """While a command runs, no process of this machine has the key among its words."""
    server = faulty(speed=0.2)
    env = {**api_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": server.keys.full}
    with subprocess.Popen(
        [PROGRAM, "run", "[slow] x"], env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as going:
        assert going.stderr is not None
        assert going.stderr.readline().startswith(b"run ")
        lines = [_words(pid) for pid in Path("/proc").iterdir() if pid.name.isdigit()]
        going.send_signal(signal.SIGTERM)
        rest = going.stderr.read()
    assert any(b"[slow] x" in line for line in lines)
    assert not any(server.keys.full.encode() in line for line in lines)
    secrets.check_output(env, rest)


def _words(pid: Path) -> bytes:
    try:
        return (pid / "cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 429, 500])
def test_a_server_that_says_the_key_back(status: int, tmp_path: Path) -> None:
    body = {"error": f"the key {CANARY} is wrong", "field": CANARY, "required": CANARY, "provided": [CANARY]}
    with RawServer(json_reply(body, status, [("location", f"http://x/?key={CANARY}")])) as server:
        env = {"HOME": str(tmp_path), "ECLIPS_API_KEY": CANARY, "ECLIPS_BASE_URL": server.url}
        for argv in (
            ["runs", "list"],
            ["run", "x"],
            ["webhooks", "delete", "w1", "--yes"],
            ["auth", "status"],
        ):
            for form in ("json", "tsv"):
                run([*argv, "-o", form, "-v", "--max-retries", "1"], env)


@pytest.mark.parametrize(
    "key",
    [
        CANARY + "\x00x",
        CANARY + " x",
        CANARY + "é",
        CANARY + "\nx",
        f"Bearer {CANARY}",
        CANARY * 40,
        "x" + CANARY,
    ],
)
def test_a_key_that_is_none_is_refused_without_showing_it(key: str, tmp_path: Path) -> None:
    with RawServer(json_reply({})) as server:
        env = {"HOME": str(tmp_path), "ECLIPS_API_KEY": key, "ECLIPS_BASE_URL": server.url}
        ran = run(["runs", "list", "-v"], env)
        assert server.requests == []
    assert ran.code == 2
    assert b"canary" not in ran.out + ran.err


def test_a_fault_of_the_program_shows_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with --verbose, whose traceback could quote a value."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("eclips_cli.api.http.exchange.Exchange.head", broken)
    with RawServer(json_reply({})) as server:
        env = {"HOME": str(tmp_path), "ECLIPS_API_KEY": CANARY, "ECLIPS_BASE_URL": server.url}
        ran = run(["runs", "list", "-v"], env)
    assert ran.code == 1
    assert b"RuntimeError" in ran.err


def test_what_a_login_leaves_behind(eclips: Run, server: Any, tmp_path: Path) -> None:
    """The key is in the key file alone, which is 0600 in a directory that is 0700."""
    done = eclips(
        "auth", "login", "--with-key", "--store", "file", stdin=server.keys.full + "\n", ECLIPS_API_KEY=" "
    )
    assert done.code == 0, done.err
    home = tmp_path / "home"
    holders = [path for path in home.rglob("*") if path.is_file() and server.keys.full in path.read_text()]
    assert [path.name for path in holders] == ["default.key"]
    assert holders[0].stat().st_mode & 0o777 == 0o600
    assert holders[0].parent.stat().st_mode & 0o077 == 0


def test_the_key_goes_to_the_api_and_nowhere_else(tmp_path: Path) -> None:
    """A webhook's receiver, a redirect's target and a plain http host never see it."""
    with RawServer(reply(200, b"ok")) as other, RawServer(reply(307, b"", [("location", other.url)])) as api:
        env = {"HOME": str(tmp_path), "ECLIPS_API_KEY": CANARY, "ECLIPS_BASE_URL": api.url}
        assert run(["runs", "list"], env).code == 12
        assert run(["webhooks", "trigger", "run.completed", "--to", other.url], env).code == 0
        assert run(["runs", "list", "--base-url", "http://api.example.com"], env).code == 2
    assert len(other.requests) == 1
    assert CANARY not in str(other.requests)
