"""Workbooks from all hands: what a person sees is what is read, and what can't be sent is a bad row."""

import zipfile
from hashlib import sha512

import openpyxl
import pytest
import xlsxwriter

from eclips_cli.errors import UsageError
from eclips_cli.sheets import open_rows
from eclips_cli.sheets.interface import BadCell
from eclips_cli.sheets.workbook import rows as raw_rows_module
from eclips_cli.sheets.workbook.formats import parsed_format
from eclips_cli.sheets.workbook.rows import column_letters
from tests.sheets.books import DOC, SPACE, links, raw_book, table, text


def read(path, **options):
    with open_rows(path, **options) as source:
        rows = list(source)
        assert list(source) == rows, "a second reading gives the same"
        return source, rows


def cells_of(path, **options):
    return [cells[1] for _, cells in read(path, **options)[1]]


def bad_lines(path, **options):
    source, _ = read(path, **options)
    return [tuple(problem) for problem in source.problems.first]


@pytest.fixture
def cell(tmp_path):
    """The value of one cell, given as XML."""

    def value(xml, **options):
        (found,) = cells_of(raw_book(tmp_path / "book.xlsx", table(xml), **options))
        return found

    return value


# --- shared strings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_memory", [10, 10_000_000])
def test_a_workbook_over_a_mib_with_shared_strings(tmp_path, monkeypatch, in_memory):
    monkeypatch.setattr("eclips_cli.sheets.workbook.strings.IN_MEMORY", in_memory)
    path = tmp_path / "big.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, ["task", "n", "ü"])
        for row in range(1, 15_001):
            sheet.write_row(row, 0, [f"Pay {sha512(b'%d' % row).hexdigest()}", row, f"{row}ü"])
    assert path.stat().st_size > 1024**2
    source, rows = read(path)
    assert source.columns == ("task", "n", "ü") and len(rows) == 15_000
    assert rows[-1] == (15_001, [f"Pay {sha512(b'15000').hexdigest()}", 15_000, "15000ü"])


def test_two_readings_at_once_do_not_move_each_other(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["task", *(f"Pay {n}" for n in range(5000))])
    with open_rows(tmp_path / "b.xlsx") as source:
        for (line, one), (other_line, other) in zip(source._rows(), source._rows(), strict=True):
            assert (line, one) == (other_line, other)


def test_runs_of_a_rich_text_are_one_text_and_phonetics_are_none(cell):
    item = "<si><r><t>Pay </t></r><r><rPr/><t>Acme</t></r><rPh><t>ペイ</t></rPh></si>"
    assert cell('<c r="B2" t="s"><v>0</v></c>', strings=item) == "Pay Acme"
    inline = "<is><r><t>Pay </t></r><r><t>Acme</t></r><rPh><t>x</t></rPh></is>"
    assert cell(f'<c r="B2" t="inlineStr">{inline}</c>') == "Pay Acme"


@pytest.mark.parametrize("number", ["1", "-1", "x", "1.5"])
def test_a_shared_string_that_is_not_there(cell, number):
    found = cell(f'<c r="B2" t="s"><v>{number}</v></c>', strings="<si><t>one</t></si>")
    assert isinstance(found, BadCell) and "does not have" in found.why


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        ("a_x000D_\nb", "a\r\nb"),
        ("_x005F_x000D_", "_x000D_"),
        ("_x000d_", "\r"),
        ("_xD83D__xDE00_", "😀"),
        ("_xD83D_", "_xD83D_"),
        ("_x41_ _xyz_", "_x41_ _xyz_"),
        ("<![CDATA[a < b & c]]>", "a < b & c"),
        ("a<!-- no -->b", "ab"),
    ],
)
def test_escapes_and_cdata_are_text(cell, stored, meant):
    assert cell('<c r="B2" t="s"><v>0</v></c>', strings=f"<si><t>{stored}</t></si>") == meant
    assert cell(f'<c r="B2" t="inlineStr"><is><t>{stored}</t></is></c>') == meant
    assert cell(f'<c r="B2" t="str"><f>A1</f><v>{stored}</v></c>') == meant


