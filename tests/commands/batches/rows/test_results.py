"""Results beside their rows: each once, in order, right in a spreadsheet, written whole or not at all."""

import csv
import io
import json
import os
import stat
import threading

import pytest

from eclips_cli import errors
from eclips_cli.commands.batches._results import joiner, outcomes
from eclips_cli.commands.batches.rows import (
    FORMATS,
    Given,
    Joiner,
    ResultsFile,
    RowOutcome,
    Shape,
    Tally,
    rendered,
)
from eclips_cli.commands.batches.rows.table import columns_of_results, flattened
from tests.commands.batches.conftest import order

N = Given(["n"])
LINES = "n,status,result,error\n1,completed,,\n"


def outcomes_of(machine, reference):
    joined = joiner(machine.submissions, machine.client.batches)
    columns, found = outcomes(machine.submissions, machine.client.batches, reference, joined)
    return columns, list(found), joined


def text(outcomes, columns, kind="csv", **shape):
    return "".join(rendered(outcomes, Given(columns), Shape(kind, **shape)))


def table(outcomes, columns, **shape):
    return list(csv.reader(io.StringIO(text(outcomes, columns, **shape))))


def one(cells=None, status="completed", result=None, error=None):
    return RowOutcome(0, 2, cells if cells is not None else {"n": "1"}, "Pay", status, result, error)


# -- joining


def test_each_row_once_in_the_files_order(machine, server):
    sent = machine.submit(order(machine))
    server.finish()
    for job in server.jobs:
        job["rows"].reverse()
    columns, found, joiner = outcomes_of(machine, sent.submission.key)
    assert columns == ("number", "vendor") and joiner.wrong == 0
    assert [o.cells["number"] for o in found] == [f"INV-{n:04}" for n in range(1203)]
    assert all(o.result == {"echo": f"Process {o.cells['number']}"} for o in found)


def test_any_jobs_id_means_the_whole_submission(machine, server):
    machine.submit(order(machine))
    assert len(outcomes_of(machine, "b002")[1]) == 1203


def test_a_row_that_is_missing_or_comes_twice_gets_no_result(machine, server):
    sent = machine.submit(order(machine, count=4))
    server.finish()
    rows = server.jobs[0]["rows"]
    rows.append(dict(rows[1], result={"other": True}))
    rows.append(dict(rows[2]))
    del rows[3]
    found, joiner = outcomes_of(machine, sent.submission.key)[1:]
    assert [o.status for o in found] == ["completed", "missing", "completed", "missing"]
    assert joiner.wrong == 2 and found[1].result is None


def test_a_row_with_another_task_gets_no_result(machine, server):
    sent = machine.submit(order(machine, count=3))
    server.finish()
    rows = server.jobs[0]["rows"]
    rows[0]["row_index"], rows[1]["row_index"] = 1, 0
    found, joiner = outcomes_of(machine, sent.submission.key)[1:]
    assert [o.status for o in found] == ["mismatch", "mismatch", "completed"]
    assert joiner.wrong == 2 and found[0].result is None and "another task" in found[0].error


@pytest.mark.parametrize("index", [None, "0", True, -1, 99])
def test_a_strange_row_index_belongs_to_no_row(machine, server, index):
    sent = machine.submit(order(machine, count=2))
    server.finish()
    server.jobs[0]["rows"][1]["row_index"] = index
    assert [o.status for o in outcomes_of(machine, sent.submission.key)[1]] == ["completed", "missing"]


def test_rows_that_were_not_sent_are_there_too(machine, server):
    server.faults = ["ok", "429-credits"]
    with pytest.raises(errors.OutOfCredits):
        machine.submit(order(machine, count=600))
    found = outcomes_of(machine, machine.journal.submissions()[0].key)[1]
    assert len(found) == 600 and found[599].status == "not_sent" and found[0].status == "queued"


def test_a_foreign_batch(machine, server):
    server.commit({"agent_type": "x", "name": "theirs", "rows": [{"task": "a"}, {"task": "b"}]})
    server.finish()
    columns, found, _ = outcomes_of(machine, "b001")
    assert columns == ("row_index", "task")
    assert [o.cells for o in found] == [{"row_index": 0, "task": "a"}, {"row_index": 1, "task": "b"}]


def test_json_rows_keep_their_members(machine, server):
    body = '{"number": 1, "deep": {"a": [1]}}\n{"number": 2, "extra": null}\n'
    sent = machine.submit(order(machine, body))
    columns, found, _ = outcomes_of(machine, sent.submission.key)
    assert columns == ("number", "deep", "extra")
    assert found[1].cells == {"number": 2, "extra": None}


