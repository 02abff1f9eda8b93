"""A `--task` template: text with `{column}` in it, `{{` and `}}` for braces. No code, no formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from eclips_cli.errors import UsageError
from eclips_cli.sheets.header import composed, near

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Template:
    """A parsed template: `names` are its placeholders in their order, each use counted.

    Raises UsageError for a brace that is not closed or not opened, and when nothing is in braces.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: list[str] = []
        self._pattern = self._parsed(text)
        if not self.names:
            raise UsageError(
                f"the task template names no column: {text!r}",
                hint="every row would be the same task; write columns in braces: 'Process invoice {number}'",
            )

    def _parsed(self, text: str) -> str:
        """`text` as a %-pattern, which fills in one go and never looks into the values."""
        parts, end = [], 0
        for token in _TOKEN.finditer(text):
            parts.append(text[end : token.start()].replace("%", "%%"))
            parts.append(self._token(token))
            end = token.end()
        return "".join([*parts, text[end:].replace("%", "%%")])

    def _token(self, token: re.Match[str]) -> str:
        if token[0] in ("{{", "}}"):
            return token[0][0]
        if token[1] is None:
            raise UsageError(
                f"the task template has a lone {token[0]!r} at character {token.start() + 1}",
                hint="braces that mean themselves are written twice: {{ and }}",
            )
        self.names.append(composed(token[1].strip()))
        return "%s"

    def check(self, columns: Sequence[str]) -> None:
        """Raise one UsageError that names every placeholder that is no column, and the near ones."""
        unknown = [name for name in dict.fromkeys(self.names) if name not in columns]
        if not unknown:
            return
        shown = ", ".join(f"{{{name}}}{near(name, columns)}" for name in unknown)
        noun = "no column" if len(unknown) == 1 else "no columns"
        raise UsageError(f"{noun} for {shown}", hint=columns_seen(columns))

    def filler(
        self,
        key: Callable[[str], Any],
        *,
        plain: Callable[[Any], str] | None,
        allow_empty: bool = False,
    ) -> Callable[[Any], str]:
        """A function from a row's cells to its task; "" when all its placeholders are empty.

        `plain` makes text of a cell; None says that every cell is text already. The function raises
        ValueError for a placeholder that is empty while others are not, unless `allow_empty`.
        """
        pattern, names, keys = self._pattern, self.names, [key(name) for name in self.names]
        pick = itemgetter(*keys) if len(keys) > 1 else lambda cells: (cells[keys[0]],)

        def fill(cells: Any) -> str:
            values = pick(cells) if plain is None else tuple(map(plain, pick(cells)))
            for value in values:
                if not value or value.isspace():
                    return _filled_in_part(pattern, names, values, allow_empty=allow_empty)
            return pattern % values

        return fill

    def filled(self, rows: Iterable[tuple[str, ...]]) -> list[str]:
        """The tasks of many rows, each given as what stands for `names`; nothing of it may be blank."""
        return [self._pattern % values for values in rows]


def _filled_in_part(pattern: str, names: list[str], values: tuple[str, ...], *, allow_empty: bool) -> str:
    if not any(map(str.strip, values)):
        return ""
    if allow_empty:
        return pattern % values
    empty = dict.fromkeys(name for name, value in zip(names, values, strict=True) if not value.strip())
    noun = "the column" if len(empty) == 1 else "the columns"
    verb = "is" if len(empty) == 1 else "are"
    raise ValueError(
        f"{noun} {' and '.join(map(repr, empty))} of the task {verb} empty (--allow-empty allows it)"
    )


def columns_seen(columns: Sequence[str]) -> str:
    """The columns of a file as a hint; the first thirty of them."""
    shown = ", ".join(columns[:30]) + (f" and {len(columns) - 30} more" if len(columns) > 30 else "")
    return f"its columns: {shown}"
