"""CSV and TSV: text stays text (`00123` keeps its zeros), one header row, strict quoting."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from eclips_cli.errors import UsageError
from eclips_cli.sheets import text
from eclips_cli.sheets.dialect import guess_delimiter, named_delimiter, skip_preamble
from eclips_cli.sheets.header import column_names
from eclips_cli.sheets.inputfile import InputFile
from eclips_cli.sheets.interface import Row, RowSource

LONGEST_FIELD = 16 * 1024 * 1024
"""Characters in one cell; csv's own limit is 131,072, and an open quote must not eat all memory."""


class DelimitedRows(RowSource):
    """Rows of a CSV or TSV file. Raises UsageError when it can't be text or has no good header."""

    def __init__(self, file: InputFile, kind: str, delimiter: str | None, encoding: str | None) -> None:
        super().__init__(file, kind)
        self._encoding = text.choose_encoding(file.head, encoding)
        text.scan(file, self._encoding)
        self._delimiter = self._choose(delimiter)
        self.options = {"encoding": self._encoding, "delimiter": self._delimiter}
        self.columns, self._width = self._header()

    def _choose(self, wanted: str | None) -> str:
        with text.stream(self.file, self._encoding) as lines:
            _, said = skip_preamble(lines)
            if wanted is not None:
                return named_delimiter(wanted)
            if said is not None:
                return said
            return "\t" if self.format == "tsv" else guess_delimiter(lines)

    def _header(self) -> tuple[tuple[str, ...], int]:
        with text.stream(self.file, self._encoding) as lines:
            reader, offset = self._reader(lines)
            try:
                header = next((row for row in reader if any(row)), None)
            except csv.Error as error:
                line = reader.line_num + offset
                raise UsageError(f"{self.label}: line {line}: {_plain(error)}", line=line) from None
        if header is None:
            raise UsageError(f"{self.label} is empty", hint="it needs a line of column names, then rows")
        return column_names(header, self.label), len(header)

    def _reader(self, lines: Any) -> tuple[Any, int]:
        csv.field_size_limit(LONGEST_FIELD)
        offset, _ = skip_preamble(lines)
        return csv.reader(lines, delimiter=self._delimiter, strict=True), offset

    def _rows(self) -> Iterator[Row]:
        with text.stream(self.file, self._encoding) as lines:
            reader, offset = self._reader(lines)
            next(row for row in reader if any(row))
            going_on = True
            while going_on:
                try:
                    yield from self._good_rows(reader, offset)
                    going_on = False
                except csv.Error as error:
                    # The error's own line is where csv noticed; the row it began on is what to look at.
                    self.problems.add(self._after, _plain(error))
                    going_on = "field limit" not in str(error) and "end of data" not in str(error)

    def _good_rows(self, reader: Any, offset: int) -> Iterator[Row]:
        width, trimmed = self._width, self._width != len(self.columns)
        self._after = line = reader.line_num + offset + 1
        for row in reader:
            if len(row) != width or trimmed or not row[0]:
                row = self._looked_at(line, row)
            if row:
                yield line, row
            self._after = line = reader.line_num + offset + 1

    def _looked_at(self, line: int, row: list[str]) -> list[str] | None:
        """A row that needs a second look: None when it is empty (skipped) or bad (a problem)."""
        if not any(row):
            return None
        columns = len(self.columns)
        if len(row) != self._width:
            self.problems.add(line, _ragged(len(row), columns, self._delimiter))
            return None
        if any(row[columns:]):
            self.problems.add(line, "a cell stands in a column that has no name")
            return None
        return row[:columns]


def _ragged(cells: int, columns: int, delimiter: str) -> str:
    noun = "cell" if cells == 1 else "cells"
    more = f" (a cell with {delimiter!r} in it needs quotes)" if cells > columns else ""
    return f"{cells} {noun} where the header has {columns}{more}"


def _plain(error: csv.Error) -> str:
    words = str(error)
    if "end of data" in words:
        return "a quote is opened here and never closed"
    if "field limit" in words:
        return f"a cell longer than {LONGEST_FIELD:,} characters begins here: is a quote not closed?"
    if "expected after" in words:
        return "something stands behind a closing quote (a quote inside a cell is written twice)"
    return words
