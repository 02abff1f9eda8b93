"""JSON for reading: laid out without brackets (members aligned, like objects as a small table), or as coloured JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from eclips_cli.json_values import json_text
from eclips_cli.output import theme
from eclips_cli.output.aligned import member_lines, wrapped
from eclips_cli.output.cells import number, plain, safe_text, spoken
from eclips_cli.output.drawing import width_of
from eclips_cli.output.spans import Line
from eclips_cli.output.table import small_table

DEEPEST = 6
"""levels that are laid out; what lies deeper is shown as JSON"""
GROUPED = 10_000
"""numbers of this size and more are written with thousands separators"""
NARROW = 24
"""cells of names that values stand behind at most, and of items of a list that is told on one line"""
LONGEST = 256 * 1024
"""characters after which a value is cut, with a word about it: nobody reads more on a screen"""
_TOKEN = re.compile(
    r'(?P<name>"(?:[^"\\]|\\.)*")(?=:)|(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)|(?P<rest>[^\"\d\-tfn]+|.)"
)
_STYLES = {"name": "cyan", "text": "green", "number": "yellow", "word": "magenta", "rest": ""}


def document(value: Any, look: theme.Look, *, indent: int = 2) -> list[str]:
    """Any JSON value as lines of safe text, indented by `indent` cells; long texts are wrapped to the width.

    Nothing is left out: members in their order, null as –, empty lists and objects as such.
    """
    return _Writer(look).lines(value, indent, 0)


class _Writer:
    def __init__(self, look: theme.Look) -> None:
        self._look = look

    def lines(self, value: Any, indent: int, depth: int) -> list[str]:
        if depth < DEEPEST and isinstance(value, dict) and value:
            return self._members(value, indent, depth)
        if depth < DEEPEST and isinstance(value, list) and value and not _inline(value):
            return self._items(value, indent, depth)
        return wrapped(self._scalar(value), self._look, indent)

    def _members(self, value: dict[str, Any], indent: int, depth: int) -> list[str]:
        names = {name: safe_text(name).replace("_", " ") for name in value}
        short = [width_of(names[name]) for name, member in value.items() if _inline(member)]
        widest = min(max(short, default=0), NARROW)
        lines: list[str] = []
        for name, member in value.items():
            if _inline(member):
                lines += member_lines(names[name], self._scalar(member), widest, self._look, indent)
            else:
                lines.append(" " * indent + theme.painted(names[name], theme.DIM, on=self._look.color))
                lines += self.lines(member, indent + 2, depth + 1)
        return lines

    def _items(self, items: list[Any], indent: int, depth: int) -> list[str]:
        if _alike(items):
            table = self._table(items, indent)
            if table is not None:
                return table
        lines: list[str] = []
        for item in items:
            inner = self.lines(item, indent + 2, depth + 1)
            dash = theme.painted("–", theme.DIM, on=self._look.color)
            lines += [f"{' ' * indent}{dash} {inner[0].lstrip(' ')}", *inner[1:]]
        return lines

    def _table(self, items: list[dict[str, Any]], indent: int) -> list[str] | None:
        """Objects of one shape as a table; None where it would be wider than the terminal."""
        names = list(items[0])
        rows = [[self._scalar(item[name]) for name in names] for item in items]
        if any("\n" in cell for row in rows for cell in row):
            return None
        heads = [safe_text(name).replace("_", " ") for name in names]
        numeric = [all(_is_number(item[name]) for item in items) for name in names]
        drawn = small_table(heads, rows, numeric, self._look, indent)
        return None if drawn is None else drawn.split("\n")[:-1]

    def _scalar(self, value: Any) -> str:
        if value is None:
            return "–"
        if isinstance(value, list) and _inline(value) and value:
            return ", ".join(self._scalar(item) for item in value)
        if isinstance(value, (int, float)) and GROUPED <= abs(value) < 1e15:
            return number(value)
        return safe_text(spoken(value), multiline=True)


def _inline(value: Any) -> bool:
    """Whether a value goes on the line of its name: scalars, empty things, short lists of short scalars."""
    if isinstance(value, dict):
        return not value
    if isinstance(value, list):
        return all(not isinstance(item, (dict, list)) and len(plain(item)) <= NARROW for item in value)
    return True


def _alike(items: list[Any]) -> bool:
    """Whether all items are objects with the same members, none of them nested."""
    return all(
        isinstance(item, dict) and list(item) == list(items[0]) and all(map(_inline, item.values())) and item
        for item in items
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def json_lines(value: Any) -> list[Line]:
    """A value as lines: JSON, or the paragraphs of a text. Everything in them is safe.

    A text of several lines inside JSON is shown as the lines it has: this is for reading.
    """
    if isinstance(value, str):
        return [[(part, "")] for part in _cut(safe_text(value, multiline=True)).split("\n")]
    text = _cut(json_text(value, indent=2))
    return [line for part in text.split("\n") for line in _colored(part)]


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n… {len(text) - LONGEST:,} more characters; -o json shows all of it"


def _colored(text: str) -> list[Line]:
    lines: list[Line] = [[]]
    indent = " " * (len(text) - len(text.lstrip(" ")) + 2)
    for found in _TOKEN.finditer(text):
        kind, token = found.lastgroup or "rest", found.group()
        first, *later = _lines_of(token) if kind == "text" and "\\n" in token else [token]
        lines[-1].append((safe_text(first), _STYLES[kind]))
        # the bar tells what a text says from what the JSON says
        lines += [[(f"{indent}│ ", ""), (safe_text(part), _STYLES[kind])] for part in later]
    return lines


def _lines_of(token: str) -> list[str]:
    try:
        return f'"{json.loads(token)}"'.split("\n")
    except ValueError:
        return [token]
