"""CSV and TSV: text stays text (`00123` keeps its zeros), one header row, strict quoting."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TextIO

from eclips_cli.errors import UsageError
from eclips_cli.sheets import text
from eclips_cli.sheets.header import LOOKED_AT, better_header, column_names
from eclips_cli.sheets.inputfile import InputFile
from eclips_cli.sheets.interface import Row, RowSource

LONGEST_FIELD = 16 * 1024 * 1024
"""Characters in one cell; csv's own limit is 131,072, and an open quote must not eat all memory."""

_CANDIDATES = (",", ";", "\t", "|")
_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " ", "colon": ":"}
_SAMPLE_LINES = 50
_LONGEST_SAMPLE_LINE = 20_000


class DelimitedRows(RowSource):
    """Rows of a CSV or TSV file. Raises UsageError when it can't be text or has no good header.

    `header_row` is the line of the column names, from 1; None for the first that is not blank.
    """

    def __init__(
        self,
        file: InputFile,
        kind: str,
        delimiter: str | None,
        encoding: str | None,
        header_row: int | None = None,
    ) -> None:
        super().__init__(file, kind)
        self._encoding, note = text.settle_encoding(file, encoding)
        self.notes += [note] if note else []
        self._header_row = header_row
        self._delimiter = self._choose(delimiter)
        self.options = {"encoding": self._encoding, "delimiter": self._delimiter}
        if header_row is not None:
            self.options["header_row"] = str(header_row)
        self.columns, self._width = self._header()

    def better_header(self) -> tuple[int, list[str]] | None:
        """The line that the names seem to stand on, and they, where the first line is but a title."""
        if self._header_row is not None:
            return None
        with text.stream(self.file, self._encoding) as lines:
            line, said = _skip_preamble(lines)
            sample = list(islice((each[:_LONGEST_SAMPLE_LINE] for each in lines), LOOKED_AT))
        while sample and not sample[0].strip():
            line, sample = line + 1, sample[1:]
        delimiter = said or max(_CANDIDATES, key=lambda each: _widest(sample[1:], each))
        first, *below = [next(csv.reader([each], delimiter=delimiter), []) for each in sample] or [[]]
        return better_header(first, enumerate(below, start=line + 2))

    def _choose(self, wanted: str | None) -> str:
        with text.stream(self.file, self._encoding) as lines:
            _, said = self._to_header(lines)
            if wanted is not None:
                return named_delimiter(wanted)
            if said is not None:
                return said
            return "\t" if self.format == "tsv" else guess_delimiter(lines)

    def _to_header(self, lines: TextIO) -> tuple[int, str | None]:
        """Step to the line of column names: (lines passed, the delimiter that Excel's `sep=` line says)."""
        passed, said = _skip_preamble(lines)
        for _ in range(passed, (self._header_row or 1) - 1):
            passed += 1 if lines.readline() else 0
        return passed, said

    def _header(self) -> tuple[tuple[str, ...], int]:
        with text.stream(self.file, self._encoding) as lines:
            reader, offset = self._reader(lines)
            try:
                header = next((row for row in reader if not _blank(row)), None)
            except csv.Error as error:
                line = reader.line_num + offset
                raise UsageError(f"{self.label}: line {line}: {_plain(error)}", line=line) from None
        if header is None:
            where = f" from line {self._header_row} on" if self._header_row else ""
            raise UsageError(
                f"{self.label} is empty{where}", hint="it needs a line of column names, then rows"
            )
        return column_names(header, self.label, self.better_header), len(header)

    def _reader(self, lines: Any) -> tuple[Any, int]:
        csv.field_size_limit(LONGEST_FIELD)
        offset, _ = self._to_header(lines)
        return csv.reader(lines, delimiter=self._delimiter, strict=True), offset

    def _rows(self) -> Iterator[Row]:
        with text.stream(self.file, self._encoding) as lines:
            reader, offset = self._reader(lines)
            next(row for row in reader if not _blank(row))
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
            # a first cell that is below "!" is empty or begins with a blank
            if len(row) != width or trimmed or row[0] < "!":
                row = self._looked_at(line, row)
            if row:
                yield line, row
            self._after = line = reader.line_num + offset + 1

    def _looked_at(self, line: int, row: list[str]) -> list[str] | None:
        """A row that needs a second look: None when it is blank (skipped) or bad (a problem)."""
        if _blank(row):
            return None
        columns = len(self.columns)
        if len(row) < columns or (len(row) != self._width and not _blank(row[self._width :])):
            self.problems.add(line, _ragged(len(row), columns, self._delimiter))
            return None
        if not _blank(row[columns:]):
            self.problems.add(line, "a cell stands in a column that has no name")
            return None
        return row[:columns]


def named_delimiter(text: str) -> str:
    """The one character that `--delimiter` names. Raises UsageError when it can't be one."""
    character = _NAMES.get(text.lower(), text)
    if len(character) != 1 or character in '"\r\n\0' or character.isalnum():
        raise UsageError(
            f"not a delimiter: {text!r}", hint="one character, such as --delimiter ';' or --delimiter tab"
        )
    return character


def guess_delimiter(lines: TextIO) -> str:
    """The delimiter that splits the header into most columns and fits the rows below it; else a comma.

    Only `, ; tab |` are looked for: csv.Sniffer takes a letter where a file has one column.
    """
    sample = [line[:_LONGEST_SAMPLE_LINE] for line in islice(lines, _SAMPLE_LINES)]
    return max(_CANDIDATES, key=lambda delimiter: _fit(sample, delimiter))


def _skip_preamble(lines: TextIO) -> tuple[int, str | None]:
    """Step over Excel's `sep=;` line, if the first line is one: (lines read, its delimiter)."""
    start = lines.tell()
    found = re.fullmatch(r'"?sep=(.)"?[\r\n]*', lines.readline(100), re.IGNORECASE)
    if found:
        return 1, found[1]
    lines.seek(start)
    return 0, None


def _fit(sample: list[str], delimiter: str) -> tuple[float, int]:
    """How well `delimiter` explains the sample: the share of rows as wide as the header, its width."""
    widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if not _blank(row)]
    if not widths or widths[0] < 2:
        return (-1.0, 0)
    below = widths[1:]
    share = sum(width == widths[0] for width in below) / len(below) if below else 1.0
    return (round(share, 1), widths[0])


def _widest(sample: list[str], delimiter: str) -> int:
    return max((len(row) for row in csv.reader(sample, delimiter=delimiter)), default=0)


def _blank(cells: Sequence[str]) -> bool:
    return not any(cells) or all(not cell or cell.isspace() for cell in cells)


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
