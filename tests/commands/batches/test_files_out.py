"""What comes out as files: workbooks of results, delimiters, statuses, lines; also through LibreOffice's hands."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from unittest import mock

import openpyxl
import pytest

from eclips_cli.sheets import open_rows
from tests.commands.batches.conftest import KEY
from tests.inside import run_inside
from tests.installed import PROGRAM

INVOICES = """number;vendor;amount;currency;when;ref
00123;Müller GmbH;1.234,50;EUR;03-04;1234567890123456789
INV-2;"Dell; Inc";48210.50;USD;2026-06-06;=1+1

INV-3;Foo;1.234;USD;x;-5
INV-4;Bar;12.00;USD;TRUE;
"""
TEMPLATE = "Pay {number} of {amount}"
DATA = {"number": "INV-2", "vendor": "Dell; Inc", "amount": 48210.5, "currency": "USD"}


def outcome(_index, row):
    if "INV-2" in row["task"] or "INV-3" in row["task"]:
        return {"status": "failed", "error_message": "no\x1b[2J"}
    result = {
        "total": 10.25,
        "id": 9007199254740993,
        "ok": True,
        "note": "=HYPERLINK()",
        "deep": {"list": [1]},
    }
    return {"status": "completed", "result": result, "error_message": None}


@pytest.fixture
def env(clean_env, server, tmp_path):
    state = {"ECLIPS_STATE_DIR": str(tmp_path / "state")}
    return {**clean_env, **state, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}


@pytest.fixture
def eclips(env, clock, server):
    clock.on_sleep = server.finish

    def run(*argv, stdin="", noun="batches", **more):
        with mock.patch("eclips_cli.api.waiting.SystemClock", lambda: clock):
            return run_inside((noun, *argv), {**env, **more}, stdin)

    return run


@pytest.fixture
def done(eclips, server, tmp_path):
    """A results workbook of four invoices, two of which failed."""
    server.outcome = outcome
    (tmp_path / "june.csv").write_text(INVOICES)
    path = tmp_path / "done.xlsx"
    ended = eclips("submit", str(tmp_path / "june.csv"), "--task", TEMPLATE, "--results", str(path))
    assert ended.code == 13 and "2 failed" in ended.err, ended
    return path


def by_libreoffice(path):
    """A workbook as LibreOffice saves it."""
    folder = path.parent / "office"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), str(path)],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / path.name


def rows_of(path):
    with open_rows(path) as source:
        return list(source.columns), [dict(zip(source.columns, cells, strict=True)) for _, cells in source]


# -- a workbook of results


def test_text_is_text_and_money_is_a_number(done):
    sheet = openpyxl.load_workbook(done)["Results"]
    header, *rows = sheet.iter_rows()
    names = [cell.value for cell in header]
    assert names == [
        "number", "vendor", "amount", "currency", "when", "ref", "task", "status",
        "result.total", "result.id", "result.ok", "result.note", "result.deep.list", "error",
    ]  # fmt: skip
    first, second, third, _ = [dict(zip(names, row, strict=True)) for row in rows]
    texts = {name: first[name].value for name in ("number", "when", "ref", "result.id", "result.note")}
    assert texts == {
        "number": "00123", "when": "03-04", "ref": "1234567890123456789", "result.id": "9007199254740993",
        "result.note": "=HYPERLINK()",
    }  # fmt: skip
    assert all(first[name].data_type == "s" for name in texts)
    assert (
        first["number"].number_format == "@" and second["ref"].data_type == "s" and second["ref"].quotePrefix
    )
    amounts = [(cell.value, cell.number_format) for cell in (first["amount"], second["amount"])]
    assert amounts == [(1234.5, "#,##0.00"), (48210.5, "#,##0.00")]
    assert (first["result.total"].value, first["result.total"].number_format) == (10.25, "#,##0.00")
    assert third["amount"].value == "1.234", "it has two readings"
    assert first["result.ok"].value is True and first["result.deep.list"].value == "[1]"
    assert second["error"].value == "no\\x1b[2J"


def test_it_is_ready_to_be_looked_through(done):
    book = openpyxl.load_workbook(done)
    sheet = book["Results"]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:N5"
    fills = {sheet.cell(row, 8).value: sheet.cell(row, 8).fill.fgColor.rgb[2:] for row in range(2, 6)}
    assert fills == {"completed": "E2F0D9", "failed": "F8D7DA"}
    assert sheet["A3"].fill.fgColor.rgb.endswith("F8D7DA") and sheet["A2"].fill.fill_type is None
    sums = [[cell.value for cell in row] for row in book["Counts and sums"].iter_rows()]
    assert sums == [
        [
            "status",
            "rows",
            "sum of amount EUR",
            "sum of amount USD",
            "sum of result.total",
            "amount: not in the sum",
        ],
        ["completed", 2, 1234.5, 12, 20.5, None],
        ["failed", 2, None, 48210.5, None, None],
        ["all", 4, 1234.5, 48222.5, 20.5, 1],
    ]


@pytest.mark.debian("soffice")
def test_libreoffice_opens_and_saves_results_and_all_is_there(done):
    saved = by_libreoffice(done)
    assert rows_of(saved) == rows_of(done)
    book = openpyxl.load_workbook(saved)
    sheet = book["Results"]
    assert sheet.auto_filter.ref.startswith("A1:N")  # what is frozen it keeps in a window alone, of any file
    assert (sheet["A2"].value, sheet["C2"].value, sheet["F2"].value) == (
        "00123",
        1234.5,
        "1234567890123456789",
    )
    assert sheet["A3"].fill.fgColor.rgb.endswith("F8D7DA")
    assert book["Counts and sums"]["B4"].value == 4


def test_a_member_that_nothing_has_is_said_in_every_format(done, eclips, env, tmp_path):
    said = "--fields statsu: nothing that is shown has such a member; did you mean status?"
    for format in ("csv", "json", "tsv"):
        found = eclips("results", "b001", "-o", format, "--fields", "number,statsu,result.total")
        assert found.code == 0 and said in found.err and found.err.count("--fields") == 1, (format, found)
    asked = ("batches", "results", "b001", "-o", "xlsx", "--fields", "number,statsu,result.total")
    assert said in piped(env, tmp_path / "some.xlsx", *asked).stderr.decode()
    exported = piped(env, tmp_path / "c.xlsx", "audit", "export", "-o", "xlsx", "--fields", "at,acton")
    assert "--fields acton: nothing that is shown has" in exported.stderr.decode()


@pytest.mark.parametrize("hand", [pytest.param(by_libreoffice, marks=pytest.mark.debian("soffice")), None])
def test_retry_on_another_machine_takes_the_results(done, eclips, server, tmp_path, hand):
    path = hand(done) if hand else done
    other = {"ECLIPS_STATE_DIR": str(tmp_path / "other")}
    asked = ("retry", "b001", "--file", str(path), *(["--task", TEMPLATE] if hand else []))
    shown = eclips(*asked, "--dry-run", "-o", "json", **other)
    assert shown.code == 0 and "holds results: what these added to its rows is left out" in shown.err, shown
    again = eclips(*asked, "-d", **other)
    assert again.code == 0, again.err
    assert [row["task"] for row in server.jobs[1]["rows"]] == ["Pay INV-2 of 48210.50", "Pay INV-3 of 1.234"]
    assert server.jobs[1]["rows"][0]["data"] == {**DATA, "when": "2026-06-06", "ref": "=1+1"}


def test_retry_takes_results_as_csv(done, eclips, server, tmp_path):
    assert eclips("results", "@last", "--results", f"{tmp_path}/done.csv").code == 0
    asked = ("retry", "b001", "--file", f"{tmp_path}/done.csv", "--task", TEMPLATE, "-d")
    again = eclips(*asked, ECLIPS_STATE_DIR=str(tmp_path / "other"))
    assert again.code == 0, again.err
    assert set(server.jobs[1]["rows"][0]["data"]) == {"number", "vendor", "amount", "currency", "when", "ref"}


# -- -o xlsx


def piped(env, path, *argv):
    """The program with its stdout in a file."""
    with path.open("wb") as out:
        return subprocess.run([PROGRAM, *argv], env=env, stdout=out, stderr=subprocess.PIPE, check=False)


def test_into_a_file_it_is_the_same_workbook(done, env, tmp_path):
    found = piped(env, tmp_path / "same.xlsx", "batches", "results", "b001", "-o", "xlsx")
    assert (found.returncode, found.stderr) == (0, b"")
    assert rows_of(tmp_path / "same.xlsx") == rows_of(done)
    some = (
        "batches",
        "results",
        "b001",
        "-o",
        "xlsx",
        "--fields",
        "number,status,result.total",
        "--status",
        "failed",
    )
    assert piped(env, tmp_path / "some.xlsx", *some).returncode == 0
    columns, rows = rows_of(tmp_path / "some.xlsx")
    assert columns == ["number", "status", "result.total"] and [row["number"] for row in rows] == [
        "INV-2",
        "INV-3",
    ]
    full = piped(env, Path("/dev/full"), "batches", "results", "b001", "-o", "xlsx")
    assert full.returncode == 1 and b"could not be written" in full.stderr


@pytest.mark.parametrize("hand", [pytest.param(by_libreoffice, marks=pytest.mark.debian("soffice")), None])
def test_the_audit_record_as_a_workbook(done, eclips, env, tmp_path, hand):
    path = tmp_path / "changes.xlsx"
    exported = piped(env, path, "audit", "export", "-o", "xlsx")
    assert (exported.returncode, exported.stderr) == (0, b"")
    path = hand(path) if hand else path
    columns, (row,) = rows_of(path)
    assert columns[:4] == ["at (UTC)", "action", "subject", "about"] and columns[-1] == "ended_hash"
    assert (row["action"], row["ended"], row["subject"], row["status"]) == (
        "batch-submit",
        "accepted",
        "b001",
        201,
    )
    assert row["at (UTC)"].startswith("20") and row["key"] == "eck_live_…cdef"
    counts = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["Counts"].iter_rows()]
    assert counts[0] == ["action", "changes", "accepted", "refused", "server-error", "unknown", "not-sent"]
    assert counts[1:] == [["batch-submit", 1, 1, 0, 0, 0, 0], ["all", 1, 1, 0, 0, 0, 0]]


def test_an_empty_audit_record(env, tmp_path):
    exported = piped(env, tmp_path / "none.xlsx", "audit", "export", "-o", "xlsx")
    assert (
        exported.returncode == 0
        and b"is recorded" in exported.stderr
        and rows_of(tmp_path / "none.xlsx")[1] == []
    )


def test_results_are_replaced_whole_or_not_at_all(done, eclips, server):
    before = done.read_bytes()
    server.broken_gets = 100
    assert eclips("results", "@last", "--results", str(done), "--max-retries", "0").code == 12
    assert done.read_bytes() == before and [p.name for p in done.parent.glob(".done*")] == []


def test_a_workbook_is_refused_where_none_is_made(eclips, env):
    for argv in (("list",), ("submit", "-", "--task", "x"), ("history",)):
        refused = eclips(*argv, "-o", "xlsx", stdin="n\n1\n")
        assert (refused.code, refused.out) == (2, "") and "makes no workbook" in refused.err
    assert eclips("list", ECLIPS_OUTPUT="xlsx").code == 2
    assert eclips("results", "@last", "-o", "xlsx", "--jq", ".").code == 2
    for argv in (("batches", "results", "b001"), ("audit", "export")):
        refused = run_inside((*argv, "-o", "xlsx"), env, terminal=True)
        assert refused.code == 2 and "not to a terminal" in refused.err


def test_without_the_extra_one_clear_line_and_nothing_is_sent(eclips, server, tmp_path):
    with mock.patch.dict(sys.modules, {"openpyxl": None}):
        results = ("--results", f"{tmp_path}/done.xlsx")
        for argv in (
            ("submit", "-", "--task", "x", *results), ("results", "b001", "-o", "xlsx"),
            ("results", "b001", *results),
        ):  # fmt: skip
            refused = eclips(*argv, stdin="n\n1\n")
            assert (refused.code, refused.out) == (2, "") and len(refused.err.splitlines()) == 2
            assert "excel extra" in refused.err and "eclips-cli[excel]" in refused.err
        assert eclips("export", "-o", "xlsx", noun="audit").code == 2
    assert server.jobs == [] and not (tmp_path / "done.xlsx").exists()


# -- delimiters, statuses, lines, and the way on


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_csv_has_the_delimiter_of_its_input(eclips, server, tmp_path, delimiter):
    text = INVOICES.replace('"Dell; Inc"', "Dell").replace("1.234,50", "1234.50").replace(";", delimiter)
    ending = ".tsv" if delimiter == "\t" else ".csv"
    (tmp_path / f"june{ending}").write_text(text)
    path = tmp_path / "done.csv"
    ended = eclips(
        "submit", f"{tmp_path}/june{ending}", "--task", TEMPLATE, "--results", str(path), "--excel"
    )
    assert ended.code == 0, ended.err
    raw = path.read_bytes().decode("utf-8-sig")
    assert raw.startswith(delimiter.join(("number", "vendor", "amount"))) and raw.count("\r\n") == 5
    rows = list(csv.reader(io.StringIO(raw), delimiter=delimiter))
    assert [row[0] for row in rows] == ["number", "00123", "INV-2", "INV-3", "INV-4"]
    assert rows[2][5] == "'=1+1"
    shown = eclips("results", "@last", "-o", "csv").out
    assert list(csv.reader(io.StringIO(shown), delimiter=delimiter)) == rows


def test_jsonl_comes_back_with_commas(eclips, server):
    assert eclips("submit", "-", "--task", "Pay {n}", stdin='{"n": 1}\n').code == 0
    assert eclips("results", "@last", "-o", "csv").lines[0] == "n,status,result.echo,error"


def test_rows_of_a_status(done, eclips, tmp_path):
    failed = eclips("results", "@last", "--status", "failed", "-o", "jsonl")
    assert failed.code == 0 and [json.loads(line)["number"] for line in failed.lines] == ["INV-2", "INV-3"]
    both = eclips("results", "@last", "--status", "failed,completed", "--results", f"{tmp_path}/r.csv")
    assert both.code == 0 and "2 completed, 2 failed" in both.err
    assert len(eclips("results", "@last", "--status", "failed", "-o", "csv").lines) == 3
    none = eclips("results", "@last", "--status", "cancelled", "-o", "json")
    assert (none.code, none.json) == (0, []) and "none of 4 rows is cancelled" in none.err
    wrong = eclips("results", "@last", "--status", "faild", "-o", "json")
    assert wrong.code == 0 and "did you mean failed?" in wrong.err
    got = eclips("get", "b001", "--status", "failed", "-o", "json")
    assert [row["row_index"] for row in got.json["rows"]] == [1, 2] and got.json["job"]["total_rows"] == 4


def test_rows_are_numbered_by_their_line_in_the_file(done, eclips, tmp_path):
    lines = eclips("get", "b001", "-o", "table").out
    assert "LINE" in lines and [n for n in range(9) if f"\n{n} " in lines or f" {n}  " in lines][:4] == [
        2,
        3,
        5,
        6,
    ]
    elsewhere = eclips("get", "b001", "-o", "table", ECLIPS_STATE_DIR=str(tmp_path / "other")).out
    assert "LINE" not in elsewhere and "ROW" in elsewhere


def test_whoever_stops_following_is_told_what_writes_the_results(eclips, clock, server, tmp_path):
    def stop():
        raise KeyboardInterrupt

    clock.on_sleep = stop
    path = f"{tmp_path}/my results.csv"
    stopped = eclips("submit", "-", "--task", "Pay {n}", "--results", path, "--excel", stdin="n\n1\n")
    assert stopped.code == 130
    key = server.jobs[0]["name"].rpartition("#")[2]
    way = f"eclips batches wait --results '{path}' --excel {key}"
    assert f"hint: {way}\n" in stopped.err.replace(" --base-url " + server.url, "")
    clock.on_sleep = server.finish
    assert eclips("wait", key, "--results", path, "--excel").code == 0
    assert Path(path).read_bytes().startswith(b"\xef\xbb\xbfn,status")
