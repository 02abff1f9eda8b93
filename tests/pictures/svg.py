"""A terminal's screen as an SVG: each run of cells with one style is placed where its first cell is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

import pyte

CELL, LINE, PAD, BAR = 8.4, 19.0, 16.0, 30.0
"""a cell's width and height, the margin, and the title bar's height, in pixels"""
PALETTE = {
    "default": "#d8dee9", "black": "#3b4252", "red": "#e0616b", "green": "#8fbf6f", "brown": "#e0b95f",
    "blue": "#7aa2d6", "magenta": "#b48ead", "cyan": "#6fbccc", "white": "#e5e9f0", "brightblack": "#7b859a",
}  # fmt: skip


def svg(screen: pyte.Screen, title: str) -> str:
    """The screen's used lines in a window; no date, no name of a machine, the same for the same screen."""
    used = max((y for y, line in enumerate(screen.display) if line.strip()), default=0) + 1
    width, height = PAD * 2 + CELL * screen.columns, BAR + PAD + LINE * used
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" rx="8" fill="#15181e"/>',
        *(f'<circle cx="{18 + 18 * n}" cy="16" r="5.5" fill="#3b4252"/>' for n in range(3)),
        '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14"'
        ">",
    ]
    for y in range(used):
        out += _line(screen, y)
    return "\n".join([*out, "</g>", "</svg>", ""])


def _line(screen: pyte.Screen, y: int) -> Iterator[str]:
    row = screen.buffer[y]
    for style, group in groupby(range(screen.columns), key=lambda x: _style(row[x])):
        cells = list(group)
        text = "".join(row[x].data for x in cells)
        for words in re.finditer(r"\S+(?: \S+)*", text):
            # each is placed, and its length pinned, so that another font's cells shift nothing
            yield (
                f'<text x="{PAD + CELL * (cells[0] + words.start()):.1f}" y="{BAR + LINE * (y + 0.75):.1f}"'
                f' textLength="{CELL * len(words[0]):.1f}" {style}>{escape(words[0])}</text>'
            )


def _style(cell: Any) -> str:
    color = PALETTE.get(cell.fg) or (f"#{cell.fg}" if len(cell.fg) == 6 else PALETTE["default"])
    return f'fill="{color}"' + (' font-weight="bold"' if cell.bold else "")