def test_memory_is_flat_in_the_number_of_jobs(machine, server):
    sent = machine.submit(order(machine, count=5000))
    joiner = Joiner(lambda: machine.journal, machine.client.batches)
    most = 0
    for _ in joiner.outcomes(sent.submission):
        most = max(most, len(joiner._held))
    assert most <= 4


# -- shaping


def test_nested_results_become_columns():
    found = table(
        [
            one(result={"vendor": {"name": "Dell", "ids": [1, 2]}, "ok": True}),
            one(result={"total": -5.5, "vendor": {"name": None}}),
            one(status="failed", error="no such vendor"),
        ],
        ["n"],
    )
    assert found[0] == [
        "n",
        "status",
        "result.vendor.name",
        "result.vendor.ids",
        "result.ok",
        "result.total",
        "error",
    ]
    assert found[1] == ["1", "completed", "Dell", "[1,2]", "true", "", ""]
    assert found[2] == ["1", "completed", "", "", "", "-5.5", ""]
    assert found[3] == ["1", "failed", "", "", "", "", "no such vendor"]


@pytest.mark.parametrize(
    ("result", "cell"), [("done", "done"), ([1, {"a": 2}], '[1,{"a":2}]'), (7, "7"), ({}, "{}")]
)
def test_results_that_are_no_objects(result, cell):
    assert table([one(result=result)], ["n"]) == [
        ["n", "status", "result", "error"],
        ["1", "completed", cell, ""],
    ]


def test_too_many_columns_stay_one():
    wide = [one(result={f"k{n}": n}) for n in range(600)]
    assert table(wide, ["n"])[0] == ["n", "status", "result", "error"]
    assert table(wide, ["n"])[600][2] == '{"k599":599}'


def test_input_columns_called_like_ours():
    columns = ["status", "result.total", "n"]
    found = table([one({"status": "open", "result.total": "x", "n": "1"}, result={"total": 5})], columns)
    assert found == [
        ["status", "result.total", "n", "eclips_status", "eclips_result.total", "error"],
        ["open", "x", "1", "completed", "5", ""],
    ]
    (record,) = map(json.loads, text([one({"status": "open"})], ["status"], "jsonl").splitlines())
    assert record == {"status": "open", "eclips_status": "completed", "result": None, "error": None}


def test_json_is_whole():
    rows = [one({"n": 1.5}, result={"a": {"b": [None]}}), one({"n": "x"})]
    assert json.loads(text(rows, ["n"], "json")) == [
        {"n": 1.5, "status": "completed", "result": {"a": {"b": [None]}}, "error": None},
        {"n": "x", "status": "completed", "result": None, "error": None},
    ]
    assert json.loads(text([], ["n"], "json")) == [] and text([], ["n"], "jsonl") == ""


def test_formulas_from_the_file_and_from_the_api():
    rows = [one({"n": "=A1"}, result={"x": "=B1"}, error="@y")]
    assert table(rows, ["n"])[1] == ["'=A1", "completed", "'=B1", "'@y"]
    assert table(rows, ["n"], raw=True)[1] == ["=A1", "completed", "=B1", "@y"]


def test_column_names_are_cells_too():
    assert table([one({"=n": "1"}, result={"=x": 1})], ["=n"])[0] == ["'=n", "status", "result.=x", "error"]


def test_what_the_api_says_can_not_steer_a_terminal():
    found = text([one({"n": "\x1bfile"}, result={"x": "\x1b[2J"}, error="a\x9bb")], ["n"])
    assert "\x1b[2J" not in found and "\x9b" not in found and "\x1bfile" in found


def test_excel_gets_crlf_and_a_mark(tmp_path):
    target = ResultsFile(tmp_path / "out.csv", excel=True)
    target.write([one({"n": "ü"})], N)
    assert (tmp_path / "out.csv").read_bytes() == "\ufeffn,status,result,error\r\nü,completed,,\r\n".encode()
    plain = ResultsFile(tmp_path / "plain.csv")
    plain.write([one()], N)
    assert (tmp_path / "plain.csv").read_bytes() == b"n,status,result,error\n1,completed,,\n"


def test_a_tally():
    tally = Tally()
    assert len(list(tally.counted([one(), one(status="failed"), one()]))) == 3
    assert tally.statuses == {"completed": 2, "failed": 1}


def test_a_tally_of_some_statuses():
    tally = Tally({"failed"})
    assert [o.status for o in tally.counted([one(), one(status="failed"), one()])] == ["failed"]
    assert tally.read == 3 and tally.statuses == {"failed": 1}


