"""One canonical form of a cell: files of one content are the same rows, whatever hand wrote them."""

import csv
import datetime
import shutil
import subprocess
import unicodedata
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from eclips_cli.sheets import open_rows
from eclips_cli.sheets.canonical import canonical, number_text
from eclips_cli.sheets.workbook.cells import rounded


@pytest.mark.parametrize(
    "same",
    [
        (None, ""),
        (10, 10.0, "10", "10.0", "10.00", Decimal("10.00"), Decimal("1E1")),
        (57.7, 57.699999999999996, "57.7", "57.699999999999996", Decimal("57.699999999999996")),
        (0.1 + 0.2, 0.3, "0.3", "0.30"),
        (1e17, 10**17, "100000000000000000", "1e+17", "1E+17", Decimal("1E17")),
        (1e-07, "1e-07", "0.0000001", Decimal("0.00000010")),
        (-0.0, 0, "0", "-0", "0.00", "-0.0"),
        (-5, "-5", -5.0, "-5.00"),
        (1.2345678901234568e17, 123456789012346000, "1.2345678901234568e+17"),
        (True, "TRUE", "true", "True"),
        (False, "FALSE", "false"),
        ("a\r\nb", "a\nb", "a\rb", "a_x000D_\nb", "a_x000d__x000A_b", "a_x005F_x000D_\nb"),
        ("ü", "u\u0308", "_x00FC_"),
        ("2026-06-06", "2026-06-06 00:00:00", "2026-06-06T00:00:00", "2026-06-06T00:00:00.000"),
        ("2026-06-06T09:05:00", "2026-06-06 09:05", "2026-06-06 09:05:00.000"),
        ("2026-06-06T09:05:00.5", "2026-06-06 09:05:00.500"),
        ({"a": 1.50, "b": None, "ü": ["x\r\n"]}, {"u\u0308": ["x\n"], "a": 1.5}),
        (["1.0", 2], [1, "2"]),
    ],
)
def test_the_same(same):
    assert len({canonical(value) for value in same}) == 1, [canonical(value) for value in same]


@given(st.from_regex(r"-?[1-9][0-9]{0,20}(\.[0-9]{1,6})?([eE][+-][0-9]{2})?", fullmatch=True))
@example("1675123163703150.40")
@example("-669362978395919710e+29")
def test_a_canonical_form_is_its_own(text):
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize(
    "different",
    [
        ("00123", "123", "0123"),
        ("1E5", "100000"),
        ("+5", "5"),
        ("1,5", "1.5", "15"),
        (1234567890123456789, 1234567890123456788, "1234567890123456780"),
        (Decimal("100000000000000000.01"), Decimal("100000000000000000.02")),
        ("100000000000000000.01", "100000000000000000.02"),
        (57.7, 57.71),
        ("a", "A", "a ", " a"),
        ("0x10", "16"),
        ("١", "1"),
        ("2026-06-06", "2026-06-07", "06.06.2026"),
        (["a"], ["b"], {"a": "b"}),
        ("NaN", "nan"),
    ],
)
def test_not_the_same(different):
    assert len({canonical(value) for value in different}) == len(different)


@pytest.mark.parametrize("number", [Decimal("1E999999999"), Decimal("-1E-999999999"), 1e300, Decimal("NaN")])
def test_numbers_out_of_reach_are_not_written_out(number):
    assert len(canonical(number)) < 20


@given(st.one_of(st.text(), st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.decimals()))
def test_it_is_its_own_canonical_form(value):
    once = canonical(value)
    assert canonical(once) == once


@given(st.floats(-1e30, 1e30, allow_nan=False))
def test_a_number_is_equal_to_its_text(number):
    assert canonical(number) == canonical(repr(number))


@given(st.floats(-1e20, 1e20, allow_nan=False))
def test_a_number_of_a_workbook_is_equal_to_the_same_one_elsewhere(number):
    assert canonical(rounded(number)) == canonical(number) == canonical(repr(number))


