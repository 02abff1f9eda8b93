"""What JSONL and a JSON array share: rows are objects, their members are the columns."""

from __future__ import annotations

from itertools import islice

from eclips_cli.errors import UsageError
from eclips_cli.sheets import text
from eclips_cli.sheets.inputfile import InputFile
from eclips_cli.sheets.interface import RowSource, bad_rows
from eclips_cli.strict_json import row_decoder

SAMPLE_ROWS = 100
"""Rows whose members are taken as the columns; a later row may have others as well."""


class KeyedRows(RowSource):
    """Rows that are JSON objects. Raises UsageError when the file is no text or holds no row."""

    keyed = True

    def __init__(self, file: InputFile, kind: str, encoding: str | None) -> None:
        super().__init__(file, kind)
        self.encoding = text.choose_encoding(file.head, encoding)
        self.options = {"encoding": self.encoding}
        text.scan(file, self.encoding)
        self.decode = row_decoder()
        self.columns = self._sampled()

    def _sampled(self) -> tuple[str, ...]:
        seen: dict[str, None] = {}
        for _, cells in islice(self, SAMPLE_ROWS):
            seen.update(dict.fromkeys(cells))
        if not seen and self.problems.count:
            raise bad_rows(self.label, self.problems)
        if not seen:
            raise UsageError(f"{self.label} is empty", hint='each row is an object: {"task": "…"}')
        return tuple(seen)
