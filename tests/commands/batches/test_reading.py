"""Spreadsheets as people have them, through `batches submit --dry-run`: what is told, and what would work."""

import json
import shlex
import sys
import unicodedata
import warnings
from pathlib import Path

import pytest
import xlsxwriter

from tests.inside import run_inside
from tests.sheets.books import raw_book, table


@pytest.fixture
def submit(clean_env):
    """`submit(FILE, …)`: a dry run."""

    def run(file, *words, terminal=False, **more):
        argv = ("batches", "submit", str(file), *words, "--dry-run")
        return run_inside(argv, {**clean_env, **more}, terminal=terminal)

    return run


@pytest.fixture
def file(tmp_path):
    def write(content, name="rows.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def pasted(done, env):
    """What the command of the hint does."""
    (hint,) = [line for line in done.err.splitlines() if line.startswith("hint: ")]
    words = shlex.split(hint.removeprefix("hint: "))
    assert words[0] == "eclips"
    return words[1:], run_inside(tuple(words[1:]), env)


@pytest.mark.parametrize(
    "header",
    [
        "number,vendor",
        "Rechnungs-Nr.,it's",
        "a b,c$HOME",
        "ü,`x`",
        '"q""q",!x',
        "{x},number",
        "task\u00a0no,b",
    ],
)
def test_the_command_that_is_suggested_works_when_pasted(submit, file, clean_env, header):
    path = file(f"{header}\n1,x\n", "it's a file.csv")
    done = submit(path, "--agent", "ap_specialist", "--name", "Juni & Juli", "--encoding=utf-8")
    assert done.code == 2 and "nothing says what the task of a row is" in done.err
    words, again = pasted(done, clean_env)
    assert again.code == 0, again.err
    kept = ["--agent", "ap_specialist", "--name", "Juni & Juli", "--encoding=utf-8", "--dry-run"]
    assert words[3 : 3 + len(kept)] == kept


def test_a_title_row_and_then_its_total(submit, file, clean_env):
    path = file("Rechnungen Juni\n\nNummer;Lieferant\nA1;Öl AG\nSumme;\n".encode("cp1252"))
    done = submit(path, "--name", "x y")
    assert "the names seem to be on line 3" in done.err
    words, again = pasted(done, clean_env)
    assert words[-4:] == ["--header-row", "3", "--task", "Process Nummer {Nummer} Lieferant {Lieferant}"]
    assert again.code == 2 and "line 5: the column 'Lieferant' of the task is empty" in again.err
    allowed = run_inside((*words, "--allow-empty", "-o", "json"), clean_env)
    assert allowed.json["first_rows"][1]["task"] == "Process Nummer Summe Lieferant "
    assert "read as cp1252 ('Öl')" in allowed.err


def test_a_cover_sheet(submit, tmp_path, clean_env):
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        book.add_worksheet("Deckblatt").write(0, 0, "Rechnungen")
        book.add_worksheet("Juni '26").write_column(0, 0, ["task", "Pay"])
    done = submit(tmp_path / "b.xlsx")
    assert done.code == 2 and 'other sheets: "Juni \'26"' in done.err
    assert pasted(done, clean_env)[1].code == 0


def test_a_preview_on_a_terminal_shows_the_first_two_rows_and_the_last(submit, file):
    rows = "".join(f"A{n},Acme {n},{n}.50\n" for n in range(10))
    done = submit(file(f"number,vendor,a.b\n{rows}"), "--task", "Pay {number}", terminal=True, NO_COLOR="1")
    lines = [line.split() for line in done.out.splitlines()]
    assert lines == [
        ["LINE", "TASK", "number", "vendor", "a.b"],
        ["2", "Pay", "A0", "A0", "Acme", "0", "0.50"],
        ["3", "Pay", "A1", "A1", "Acme", "1", "1.50"],
        ["…", "7", "more", "…"],
        ["11", "Pay", "A9", "A9", "Acme", "9", "9.50"],
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 501])
def test_a_preview_for_programs(submit, file, count):
    done = submit(file("task,n\n" + "".join(f"Pay {n},{n}\n" for n in range(count))), "-o", "json").json
    rows = [{"task": f"Pay {n}", "data": {"n": str(n)}} for n in range(count)]
    assert (done["first_rows"], done["last_row"]) == (rows[:2], rows[-1] if count > 2 else None)
    assert (done["rows"], done["jobs"]) == (count, -(-count // 500))


def test_equal_tasks_are_told_with_their_lines(submit, file):
    done = submit(file("task\nPay\nAsk\nPay\nx\nAsk\nPay\n"))
    assert "5 rows have the same task as another row: lines 2, 4 and 7; lines 3 and 6" in done.err
    assert "same task" not in submit(file("task\nPay\nAsk\n")).err


def test_hidden_rows_and_formats_are_told_before_anything_goes(submit, tmp_path):
    rows = table('<c r="B2" s="5"><v>2</v></c>').replace('<row r="2"', '<row r="2" hidden="1"')
    path = raw_book(tmp_path / "b.xlsx", rows, formats=("00000",))
    done = submit(path)
    assert "1 row is hidden in the sheet (line 2); --visible-only leaves them out" in done.err
    assert "the column 'n' shows 00002, but holds the number 2 (1 row)" in done.err
    assert "has no rows" in submit(path, "--visible-only").err


def test_bad_cells_matter_in_columns_that_are_used(submit, tmp_path):
    path = raw_book(tmp_path / "b.xlsx", table('<c r="B2" t="e"><v>#BUSY!</v></c>', "<c><f>1+1</f></c>"))
    done = submit(path)
    assert done.code == 2
    assert "2 bad rows; the first, line 2: the column 'n' holds the error #BUSY!" in done.err
    assert submit(path, "--columns", "task").code == 0
    assert submit(path, "--task", "x {n}", "--columns", "").code == 2


@pytest.mark.parametrize(
    "xml",
    [
        '<c r="B2" s="1"><v>9999999</v></c>',
        '<c r="B2"><v>1e999</v></c>',
        '<c r="B2" t="b"><v>7</v></c>',
        '<c r="B2" t="n"><v>x</v></c>',
        '<c r="B2" t="s"><v>99</v></c>',
        '<c r="B2" t="zz"><v>1</v></c>',
    ],
)
def test_no_fault_of_eclips_and_no_warning_of_python(submit, tmp_path, xml):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = submit(raw_book(tmp_path / "b.xlsx", table(xml)), "-o", "json")
    error = json.loads(done.err)["error"]
    assert done.code == 2 and "line 2: the column 'n' " in error["message"] and "fault of" not in done.err


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_infinities_are_bad_rows_in_json_too(submit, file, form):
    row = '{"task": "Pay", "n": 1e999}'
    done = submit(file(row if form == "jsonl" else f"[{row}]", f"rows.{form}"))
    assert done.code == 2 and "too large" in done.err


def test_columns_with_rows_that_have_the_apis_own_form(submit, file):
    """`{"task": …, "data": {…}}` is sent as it is; a column that is named is a member of the data, as in any file."""
    path = file(
        '{"task": "Pay", "data": {"n": 1.50}}\n{"task": "Ask", "data": null}\n{"task": "Tell"}\n',
        "rows.jsonl",
    )
    as_it_is = submit(path, "-o", "json").json["first_rows"]
    assert as_it_is == [{"task": "Pay", "data": {"n": 1.5}}, {"task": "Ask"}]
    named = submit(path, "--columns", "data", "-o", "json").json
    assert named["first_rows"][0] == {"task": "Pay", "data": {"data": {"n": 1.5}}}
    assert named["last_row"] == {"task": "Tell"}
    none = submit(path, "--columns", "task", "-o", "json").json["first_rows"]
    assert none[0] == {"task": "Pay", "data": {"task": "Pay"}}


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_columns_with_json(submit, file, form):
    rows = [{"task": "Pay", "number": 1, "vendor": "x"}, {"task": "Ask", "vendor": "y", "u\u0308": 1}]
    text = json.dumps(rows) if form == "json" else "\n".join(map(json.dumps, rows))
    done = submit(file(text, f"rows.{form}"), "--columns", "Number,\u00fc", "-o", "json")
    assert done.json["first_rows"] == [
        {"task": "Pay", "data": {"number": 1}},
        {"task": "Ask", "data": {"ü": 1}},
    ]
    assert "no column 'nothing'" in submit(file(text, f"rows.{form}"), "--columns", "nothing").err
    assert (
        "--header-row is for CSV and .xlsx files"
        in submit(file(text, f"rows.{form}"), "--header-row", "2").err
    )


def test_names_compare_in_nfc_and_near_ones_are_told(submit, file):
    decomposed = unicodedata.normalize("NFD", "Prüfung")
    path = file(f"{decomposed},Rechnung\u00a0Nr,so\u00adft\n1,2,3\n")
    assert submit(path, "--task", "x {Prüfung}").code == 0
    assert submit(path, "--task", f"x {{{decomposed}}}", "--columns", f"{decomposed},rechnung nr").code == 0
    done = submit(path, "--task", "x {Rechnung Nr} {soft}")
    assert "(did you mean {Rechnung\u00a0Nr}, with no-break space?)" in done.err
    assert "with soft hyphen?)" in done.err


@pytest.mark.parametrize("header", ["task ,n", "\u200btask,n", "TASK\u00a0,n"])
def test_a_column_named_task_with_what_can_not_be_seen(submit, file, header):
    assert submit(file(f"{header}\nPay,1\n"), "-o", "json").json["first_rows"][0]["task"] == "Pay"


def test_the_default_name_is_cleaned(submit, file):
    path = file("task\nPay\n", "Rechnung\u00a0Juni\t\n2026 .csv")
    assert submit(path, "-o", "json").json["name"] == "Rechnung Juni 2026"
    assert submit(path, "--name", "a\u00a0b").code == 2, "what was typed is not changed"


def test_standard_error_is_json_where_asked(submit, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    done = submit(tmp_path / "a.pdf", "-o", "json")
    assert "a PDF document" in json.loads(done.err)["error"]["message"]


def test_reading_a_workbook_loads_no_package(submit, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert submit(Path(raw_book(tmp_path / "b.xlsx", table("")))).code == 0


@pytest.mark.parametrize("blank", [" ,", "\u00a0,\u2003", ",\u00a0", "\t,\t"])
def test_a_line_of_any_blanks_is_no_row(submit, file, blank):
    path = file(f"task,n\nPay,1\n{blank}\nAsk,2\n")
    assert submit(path, "-o", "json").json["rows"] == 2
    assert submit(path, "--task", "x {n}", "-o", "json").json["rows"] == 2


@pytest.mark.parametrize("count", [10, 20_000])
def test_equal_tasks_among_many(submit, file, count):
    rows = "".join(f"Pay {n}\n" for n in range(count))
    done = submit(file(f"task\n{rows}Pay 7\nPay 3\n"))
    assert (
        f"4 rows have the same task as another row: lines 5 and {count + 3}; lines 9 and {count + 2}"
        in done.err
    )