# --- formulas and errors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "xml",
    [
        '<c r="B2" t="str"><f>IF(A1="","","")</f><v></v></c>',
        '<c t="str" r="B2"><f>A1</f><v/></c>',
        '<c r="B2" s="0" t="str"><v></v><f>A1</f></c>',
    ],
)
def test_a_formula_whose_result_is_the_empty_text(cell, xml):
    assert cell(xml) == ""


@pytest.mark.parametrize(
    "xml",
    [
        '<c r="B2"><f>1+1</f></c>',
        '<c r="B2"><f>1+1</f><v/></c>',
        "<c r='B2'><f>1+1</f><v></v></c>",
        '<c s="0" r="B2" t="n"><f ca="1">1+1</f></c>',
        "<c><f>1+1</f></c>",
        '<c r="B2"><!-- a > b --><f>1+1</f></c>',
        '<c r="B2"><f><![CDATA[1<2]]></f></c>',
        '<c r="B2" t="str"><f>A1</f></c>',
        '<c r="B2"><f t="shared" si="0"/></c>',
        '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="B2"><x:f>1</x:f></x:c>',
    ],
)
def test_a_formula_without_a_stored_value_is_a_bad_cell_however_it_is_spelt(cell, xml):
    found = cell(xml)
    assert isinstance(found, BadCell) and "a formula without a stored value (B2" in found.why


def test_formulas_beside_and_above_the_table_do_not_matter(tmp_path):
    rows = (
        f'<row r="1">{text("A1", "task")}</row><row r="2">{text("A2", "Pay")}<c r="F2"><f>NOW()</f></c></row>'
    )
    source, found = read(raw_book(tmp_path / "b.xlsx", rows))
    assert found == [(2, ["Pay"])] and not source.problems.count
    title = f'<row r="1">{text("A1", "June")}<c r="B1"><f>NOW()</f></c></row>'
    below = rows.replace('r="2"', 'r="4"').replace('r="1"', 'r="3"')
    assert read(raw_book(tmp_path / "b.xlsx", title + below), header_row=3)[1] == [(4, ["Pay"])]


def test_formulas_as_openpyxl_writes_them(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["task", "n"])
    book.active.append(["Pay", "=1+1"])
    book.save(tmp_path / "b.xlsx")
    (found,) = cells_of(tmp_path / "b.xlsx")
    assert isinstance(found, BadCell)


def test_formulas_that_excel_never_calculated_are_told(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["task", "n"])
        sheet.write(1, 0, "Pay")
        sheet.write_formula(1, 1, "=1+1")
    source, rows = read(tmp_path / "b.xlsx")
    assert rows == [(2, ["Pay", 0])]
    assert "Excel has never calculated them" in source.remarks[0]


@pytest.mark.parametrize("error", ["#N/A", "#BUSY!", "#REF!", "#WAS-ALSO-IMMER!", ""])
def test_an_error_cell_is_bad_whatever_its_text(cell, error):
    found = cell(f'<c r="B2" t="e"><v>{error}</v></c>')
    assert isinstance(found, BadCell) and found.why.startswith("holds the error")
    assert cell(f'<c r="B2" t="inlineStr"><is><t>{error}</t></is></c>') == error, "text that looks like one"


# --- numbers, dates, formats ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        ("57.699999999999996", 57.7),
        ("0.30000000000000004", 0.3),
        ("123.0", 123),
        ("1E5", 100_000),
        ("1E+17", 100_000_000_000_000_000),
        ("1.23456789012346E+18", 1_234_567_890_123_460_000),
        ("1234567890123456789", 1_234_567_890_123_456_789),
        ("-0", 0),
        (" 7 ", 7),
        (".5", 0.5),
        ("1E-7", 1e-07),
        ("1E300", 1e300),
    ],
)
def test_numbers_have_the_digits_that_excel_shows(cell, stored, seen):
    found = cell(f'<c r="B2"><v>{stored}</v></c>')
    assert found == seen and type(found) is type(seen)


