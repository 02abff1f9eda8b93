"""Tables for people: no boxes, ids never cut, the least important columns dropped before anything is cut."""

from __future__ import annotations

from typing import Any

from eclips_cli.json_values import JsonObject
from eclips_cli.output import cells, theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.columns import Column, View, member
from eclips_cli.output.spans import Line, clipped, fitting, line_width, painted, width_of

NARROWEST = 14
"""cells that a text column keeps before another column is dropped for it"""
WIDEST = 60
GAP = 2
TAIL = 18
"""cells at the end of a name that are kept when it is cut: a batch's place and marker stand there"""


def render(items: list[JsonObject], view: View, *, width: int, color: bool, now: float) -> str:
    """`items` as a table of at most `width` cells a line (ids alone may make it wider)."""
    found = {
        column: [cell(member(item, column.path), column, now) for item in items] for column in view.columns
    }
    natural = {
        column: min(max([width_of(column.header), *map(line_width, lines)]), _widest(column))
        for column, lines in found.items()
        if any(map(line_width, lines)) or column.priority <= 2
    }
    shown = _fitting(natural, width)
    widths = _widths(natural, shown, width)
    rows = [[[(column.header, theme.DIM)] for column in shown]]
    rows += [list(row) for row in zip(*(found[column] for column in shown), strict=True)]
    return "".join(_row(row, widths, color) for row in rows)


def _row(row: list[Line], widths: dict[Column, int], color: bool) -> str:
    """Cells under their headers, with nothing after the last one."""
    parts = []
    for found, (column, width) in zip(row, widths.items(), strict=True):
        shown = clipped(_tail_kept(found, width) if column.kind == "name" else found, width)
        gap = " " * (width - line_width(shown))
        text = painted(shown, color=color)
        parts.append(gap + text if column.kind in ("number", "duration") else text + gap)
    return (" " * GAP).join(parts).rstrip(" ") + "\n"


def line(item: JsonObject, view: View, look: theme.Look) -> str:
    """One thing as a line of its cells, for what is printed as it happens.

    The least important cells are dropped, as long as there are some, where the line would be wrapped.
    """
    words = [(column, *_word(member(item, column.path), column, look)) for column in view.columns]
    while sum(width + GAP for _, width, _ in words) - GAP > look.width:
        droppable = [word for word in words if word[0].priority > 2 and word[1]]
        if not droppable:
            break
        words.remove(max(droppable, key=lambda word: word[0].priority))
    return (" " * GAP).join(text for _, _, text in words).rstrip() + "\n"


def cell(value: Any, column: Column, now: float) -> Line:
    """One cell, safe and styled by its column's kind."""
    if column.kind == "status" and isinstance(value, str):
        mark = theme.mark(value)
        return [(f"{mark.symbol} {safe_text(value)}", mark.color)]
    if column.kind == "confidence":
        return _score(value)
    if column.kind == "ago":
        return [(safe_text(cells.ago(value, now)), "")]
    if column.kind == "number":
        return [(safe_text(cells.number(value)), "")]
    return [(safe_text(cells.plain(value)), "")]


def _score(value: Any) -> Line:
    """A confidence score with its bar, in the colour of its band."""
    found = cells.score(value)
    if found is None:
        return [(safe_text(cells.plain(value)), "")]
    filled, track = theme.bar(found, cells.CONFIDENCE_BAR)
    return [(filled, theme.band(found)[1]), (track, theme.DIM), (f" {found:.2f}", "")]


STATUS_WIDTH = 16
"""cells of a status in a line, so that what follows is aligned"""


def _word(value: Any, column: Column, look: theme.Look) -> tuple[int, str]:
    """A cell of a line: how wide it is, and its text, safe and painted."""
    if column.kind == "status" and isinstance(value, str):
        mark = theme.mark(value)
        text = f"{mark.symbol} {safe_text(value)}".ljust(STATUS_WIDTH)
        return len(text), theme.painted(text, mark.color, on=look.color)
    if column.kind == "confidence" and cells.score(value) is not None:
        return cells.CONFIDENCE_BAR + 5, cells.confidence(value, color=look.color)
    if column.kind == "time":
        clock = cells.clock_time(value)
        return len(clock), theme.painted(clock, theme.DIM, on=look.color)
    text = safe_text(cells.plain(value))
    return len(text), text


def _tail_kept(name: Line, width: int) -> Line:
    """A name in at most `width` cells: cut in its middle, so that its end stays."""
    if line_width(name) <= width:
        return name
    text = "".join(part for part, _ in name)
    head, tail = text[:-TAIL], text[-TAIL:]
    kept = fitting(head, max(width - width_of(tail) - 1, 0)).rstrip()
    return [(f"{kept}…{tail}", "")]


def _widest(column: Column) -> int:
    return 10_000 if column.kind in ("id", "status") else WIDEST


def _fitting(natural: dict[Column, int], width: int) -> list[Column]:
    shown = list(natural)
    while len(shown) > 1 and _least(natural, shown) > width:
        least_important = max(shown, key=lambda column: column.priority)
        if least_important.priority == 1:
            break
        shown.remove(least_important)
    return shown


def _least(natural: dict[Column, int], shown: list[Column]) -> int:
    return sum(_narrowest(column, natural) for column in shown) + GAP * (len(shown) - 1)


def _narrowest(column: Column, natural: dict[Column, int]) -> int:
    least = {"text": NARROWEST, "json": NARROWEST, "name": TAIL + 6}.get(column.kind, natural[column])
    return min(natural[column], least)


def _widths(natural: dict[Column, int], shown: list[Column], width: int) -> dict[Column, int]:
    """Each column's width: its natural one, less what the widest texts have to give so that a line fits."""
    widths = {column: natural[column] for column in shown}
    excess = sum(widths.values()) + GAP * (len(shown) - 1) - width
    while excess > 0:
        givers = [column for column in shown if widths[column] > _narrowest(column, natural)]
        if not givers:
            break
        widest = max(givers, key=lambda column: widths[column])
        given = min(excess, widths[widest] - _narrowest(widest, natural))
        widths[widest] -= given
        excess -= given
    return widths
