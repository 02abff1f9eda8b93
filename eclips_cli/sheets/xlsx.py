"""XLSX through openpyxl's read-only mode (extra `excel`): a row at a time, values as they are stored.

Dates become ISO 8601 text, whole numbers stay whole, a formula gives the value Excel kept for it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from eclips_cli.errors import UsageError
from eclips_cli.sheets.header import column_names
from eclips_cli.sheets.inputfile import InputFile
from eclips_cli.sheets.interface import Row, RowSource

LARGEST_SHEET = 4 * 1024**3
"""Bytes of a worksheet's XML, unpacked: it is streamed, so only time is at stake."""
LARGEST_PART = 256 * 1024**2
"""Bytes of any other part, unpacked: shared strings and styles are held in memory."""

ERROR_VALUES = frozenset(
    ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!"]
)

_WITHOUT_VALUE = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<f(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)


class CellError(str):
    """The text of an error cell such as `#N/A`: shown as it is, never sent."""

    __slots__ = ()


class SheetRows(RowSource):
    """Rows of one worksheet; a row's line is its row number in the sheet.

    Raises UsageError when openpyxl is missing, the file is no workbook, or is built to explode.
    """

    def __init__(self, file: InputFile, sheet: str | None) -> None:
        super().__init__(file, "xlsx")
        for _ in file.chunks():  # the digest; openpyxl itself jumps around in the file
            continue
        _check_archive(file)
        self._book = _open_book(file)
        self._sheet = self._choose(sheet)
        self.options = {"sheet": self._sheet.title}
        _check_formulas(file, self._sheet)
        self._header_row, names = self._header()
        self.columns = column_names(names, f"{self.label}, sheet {self._sheet.title!r}")

    def close(self) -> None:
        """Close the workbook and the file."""
        self._book.close()
        super().close()

    def _choose(self, wanted: str | None) -> Any:
        sheets = {sheet.title: sheet for sheet in self._book.worksheets}
        if wanted is not None and wanted not in sheets:
            names = ", ".join(repr(title) for title in sheets)
            raise UsageError(f"{self.label} has no sheet {wanted!r}", hint=f"its sheets: {names}")
        if not sheets:
            raise UsageError(f"{self.label} has no worksheet")
        visible = [sheet for sheet in sheets.values() if sheet.sheet_state == "visible"]
        chosen = sheets[wanted] if wanted is not None else (visible or list(sheets.values()))[0]
        if wanted is None and len(sheets) > 1:
            self.notes.append(
                f"reading sheet {chosen.title!r}, the first of {len(sheets)}; --sheet takes another"
            )
        # A file's own word on its size can be wrong, and can make every row 16,384 cells wide.
        chosen.reset_dimensions()
        return chosen

    def _header(self) -> tuple[int, list[str]]:
        for number, row in enumerate(self._sheet.iter_rows(values_only=True), start=1):
            if any(value is not None for value in row):
                return number, ["" if value is None else str(_plain(value)) for value in row]
        raise UsageError(f"{self.label} is empty", hint="it needs a row of column names, then rows")

    def _rows(self) -> Iterator[Row]:
        width = len(self.columns)
        rows = enumerate(self._sheet.iter_rows(values_only=True), start=1)
        for number, row in rows:
            if number <= self._header_row or all(value is None or value == "" for value in row):
                continue
            cells = [_plain(value) for value in row[:width]]
            if any(value is not None for value in row[width:]):
                self.problems.add(number, "a cell stands in a column that has no name")
            else:
                yield number, cells + [None] * (width - len(cells))


def _plain(value: Any) -> Any:
    """A cell's value as JSON can carry it."""
    if isinstance(value, str):
        return CellError(value) if value in ERROR_VALUES else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else value


def _open_book(file: InputFile) -> Any:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise UsageError(
            "reading .xlsx files needs an extra package", hint="pip install 'eclips-cli[excel]'"
        ) from None
    try:
        return load_workbook(file.fresh(), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl lets through whatever a broken part makes of it
        raise _unreadable(file, error) from None


def _check_archive(file: InputFile) -> None:
    try:
        with zipfile.ZipFile(file.fresh()) as archive:
            for part in archive.infolist():
                _check_part(file, archive, part)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise _unreadable(file, error) from None


def _check_part(file: InputFile, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    largest = LARGEST_SHEET if part.filename.startswith("xl/worksheets/") else LARGEST_PART
    if part.file_size > largest:
        raise UsageError(
            f"{file.label}: {part.filename} unpacks to {part.file_size:,} bytes; that is too much"
        )
    if part.filename.endswith((".xml", ".rels")):
        with archive.open(part) as start:
            if b"<!" in start.read(4096).replace(b"<!--", b""):
                raise UsageError(f"{file.label}: {part.filename} declares entities, as no workbook does")


def _check_formulas(file: InputFile, sheet: Any) -> None:
    """Refuse a formula without a stored value: it would be sent as nothing."""
    with zipfile.ZipFile(file.fresh()) as archive, archive.open(sheet._worksheet_path) as part:
        kept = b""
        while chunk := part.read(1 << 20):
            window = kept + chunk
            if found := _WITHOUT_VALUE.search(window):
                raise UsageError(
                    f"{file.label}: the formula in {found[1].decode()} has no stored value",
                    hint="open the file in Excel or LibreOffice and save it, or write values",
                )
            kept = window[-4096:]


def _unreadable(file: InputFile, error: Exception) -> UsageError:
    return UsageError(
        f"{file.label} is not a readable .xlsx workbook ({type(error).__name__})",
        hint="save it again as .xlsx, or as CSV UTF-8",
    )