@pytest.mark.parametrize("stored", ["1e999", "-1E400", "nan", "inf", "1_000", "١", "0x10", "1,5", "- 1"])
def test_what_is_no_number_or_too_large(cell, stored):
    found = cell(f'<c r="B2"><v>{stored}</v></c>')
    assert isinstance(found, BadCell) and stored in found.why


@pytest.mark.parametrize(
    ("style", "stored", "seen"),
    [
        (1, "46179", "2026-06-06"),
        (2, "46179.378472222219", "2026-06-06T09:05:00"),
        (2, "46179.5000057870", "2026-06-06T12:00:00.500"),
        (3, "0.378472222222", "09:05:00"),
        (1, "1", "1900-01-01"),
        (1, "59", "1900-02-28"),
        (1, "61", "1900-03-01"),
        (1, "2958465", "9999-12-31"),
        (4, "1.25", "30:00:00"),
        (4, "0.5", "12:00:00"),
        (4, "-1.25", "-30:00:00"),
        (4, "100", "2400:00:00"),
    ],
)
def test_dates_times_and_durations(cell, style, stored, seen):
    assert cell(f'<c r="B2" s="{style}"><v>{stored}</v></c>') == seen


@pytest.mark.parametrize("stored", ["2958466", "1E9", "-1", "60", "0", "1E300"])
def test_dates_out_of_range_are_bad_cells(cell, stored):
    found = cell(f'<c r="B2" s="1"><v>{stored}</v></c>')
    assert isinstance(found, BadCell) and "as a date, which is none" in found.why


def test_the_calendar_of_1904(cell):
    assert cell('<c r="B2" s="1"><v>44717</v></c>', book='<workbookPr date1904="1"/>') == "2026-06-06"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "number"),
        ("0.00", "number"),
        ('#,##0.00 "€ (seit Mai)"', "number"),
        ("[Red]-#,##0", "number"),
        (r"0\d", "number"),
        ("0.00E+00", "number"),
        ("yyyy-mm-dd", "date"),
        ("[$-407]d. mmmm yyyy;@", "date"),
        ("TT.MM.JJJJ", "date"),
        ("hh:mm AM/PM", "time"),
        ("[h]:mm", "duration"),
        ("[mm]:ss", "duration"),
    ],
)
def test_format_codes(code, kind):
    assert parsed_format(code).kind == kind


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("00000", 2, "00002"),
        ("000-000", 123456, "123-456"),
        ('"INV-"0000', 7, "INV-0007"),
        ("00", 1234, "1234"),
    ],
)
def test_what_a_format_makes_of_digits(code, value, shown):
    assert parsed_format(code).shown(value) == shown


def test_numbers_that_a_format_shows_with_zeros_are_told(tmp_path):
    rows = table(
        '<c r="B2" s="5"><v>2</v></c>', '<c r="B3" s="5"><v>31</v></c>', '<c r="B4" s="5"><v>12345</v></c>'
    )
    source, found = read(raw_book(tmp_path / "b.xlsx", rows, formats=("00000",)))
    assert [cells[1] for _, cells in found] == [2, 31, 12345]
    assert source.remarks == [
        "the column 'n' shows 00002, but holds the number 2 (2 rows): the number is what goes"
    ]


# --- rows and cells that can't be trusted ----------------------------------------------------------------------------


def test_a_row_number_that_is_not_larger_is_a_bad_row(tmp_path):
    rows = f'{table("")}<row r="7">{text("A7", "x")}</row><row r="5">{text("A5", "y")}</row><row>{text("A6", "z")}</row>'
    assert bad_lines(raw_book(tmp_path / "b.xlsx", rows)) == [
        (5, "row 5 stands below row 7: the sheet is damaged")
    ]
    twice = f'{table("")}<row r="2">{text("A2", "again")}</row>'
    assert bad_lines(raw_book(tmp_path / "b.xlsx", twice))[0][0] == 2


