"""Lines of styled text that know their width: wrapped and cut by cells, painted last."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from eclips_cli.output import theme

Span = tuple[str, str]
"""text that is safe to print, and a colour of the theme (empty for none)"""
Line = list[Span]

OURS = frozenset("○●✓✗–↻·━╾─…▏▎▍▌▋▊▉█" + theme.FRAMES)
"""symbols of the theme: each takes one cell, and asking rich for the width of the first one takes a while"""


def width_of(text: str) -> int:
    """Cells that `text` takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_cells, text))


@lru_cache(4096)
def _cells(character: str) -> int:
    if " " <= character < "\x7f" or "\u00ae" <= character < "\u0300" or character in OURS:
        return 1
    from rich.cells import cell_len

    return cell_len(character)


def line_width(line: Line) -> int:
    """Cells that a line takes."""
    return sum(width_of(text) for text, _style in line)


def painted(line: Line, *, color: bool) -> str:
    """A line as text for a terminal."""
    return "".join(theme.painted(text, style, on=color) if style else text for text, style in line)


def clipped(line: Line, width: int) -> Line:
    """A line of at most `width` cells; one that was cut ends in an ellipsis."""
    if line_width(line) <= width:
        return line
    kept, left = [], max(width - 1, 0)
    for text, style in line:
        beginning = fitting(text, left)
        kept.append((beginning, style))
        left -= width_of(beginning)
        if beginning != text:
            break
    return [*kept, ("…" if width > 0 else "", "")]


def fitting(text: str, width: int) -> str:
    """As much of the beginning of `text` as `width` cells hold."""
    if width_of(text) <= width:
        return text
    used = 0
    for position, character in enumerate(text):
        used += _cells(character)
        if used > width:
            return text[:position]
    return text


def hanging(begin: str, indent: int, text: str, width: int, *, least: int) -> list[str]:
    """`text` behind what is drawn already and takes `indent` cells, wrapped under itself in `least` cells or more."""
    lines = wrapped([(text, "")], max(width - indent, least))
    first, *others = (painted(line, color=False) for line in lines)
    return [begin + first, *(" " * indent + other.lstrip(" ") for other in others)]


def both_ends(left: Line, right: Line, width: int) -> Line:
    """`left` and, where there is room for it, `right` at the other end of the line."""
    gap = width - line_width(left) - line_width(right)
    return [*left, (" " * gap, ""), *right] if gap >= 2 and right else clipped(left, width)


def wrapped(line: Line, width: int, indent: str = "") -> list[Line]:
    """A line as several of at most `width` cells, broken at spaces where there are any; the later ones indented."""
    if line_width(line) <= width:
        return [line]
    lines: list[Line] = []
    current, room, begun = Line(), width, False
    for word, style in _words(line):
        while width_of(word) > room:
            if begun and (room <= 0 or width_of(word.lstrip(" ")) <= width - len(indent)):
                word = word.lstrip(" ")
            else:
                beginning = fitting(word, room) or word[:1]
                current.append((beginning, style))
                word = word[len(beginning) :]
            lines.append(current)
            current, room, begun = [(indent, "")] if indent else Line(), width - len(indent), False
        if word:
            current.append((word, style))
            room, begun = room - width_of(word), True
    return [*lines, current] if begun or not lines else lines


def _words(line: Line) -> Iterable[Span]:
    """The words of a line, each with the spaces before it."""
    import re

    for text, style in line:
        for word in re.findall(r" *[^ ]+| +", text):
            yield word, style
