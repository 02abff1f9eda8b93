"""A table that is drawn again in place: it goes back as many lines as the terminal shows of it."""

import io
import os

import pytest

from eclips_cli.commands.runs._view import RUNS
from eclips_cli.output import screen
from eclips_cli.output.output import Output

ROW = {"id": "a9796f3d-cef5-497e-9863-03754428e1cb", "status": "running", "created_at": None}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch):
    """A screen of a size that a test sets, and what was written to it."""
    stream, size = io.StringIO(), [100, 24]
    monkeypatch.setattr(screen.shutil, "get_terminal_size", lambda *_: os.terminal_size(size))
    output = Output(environ={}, stdin=io.StringIO(), stdout=stream, stderr=io.StringIO(), format="table")
    with screen.Screen(stream, output.table, lambda: output.look) as shown:
        yield shown, stream, size


def test_it_is_drawn_over_itself(drawn) -> None:
    shown, stream, _ = drawn
    shown.show([ROW], RUNS, empty="none")
    shown.show([], RUNS, empty="none")
    assert "\x1b[2Fnone\x1b[K\n\x1b[J" in stream.getvalue()


def test_a_terminal_that_became_narrower_has_wrapped_it(drawn) -> None:
    shown, stream, size = drawn
    shown.show([ROW], RUNS, empty="none")
    size[0] = 30
    shown.show([], RUNS, empty="none")
    assert "\x1b[4Fnone" in stream.getvalue()


def test_more_rows_than_fit_are_counted(drawn) -> None:
    shown, stream, size = drawn
    size[1] = 8
    shown.show([{**ROW, "id": str(n)} for n in range(50)], RUNS, empty="none")
    assert "… and 46 more" in stream.getvalue()


def test_what_stands_above_gives_way_on_a_low_terminal(drawn) -> None:
    shown, stream, size = drawn
    size[1] = 8
    shown.show([ROW], RUNS, empty="none", above=lambda _look: ["chart"] * 6)
    assert "chart" not in stream.getvalue()
