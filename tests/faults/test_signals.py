"""SIGINT and SIGTERM at any moment in whatever follows: the terminal is as it was, the code says why it ended."""

from __future__ import annotations

import os
import pty
import random
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.installed import PROGRAM

SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143}
CSV = "task\n[slow] one\n[slow] two\n"

FOLLOWING: dict[str, tuple[str, ...]] = {
    "run": ("run", "[slow] x"),
    "runs tail": ("runs", "tail", "{run}"),
    "runs wait": ("runs", "wait", "{run}"),
    "runs tail several": ("runs", "tail", "{run}", "{other}"),
    "runs watch": ("runs", "watch"),
    "health": ("health", "--watch"),
    "triage watch": ("triage", "watch"),
    "batches submit": ("batches", "submit", "{csv}", "--yes"),
}


@dataclass
class Ended:
    code: int
    shown: str
    before: list[Any]
    after: list[Any]


def interrupted(argv: list[str], env: dict[str, str], number: int, seconds: float) -> Ended:
    """Run on a terminal, send the signal some time after the first sign of life, and wait for the end."""
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    process = subprocess.Popen(
        [PROGRAM, *argv], env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    shown = b""
    deadline = time.monotonic() + 30
    fire_at: float | None = None
    while time.monotonic() < deadline:
        ended = process.poll() is not None  # asked before its last words are looked for
        ready, _, _ = select.select([master], [], [], 0.05)
        if ready:
            shown += os.read(master, 65536)
            fire_at = fire_at or time.monotonic() + seconds
        if fire_at is not None and time.monotonic() >= fire_at:
            process.send_signal(number)
            fire_at = float("inf")
        if ended and not ready:
            break
    else:
        process.kill()
    after = termios.tcgetattr(slave)
    os.close(master)
    os.close(slave)
    return Ended(process.wait(), shown.decode("utf-8", "replace"), before, after)


@pytest.fixture(scope="module")
def slow_server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A sandbox whose runs last for minutes."""
    from eclips_cli import sandbox

    with sandbox.start(tmp_path_factory.mktemp("slow") / "sandbox.db", speed=0.2) as running:
        yield running


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("name", FOLLOWING)
def test_a_signal(
    name: str, number: signal.Signals, clean_env: dict[str, str], slow_server: Any, tmp_path: Path
) -> None:
    from eclips_cli.api import EclipsClient

    (tmp_path / "rows.csv").write_text(CSV)
    with EclipsClient(slow_server.keys.full, base_url=slow_server.url) as client:
        words = {
            "run": client.runs.start("[slow] a").json["run_id"],
            "other": client.runs.start("[slow] b").json["run_id"],
            "csv": str(tmp_path / "rows.csv"),
        }
    env = {**clean_env, "ECLIPS_BASE_URL": slow_server.url, "ECLIPS_API_KEY": slow_server.keys.full}
    moment = random.Random(f"{name} {number}").uniform(0, 0.4)
    ended = interrupted([word.format(**words) for word in FOLLOWING[name]], env, number, moment)
    assert ended.code == SIGNALS[number], ended.shown
    assert ended.after == ended.before
    assert "Traceback" not in ended.shown
    hidden, back = ended.shown.rfind("\x1b[?25l"), ended.shown.rfind("\x1b[?25h")
    assert back >= hidden, "the cursor is still hidden"
    if name == "run":
        run_id = re.search(r"run ([0-9a-f-]{36})", ended.shown)
        assert run_id is not None and f"eclips runs tail {run_id[1]}" in ended.shown


def test_the_journal_goes_on_after_an_interrupt(
    clean_env: dict[str, str], faulty: Callable[..., Any], tmp_path: Path
) -> None:
    """Each row is at the server once, however often the command was interrupted and run again."""
    from tests.installed import run_installed

    server = faulty(speed=200)
    rows = tmp_path / "rows.csv"
    rows.write_text("task\n" + "".join(f"[instant] row {number}\n" for number in range(1200)))
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": server.keys.full}
    argv = ["batches", "submit", str(rows), "--yes"]
    moments = random.Random(7)
    for number in SIGNALS:
        ended = interrupted(argv, env, number, moments.uniform(0, 0.3))
        assert ended.code in (0, SIGNALS[number]), ended.shown
    done = run_installed((*argv, "-o", "json"), env)
    assert done.code == 0, done.err
    listed = run_installed(("batches", "list", "--all", "-o", "json"), env).json
    assert sum(job["total_rows"] for job in listed) == 1200


def test_an_interrupt_between_start_and_following_tells_how_to_pick_it_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eclips_cli.commands.runs._following import Following
    from tests.faults.healthy import RUN, Healthy
    from tests.faults.running import run
    from tests.servers.raw import RawServer

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Following, "to_result", interrupt)
    with RawServer(answer=Healthy()) as server:
        env = {"HOME": str(tmp_path), "ECLIPS_API_KEY": "eck_live_0123456789", "ECLIPS_BASE_URL": server.url}
        ran = run(["run", "Count"], env)
    assert ran.code == 130
    assert ran.err.decode().splitlines() == [f"run {RUN}", f"hint: eclips runs tail {RUN}"]


@pytest.mark.parametrize(("number", "code"), SIGNALS.items())
def test_a_signal_that_comes_while_an_extension_is_loaded_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    """`import ssl` at that moment: "ImportError: PyCapsule_Import could not import module _socket"."""
    from eclips_cli.commands.runs._following import Following
    from tests.faults.healthy import Healthy
    from tests.faults.running import run
    from tests.servers.raw import RawServer

    def load(*_: object) -> None:
        try:
            os.kill(os.getpid(), number)
            time.sleep(5)
        except BaseException:
            raise ImportError("could not import module _socket") from None

    monkeypatch.setattr(Following, "to_result", load)
    with RawServer(answer=Healthy()) as server:
        env = {"HOME": str(tmp_path), "ECLIPS_API_KEY": "eck_live_0123456789", "ECLIPS_BASE_URL": server.url}
        ran = run(["run", "Count"], env)
        assert (ran.code, ran.errors) == (code, [])
        monkeypatch.setattr(Following, "to_result", lambda *_: int("x"))
        assert run(["run", "Count"], env).code == 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("moment", ["start", "join"])
def test_ctrl_c_while_a_view_begins_or_ends_gives_the_cursor_back(
    moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import threading

    from eclips_cli.output.live import HIDE, SHOW, Live

    stream = io.StringIO()
    live = Live(stream, terminal=True, color=False, quiet=False, width=lambda: 80)
    done = getattr(threading.Thread, moment)

    def interrupted(thread: threading.Thread) -> None:
        done(thread)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, moment, interrupted)
    with pytest.raises(KeyboardInterrupt), live:
        pass
    shown = stream.getvalue()
    assert shown.rfind(SHOW) > shown.rfind(HIDE) >= 0