@pytest.mark.parametrize(
    ("columns", "given", "task"),
    [
        ("n,status,result,error", "n", None),
        ("n,task,status,result.a,result.b.c,error", "n,task", "task"),
        ("task,n,eclips_task,status,result,error", "task,n,eclips_task", "eclips_task"),
        ("status,n,eclips_status,result,eclips_error", "status,n", None),
        ("status,result,error", "", None),
        ("n,status,error", "n,status,error", None),
        ("n,result,error", "n,result,error", None),
        ("n,status,result,error,note", "n,status,result,error,note", None),
        ("n,status,note,error", "n,status,note,error", None),
        ("", "", None),
    ],
)
def test_what_results_added_to_a_file(columns, given, task):
    names = [name for name in columns.split(",") if name]
    assert columns_of_results(names, workbook=True) == ([name for name in given.split(",") if name], task)
    assert columns_of_results(names, workbook=False)[1] is None


def test_a_files_delimiter_comes_back():
    rows = [one({"n": "a;b", "m": "1,5"})]
    text = "".join(rendered(rows, Given(["n", "m"], ";"), Shape("csv")))
    assert text == 'n;m;status;result;error\n"a;b";1,5;completed;;\n'


def test_flattening_keeps_the_order():
    assert list(flattened({"b": {"y": 1, "x": {}}, "a": 2}, "r")) == ["r.b.y", "r.b.x", "r.a"]


# -- files


@pytest.mark.parametrize("kind", FORMATS)
def test_the_ending_says_the_format(tmp_path, kind):
    assert ResultsFile(tmp_path / f"out.{kind.upper()}").shape.format == kind


def test_places_are_checked_before_anything_is_sent(tmp_path):
    (tmp_path / "dir.csv").mkdir()
    for name, why in (
        ("out.txt", "format"),
        ("out", "format"),
        ("none/out.csv", "no directory"),
        ("dir.csv", "is a directory"),
    ):
        with pytest.raises(errors.UsageError, match=why):
            ResultsFile(tmp_path / name)
    with pytest.raises(errors.UsageError, match="--excel is for CSV"):
        ResultsFile(tmp_path / "out.json", excel=True)


def test_a_failure_leaves_the_old_file(tmp_path):
    target = ResultsFile(tmp_path / "out.jsonl")
    target.write([one({"n": "old"})], N)
    before_it = target.path.read_text()

    def broken():
        yield from [one()] * 10_000
        raise errors.NetworkError("gone")

    with pytest.raises(errors.NetworkError):
        target.write(broken(), N)
    assert "old" in before_it and (tmp_path / "out.jsonl").read_text() == before_it
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_a_full_disk(tmp_path):
    import resource

    target = ResultsFile(tmp_path / "out.jsonl")
    target.write([one({"n": "old"})], N)
    before_it = target.path.read_text()
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(errors.NotWritten, match="can't write"):
            target.write([one({"n": "x" * 10_000})], N)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert "old" in before_it and (tmp_path / "out.jsonl").read_text() == before_it
    assert len(list(tmp_path.iterdir())) == 1


def test_modes_are_kept_and_new_files_follow_the_umask(tmp_path):
    old = os.umask(0o027)
    try:
        target = ResultsFile(tmp_path / "out.csv")
        target.write([one()], N)
        assert stat.S_IMODE(target.path.stat().st_mode) == 0o640
        target.path.chmod(0o600)
        target.write([one()], N)
        assert stat.S_IMODE(target.path.stat().st_mode) == 0o600
    finally:
        os.umask(old)


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "out.csv").write_text("old")
    (tmp_path / "out.csv").symlink_to(tmp_path / "real" / "out.csv")
    ResultsFile(tmp_path / "out.csv").write([one()], N)
    assert (tmp_path / "out.csv").is_symlink() and (tmp_path / "real" / "out.csv").read_text() == LINES


def test_a_pipe_is_written_into(tmp_path):
    os.mkfifo(tmp_path / "out.csv")
    read = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "out.csv").read_text()))
    reader.start()
    ResultsFile(tmp_path / "out.csv").write([one()], N)
    reader.join()
    assert read == [LINES]


def test_a_long_name(tmp_path):
    target = ResultsFile(tmp_path / ("n" * 240 + ".csv"))
    target.write([one()], N)
    assert target.path.read_text() == LINES


def test_names_with_dots_share_no_column() -> None:
    result = {"a.b": 1, "a": {"b": 2, "c.d": 3}, '"a.b"': 4, "a.b.c": {"d": 5}}
    flat = flattened(result, "result")
    assert sorted(flat.values()) == [1, 2, 3, 4, 5]
    assert flat['result."a.b"'] == 1 and flat["result.a.b"] == 2
