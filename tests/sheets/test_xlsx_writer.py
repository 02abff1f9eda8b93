"""Workbooks that are written, opened again with openpyxl and read with our own reader."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from eclips_cli.errors import LocalFailure, UsageError
from eclips_cli.sheets import open_rows
from eclips_cli.sheets.xlsx_writer import TRUTH, Painted, Sheet, SheetColumn, SheetRow, write_workbook

COLUMNS = (
    SheetColumn("what", width=40, wrap=True),
    SheetColumn("amount", "money"),
    SheetColumn("rows", "number"),
    SheetColumn("at", "date"),
    SheetColumn("decision", choices=("approve", "reject"), color="input"),
    SheetColumn("id", "id"),
)


def written(path: Path, *rows: SheetRow) -> Any:
    write_workbook(path, [Sheet("Items", COLUMNS, rows, frozen=1)])
    return openpyxl.load_workbook(path)["Items"]


def test_a_sheet_is_ready_to_work_in(tmp_path: Path) -> None:
    at = datetime(2026, 6, 6, 9, 0, 42, tzinfo=UTC)
    sheet = written(
        tmp_path / "a.xlsx",
        SheetRow(("Pay", Decimal("1234.50"), 3, at, None, "00123"), "red"),
        SheetRow(("Pay", Decimal("1000"), None, None, "approve", "1.2E+10")),
    )
    assert sheet.freeze_panes == "B2" and sheet.auto_filter.ref == "A1:F3"
    assert sheet.column_dimensions["A"].width == 40 and sheet["A1"].font.bold
    assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1" and sheet.print_area.endswith("!$A$1:$F$3")
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == '"approve,reject"' and str(rule.sqref) == "E2:E3"
    assert (sheet["B2"].value, sheet["B2"].number_format) == (1234.5, "#,##0.00")
    assert (sheet["B3"].value, sheet["B3"].number_format) == (1000, "#,##0")
    assert sheet["D2"].value == datetime(2026, 6, 6, 9, 0, 42) and sheet["D2"].is_date
    assert (sheet["F2"].value, sheet["F2"].number_format, sheet["F2"].data_type) == ("00123", "@", "s")
    assert sheet["A2"].fill.fgColor.rgb.endswith("F8D7DA") and sheet["E3"].fill.fgColor.rgb.endswith("FFFBE6")


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("=1+1", "=1+1"), ("#N/A", "#N/A"), ("a\r\nb\tc", "a\nb\tc"), ("\x1b[2J\x00", "\x1b[2J\x00"),
        ("_x000D_", "_x000D_"), ("\udc80é", "\ufffdé"), ("x" * 40_000, "x" * 32_766 + "…"), ("<&>", "<&>"),
    ],
)  # fmt: skip
def test_text_stays_text(tmp_path: Path, text: str, back: str) -> None:
    sheet = written(tmp_path / "a.xlsx", SheetRow((text, None, None, None, None, "id")))
    assert sheet["A2"].data_type == "s"
    from openpyxl.utils.escape import unescape

    assert unescape(sheet["A2"].value) == back


def test_numbers_are_shown_as_they_were_written(tmp_path: Path) -> None:
    values = [Decimal("10.00"), 3, Decimal("1E+5"), Decimal("1E-40"), True, Painted(Decimal("0.5"), "green")]
    sheet = written(tmp_path / "a.xlsx", *(SheetRow(("", None, value, None, None, "")) for value in values))
    found = [sheet.cell(row, 3) for row in range(2, 8)]
    assert [cell.value for cell in found] == [10, 3, 100000, 1e-40, True, 0.5]
    formats = [cell.number_format for cell in found]
    assert formats == ["0.00", "General", "General", "General", TRUTH, "0.0"]
    assert found[-1].fill.fgColor.rgb.endswith("E2F0D9") and sheet["A7"].fill.fill_type is None


@pytest.mark.parametrize("text", ["00123", "03-04", "1" * 19, "=1", "May 4"])
def test_text_that_an_edit_would_make_a_number_of_is_marked_as_text(tmp_path: Path, text: str) -> None:
    sheet = written(tmp_path / "a.xlsx", SheetRow((text, None, text, None, None, "")))
    assert {(sheet[at].value, sheet[at].number_format) for at in ("A2", "C2")} == {(text, "@")}
    assert sheet["A2"].quotePrefix is text.startswith("=")


def test_more_than_a_sheet_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eclips_cli.sheets.xlsx_writer.LAST_ROW", 3)
    row = SheetRow(("a", None, None, None, None, "id"))
    written(tmp_path / "a.xlsx", row, row)
    with pytest.raises(UsageError, match="at most 2 rows"):
        written(tmp_path / "b.xlsx", row, row, row)
    monkeypatch.setattr("eclips_cli.sheets.xlsx_writer.LAST_COLUMN", 5)
    with pytest.raises(UsageError, match="at most 5 columns"):
        written(tmp_path / "b.xlsx", row)
    assert not (tmp_path / "b.xlsx").exists()


def test_what_excel_would_round_is_text(tmp_path: Path) -> None:
    sheet = written(
        tmp_path / "a.xlsx",
        SheetRow(("", Decimal("100000000000000000.01"), 2**60, None, None, "id")),
    )
    assert sheet["B2"].value == "100000000000000000.01" and sheet["C2"].value == str(2**60)


def test_our_own_reader_gives_the_same_back(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(
        path, [Sheet("Items", COLUMNS, [SheetRow(("Päy", Decimal("1.50"), 1, None, "", "7" * 20))])]
    )
    with open_rows(path) as rows:
        assert rows.columns == tuple(column.name for column in COLUMNS)
        ((line, cells),) = rows
    assert line == 2 and cells[0] == "Päy" and cells[5] == "7" * 20


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def broken() -> Any:
        yield SheetRow(("a", None, None, None, None, "id"))
        raise UsageError("no")

    with pytest.raises(UsageError):
        write_workbook(path, [Sheet("Items", COLUMNS, broken())])
    assert path.read_bytes() == b"old" and [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]
    with pytest.raises(LocalFailure, match="can't write"):
        write_workbook(Path("/dev/full"), [Sheet("Items", COLUMNS, [])])


def test_rows_are_as_high_as_their_texts_and_only_what_a_person_reads_is_printed(tmp_path):
    path = tmp_path / "high.xlsx"
    columns = (
        SheetColumn("about", width=20, wrap=True),
        SheetColumn("amount", "money"),
        SheetColumn("id", "id"),
    )
    texts = ("short", "a text of some forty letters in two lines", "one\ntwo\nthree", "word " * 500)
    rows = [SheetRow((text, Decimal("1.50"), text)) for text in texts]
    write_workbook(path, [Sheet("High", columns, rows, printed=2)])
    sheet = openpyxl.load_workbook(path).active
    assert [sheet.row_dimensions[number].height for number in range(2, 6)] == [None, 30, 45, 120]
    assert sheet.print_area.endswith("!$A$1:$B$5")
    assert sheet["B1"].alignment.horizontal == sheet["B2"].alignment.horizontal == "right"
    assert sheet["A2"].alignment.horizontal is None
