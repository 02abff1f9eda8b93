"""The line that says what goes on fits its terminal, whatever it says and in whatever script."""

import io
import re
from collections.abc import Callable

import pytest
from rich.cells import cell_len

from eclips_cli.output.live import Live
from tests.installed import wait_until

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def drawn(width: int, say: Callable[[Live], None]) -> list[str]:
    """Each drawing of the line once it says that, as the terminal shows it."""
    stream = io.StringIO()
    with Live(stream, terminal=True, color=True, quiet=False, width=lambda: width) as live:
        say(live)
        before = len(stream.getvalue())
        wait_until(lambda: stream.getvalue()[before:].count("\r") > 2)
    # the first drawing may have begun before, and the last ones end the view
    return [CONTROL.sub("", line) for line in stream.getvalue()[before:].split("\r")[1:-1]]


@pytest.mark.parametrize("width", [3, 12, 40, 80])
@pytest.mark.parametrize(
    "say",
    [
        lambda live: live.status("running", "東京の在庫を数える " * 9),
        lambda live: live.status("reviewing_by_a_new_service_of_somebody", "x"),
        lambda live: live.status("rows", lambda room: "🧾" * room),
        lambda live: live.interject(lambda: "限度 " * 30),
        lambda live: live.status("listening", "nothing came yet · up for"),
    ],
)
def test_it_never_wraps(say: Callable[[Live], None], width: int) -> None:
    lines = drawn(width, say)
    assert lines and max(map(cell_len, lines)) < width, lines


def test_what_is_cut_says_so_and_the_time_stays() -> None:
    lines = drawn(40, lambda live: live.status("listening", "nothing came yet · up for"))
    assert lines[0][1:] == " listening nothing came yet · up f… 0s"