@given(st.decimals(-(10**9), 10**9, places=2))
def test_amounts_keep_their_value(amount):
    assert Decimal(number_text(amount)) == amount


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_forms_of_a_letter(text):
    assert canonical(unicodedata.normalize("NFD", text)) == canonical(unicodedata.normalize("NFC", text))


# --- one content by many hands --------------------------------------------------------------------------------------

NAMES = ["text", "id", "amount", "noisy", "large", "lines", "accent", "flag", "none", "day", "literal"]
DAY = datetime.date(2026, 6, 6)
CONTENT = [
    ["Pay Acme", "00123", 10.0, 57.699999999999996, 100000000000000000, "a\nb", "Müller", True, None, DAY, "_x000D_"],
    ["  Ask; now, \"or\" never", "1E5", 0.1, 1e-7, 12, "a\r\nb", "u\u0308ber", False, "", DAY, "#N/A"],
    ["=1+1", "1234567890123456789", -5, 1 / 3, 0, "", "€", True, None, DAY, "TRUE"],
]  # fmt: skip


def by_xlsxwriter(path):
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        sheet, day = book.add_worksheet("Data"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, NAMES)
        for number, row in enumerate(CONTENT, start=1):
            for place, value in enumerate(row):
                if isinstance(value, datetime.date):
                    sheet.write_datetime(number, place, value, day)
                elif isinstance(value, str):
                    sheet.write_string(number, place, value)
                else:
                    sheet.write(number, place, value)
    return path


def by_openpyxl(path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(NAMES)
    for number, row in enumerate(CONTENT, start=2):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(number, place)
            cell.value = value.replace("_x000D_", "_x005F_x000D_") if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)
    return path


def by_csv(path, **how):
    with path.open("w", newline="", encoding=how.pop("encoding", "utf-8")) as out:
        writer = csv.writer(out, **how)
        writer.writerow(NAMES)
        writer.writerows(CONTENT)
    return path


def by_libreoffice(path, source):
    """`source`, opened and saved by LibreOffice as what `path` is called."""
    kinds = {
        ".csv": "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
        ".xlsx": "xlsx:Calc MS Excel 2007 XML",
    }
    folder = path.parent / "office"
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
    subprocess.run(
        [*command, kinds[path.suffix], "--outdir", str(folder), str(source)], check=True, capture_output=True
    )
    shutil.move(folder / f"{source.stem}{path.suffix}", path)
    return path


def rows_of(path, **how):
    with open_rows(path, **how) as source:
        assert list(source.columns) == NAMES
        found = [[canonical(cell) for cell in cells] for _, cells in source]
        assert not source.problems.count
        return found


EXPECTED = [
    [canonical(value.isoformat() if isinstance(value, datetime.date) else value) for value in row]
    for row in CONTENT
]


@pytest.mark.parametrize(
    "how",
    [{}, {"delimiter": ";"}, {"encoding": "utf-8-sig"}, {"encoding": "utf-16"}, {"lineterminator": "\n"}],
)
def test_csv_of_any_kind(tmp_path, how):
    assert rows_of(by_csv(tmp_path / "rows.csv", **how)) == EXPECTED


@pytest.mark.parametrize("hand", [by_xlsxwriter, by_openpyxl])
def test_workbooks_of_libraries(tmp_path, hand):
    assert rows_of(hand(tmp_path / "rows.xlsx")) == EXPECTED


@pytest.mark.debian("soffice")
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_files_that_libreoffice_saved(tmp_path, ending):
    made = by_libreoffice(tmp_path / f"saved{ending}", by_xlsxwriter(tmp_path / "rows.xlsx"))
    expected = [list(row) for row in EXPECTED]
    if ending == ".csv":
        # written as they are shown, with ten digits behind the point: the difference that no form can mend
        expected[2][3] = rows_of(made)[2][3]
        assert expected[2][3].startswith("0.333333333")
    assert rows_of(made) == expected
