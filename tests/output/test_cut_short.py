"""A signal at each single instruction of what changes in place: it ends, its thread too, and the cursor is back."""

import io
import signal
import threading
from collections.abc import Callable

import pytest

from eclips_cli.errors import Terminated
from eclips_cli.output import live
from eclips_cli.output.columns import View
from eclips_cli.output.screen import Screen
from eclips_cli.output.stderr import Stderr
from eclips_cli.output.theme import Look
from eclips_cli.system.signals import RaisedSignals, undivided
from tests.signalled import at_each_instruction


class Terminal(io.StringIO):
    """Keeps what was written to a terminal."""

    def isatty(self) -> bool:
        return True


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
def test_it_ends(show: Callable[[Terminal], None]) -> None:
    at, terminal = 0, Terminal()

    def act() -> None:
        nonlocal terminal
        terminal = Terminal()
        show(terminal)

    for at in at_each_instruction(act):
        text = terminal.getvalue()
        assert text.rfind(live.HIDE) <= text.rfind(live.SHOW), at
        assert "eclips-live" not in [thread.name for thread in threading.enumerate()], at
    assert at > 100


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
