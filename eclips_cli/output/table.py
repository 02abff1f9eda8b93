"""Tables for people: no boxes, ids never cut, the least important columns dropped before anything is cut.

We choose columns and words, rich lays out and draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from eclips_cli.json_values import JsonObject
from eclips_cli.output import cells, theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.columns import Column, View, member
from eclips_cli.output.drawing import confidence, console_of, status, text_of, uncut, width_of

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

NARROWEST = 14
"""cells that a text column keeps before another column is dropped for it"""
WIDEST = 60
IMPORTANT = 3
"""the priority up to which a column that another made room for is missed"""
GAP = 2
TAIL = 18
"""cells at the end of a name that are kept when it is cut: a batch's place and marker stand there"""
STATUS_WIDTH = 16
"""cells of a status in a line, so that what follows is aligned"""
_FLEXIBLE = ("text", "json", "name")
"""kinds of columns that get narrower where there is no room"""
_RIGHT = ("number", "duration")


def render(items: list[JsonObject], view: View, *, width: int, color: bool, now: float) -> str:
    """`items` as a table of at most `width` cells a line (ids alone may make it wider).

    Where an id leaves no room for what must stand beside it, it has a line of its own.
    """
    found = {
        column: [cell(member(item, column.path), column, now) for item in items] for column in view.columns
    }
    natural = {
        column: min(max(len(column.header), *(text.cell_len for text in texts), 1), _widest(column))
        for column, texts in found.items()
        if any(texts) or column.priority <= 2
    }
    shown = _fitting(natural, width)
    least = _least(natural, shown)
    ids = [column for column in shown if column.kind == "id"]
    missed = any(column.priority <= 2 and any(found[column]) for column in natural if column not in shown)
    if len(ids) == 1 and len(natural) > 1 and (least > width or (missed and shown[0] is ids[0])):
        return _below_ids(found, natural, ids[0], width, color=color)
    for column in shown:
        if column.kind == "name":
            room = max(width - least, 0) + _narrowest(column, natural)
            found[column] = [_tail_kept(text, room) for text in found[column]]
    return text_of(_filled(found, shown, natural), width=max(width, least), color=color)


def _below_ids(
    found: dict[Column, list[Text]], natural: dict[Column, int], by: Column, width: int, *, color: bool
) -> str:
    """A table on a narrow terminal: each id on a line, and under it as much of the rest as fits, indented."""
    others = {column: cells for column, cells in natural.items() if column != by}
    table = _filled(found, _fitting(others, width - GAP), natural)
    below = text_of(table, width=max(width - GAP, 1), color=color).splitlines()
    heads = [theme.painted(by.header, theme.DIM, on=color), *(text.plain for text in found[by])]
    return "".join(f"{head}\n{' ' * GAP}{row}\n" for head, row in zip(heads, below, strict=True))


def _filled(found: dict[Column, list[Text]], shown: list[Column], natural: dict[Column, int]) -> Table:
    """The shown columns with their cells: what may get narrower, rich makes so, and the rest is as wide as it is."""
    table = _table([column.header for column in shown], [column.kind in _RIGHT for column in shown])
    for drawn, column in zip(table.columns, shown, strict=True):
        drawn.no_wrap, drawn.max_width = column.kind not in ("text", "json"), _widest(column)
        if column.kind not in _FLEXIBLE:
            drawn.width = natural[column]  # rich would measure each cell once more
    for row in zip(*(found[column] for column in shown), strict=True):
        table.add_row(*row)
    return table


def line(item: JsonObject, view: View, look: theme.Look) -> str:
    """One thing as a line of its cells, for what is printed as it happens.

    The least important cells are dropped, as long as there are some, where the line would be wrapped.
    """
    from rich.text import Text

    words = [(column, _word(member(item, column.path), column, look.now)) for column in view.columns]
    while sum(text.cell_len + GAP for _, text in words) - GAP > look.width:
        droppable = [word for word in words if word[0].priority > 2 and word[1]]
        if not droppable:
            break
        words.remove(max(droppable, key=lambda word: word[0].priority))
    joined = Text(" " * GAP).join(text for _, text in words)
    return text_of(joined, width=max(joined.cell_len, 1), color=look.color)