@pytest.mark.parametrize("number", ["0", "1048577", "x", "-1", ""])
def test_a_row_number_that_is_none(tmp_path, number):
    rows = f'{table("")}<row r="{number}">{text("A3", "x")}</row>'
    assert "is no row number" in bad_lines(raw_book(tmp_path / "b.xlsx", rows))[0][1]


@pytest.mark.parametrize("reference", ["XFE2", "AAAA2", "2", "b2", "B", "é2", ""])
def test_a_cell_that_no_sheet_has(tmp_path, reference):
    rows = f'{table("")}<row r="3">{text(reference, "x")}</row>'
    assert "is no cell of a sheet" in bad_lines(raw_book(tmp_path / "b.xlsx", rows))[0][1]


def test_cells_without_references_follow_each_other_and_none_stands_twice(tmp_path):
    rows = f'{table("")}<row><c t="str"><v>Ask</v></c><c><v>3</v></c></row>'
    assert read(raw_book(tmp_path / "b.xlsx", rows))[1][1] == (3, ["Ask", 3])
    rows = f'{table("")}<row r="3">{text("B3", "x")}{text("B3", "y")}</row>'
    assert "B3 stands behind a later one" in bad_lines(raw_book(tmp_path / "b.xlsx", rows))[0][1]


def test_blank_rows_and_blank_cells_beside_the_table_are_nothing(tmp_path):
    rows = f'{table("")}<row r="3">{text("A3", "  ")}</row><row r="4"/><row r="5">{text("A5", "x")}{text("D5", " ")}</row>'
    source, found = read(raw_book(tmp_path / "b.xlsx", rows))
    assert [line for line, _ in found] == [2, 5] and not source.problems.count


@pytest.mark.parametrize("number", range(0, 16384, 999))
def test_column_letters(number):
    assert raw_rows_module._column_of(f"{column_letters(number)}7") == number


