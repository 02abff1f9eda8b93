"""Rows of a workbook's sheet (.xlsx, .xlsm): values as a person sees them, a row at a time, in flat memory.

Dates become ISO 8601 text, whole numbers stay whole, a formula gives the value Excel kept for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from eclips_cli.counting import how_many
from eclips_cli.errors import UsageError
from eclips_cli.sheets.header import LOOKED_AT, better_header, column_names
from eclips_cli.sheets.inputfile import InputFile
from eclips_cli.sheets.interface import BadCell, Row, RowSource, named_lines
from eclips_cli.sheets.workbook.archive import Archive
from eclips_cli.sheets.workbook.book import SheetPart, read_book
from eclips_cli.sheets.workbook.cells import CellReader
from eclips_cli.sheets.workbook.rows import RawCell, RawRow, raw_rows
from eclips_cli.sheets.workbook.strings import SharedStrings


class SheetRows(RowSource):
    """Rows of one worksheet; a row's line is its row number in the sheet.

    `header_row` is the number of the row of column names; None for the first that is not blank.
    Raises UsageError when the file is no workbook, or is built to explode.
    """

    def __init__(
        self,
        file: InputFile,
        sheet: str | None,
        header_row: int | None = None,
        *,
        visible_only: bool = False,
    ) -> None:
        super().__init__(file, "xlsx")
        for _ in file.chunks():  # the digest; the archive itself is read in no order
            continue
        self._header_row, self._visible_only = header_row, visible_only
        self._shared: SharedStrings | None = None
        self._archive = Archive(file)
        try:
            self._open(sheet)
        except BaseException:
            self._close_parts()
            raise

    def _open(self, wanted: str | None) -> None:
        self._book = read_book(self._archive)
        self._sheet = self._choose(wanted)
        self.options = {"sheet": self._sheet.title}
        if self._header_row is not None:
            self.options["header_row"] = str(self._header_row)
        if self._visible_only:
            self.options["rows"] = "visible"
        self._cells = CellReader(self._string, self._book.formats, date1904=self._book.date1904)
        self._header_line, names = self._header()
        self.columns = column_names(names, f"{self.label}, sheet {self._sheet.title!r}", self.better_header)

    def close(self) -> None:
        """Close the workbook and the file."""
        self._close_parts()
        super().close()

    def better_header(self) -> tuple[int, list[str]] | None:
        """The row that the names seem to stand in, and they, where the first one is but a title."""
        if self._header_row is not None:
            return None
        rows = islice((row for row in self._raw() if row.number >= self._header_line), LOOKED_AT)
        first, *below = [(row.number, self._texts(row)) for row in rows] or [(0, [])]
        return better_header(first[1], below)

    def _choose(self, wanted: str | None) -> SheetPart:
        sheets = self._book.sheets
        if not sheets:
            raise UsageError(f"{self.label} has no worksheet")
        if wanted is not None:
            for sheet in sheets:
                if sheet.title == wanted:
                    return sheet
            raise UsageError(f"{self.label} has no sheet {wanted!r}", hint=f"its sheets: {_titles(sheets)}")
        chosen = next((sheet for sheet in sheets if sheet.visible), sheets[0])
        self.other_sheets = [sheet.title for sheet in sheets if sheet is not chosen]
        if self.other_sheets:
            others = _titles([sheet for sheet in sheets if sheet is not chosen])
            self.notes.append(f"reading sheet {chosen.title!r}; --sheet takes another: {others}")
        return chosen

    def _header(self) -> tuple[int, list[str]]:
        for row in self._raw():
            if row.number < (self._header_row or 0):
                continue
            if self._header_row is not None and row.number > self._header_row:
                break
            names = self._texts(row)
            if any(name.strip() for name in names):
                return row.number, names
        if self._header_row is not None:
            raise UsageError(
                f"{self.label}: row {self._header_row} of the sheet {self._sheet.title!r} is empty"
            )
        others = f"its other sheets: {', '.join(map(repr, self.other_sheets))}; --sheet takes one"
        raise UsageError(
            f"{self.label} is empty" + (f" (sheet {self._sheet.title!r})" if self.other_sheets else ""),
            hint=others if self.other_sheets else "it needs a row of column names, then rows",
        )

    def _texts(self, row: RawRow) -> list[str]:
        """A row's cells as names. UsageError for one that can't be one."""
        names = [""] * (1 + max((cell.column for cell in row.cells), default=-1))
        for cell in row.cells:
            value = self._cells.value(cell, row.number)
            if isinstance(value, BadCell):
                raise UsageError(f"{self.label}: row {row.number}: a column's name {value.why}")
            names[cell.column] = "" if value is None else str(value)
        return names

    def _rows(self) -> Iterator[Row]:
        seen = _Seen()
        for row in self._raw():
            if row.number <= self._header_line and not row.wrong:
                continue
            if row.hidden and self._visible_only:
                continue
            cells, outside = self._values(row, seen)
            if row.wrong:
                self.problems.add(row.number, row.wrong)
            elif outside:
                self.problems.add(row.number, "a cell stands in a column that has no name")
            elif any(map(_holds, cells)):
                if row.hidden:
                    seen.hidden.append(row.number)
                yield row.number, cells
        self.remarks += seen.sentences(self.columns, uncalculated=self._book.uncalculated)

    def _values(self, row: RawRow, seen: _Seen) -> tuple[list[Any], bool]:
        """The cells of the named columns, and whether something stands beside them."""
        width = len(self.columns)
        cells: list[Any] = [None] * width
        outside = False
        for cell in row.cells:
            if cell.column < width:
                value = cells[cell.column] = self._cells.value(cell, row.number)
                seen.formulas += cell.formula
                if type(value) is int and (mask := self._cells.format(cell.style)).mask:
                    seen.masked(cell, value, mask.shown(value))
            elif not (cell.formula and not cell.text):
                outside = outside or _holds(self._cells.value(cell, row.number))
        return cells, outside

    def _raw(self) -> Iterator[RawRow]:
        return raw_rows(self._archive, self._sheet.part)

    def _string(self, number: int) -> str:
        """A shared string; they are read when the first one is asked for."""
        if self._shared is None:
            if self._book.strings is None:
                raise IndexError(number)
            self._shared = SharedStrings(self._archive, self._book.strings)
        return self._shared[number]

    def _close_parts(self) -> None:
        self._archive.close()
        if self._shared is not None:
            self._shared.close()


class _Seen:
    """What a reading saw that a person should know of."""

    def __init__(self) -> None:
        self.hidden: list[int] = []
        self.formulas = 0
        self._shown: dict[int, tuple[int, str, int]] = {}

    def masked(self, cell: RawCell, value: int, shown: str) -> None:
        """A number that its format shows with other signs."""
        if shown != str(value):
            first = self._shown.get(cell.column, (value, shown, 0))
            self._shown[cell.column] = (*first[:2], first[2] + 1)

    def sentences(self, columns: tuple[str, ...], *, uncalculated: bool) -> list[str]:
        """A sentence for each thing."""
        said = []
        if self.hidden:
            many = how_many(len(self.hidden), "row is", "rows are")
            said.append(
                f"{many} hidden in the sheet ({named_lines(self.hidden)}); --visible-only leaves them out"
            )
        for column, (value, shown, count) in self._shown.items():
            said.append(
                f"the column {columns[column]!r} shows {shown}, but holds the number {value} ({how_many(count, 'row')}): "
                "the number is what goes"
            )
        if uncalculated and self.formulas:
            said.append(
                f"{how_many(self.formulas, 'formula holds', 'formulas hold')} what the program put there that wrote "
                "the file: Excel has never calculated them"
            )
        return said


def _holds(value: Any) -> bool:
    """Whether a cell holds something: blanks alone are nothing."""
    if isinstance(value, BadCell):
        return True
    return value is not None and not (isinstance(value, str) and not value.strip())


def _titles(sheets: list[SheetPart]) -> str:
    return ", ".join(repr(sheet.title) for sheet in sheets)