def cell(value: Any, column: Column, now: float) -> Text:
    """One cell, safe and styled by its column's kind; it stays on its line."""
    from rich.text import Text

    if column.kind == "status" and isinstance(value, str):
        return status(value)
    if column.kind == "confidence" and cells.score(value) is not None:
        return confidence(value)
    if column.kind == "ago":
        text = cells.ago(value, now)
    else:
        text = cells.number(value) if column.kind == "number" else cells.spoken(value)
    return Text(safe_text(text), no_wrap=True, overflow="ellipsis")


def small_table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    right: Sequence[bool],
    look: theme.Look,
    indent: int = 0,
) -> str | None:
    """Safe cells under their heads, indented; None where no line of the terminal holds that without cutting."""
    from rich.measure import Measurement
    from rich.padding import Padding

    table = _table(heads, right)
    for row in rows:
        table.add_row(*(one if not isinstance(one, str) else uncut(one) for one in row))
    console = console_of(10_000, color=look.color)
    if indent + Measurement.get(console, console.options, table).maximum > look.width:
        return None
    return text_of(Padding(table, (0, 0, 0, indent)), width=look.width, color=look.color)


def _table(heads: Sequence[str], right: Sequence[bool]) -> Table:
    from rich.table import Table

    table = Table(
        box=None, padding=(0, GAP, 0, 0), pad_edge=False, show_header=any(heads), header_style=theme.DIM
    )
    for head, to_the_right in zip(heads, right, strict=True):
        table.add_column(
            uncut(head), justify="right" if to_the_right else "left", no_wrap=True, overflow="ellipsis"
        )
    return table


def _word(value: Any, column: Column, now: float) -> Text:
    """A cell of a line of what happens."""
    from rich.text import Text

    if column.kind == "time":
        return Text(cells.clock_time(value), theme.DIM)
    if column.kind == "status" and isinstance(value, str):
        text = status(value)
        text.pad_right(max(STATUS_WIDTH - text.cell_len, 0))
        return text
    if column.kind == "confidence" and cells.score(value) is not None:
        return confidence(value)
    return Text(safe_text(cells.spoken(value)))


def _tail_kept(name: Text, width: int) -> Text:
    """A name in at most `width` cells: cut in its middle, so that its end stays."""
    from rich.cells import set_cell_size

    if name.cell_len <= width:
        return name
    head, tail = name.plain[:-TAIL], name.plain[-TAIL:]
    return uncut(f"{set_cell_size(head, max(width - width_of(tail) - 1, 0)).rstrip()}…{tail}")


def _widest(column: Column) -> int:
    return 10_000 if column.kind in ("id", "status") else WIDEST


def _fitting(natural: dict[Column, int], width: int) -> list[Column]:
    """The columns for a line of this width: the least important go first, of equals the widest.

    An important one that is narrow enough for what is left in the end comes back.
    """
    shown = list(natural)
    while len(shown) > 1 and _least(natural, shown) > width:
        least_important = max(shown, key=lambda column: (column.priority, _narrowest(column, natural)))
        if least_important.priority == 1:
            break
        shown.remove(least_important)
    for column in sorted(natural, key=lambda column: column.priority):
        if (
            column.priority <= IMPORTANT
            and column not in shown
            and _least(natural, [*shown, column]) <= width
        ):
            shown.append(column)
    return [column for column in natural if column in shown]


def _least(natural: dict[Column, int], shown: list[Column]) -> int:
    return sum(_narrowest(column, natural) for column in shown) + GAP * (len(shown) - 1)


def _narrowest(column: Column, natural: dict[Column, int]) -> int:
    least = {"text": NARROWEST, "json": NARROWEST, "name": TAIL + 6}.get(column.kind, natural[column])
    return min(natural[column], least)
