"""What an agent put out, for reading: members aligned, rows of like objects as a small table, no brackets."""

from __future__ import annotations

from typing import Any

from eclips_cli.output import theme
from eclips_cli.output.cells import number, plain, safe_text

DEEPEST = 6
"""levels that are laid out; what lies deeper is shown as JSON"""
GROUPED = 10_000
"""numbers of this size and more are written with thousands separators"""
NARROW = 24
"""cells below which a value is not squeezed any further"""


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
        return [" " * indent + line for line in self._wrapped(value, self._look.width - indent)]

    def _members(self, value: dict[str, Any], indent: int, depth: int) -> list[str]:
        names = {name: safe_text(name).replace("_", " ") for name in value}
        short = [len(names[name]) for name, member in value.items() if _inline(member)]
        width = min(max(short, default=0), NARROW)
        lines: list[str] = []
        for name, member in value.items():
            label = theme.painted(names[name].ljust(width), theme.DIM, on=self._look.color)
            if not _inline(member):
                lines.append(" " * indent + label.rstrip())
                lines += self.lines(member, indent + 2, depth + 1)
                continue
            taken = indent + max(width, len(names[name])) + 2
            first, *rest = self._wrapped(member, self._look.width - taken)
            lines.append(f"{' ' * indent}{label}  {first}")
            lines += [" " * taken + line for line in rest]
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
        cells = [[self._scalar(item[name]) for name in names] for item in items]
        heads = [safe_text(name).replace("_", " ") for name in names]
        widths = [max(len(heads[i]), *(len(row[i]) for row in cells)) for i in range(len(names))]
        if indent + sum(widths) + 2 * (len(widths) - 1) > self._look.width or any(
            "\n" in c for r in cells for c in r
        ):
            return None
        numeric = [all(_is_number(item[name]) for item in items) for name in names]

        def row(texts: list[str]) -> str:
            aligned = (
                text.rjust(width) if right else text.ljust(width)
                for text, width, right in zip(texts, widths, numeric, strict=True)
            )
            return " " * indent + "  ".join(aligned).rstrip()

        head = theme.painted(row(heads).strip(" "), theme.DIM, on=self._look.color)
        lead = len(row(heads)) - len(row(heads).lstrip(" "))
        return [" " * lead + head, *map(row, cells)]

    def _wrapped(self, value: Any, width: int) -> list[str]:
        import textwrap

        lines: list[str] = []
        for line in self._scalar(value).split("\n"):
            lines += textwrap.wrap(
                line, max(width, NARROW), break_long_words=False, break_on_hyphens=False, drop_whitespace=True
            ) or [""]
        return lines

    def _scalar(self, value: Any) -> str:
        if value is None:
            return "–"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list) and _inline(value) and value:
            return ", ".join(self._scalar(item) for item in value)
        if isinstance(value, (int, float)) and GROUPED <= abs(value) < 1e15:
            return number(value)
        return safe_text(plain(value), multiline=True)


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
