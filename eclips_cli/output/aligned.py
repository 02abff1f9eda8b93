"""Names and their values under each other, for people: aligned and wrapped by rich."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.drawing import text_of, width_of

if TYPE_CHECKING:
    from rich.text import Text

GAP = 2
NARROWEST = 24
"""cells below which a value is not squeezed any further"""


def aligned(rows: Iterable[tuple[str, str | Text]], look: theme.Look, *, indent: int = 2) -> str:
    """Names and their values under each other, long values wrapped; a name without a value is left out.

    Values are safe already.
    """
    present = [(safe_text(name), value) for name, value in rows if value]
    widest = max((width_of(name) for name, _ in present), default=0)
    return "".join(
        f"{text}\n" for name, value in present for text in member_lines(name, value, widest, look, indent)
    )


def member_lines(name: str, value: str | Text, widest: int, look: theme.Look, indent: int) -> list[str]:
    """One name and its value, which begins behind the `widest` name and is wrapped under itself; words stay whole."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    words = value if not isinstance(value, str) else Text(value)
    taken = indent + max(widest, width_of(name)) + GAP
    room = max(look.width - taken, NARROWEST, *map(width_of, words.plain.split()), 1)
    grid = Table.grid(padding=(0, GAP, 0, 0))
    grid.add_column(style=theme.DIM, min_width=widest, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(name), words)
    drawn = text_of(Padding(grid, (0, 0, 0, indent)), width=taken + room, color=look.color)
    return drawn.split("\n")[:-1]


def wrapped(value: str, look: theme.Look, indent: int) -> list[str]:
    """A safe text as lines of at most the terminal's width, indented; words stay whole."""
    from rich.padding import Padding
    from rich.text import Text

    room = max(look.width - indent, NARROWEST, *map(width_of, value.split()), 1)
    drawn = text_of(Padding(Text(value), (0, 0, 0, indent)), width=indent + room, color=look.color)
    return drawn.split("\n")[:-1]
