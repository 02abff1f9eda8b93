"""Writing workbooks that a person likes to work in, a row at a time, in flat memory.

Text stays text (`00123`, `=1+1`, an id), amounts are numbers with the decimals that they were written
with, the header stays in sight and can be filtered. A number that Excel could not hold to its last digit
(more than 15) is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from eclips_cli.errors import UsageError
from eclips_cli.system.whole_file import write_whole

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell

DIGITS = 15
"""digits of a number that Excel keeps"""
LONGEST = 32_767
"""characters that a cell holds"""
LAST_ROW = 1_048_576
COLORS = {"green": "E2F0D9", "red": "F8D7DA", "yellow": "FFF3CD", "grey": "EDEDED", "input": "FFFBE6"}
"""backgrounds of rows and of columns that a person fills in"""
_WIDTHS = {"text": 24.0, "id": 38.0, "number": 12.0, "money": 16.0, "date": 17.0}
_BEGINS = frozenset("=+-@")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]|_x[0-9A-Fa-f]{4}_")
_SURROGATES = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class SheetColumn:
    """One column: its name, what its cells are, and how wide it is, in characters (None for its kind's width).

    Kinds: text; id (text, also after a person edited it); number (int or Decimal); money (Decimal, shown
    with all its decimals and thousands); date (a datetime, an aware one in UTC). A value of another type is
    written as text, None as nothing. `choices` are the words that may be picked from a list; `color` is the
    background of a column that a person fills in; `wrap` breaks long texts into lines.
    """

    name: str
    kind: str = "text"
    width: float | None = None
    choices: tuple[str, ...] = ()
    color: str | None = None
    wrap: bool = False


class SheetRow(NamedTuple):
    """The cells of a row in the order of the columns, and the background of all of it (a name of COLORS)."""

    cells: Sequence[Any]
    color: str | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet: its title, its columns, its rows. `frozen` columns at the left stay in sight like the header."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[SheetRow]
    frozen: int = 0
    filtered: bool = True


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook, whole or not at all. Raises LocalFailure, and UsageError without the `excel` extra."""
    try:
        import openpyxl
    except ImportError:
        raise UsageError(
            ".xlsx files need the excel extra",
            hint="pip install 'eclips-cli[excel]', or end the name in .csv",
        ) from None

    def write(file: BinaryIO) -> None:
        book = openpyxl.Workbook(write_only=True)
        try:
            for sheet in sheets:
                _Written(book.create_sheet(sheet.title), sheet).fill()
            _save(book, file)
        finally:
            for left in book.worksheets:
                if not left.closed:
                    left.close()  # a sheet is a generator, which else complains when it is thrown away

    write_whole(path, write)


def _save(book: Workbook, file: BinaryIO) -> None:
    from zipfile import ZIP_DEFLATED, ZipFile

    from openpyxl.writer.excel import ExcelWriter

    archive = ZipFile(file, "w", ZIP_DEFLATED)
    try:
        ExcelWriter(book, archive).save()
    except BaseException:
        archive.fp = None  # or it would be closed, and fail again, when nobody listens any more
        raise


class _Written:
    """One sheet being written."""

    def __init__(self, target: Any, sheet: Sheet) -> None:
        from openpyxl.styles import Alignment, Font, PatternFill

        self._target, self._sheet = target, sheet
        self._bold, self._plain = Font(bold=True), Alignment(vertical="top")
        self._wrapped = Alignment(vertical="top", wrap_text=True)
        self._fills = {name: PatternFill("solid", fgColor=color) for name, color in COLORS.items()}

    def fill(self) -> None:
        """Write the header and every row."""
        from openpyxl.utils import get_column_letter

        sheet, target = self._sheet, self._target
        for number, column in enumerate(sheet.columns, start=1):
            dimension = target.column_dimensions[get_column_letter(number)]
            dimension.width = _WIDTHS[column.kind] if column.width is None else column.width
        target.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}2"
        target.append([self._head(column) for column in sheet.columns])
        count = 1
        for row in sheet.rows:
            cells = zip(row.cells, sheet.columns, strict=True)
            target.append([self._cell(value, column, row.color) for value, column in cells])
            count += 1
        if sheet.filtered:
            target.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{max(count, 2)}"
        self._offer_choices(count)

    def _offer_choices(self, count: int) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        for number, column in enumerate(self._sheet.columns, start=1):
            if not column.choices:
                continue
            words = ", ".join(column.choices)
            rule = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            rule.errorTitle, rule.error = column.name, f"one of: {words}; or leave it empty"
            rule.showErrorMessage = True
            letter = get_column_letter(number)
            rule.add(f"{letter}2:{letter}{min(max(count, 2), LAST_ROW)}")
            self._target.data_validations.append(rule)

    def _head(self, column: SheetColumn) -> Cell:
        cell = self._text(column.name)
        cell.font, cell.fill, cell.alignment = self._bold, self._fills["grey"], self._wrapped
        return cell

    def _cell(self, value: Any, column: SheetColumn, color: str | None) -> Cell:
        from openpyxl.cell import WriteOnlyCell

        if value is None or value == "":
            cell = WriteOnlyCell(self._target)
        elif column.kind in ("number", "money") and _fits(value):
            cell = WriteOnlyCell(self._target, value)
            cell.number_format = money_format(value) if column.kind == "money" else "General"
        elif column.kind == "date" and isinstance(value, datetime):
            at = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
            cell = WriteOnlyCell(self._target, at.replace(microsecond=0))
            cell.number_format = "yyyy-mm-dd hh:mm"
        else:
            cell = self._text(str(value))
        if column.kind == "id":
            cell.number_format = "@"
        cell.alignment = self._wrapped if column.wrap else self._plain
        if fill := self._fills.get(column.color or color or ""):
            cell.fill = fill
        return cell

    def _text(self, text: str) -> Cell:
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(self._target, cell_text(text))
        cell.data_type = "s"  # `=1+1` and `#N/A` too
        if text[:1] in _BEGINS:
            cell.quotePrefix = True  # a formula neither after somebody edited the cell
        return cell


def money_format(value: Decimal | int) -> str:
    """Excel's format for an amount: thousands, and as many decimals as it was written with."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def cell_text(text: str) -> str:
    """A text as a workbook can hold it: control characters in its own notation, too long a one cut."""
    text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n"))
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    escaped = _CONTROL.sub(_escaped, text)
    return escaped if len(escaped) <= LONGEST else _CONTROL.sub("\ufffd", text)


def _escaped(found: re.Match[str]) -> str:
    text = found[0]
    return f"_x005F{text}" if len(text) > 1 else f"_x{ord(text):04X}_"


def _fits(value: Any) -> bool:
    """Whether Excel holds every digit of a number."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return False
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    digits = Decimal(value).normalize().as_tuple()
    return len(digits.digits) <= DIGITS and abs(Decimal(value).adjusted()) < 300
