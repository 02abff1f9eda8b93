"""Names and their values under each other, for people: aligned and wrapped by rich."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.drawing import console_of, text_of, width_of

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
    """One name and its value, which begins behind the `widest` name and is wrapped under itself.

    Where there is too little room for that it begins on a line of its own. Words stay whole.
    """
    from rich.text import Text

    words = value if not isinstance(value, str) else Text(value)
    room = look.width - indent - max(widest, width_of(name)) - GAP
    longest = max(map(width_of, words.plain.split()), default=0)
    if words.cell_len > room and (longest > room or room < NARROWEST):
        return [*_drawn(Text(name, theme.DIM), look, indent), *_drawn(words, look, indent + GAP)]
    return _beside(Text(name), words, widest, look, indent)


def wrapped(value: str, look: theme.Look, indent: int) -> list[str]:
    """A safe text as lines of at most the terminal's width, indented; words stay whole."""
    from rich.text import Text

    return _drawn(Text(value), look, indent)


def _beside(name: Text, value: Text, widest: int, look: theme.Look, indent: int) -> list[str]:
    from rich.padding import Padding
    from rich.table import Table

    grid = Table.grid(padding=(0, GAP, 0, 0))
    grid.add_column(style=theme.DIM, min_width=widest, no_wrap=True)
    grid.add_column()
    grid.add_row(name, value)
    return text_of(Padding(grid, (0, 0, 0, indent)), width=look.width, color=look.color).split("\n")[:-1]


def _drawn(text: Text, look: theme.Look, indent: int) -> list[str]:
    """A text wrapped at its blanks; a word that is too long for a line is left to the terminal, to be copied whole."""
    import re

    console, room = console_of(look.width, color=look.color), max(look.width - indent, 1)
    long = [found.span() for found in re.finditer(r"\S+", text.plain) if width_of(found.group()) > room]
    lines: list[Text] = []
    for part in text.divide([edge for span in long for edge in span]):
        # what stands around a long word leaves it a line of its own
        part = part[len(part.plain) - len(part.plain.lstrip(" ")) :] if long else part
        whole = " " not in part.plain.strip(" ") and part.cell_len > room
        lines += [part] if whole else part.wrap(console, room) if part.plain or not long else []
    return [
        " " * indent + text_of(line, width=max(line.cell_len, 1), color=look.color)[:-1] for line in lines
    ]
