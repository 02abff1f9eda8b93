"""A signal at each single instruction of what changes in place: it ends, its thread too, and the cursor is back."""

import contextlib
import io
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import eclips_cli
from eclips_cli.errors import Terminated
from eclips_cli.output import live
from eclips_cli.output.columns import View
from eclips_cli.output.screen import Screen
from eclips_cli.output.stderr import Stderr
from eclips_cli.output.theme import Look
from eclips_cli.system.signals import RaisedSignals, undivided

WATCHED = (str(Path(eclips_cli.__file__).parent), contextlib.__file__, threading.__file__)
BEFORE_IT_HANGS = 10.0
"""seconds"""


class Terminal(io.StringIO):
    """Keeps what was written to a terminal."""

    def isatty(self) -> bool:
        return True


def signalled(at: int, act: Callable[[], None]) -> bool:
    """SIGTERM at the instruction of that number, ours or the threading library's; whether there was one of it."""
    passed = 0

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal passed
        if not frame.f_code.co_filename.startswith(WATCHED):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            passed += 1
            if passed > at:
                sys.settrace(None)
                signal.raise_signal(signal.SIGTERM)
        return trace

    with contextlib.suppress(Terminated), RaisedSignals():
        sys.settrace(trace)
        try:
            act()
        finally:
            sys.settrace(None)
    return passed > at


@pytest.fixture
def watchdog() -> Iterator[Callable[[], None]]:
    """Has to be called now and then, else the test ends: a thread that waits for a lock does so for ever."""

    def ring(*_: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, ring)
    yield lambda: signal.setitimer(signal.ITIMER_REAL, BEFORE_IT_HANGS) and None
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def line(terminal: Terminal) -> None:
    stderr = Stderr(terminal, terminal, {"TERM": "xterm"}, color=None, quiet=False, json_errors=False)
    try:
        with stderr.live() as shown:
            shown.status("running", "x")
            with shown.aside():
                terminal.write("row\n")
            stderr.note("note")
    finally:
        stderr.close()


def pause(terminal: Terminal) -> None:
    stderr = Stderr(terminal, terminal, {"TERM": "xterm"}, color=None, quiet=False, json_errors=False)
    try:
        stderr.countdown.begins(2.0, "rate limited")
        stderr.countdown.ends()
    finally:
        stderr.close()


def screen(terminal: Terminal) -> None:
    shown = Screen(terminal, lambda rows, _view: f"{rows}\n", lambda: Look(False, 0.0, 80))
    try:
        with shown:
            shown.show([{"id": "a"}], View(()), empty="nothing")
    finally:
        shown.close()


@pytest.mark.parametrize("show", [line, pause, screen])
def test_it_ends(show: Callable[[Terminal], None], watchdog: Callable[[], None]) -> None:
    at, reached = 0, True
    while reached:
        watchdog()
        terminal = Terminal()
        reached = signalled(at, partial(show, terminal))
        text = terminal.getvalue()
        assert text.rfind(live.HIDE) <= text.rfind(live.SHOW), at
        assert "eclips-live" not in [thread.name for thread in threading.enumerate()], at
        at += 1
    assert at > 500


def test_the_second_signal_waits_for_nothing() -> None:
    done: list[str] = []
    with pytest.raises(Terminated), RaisedSignals(), undivided:
        signal.raise_signal(signal.SIGINT)
        done.append("after the first")
        signal.raise_signal(signal.SIGTERM)
        done.append("after the second")
    assert done == ["after the first"]


def test_what_was_put_off_is_done_when_all_of_it_is_left() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt), RaisedSignals(), undivided:
        with undivided:
            signal.raise_signal(signal.SIGINT)
        done.append("inner")
    assert done == ["inner"]


def test_each_first_signal_is_put_off_also_after_another_was_raised() -> None:
    done: list[str] = []
    with RaisedSignals():
        for _ in range(2):
            with pytest.raises(Terminated), undivided:
                signal.raise_signal(signal.SIGTERM)
                done.append("whole")
    assert done == ["whole", "whole"]
