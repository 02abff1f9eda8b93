"""JSON Lines: one object a line; blank lines are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eclips_cli.sheets import text
from eclips_cli.sheets.interface import Row
from eclips_cli.sheets.keyed import KeyedRows
from eclips_cli.strict_json import check_row, reason


class JsonLines(KeyedRows):
    """The objects of a JSON Lines file."""

    def _rows(self) -> Iterator[Row]:
        with text.stream(self.file, self.encoding) as lines:
            for number, line in enumerate(lines, start=1):
                stripped = line.strip(" \t\r\n")
                if not stripped:
                    continue
                value, wrong = self._value(stripped)
                if wrong is None:
                    yield number, value
                else:
                    self.problems.add(number, wrong)

    def _value(self, line: str) -> tuple[Any, str | None]:
        try:
            value, end = self.decode(line, 0)
        except ValueError as error:
            return None, reason(error)
        if end != len(line):
            return None, "something stands behind the object (one object a line)"
        return value, check_row(value, line)