def test_hidden_rows_are_counted_and_can_be_left_out(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["task", "a", "b", "c"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(3, 0)
    source, rows = read(path)
    assert len(rows) == 3
    assert source.remarks == [
        "2 rows are hidden in the sheet (lines 2 and 4); --visible-only leaves them out"
    ]
    source, rows = read(path, visible_only=True)
    assert rows == [(3, ["b"])] and source.remarks == [] and source.options["rows"] == "visible"


# --- books as a whole -----------------------------------------------------------------------------------------------


def test_strict_open_xml_says_how_to_save_it(tmp_path):
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    rels = links(("rId1", "officeDocument", "xl/workbook.xml"), kinds=strict)
    with pytest.raises(UsageError, match="Strict Open XML") as caught:
        read(raw_book(tmp_path / "b.xlsx", table(""), changed={"_rels/.rels": rels}))
    assert "Save As" in caught.value.hint


def test_parts_that_are_not_asked_for_may_be_broken(tmp_path):
    changed = {
        "xl/pivotCache/pivotCacheDefinition1.xml": "<broken",
        "docProps/core.xml": "<?",
        "xl/vbaProject.bin": "",
    }
    assert read(raw_book(tmp_path / "b.xlsm", table(""), changed=changed))[1] == [(2, ["Pay", None])]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("content", ["<broken", "", "\0"])
def test_parts_that_are_broken(tmp_path, part, content):
    with pytest.raises(UsageError, match=r"not a readable \.xlsx workbook"):
        read(raw_book(tmp_path / "b.xlsx", table(""), changed={part: content}))


def test_chart_sheets_and_other_parts_are_no_worksheets(tmp_path):
    rels = links(
        ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId9", "chartsheet", "chartsheets/sheet1.xml")
    )
    book = (
        f'<workbook xmlns="{SPACE}" xmlns:r="{DOC}"><sheets><sheet name="Chart" r:id="rId9"/>'
        '<sheet name="Data" r:id="rId1"/></sheets></workbook>'
    )
    changed = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": rels}
    source, rows = read(raw_book(tmp_path / "b.xlsx", table(""), changed=changed))
    assert source.options == {"sheet": "Data"} and source.notes == [] and len(rows) == 1


@pytest.fixture
def cover(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        book.add_worksheet("Cover").write(0, 0, "Invoices of June")
        book.add_worksheet("Data").write_column(0, 0, ["task", "Pay"])
    return tmp_path / "b.xlsx"


def test_a_cover_sheet_names_the_others(cover):
    source, _ = read(cover)
    assert source.notes == ["reading sheet 'Cover'; --sheet takes another: 'Data'"]
    assert read(cover, sheet="Data")[1] == [(2, ["Pay"])]


def test_an_empty_first_sheet_names_the_others(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        book.add_worksheet("Empty")
        book.add_worksheet("Data").write(0, 0, "task")
    with pytest.raises(UsageError, match="is empty") as caught:
        read(tmp_path / "b.xlsx")
    assert caught.value.hint == "its other sheets: 'Data'; --sheet takes one"


def test_a_title_above_the_names(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Invoices of June")
        sheet.write_row(2, 0, ["task", "n"])
        sheet.write_row(3, 0, ["Pay", 1])
    with open_rows(tmp_path / "b.xlsx") as source:
        assert source.better_header() == (3, ["task", "n"])
    assert read(tmp_path / "b.xlsx", header_row=3)[1] == [(4, ["Pay", 1])]
    with pytest.raises(UsageError, match="row 2 of the sheet 'Sheet1' is empty"):
        read(tmp_path / "b.xlsx", header_row=2)


def test_very_many_empty_rows(tmp_path):
    rows = table("") + "".join(f'<row r="{n}" ht="12"/>' for n in range(3, 100_000))
    assert len(read(raw_book(tmp_path / "b.xlsx", rows))[1]) == 1


def test_a_tag_or_a_cell_without_an_end_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("eclips_cli.sheets.workbook.archive.LONGEST_TOKEN", 1_000_000)
    monkeypatch.setattr("eclips_cli.sheets.workbook.rows.LONGEST_ROW", 1_000_000)
    for cell in (f'<c r="B2" t="{"x" * 3_000_000}"/>', text("B2", "x" * 3_000_000)):
        with pytest.raises(UsageError, match=r"not a readable .* without an end"):
            read(raw_book(tmp_path / "b.xlsx", table(cell)))


def test_entities_behind_a_long_comment_are_refused(tmp_path):
    sheet = f'<!--{"-x" * 9000}x--><!DOCTYPE a [<!ENTITY a "b">]><worksheet xmlns="{SPACE}"/>'
    with pytest.raises(UsageError, match="declares entities"):
        read(raw_book(tmp_path / "b.xlsx", changed={"xl/worksheets/sheet1.xml": sheet}))


def test_a_zip_with_backslashes_and_other_case(tmp_path):
    made = raw_book(tmp_path / "b.xlsx", table(""))
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(tmp_path / "c.xlsx", "w") as out:
        for name in old.namelist():
            info = zipfile.ZipInfo(name.replace("sheet1", "Sheet1"))
            info.filename = info.filename.replace("/", "\\") if "_rels" not in name else info.filename
            out.writestr(info, old.read(name))
    assert read(tmp_path / "c.xlsx")[1] == [(2, ["Pay", None])]


def test_memory_is_flat(tmp_path):
    import tracemalloc

    path = tmp_path / "big.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["task", "n"])
        for row in range(1, 15_001):
            sheet.write_row(row, 0, [f"Process invoice INV-{row:07} {'for the month of June ' * 40}", row])
    tracemalloc.start()
    with open_rows(path) as source:
        count = sum(1 for _ in source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # held whole its texts would take 14 MB
    assert count == 15_000 and peak < 10_000_000
