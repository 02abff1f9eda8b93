"""A table on the terminal that is drawn again in place; its last state stays in the scrollback."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import TextIO

from eclips_cli.json_values import JsonObject
from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.columns import View
from eclips_cli.output.drawing import width_of
from eclips_cli.output.job_control import JobControl, descriptor
from eclips_cli.output.live import HIDE, SHOW

_COLORS = re.compile("\x1b\\[[0-9;]*m")


def visible_width(line: str) -> int:
    """Cells that a line takes on a terminal, colours of ours not counted."""
    return width_of(_COLORS.sub("", line))


def _rows_of(width: int, columns: int) -> int:
    """Lines of a terminal that `width` cells take."""
    return max(-(-width // columns), 1)


class Screen:
    """Draws over what it drew before. A context manager; the cursor comes back however it is left.

    From the background nothing is drawn; what was to be seen is when somebody brings it to the front.
    """

    def __init__(
        self, stream: TextIO, table: Callable[[list[JsonObject], View], str], look: Callable[[], theme.Look]
    ) -> None:
        self._stream, self._table, self._look = stream, table, look
        self._drawn: list[int] = []
        """how wide each line is that was drawn last, in cells"""
        self._lines: Callable[[int, int], list[str]] | None = None
        """what is to be seen, in so many columns and lines"""
        self._jobs = JobControl(descriptor(stream), self._take, self._give_back)

    def __enter__(self) -> Screen:
        self._jobs.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """The cursor is back; once more it does nothing."""
        self._jobs.__exit__(None, None, None)

    def _take(self) -> None:
        self._drawn = []
        self._stream.write(HIDE)
        self._draw()

    def _give_back(self) -> None:
        self._stream.write(SHOW)
        self._stream.flush()

    def show(
        self,
        rows: Sequence[JsonObject],
        view: View,
        *,
        empty: str,
        last: Sequence[JsonObject] = (),
        trouble: str = "",
        title: Callable[[theme.Look], list[str]] = lambda _look: [],
        above: Callable[[theme.Look], list[str]] = lambda _look: [],
    ) -> None:
        """Draw `rows`, and at their end `last`, which has a third of the room; `trouble` stands below.

        `empty` stands in place of nothing, `title` over them, and under it what `above` gives where the terminal is
        high enough for both.
        """

        def lines(columns: int, height: int) -> list[str]:
            look = self._look()
            head = title(look)
            chart = above(look)
            if len(head) + len(chart) <= height // 2:
                head = head + chart
            room = max(height - sum(_rows_of(visible_width(line), columns) for line in head) - 4, 1)
            table = self._fitting(rows, last, view, room, columns)
            text = "".join(table) or (empty and f"{empty}\n")
            if trouble:
                text += theme.painted(safe_text(trouble), theme.WARNING, on=look.color) + "\n"
            return head + text.split("\n")[:-1]

        self._lines = lines
        with self._jobs.drawing() as held:
            if held:
                self._draw()

    def _fitting(
        self, rows: Sequence[JsonObject], last: Sequence[JsonObject], view: View, room: int, columns: int
    ) -> Iterator[str]:
        """The table, as much of it as `room` lines hold, and how much more there is."""
        if not rows and not last:
            return
        count = room
        while True:
            kept = min(len(last), max(count // 3, count - len(rows)))
            shown = [*rows[: count - kept], *last[:kept]]
            text = self._table(shown, view)
            # beside the head; ids are never cut: on a narrow terminal a row may take two lines
            taken = sum(_rows_of(visible_width(line), columns) for line in text.split("\n")[:-1]) - 1
            if taken <= room or count == 1:
                break
            count = max(min(count - 1, room * len(shown) // taken), 1)
        yield text
        hidden = len(rows) - min(len(rows), count - kept)
        if hidden:
            yield f"… and {hidden:,} more\n"

    def _draw(self) -> None:
        if self._lines is None:
            return
        columns, height = shutil.get_terminal_size((80, 24))
        lines = self._lines(columns or 80, height)
        # a terminal that became narrower has wrapped what was drawn
        drawn = sum(_rows_of(width, columns or 80) for width in self._drawn)
        back = f"\x1b[{min(drawn, height - 1)}F" if drawn else ""
        # each line is cleared behind its text, so that nothing flickers
        self._stream.write(back + "".join(f"{line}\x1b[K\n" for line in lines) + "\x1b[J")
        self._stream.flush()
        self._drawn = [visible_width(line) for line in lines]
