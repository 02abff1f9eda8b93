"""One rule for cells of CSV: numbers stay numbers, whatever a spreadsheet would compute does not."""

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eclips_cli.output.csv_cells import csv_cell, csv_line

NUMBERS = [
    "-5", "+5", "-1.234,56", "-1,234.50", "-1'234.50", "-1 234,50", "-1\u202f234,50", "-12,34,567.00", "-1e5", "-2.5E+3",
    "-12%", "-5 %", "-12,50", "-€5", "-€ 5", "-5€", "-12 EUR", "-EUR 12", "-$1,234.50", "-£.50", "-.5", " -5",
]  # fmt: skip
FORMULAS = [
    "=1+1", "+cmd", "-x", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "\u200b=1", "-1+1", "+49 30", "=", "-",
    "=5", "@5", "-5(1)", "-1,2,3", "-EUR5", "-A1", "+1-2", "-12 EURO", "-1%%", "-1e5e5", "=-5", "--5", "＝1", "＋A1", "＠x",
    "-٣", "-1:2", "-$A$1", "-1 2",
]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_stay_numbers(text: str) -> None:
    assert csv_cell(text, raw=False).strip() == text.strip()


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_made_harmless(text: str) -> None:
    assert csv_cell(text, raw=False)[:1] == "'"
    assert csv_cell(text, raw=True)[:1] != "'"


@pytest.mark.parametrize(("value", "cell"), [
    (None, ""), (True, "true"), (-5, "-5"), (-5.25, "-5.25"), ({"a": "=1"}, '{"a":"=1"}'), ("a=b", "a=b"), ("'=1", "'=1"),
    ("a\r\nb\tc\x1b[2J", "a\nb\tc\\x1b[2J"), ("می\u200cخواهم", "می\u200cخواهم"), ("a\u200eb", "a\\u200eb"),
])  # fmt: skip
def test_a_value_as_a_cell(value: object, cell: str) -> None:
    assert csv_cell(value, raw=False) == cell


def test_in_a_file_marks_of_direction_pass() -> None:
    assert csv_cell("שלום\u200f 12\u200e \u202ex", raw=False, in_file=True) == "שלום\u200f 12\u200e \\u202ex"


def test_what_a_file_of_the_user_held_stays_as_it_was() -> None:
    assert csv_cell("\x1b\u00ad\u202ea\r\n", raw=False, own=True) == "\x1b\u00ad\u202ea\r\n"
    assert csv_cell("=\x1b", raw=False, own=True) == "'=\x1b"


COMPUTED = re.compile("[=+＝＋－＠@-]")


@given(st.text() | st.from_regex(r"\s?[=+\-@][-+0-9.,%' €$A-Z()]{0,12}", fullmatch=True))
@example("-1,2")
def test_nothing_that_a_spreadsheet_computes_survives(text: str) -> None:
    cell = csv_cell(text, raw=False)
    begin = cell.strip(
        " \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u3000\u2028\u2029\u200b\u200c\u200d\u2060\ufeff"
    )
    if COMPUTED.match(begin):
        # a sign, and behind it one number with at most a currency: nothing to call, to point at or to add up
        assert begin[0] in "+-"
        assert re.fullmatch(
            r"[0-9.,' \xa0\u202f%€$£¥₹]*(?:[A-Z]{3}|[eE][+-]?)?[0-9.,' \xa0\u202f%€$£¥₹]*", begin[1:]
        )
        assert re.search("[0-9]", begin)


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")), min_size=1),
    st.sampled_from(",;\t"),
)
def test_a_line_is_read_back_as_it_was_written(cells: list[str], delimiter: str) -> None:
    written = csv_line(cells, delimiter=delimiter)
    assert list(csv.reader(io.StringIO(written, newline=""), delimiter=delimiter, strict=True)) == [cells]


def test_excel_gets_its_line_ends() -> None:
    assert csv_line(["a", "b\nc"], end="\r\n") == 'a,"b\nc"\r\n'
