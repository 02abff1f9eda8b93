"""Workbooks: values as they are stored, nothing lost silently, nothing that takes the process down."""

import io
import sys
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from eclips_cli.errors import UsageError
from eclips_cli.sheets import open_rows
from eclips_cli.sheets.workbook import archive
from tests.sheets.books import raw_book


@pytest.fixture
def book(tmp_path):
    def write(*rows, sheets=("Sheet",), name="rows.xlsx", change=None):
        workbook = openpyxl.Workbook()
        workbook.active.title = sheets[0]
        for title in sheets[1:]:
            workbook.create_sheet(title).append([title])
        for row in rows:
            workbook.active.append(row)
        if change:
            change(workbook)
        workbook.save(tmp_path / name)
        return tmp_path / name

    return write


def read(path, **options):
    with open_rows(path, **options) as source:
        rows = list(source)
        assert list(source) == rows
        return source, rows


def repacked(path, part, content):
    """The workbook with one part's bytes replaced."""
    new = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as out:
        for item in old.infolist():
            if item.filename != part:
                out.writestr(item.filename, old.read(item))
        out.writestr(part, content)
    path.write_bytes(new.getvalue())
    return path


SHEET = "xl/worksheets/sheet1.xml"


def sheet_xml(*cells):
    rows = "".join(f'<row r="{n}">{row}</row>' for n, row in cells)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><dimension ref="A1:B1"/><sheetData>{rows}</sheetData></worksheet>'


def text(ref, value):
    return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'


def test_values_and_row_numbers(book):
    row = [
        "Pay",
        "00123",
        123,
        4.5,
        True,
        date(2026, 6, 6),
        datetime(2026, 6, 6, 9, 5),
        time(9, 5),
        timedelta(hours=30),
        None,
    ]
    source, rows = read(book(["task", "a", "b", "c", "d", "e", "f", "g", "h", "i"], row, [], ["Ask"]))
    assert source.columns == ("task", *"abcdefghi") and source.options == {"sheet": "Sheet"}
    assert rows[0] == (
        2,
        [
            "Pay",
            "00123",
            123,
            4.5,
            True,
            "2026-06-06",
            "2026-06-06T09:05:00",
            "09:05:00",
            "30:00:00",
            None,
        ],
    )
    assert rows[1] == (4, ["Ask"] + [None] * 9)


def test_whole_numbers_that_a_writer_stored_as_fractions(book):
    path = repacked(
        book(["task"]),
        SHEET,
        sheet_xml(
            (1, text("A1", "task") + text("B1", "n")), (2, text("A2", "Pay") + '<c r="B2"><v>123.0</v></c>')
        ),
    )
    ((_, cells),) = read(path)[1]
    assert cells == ["Pay", 123] and isinstance(cells[1], int)


def test_formulas_give_their_stored_value(book):
    path = repacked(
        book(["task"]),
        SHEET,
        sheet_xml((1, text("A1", "task")), (2, '<c r="A2" t="str"><f>"P"&amp;"ay"</f><v>Pay</v></c>')),
    )
    assert read(path)[1] == [(2, ["Pay"])]


def test_sheets(book):
    path = book(["task"], ["Pay"], sheets=("June", "July"))
    source, rows = read(path)
    assert rows == [(2, ["Pay"])] and "'June'" in source.notes[0]
    assert read(path, sheet="July")[0].columns == ("July",)
    with pytest.raises(UsageError, match="no sheet 'May'") as caught:
        read(path, sheet="May")
    assert "'June', 'July'" in caught.value.hint


def test_a_hidden_first_sheet_is_not_what_one_means(book):
    def hide(workbook):
        workbook["Lists"].append(["x"])
        workbook["Data"].append(["Pay"])
        workbook["Lists"].sheet_state = "hidden"

    assert read(book(sheets=("Lists", "Data"), change=hide))[0].columns == ("Data",)


def test_content_says_it_whatever_the_ending(book):
    assert read(book(["task"], ["Pay"], name="rows.csv"))[0].format == "xlsx"


def test_leading_empty_rows(book):
    assert read(book([], [], ["task"], ["Pay"]))[1] == [(4, ["Pay"])]


@pytest.mark.parametrize("rows", [[], [[]]])
def test_an_empty_sheet(book, rows):
    with pytest.raises(UsageError, match="is empty"):
        read(book(*rows))


def test_headers_are_checked(book):
    with pytest.raises(UsageError, match="both called 'n'"):
        read(book(["task", "n", "n"]))
    with pytest.raises(UsageError, match="column 2 has no name"):
        read(book(["task", None, "n"]))


def test_a_stray_cell_at_the_last_corner_is_a_problem_not_a_crash(book):
    path = repacked(
        book(["task"]),
        SHEET,
        sheet_xml((1, text("A1", "task")), (2, text("A2", "Pay")), (1048576, text("XFD1048576", "x"))),
    )
    with open_rows(path) as source:
        assert list(source) == [(2, ["Pay"])]
        assert [problem.line for problem in source.problems.first] == [1048576]


FIRST_STRING = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST_STRINGS", 1_000_000)
    path = raw_book(tmp_path / "b.xlsx", FIRST_STRING, changed={"xl/sharedStrings.xml": " " * 2_000_000})
    assert path.stat().st_size < 20_000
    with pytest.raises(UsageError, match="unpacks to 2,000,000 bytes"):
        read(path)


def test_entities_are_refused(tmp_path):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'
    with pytest.raises(UsageError, match="declares entities"):
        read(raw_book(tmp_path / "b.xlsx", FIRST_STRING, changed={"xl/sharedStrings.xml": bomb}))


@pytest.mark.parametrize("content", [b"PK\x03\x04nonsense", b"PK\x03\x04"])
def test_a_broken_workbook(tmp_path, content):
    (tmp_path / "rows.xlsx").write_bytes(content)
    with pytest.raises(UsageError, match="not a readable"):
        read(tmp_path / "rows.xlsx")


def test_csv_called_xlsx(tmp_path):
    (tmp_path / "rows.xlsx").write_bytes(b"task\nPay\n")
    with pytest.raises(UsageError, match=r"not an \.xlsx workbook"):
        read(tmp_path / "rows.xlsx")


def test_it_needs_no_package(book, monkeypatch):
    path = book(["task"], ["Pay"])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert read(path)[1] == [(2, ["Pay"])]


def test_a_workbook_from_standard_input(book, tmp_path):
    data = io.BytesIO(book(["task"], ["Pay"]).read_bytes())
    assert read(data, spool_dir=tmp_path)[1] == [(2, ["Pay"])]
