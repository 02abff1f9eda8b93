"""CSV and TSV: text stays text (`00123` keeps its zeros), one header row, strict quoting."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice
from operator import itemgetter
from typing import Any, TextIO

from eclips_cli.counting import how_many
from eclips_cli.errors import UsageError
from eclips_cli.sheets import text
from eclips_cli.sheets.header import LOOKED_AT, better_header, column_names
from eclips_cli.sheets.inputfile import InputFile
from eclips_cli.sheets.interface import AT_ONCE, Part, Row, RowSource

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

    def _parts(self) -> Iterator[Part]:
        taken = 0
        with text.stream(self.file, self._encoding) as lines:
            reader, offset = self._reader(lines)
            next(row for row in reader if not _blank(row))
            while (part := self._part(reader, offset)) is not None:
                if not part[1]:
                    return
                taken += len(part[1])
                yield self._good(*part)
        yield from self._one_by_one(taken)

    def _rows(self) -> Iterator[Row]:
        return chain.from_iterable(zip(lines, rows, strict=True) for lines, rows in self._parts())

    def _part(self, reader: Any, offset: int) -> tuple[Sequence[int], list[list[str]]] | None:
        """The lines of the next rows, and these, whatever is in them; None where one of them can't be read."""
        before = reader.line_num + offset
        try:
            rows = list(islice(reader, AT_ONCE))
        except csv.Error:
            return None
        after = reader.line_num + offset
        if after - before == len(rows):
            return range(before + 1, after + 1), rows
        *firsts, end = accumulate(map(_lines_of, rows), initial=before + 1)
        return (firsts, rows) if end == after + 1 else None

    def _good(self, lines: Sequence[int], rows: list[list[str]]) -> Part:
        whole = set(map(len, rows)) == {self._width} == {len(self.columns)}
        # a first cell that is below "!" is empty or begins with a blank
        if whole and min(map(itemgetter(0), rows)) >= "!":
            return lines, rows
        found = ((line, self._looked_at(line, row)) for line, row in zip(lines, rows, strict=True))
        good = [(line, row) for line, row in found if row]
        return [line for line, _ in good], [row for _, row in good]

    def _one_by_one(self, taken: int) -> Iterator[Part]:
        """The rows behind the first ones that were `taken`, and what is wrong where one can't be read."""
        with text.stream(self.file, self._encoding) as lines:
            reader, offset = self._reader(lines)
            next(row for row in reader if not _blank(row))
            next(islice(reader, taken, taken), None)
            going_on = True
            while going_on:
                line = reader.line_num + offset + 1
                try:
                    for row in reader:
                        yield self._good([line], [row])
                        line = reader.line_num + offset + 1
                    going_on = False
                except csv.Error as error:
                    # the error's own line is where csv noticed; the row it began on is what to look at
                    self.problems.add(line, _plain(error))
                    going_on = "field limit" not in str(error) and "end of data" not in str(error)

    def _looked_at(self, line: int, row: list[str]) -> list[str] | None:
        """A row as it is sent: None when it is blank (skipped) or bad (a problem)."""
        columns = len(self.columns)
        if len(row) == self._width == columns and row[0] >= "!":
            return row
        if _blank(row):
            return None
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


def _lines_of(row: list[str]) -> int:
    """How many lines of the file a row stands on."""
    breaks = (cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in row)
    return 1 + sum(breaks)


def _ragged(cells: int, columns: int, delimiter: str) -> str:
    more = f" (a cell with {delimiter!r} in it needs quotes)" if cells > columns else ""
    return f"{how_many(cells, 'cell')} where the header has {columns}{more}"


def _plain(error: csv.Error) -> str:
    words = str(error)
    if "end of data" in words:
        return "a quote is opened here and never closed"
    if "field limit" in words:
        return f"a cell longer than {LONGEST_FIELD:,} characters begins here: is a quote not closed?"
    if "expected after" in words:
        return "something stands behind a closing quote (a quote inside a cell is written twice)"
    return words
