"""Writing workbooks that a person likes to work in, a row at a time, in flat memory.

Text stays text (`00123`, `=1+1`, an id), amounts are numbers with the decimals that they were written
with, the header stays in sight and can be filtered. A number that Excel could not hold to its last digit
(more than 15) is text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from eclips_cli.errors import UsageError
from eclips_cli.sheets.xlsx_cells import cell_text, fits, number_format
from eclips_cli.sheets.xlsx_looks import CellLook, Looks
from eclips_cli.sheets.xlsx_pages import LINE, lay_out_print, lines_of
from eclips_cli.system.whole_file import write_whole

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell

LONGEST_EDITED = 255
"""characters up to which a cell can be marked as text: Excel shows longer ones as #####"""
TRUTH = '"TRUE";"TRUE";"FALSE"'
"""the format of a bool, which LibreOffice else shows as 1 or 0 now and then"""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_WIDTHS = {"text": 24.0, "id": 38.0, "number": 12.0, "money": 16.0, "date": 17.0}
RIGHT = ("money", "date")
"""kinds of which each cell stands at the right edge of its column, and so does the name"""
_BEGINS = frozenset("=+-@")


@dataclass(frozen=True)
class SheetColumn:
    """One column: its name, what its cells are, and how wide it is, in characters (None for its kind's width).

    Kinds: text; id (text, also after a person edited it); number (int or Decimal, shown with all its
    decimals); money (the same, with thousands); date (a datetime, an aware one in UTC). A bool is written as
    one, a value of another type as text, None as nothing. `choices` are the words that may be picked from a
    list; `color` is the background of a column that a person fills in; `wrap` breaks long texts into lines.
    """

    name: str
    kind: str = "text"
    width: float | None = None
    choices: tuple[str, ...] = ()
    color: str | None = None
    wrap: bool = False


class Painted(NamedTuple):
    """A value with a background of its own (a name of COLORS)."""

    value: Any
    color: str | None


class SheetRow(NamedTuple):
    """The cells of a row (values, or Painted) in the order of the columns, and the background of all of it."""

    cells: Sequence[Any]
    color: str | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet: its title, its columns, its rows. `frozen` columns at the left stay in sight like the header.

    `printed` columns from the left are printed, across one page (None for all): the others are for programs.
    """

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[SheetRow]
    frozen: int = 0
    filtered: bool = True
    printed: int | None = None


def check_installed() -> None:
    """Raise UsageError without the `excel` extra: before anything is sent of which a workbook is to tell."""
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise UsageError(
            ".xlsx files need the excel extra",
            hint="pip install 'eclips-cli[excel]', or end the name in .csv",
        ) from None


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook, whole or not at all. Raises LocalFailure, and UsageError as `fill_workbook` does."""
    check_installed()
    write_whole(path, lambda file: fill_workbook(file, sheets))


def fill_workbook(file: BinaryIO, sheets: Sequence[Sheet]) -> None:
    """Write a workbook into `file`. Raises UsageError for more rows than a sheet has, and without the extra."""
    check_installed()
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    try:
        for sheet in sheets:
            _Written(book.create_sheet(sheet.title), sheet).fill()
        _save(book, file)
    finally:
        for left in book.worksheets:
            if not left.closed:
                left.close()  # a sheet is a generator, which else complains when it is thrown away


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
        self._target, self._sheet = target, sheet
        self._looks = Looks(target)

    def fill(self) -> None:
        """Write the header and every row."""
        from openpyxl.utils import get_column_letter

        sheet, target = self._sheet, self._target
        if len(sheet.columns) > LAST_COLUMN:
            raise _too_large(f"{LAST_COLUMN:,} columns")
        for number, column in enumerate(sheet.columns, start=1):
            dimension = target.column_dimensions[get_column_letter(number)]
            dimension.width = _WIDTHS[column.kind] if column.width is None else column.width
        lay_out_print(target)
        target.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}2"
        target.append([self._head(column) for column in sheet.columns])
        count = 1
        for row in sheet.rows:
            if count == LAST_ROW:
                raise _too_large(f"{LAST_ROW - 1:,} rows")
            count += 1
            cells = list(zip(row.cells, sheet.columns, strict=True))
            lines = lines_of(
                (value, column.width or _WIDTHS[column.kind]) for value, column in cells if column.wrap
            )
            if lines > 1:
                target.row_dimensions[count].height = lines * LINE
            target.append([self._cell(value, column, row.color) for value, column in cells])
            target.row_dimensions.pop(count, None)  # in flat memory
        if sheet.filtered:
            target.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{max(count, 2)}"
        self._offer_choices(count)
        printed = len(sheet.columns) if sheet.printed is None else sheet.printed
        target.print_area = f"A1:{get_column_letter(max(printed, 1))}{max(count, 2)}"

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
        return self._text(
            column.name, CellLook(color="grey", wrap=True, bold=True, right=column.kind in RIGHT)
        )

    def _cell(self, value: Any, column: SheetColumn, color: str | None) -> Cell:
        color = column.color or color
        if isinstance(value, Painted):
            value, color = value
        look = CellLook("@" if column.kind == "id" else "General", color, column.wrap)
        if value is None or value == "":
            return self._looks.cell(None, look)
        if isinstance(value, bool):
            return self._looks.cell(value, look._replace(format=TRUTH))
        if column.kind in ("number", "money") and fits(value):
            format = number_format(value, thousands=column.kind == "money")
            return self._looks.cell(value, look._replace(format=format, right=True))
        if column.kind == "date" and isinstance(value, datetime):
            at = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
            return self._looks.cell(
                at.replace(microsecond=0), look._replace(format="yyyy-mm-dd hh:mm", right=True)
            )
        return self._text(str(value), look)

    def _text(self, text: str, look: CellLook) -> Cell:
        # text it stays also when somebody edited the cell
        if text[:1] in _BEGINS:
            look = look._replace(quoted=True)
        if len(text) <= LONGEST_EDITED and any(map(str.isdigit, text)):
            look = look._replace(format="@")
        cell = self._looks.cell(cell_text(text), look)
        cell.data_type = "s"  # `=1+1` and `#N/A` too
        return cell


def _too_large(most: str) -> UsageError:
    return UsageError(f"a sheet of a workbook has at most {most}", hint="end the name in .csv")
