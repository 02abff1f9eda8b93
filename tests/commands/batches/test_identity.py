"""A row is sent once, whatever becomes of its file: the same rows at the server, or a stop (2) with the ways on."""

import json
import sqlite3
import unicodedata
import zlib
from unittest import mock

import openpyxl
import pytest

from eclips_cli.records.journal.schema import MIGRATIONS
from tests.commands.batches.conftest import KEY, failing
from tests.inside import run_inside

ROWS = ["INV-1,Acme,10.00", "INV-2,Müller,20.50", "INV-3,Zeta,7"]
HEAD = "number,vendor,amount"


def csv_text(*rows, head=HEAD):
    return "\n".join([head, *rows]) + "\n"


@pytest.fixture
def env(clean_env, server, tmp_path):
    state = {"ECLIPS_STATE_DIR": str(tmp_path / "state")}
    return {**clean_env, **state, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}


@pytest.fixture
def eclips(env, clock):
    def run(*argv, stdin="", terminal=False, top=False, **more):
        words = argv if top else ("batches", *argv)
        with mock.patch("eclips_cli.api.waiting.SystemClock", lambda: clock):
            return run_inside(words, {**env, **more}, stdin, terminal=terminal)

    return run


@pytest.fixture
def file(tmp_path):
    """The invoice list, and a way to write it anew."""
    path = tmp_path / "inv.csv"
    path.write_text(csv_text(*ROWS))
    return path


BY = ("--task", "Process {number}")


@pytest.fixture
def submit(eclips, file):
    def run(*options, by=BY, path=file, **more):
        return eclips("submit", str(path), *by, "-d", *options, **more)

    return run


def numbers(server):
    return [task.rpartition(" ")[2] for task in server.tasks()]


@pytest.fixture
def sent(submit, server):
    done = submit()
    assert done.code == 0 and len(server.tasks()) == 3, done.err


def test_a_row_appended(submit, server, file, sent):
    file.write_text(csv_text(*ROWS, "INV-4,New,4"))
    stop = submit()
    assert stop.code == 2 and "4 rows: 1 new · 3 sent before" in stop.err
    assert (
        f"only the new rows: eclips batches submit {file}" in stop.err and "--on-duplicate skip" in stop.err
    )
    assert "all rows again:" in stop.err and "--again" in stop.err
    assert len(server.tasks()) == 3
    done = submit("--on-duplicate", "skip")
    assert done.code == 0 and numbers(server) == ["INV-1", "INV-2", "INV-3", "INV-4"], done.err
    again = submit("--on-duplicate", "skip")
    assert again.code == 0 and len(server.tasks()) == 4, again.err


def test_one_word_of_the_task_changed(submit, server, sent):
    stop = submit(by=("--task", "Handle {number}"))
    assert stop.code == 2 and "3 rows: 0 new · 3 changed since (line 2, line 3, line 4)" in stop.err
    assert len(server.tasks()) == 3
    done = submit("--on-duplicate", "changed", by=("--task", "Handle {number}"))
    assert done.code == 0 and server.tasks()[3:] == ["Handle INV-1", "Handle INV-2", "Handle INV-3"]
    assert submit(by=("--task", "Handle {number}")).code == 0 and len(server.tasks()) == 6


RESAVED = {
    "bom and crlf": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    "no last line feed": lambda text: text.rstrip("\n"),
    "semicolons": lambda text: text.replace(",", ";"),
    "quotes": lambda text: text.replace("Acme", '"Acme"'),
    "an empty column more": lambda text: text.replace("\n", ",\n").replace("amount,", "amount,remark", 1),
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text),
    "other digits": lambda text: text.replace("10.00", "10"),
    "another order": lambda text: csv_text(*ROWS[::-1]),
    "columns in another order": lambda text: csv_text(
        *(",".join(row.split(",")[::-1]) for row in ROWS), head="amount,vendor,number"
    ),
}


@pytest.mark.parametrize("way", RESAVED)
def test_saved_anew(submit, server, file, sent, way):
    file.write_text(RESAVED[way](csv_text(*ROWS)))
    done = submit()
    assert done.code == 0 and "nothing was sent" in done.err, done.err
    assert len(server.tasks()) == 3


def test_a_workbook_opened_and_saved(submit, server, tmp_path):
    book = openpyxl.Workbook()
    for row in ([*HEAD.split(",")], ["INV-1", "Acme", 10.5], ["INV-2", "Zeta", 57.699999999999996]):
        book.active.append(row)
    path = tmp_path / "inv.xlsx"
    book.save(path)
    assert submit(path=path).code == 0 and len(server.tasks()) == 2
    openpyxl.load_workbook(path).save(path)
    assert submit(path=path).code == 0 and len(server.tasks()) == 2
    (tmp_path / "inv.csv").write_text(csv_text("INV-1,Acme,10.5", "INV-2,Zeta,57.7"))
    done = submit(path=tmp_path / "inv.csv")
    assert done.code == 0 and len(server.tasks()) == 2, done.err


def test_another_format_name_or_standard_input(eclips, submit, server, file, sent, tmp_path):
    copy = tmp_path / "copy.jsonl"
    members = [dict(zip(HEAD.split(","), row.split(","), strict=True)) for row in ROWS]
    copy.write_text("".join(json.dumps(row) + "\n" for row in members))
    assert submit(path=copy).code == 0
    assert eclips("submit", "-", *BY, "-d", stdin=csv_text(*ROWS)).code == 0
    assert len(server.tasks()) == 3


def test_another_state_directory_finds_the_job(submit, server, sent, tmp_path):
    done = submit(ECLIPS_STATE_DIR=str(tmp_path / "laptop"))
    assert done.code == 0 and len(server.tasks()) == 3, done.err
    assert "3 rows were submitted from elsewhere on 2026-06-06, as b001 " in done.err
    again = submit(ECLIPS_STATE_DIR=str(tmp_path / "laptop"))
    assert again.code == 0 and "elsewhere" not in again.err and len(server.tasks()) == 3


def test_another_state_directory_and_a_row_appended(submit, server, file, sent, tmp_path):
    file.write_text(csv_text(*ROWS, "INV-4,New,4"))
    laptop = {"ECLIPS_STATE_DIR": str(tmp_path / "laptop")}
    stop = submit(**laptop)
    assert stop.code == 2 and "4 rows: 1 new · 3 sent before" in stop.err, stop.err
    done = submit("--on-duplicate", "skip", **laptop)
    assert done.code == 0 and numbers(server) == ["INV-1", "INV-2", "INV-3", "INV-4"]


def test_elsewhere_a_job_that_can_not_be_told_is_a_stop(submit, server, file, sent, tmp_path):
    laptop = {"ECLIPS_STATE_DIR": str(tmp_path / "laptop")}
    file.write_text(csv_text(*ROWS[:2], "INV-9,New,4"))
    for more in ((), ("--key", "number"), ("--on-duplicate", "skip")):
        stop = submit(*more, **laptop)
        assert stop.code == 2 and "was submitted from elsewhere on 2026-06-06 and has tasks of" in stop.err
        assert "eclips batches get b001" in stop.err and "--name" in stop.err
    assert len(server.tasks()) == 3
    file.write_text(csv_text("INV-7,New,1"))
    done = submit(**laptop)
    assert done.code == 0 and numbers(server)[3:] == ["INV-7"], "none of its tasks is the file's"


def test_elsewhere_one_constant_task_with_different_data(submit, server, file, tmp_path):
    by = ("--task-column", "vendor")
    file.write_text(csv_text("1,Post,10", "2,Post,11", "3,Post,12"))
    assert submit(by=by).code == 0
    laptop = {"ECLIPS_STATE_DIR": str(tmp_path / "laptop")}
    file.write_text(csv_text("1,Post,10", "2,Post,11", "3,Post,12", "4,Post,13"))
    done = submit("--on-duplicate", "skip", by=by, **laptop)
    assert done.code == 0 and len(server.tasks()) == 4, done.err
    file.write_text(csv_text("1,Post,99", "2,Post,11", "3,Post,12"))
    assert submit(by=by, ECLIPS_STATE_DIR=str(tmp_path / "third")).code == 2
    assert len(server.tasks()) == 4


def test_standard_input_has_no_label_by_which_other_jobs_could_be_its(eclips, server, tmp_path):
    laptop = {"ECLIPS_STATE_DIR": str(tmp_path / "laptop")}
    assert eclips("submit", "-", *BY, "-d", stdin=csv_text(*ROWS)).code == 0
    again = eclips("submit", "-", *BY, "-d", stdin=csv_text(*ROWS), **laptop)
    assert again.code == 0 and len(server.tasks()) == 3, "the same rows are found by their marker"
    other = eclips("submit", "-", *BY, "-d", stdin=csv_text("INV-1,Other,1"), **laptop)
    assert other.code == 0 and len(server.tasks()) == 4, other.err


def test_without_batch_read_only_the_own_journal_is_known(submit, server, sent, tmp_path):
    server.forbidden = "/v1/batches"
    done = submit(ECLIPS_STATE_DIR=str(tmp_path / "laptop"))
    assert done.code == 0 and "without the scope batch:read only this machine's journal tells" in done.err


def test_the_same_row_three_times(submit, server, file):
    file.write_text(csv_text(ROWS[0], ROWS[0], ROWS[0]))
    shown = submit("--dry-run")
    assert shown.code == 0 and "3 rows: 1 new · 2 twice in this file (lines 3 and 4)" in shown.err
    assert "it would stop: " in shown.err and server.tasks() == []
    stop = submit()
    assert stop.code == 2 and "rows stand twice in it" in stop.err
    assert submit("--on-duplicate", "skip").code == 0 and numbers(server) == ["INV-1"]
    assert submit("--again").code == 0 and numbers(server) == ["INV-1"] * 4


def test_the_same_row_written_in_two_ways_in_a_column_of_the_task(submit, server, file):
    """7.0 and 7 are one number, though "Pay 7.0" and "Pay 7" are two tasks."""
    file.write_text(csv_text("INV-1,7.0,x", "INV-1,7,x", head="number,amount,note"))
    stop = submit(by=("--task", "Pay {amount} of {number}"))
    assert stop.code == 2 and "2 rows: 1 new · 1 twice in this file (line 3)" in stop.err
    assert server.jobs == []


def test_a_key_that_stands_twice_is_found_though_its_rows_have_different_tasks(submit, server, file):
    file.write_text(csv_text("INV-1,Dell,1", "INV-1,HP,1", head="number,vendor,amount"))
    by = ("--task", "Process {number} from {vendor}")
    stop = submit("--key", "number", "--columns", "number,amount", by=by)
    assert stop.code == 2 and "a key stands twice with different content: INV-1 (lines 2 and 3)" in stop.err
    assert server.jobs == []


def test_credits_end_and_a_later_row_is_mended(eclips, submit, server, file):
    rows = [f"INV-{n:04},Vendor,{n}" for n in range(900)]
    file.write_text(csv_text(*rows))
    server.faults = ["ok", "429-credits"]
    assert submit().code == 10
    key = eclips("history", "-o", "id").out.strip()
    rows[899] = "INV-0899,Vendor,900.00"
    file.write_text(csv_text(*rows))
    stop = submit()
    assert stop.code == 2 and "400 rows of it are not sent yet" in stop.err, stop.err
    assert f"`eclips batches resume {key}` sends the rest as it was" in stop.err
    assert f"`eclips batches cancel {key} --unsent` gives it up" in stop.err
    assert len(server.tasks()) == 500
    given_up = eclips("cancel", key, "--unsent")
    assert given_up.code == 0 and server.jobs[0]["status"] == "running", given_up.err
    done = submit("--on-duplicate", "skip")
    assert done.code == 0 and sorted(numbers(server)) == [f"INV-{n:04}" for n in range(900)], done.err


def test_credits_end_and_it_goes_on_with_a_renamed_copy_or_on_standard_input(
    eclips, submit, server, file, tmp_path
):
    rows = [f"INV-{n:04},Vendor,{n}" for n in range(1100)]
    for night in (0, 1):
        file.write_text(csv_text(*(f"{night}{row}" for row in rows)))
        server.faults = ["ok", "429-credits"]
        assert submit().code == (10 if not night else 2) or night
        if night:
            assert submit("--on-duplicate", "skip").code == 10
        copy = tmp_path / f"copy{night}.csv"
        copy.write_text("\ufeff" + file.read_text().replace("\n", "\r\n"))
        server.faults = []
        done = submit(path=copy) if night else eclips("submit", "-", *BY, "-d", stdin=copy.read_bytes())
        assert done.code == 0 and "jobs were sent or found now" in done.err, done.err
    assert len(server.tasks()) == len(set(server.tasks())) == 2200


def test_a_remark_that_makes_every_row_look_new(submit, server, file, sent):
    file.write_text(csv_text(*(f"{row},seen" for row in ROWS), head=f"{HEAD},remark"))
    stop = submit()
    assert stop.code == 2 and "rows of this name were sent before" in stop.err and "3 rows: 3 new" in stop.err
    keyed = submit("--key", "number", "--columns", "number,vendor,amount")
    assert keyed.code == 0 and len(server.tasks()) == 3, keyed.err


def test_key_sends_what_is_new_and_stops_at_what_changed(submit, server, file, sent):
    keyed = ("--key", "number", "--columns", "number,vendor,amount")
    file.write_text(csv_text(*ROWS, "INV-4,New,4"))
    assert submit(*keyed).code == 0 and len(server.tasks()) == 4
    file.write_text(csv_text(ROWS[0], "INV-2,Müller,21.00", *ROWS[2:], "INV-4,New,4", "INV-5,New,5"))
    stop = submit(*keyed)
    assert stop.code == 2 and "5 rows: 1 new · 3 sent before · 1 changed since (INV-2)" in stop.err
    skipped = submit(*keyed, "--on-duplicate", "skip", "-q")
    assert skipped.code == 13 and "1 row was changed since and not sent (INV-2)" in skipped.err
    assert "--on-duplicate changed" in skipped.err and numbers(server)[4:] == ["INV-5"]
    told = submit(*keyed, "--on-duplicate", "skip", "-q")
    assert told.code == 0, "told once"
    assert submit(*keyed, "--on-duplicate", "changed").code == 0 and numbers(server)[5:] == ["INV-2"]
    assert submit(*keyed).code == 0 and len(server.tasks()) == 6


def test_each_change_is_told_once(submit, server, file):
    skip = ("--key", "number", "--on-duplicate", "skip")
    assert submit(*skip).code == 0
    rows = list(ROWS)
    for number in (1, 2):
        rows[number] = f"{rows[number]}9"
        file.write_text(csv_text(*rows))
        told = submit(*skip)
        assert told.code == 13 and f"{number} changed since" in told.err, told.err
        assert submit(*skip).code == 0
    assert len(server.tasks()) == 3


def test_a_key_that_is_missing_empty_or_not_unique(submit, server, file):
    missing = submit("--key", "nummer")
    assert missing.code == 2 and "no column 'nummer'" in missing.err and "its columns: number" in missing.err
    file.write_text(csv_text(ROWS[0], ",Acme,1"))
    empty = submit("--key", "number", by=("--task", "Process {vendor}"))
    assert empty.code == 2 and "line 3: the key is empty (number)" in empty.err
    file.write_text(csv_text(ROWS[0], "INV-1,Other,1"))
    for more in ((), ("--on-duplicate", "skip"), ("--on-duplicate", "changed")):
        twice = submit("--key", "number", *more)
        assert (
            twice.code == 2
            and "a key stands twice with different content: INV-1 (lines 2 and 3)" in twice.err
        )
    assert server.tasks() == []


def test_keys_that_nearly_match_are_different_and_said_to_be(submit, server, file):
    file.write_text(csv_text("INV-1,Acme,1", "inv-1 ,Acme,1"))
    done = submit("--key", "number")
    assert done.code == 0 and len(server.tasks()) == 2
    assert "the keys 'INV-1' (line 2) and 'inv-1 ' (line 3) differ by blanks or case only" in done.err


def test_a_key_that_nearly_is_one_that_was_sent_is_said_to_be(submit, server, file):
    file.write_text(csv_text("INV-1,Acme,1", "INV-2,Acme,2"))
    assert submit("--key", "number").code == 0
    file.write_text(csv_text("Inv-1,Acme,1", "INV-2,Acme,2", "INV-3,Acme,3"))
    done = submit("--key", "number")
    assert done.code == 0 and len(server.tasks()) == 4, done.err
    assert "the keys 'Inv-1' (line 2) and 'INV-1' (sent before, in #" in done.err
    assert done.err.count("differ by blanks or case") == 1
    again = submit("--key", "number")
    assert again.code == 0 and "differ by" not in again.err, "it was sent: it is known by now"


def test_a_key_as_number_and_as_text(submit, server, tmp_path):
    path = tmp_path / "k.jsonl"
    path.write_text('{"number": 7, "x": "a"}\n')
    assert submit("--key", "number", path=path).code == 0
    path.write_text('{"number": "7", "x": "a"}\n')
    assert submit("--key", "number", path=path).code == 0 and len(server.tasks()) == 1
    book = openpyxl.Workbook()
    for row in (["number", "x"], [7, "a"]):
        book.active.append(row)
    book.save(tmp_path / "k.xlsx")
    assert submit("--key", "number", path=tmp_path / "k.xlsx").code == 0 and len(server.tasks()) == 1


def test_a_terminal_is_asked_once(submit, server, file, sent):
    file.write_text(csv_text(*ROWS, "INV-4,New,4"))
    enter = submit(terminal=True, stdin="\n")
    assert enter.code == 1 and "Send the new ones only (n), all again (a), or nothing (Enter)?" in enter.err
    assert submit("--yes", terminal=True, stdin="\n").code == 1 and len(server.tasks()) == 3
    new = submit(terminal=True, stdin="n\n")
    assert new.code == 0 and numbers(server)[3:] == ["INV-4"]
    file.write_text(csv_text(*ROWS, "INV-5,New,5"))
    everything = submit(terminal=True, stdin="a\n")
    assert everything.code == 0 and numbers(server)[4:] == ["INV-1", "INV-2", "INV-3", "INV-5"]


def test_what_failed_is_counted(eclips, submit, server, file, clock):
    server.outcome = lambda _index, row: {"status": "failed" if "INV-2" in row["task"] else "completed"}
    clock.on_sleep = server.finish
    assert eclips("submit", str(file), *BY).code == 13
    again = submit()
    assert again.code == 0 and "3 rows: 0 new · 3 sent before (1 failed)" in again.err


def test_another_agent_is_counted_and_goes(submit, server, sent):
    done = submit("--agent", "ap_specialist")
    assert done.code == 0 and "3 rows: 3 new (3 of them sent before to another agent)" in done.err, done.err


def test_results_hold_every_row(eclips, submit, server, file, clock, sent, tmp_path):
    server.outcome = failing()
    server.finish()
    file.write_text(csv_text("INV-4,New,4", *ROWS[::-1]))
    clock.on_sleep = server.finish
    options = (*BY, "--on-duplicate", "skip", "--results", str(tmp_path / "done.csv"))
    server.outcome = lambda _index, _row: {"status": "failed", "error_message": "no"}
    done = eclips("submit", str(file), *options)
    assert done.code == 3, "only what was sent now is judged"
    lines = (tmp_path / "done.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["number", "INV-4", "INV-3", "INV-2", "INV-1"]
    assert [line.split(",")[3] for line in lines[1:]] == ["failed", "completed", "completed", "completed"]


def test_a_refused_job_is_neither_unsent_nor_known(eclips, submit, server, file):
    rows = [f"INV-{n:04},Vendor,{n}" for n in range(900)]
    file.write_text(csv_text(*rows))
    server.faults = ["ok", "400"]
    refused = submit()
    assert refused.code == 14 and "--on-duplicate skip" in refused.err
    assert "nothing is unfinished" in eclips("resume").err
    done = submit("--on-duplicate", "skip")
    assert done.code == 0 and len(server.tasks()) == len(set(server.tasks())) == 900


# -- accounts

OTHER = "eck_live_ffffffffffffffffffffffffffffffff"


def test_another_key_of_the_same_account_is_settled_by_asking(submit, server, file, sent):
    done = submit(ECLIPS_API_KEY=OTHER)
    assert done.code == 0 and len(server.tasks()) == 3
    asked = [path for method, path in server.log if path == "/v1/batches/b001"]
    submit(ECLIPS_API_KEY=OTHER)
    assert len(asked) == 1, "and is known from then on"


@pytest.fixture
def half(eclips, submit, server, file):
    """A submission of which one job was accepted and has failed, and one is unsent; its key."""
    file.write_text(csv_text(*[f"INV-{n:04},Vendor,{n}" for n in range(501)]))
    server.faults = ["ok", "429-credits"]
    assert submit().code == 10
    server.outcome = lambda *_: {"status": "failed"}
    server.finish()
    return eclips("history", "-o", "id").out.strip()


VERBS = pytest.mark.parametrize("verb", ["submit", "resume", "wait", "cancel", "cancel --unsent", "retry"])


@pytest.fixture
def on(eclips, file, half):
    """`on("resume")` goes on with it, with another key than it was begun with."""

    def run(verb, *options, **more):
        words = {"submit": (str(file), *BY, "-d"), "wait": (half, "--timeout", "0s"), "resume": (half, "-d"),
                 "retry": (half, "-d", "--yes")}  # fmt: skip
        name, *flags = verb.split()
        return eclips(name, *words.get(name, (half,)), *flags, *options, **{"ECLIPS_API_KEY": OTHER, **more})

    return run


def keys_known(tmp_path):
    """How many keys are known to be of the account that the submission was begun with."""
    with sqlite3.connect(tmp_path / "state" / "batches.sqlite3") as journal:
        of = "SELECT account FROM submissions ORDER BY created_at LIMIT 1"
        return journal.execute(f"SELECT count(*) FROM account_keys WHERE account = ({of})").fetchone()[0]


@VERBS
def test_half_a_file_does_not_go_on_in_another_account(eclips, server, half, on, verb, tmp_path):
    server.accounts = {KEY: "ours", OTHER: "theirs"}
    for job in server.jobs:
        job["account"] = "ours"
    before = len(server.tasks())
    if verb == "cancel --unsent":  # what is planned only here, anybody here may give up
        assert on(verb).code == 0 and keys_known(tmp_path) == 1
        return
    for options in ((), (), ("--rotated-key",)):  # the API has said no
        other = on(verb, *options)
        assert other.code == 2 and "of another account" in other.err and "nothing was sent" in other.err
    everything = eclips("resume", "-d", ECLIPS_API_KEY=OTHER)
    assert everything.code == 0 and len(server.tasks()) == before and server.jobs[0]["status"] == "completed"
    assert server.log.count(("GET", "/v1/batches/b001")) == 1 and keys_known(tmp_path) == 1
    assert on(verb, ECLIPS_API_KEY=KEY).code != 2


@VERBS
def test_another_key_of_the_same_account_goes_on(server, half, on, verb, tmp_path):
    codes = {"wait": {3, 13}, "cancel": {13}}
    first = on(verb)
    assert first.code in codes.get(verb, {0}), first.err
    assert keys_known(tmp_path) == (1 if verb == "cancel --unsent" else 2)
    assert len(server.tasks()) == {"submit": 501, "resume": 501, "retry": 1000}.get(verb, 500)


@VERBS
def test_a_key_with_which_nothing_can_be_read(eclips, server, half, on, verb, tmp_path):
    """It can write and not read: nobody can tell, until a person says so."""
    server.forbidden = "/v1/batches"
    before = len(server.tasks())
    if verb != "cancel --unsent":
        for _ in range(2):
            stop = on(verb)
            assert (stop.code, len(server.tasks())) == (2, before) and "--rotated-key" in stop.err, stop.err
        assert keys_known(tmp_path) == 1
    done = on(verb, "--rotated-key")
    assert done.code != 2, done.err
    assert keys_known(tmp_path) == (1 if verb == "cancel --unsent" else 2)
    if verb == "resume":
        assert done.code == 0 and len(server.tasks()) == 501, done.err


def test_nothing_was_accepted_yet_that_could_be_read(eclips, submit, server, file):
    server.faults = ["429-credits"]
    assert submit().code == 10
    key = eclips("history", "-o", "id").out.strip()
    for _ in range(2):
        for command in (("submit", str(file), *BY, "-d"), ("resume", key)):
            stop = eclips(*command, ECLIPS_API_KEY=OTHER)
            assert stop.code == 2 and "--rotated-key" in stop.err, stop.err
    done = submit("--rotated-key", ECLIPS_API_KEY=OTHER)
    assert done.code == 0 and len(server.tasks()) == 3
    assert eclips("wait", key, "--timeout", "0s", ECLIPS_API_KEY=OTHER).code == 124


def test_a_finished_file_goes_to_another_account_anew(submit, server, file):
    server.accounts = {KEY: "ours", OTHER: "theirs"}
    assert submit().code == 0
    done = submit(ECLIPS_API_KEY=OTHER)
    assert done.code == 0 and len(server.tasks()) == 6, done.err
    assert submit().code == 0 and submit(ECLIPS_API_KEY=OTHER).code == 0 and len(server.tasks()) == 6


@pytest.fixture
def from_file(submit, server, file, tmp_path):
    """Submit two jobs with a key from a file, which is `OTHER` and the only good one before the second job goes."""
    file.write_text(csv_text(*(f"INV-{n:04},Vendor,{n}" for n in range(900))))
    path = tmp_path / "api.key"
    path.write_text(KEY)
    path.chmod(0o600)

    def replaced():
        path.write_text(OTHER)
        server.revoked = {KEY}

    def run(*faults, **more):
        server.faults = [replaced if fault == "replaced" else fault for fault in faults]
        return submit(ECLIPS_API_KEY="", ECLIPS_API_KEY_FILE=str(path), **more)

    return run


def test_a_key_that_is_replaced_between_two_jobs(eclips, submit, server, from_file):
    done = from_file("ok", "replaced")
    assert done.code == 0 and len(server.tasks()) == 900, done.err
    assert f"eck_live_…{KEY[-4:]} was rejected; ECLIPS_API_KEY_FILE (" in done.err
    assert f") holds eck_live_…{OTHER[-4:]} by now" in done.err
    assert KEY not in done.err and OTHER not in done.err
    kept = json.loads(eclips("audit", "list", "-o", "json", top=True).out)
    assert [change["key"][-4:] for change in kept] == [OTHER[-4:], KEY[-4:]]
    assert [change["ended"] for change in kept] == ["accepted", "accepted"]
    server.log.clear()
    again = from_file()
    assert again.code == 0 and len(server.tasks()) == 900, again.err
    assert not [path for _method, path in server.log if path == "/v1/batches/b001"], "it is known for good"


def test_a_key_of_another_account_takes_over_in_the_middle(eclips, server, from_file):
    server.accounts = {KEY: "ours", OTHER: "theirs"}
    stop = from_file("ok", "replaced")
    assert stop.code == 2 and "the new one is another account's; it is not used" in stop.err, stop.err
    assert "500 of 900 rows were accepted" in stop.err and "eclips batches resume" in stop.err
    assert len(server.tasks()) == 500


def test_a_key_that_takes_over_before_anything_can_be_read(server, from_file):
    stop = from_file("replaced")
    assert (
        stop.code == 2 and "nothing tells whether the new one is" in stop.err and "--rotated-key" in stop.err
    )
    assert server.tasks() == []


def test_a_maintenance_of_20_minutes_is_outlived_where_that_is_asked_for(submit, server, file, clock):
    """A 503 that says when to come again did nothing; a 500 may have, and is never sent twice."""
    server.faults = ["503-1200"]
    stop = submit()
    assert stop.code == 12 and "it asks to wait 20 min" in stop.err and clock.slept == []
    server.faults, server.broken_gets = ["503-1200", "503-1200", "ok"], 3
    stop = submit("--max-outage", "30m")
    assert stop.code == 12 and sum(clock.slept) > 1199, "two of them are longer than half an hour"
    assert "the command goes on" in stop.err and server.tasks() == []
    server.faults, before = ["503-1200", "ok"], sum(clock.slept)
    done = submit("--max-outage", "30m")
    assert done.code == 0 and len(server.tasks()) == 3 and 1199 < sum(clock.slept) - before < 1800, done.err
    assert "the API answers again" in done.err
    server.faults = ["500", "ok"]
    file.write_text(csv_text("INV-9,Acme,1"))
    posts = len([1 for method, _path in server.log if method == "POST"])
    submit("--max-outage", "30m", "--on-duplicate", "skip")
    assert len([1 for method, _path in server.log if method == "POST"]) - posts <= 2, "looked for in between"


def test_no_key_is_in_the_state_directory(submit, sent, tmp_path):
    for path in (tmp_path / "state").rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes()


# -- journals of 0.1


def as_0_1_left_it(folder, *, base_url, rows, state="finished", batch_id="b001"):
    """The journal of 0.1: its first schema, floats as they were read, no labels, accounts or markers of jobs."""
    folder.mkdir(mode=0o700)
    database = sqlite3.connect(folder / "batches.sqlite3")
    for statement in filter(str.strip, MIGRATIONS[0].split(";")):
        database.execute(statement)
    mapping = {"task_column": None, "template": "Process {number}", "data_columns": None, "as_given": False}
    database.execute(
        "INSERT INTO submissions VALUES ('k7f3q2', 'f', 1, 'submit', NULL, 1780736400.0, 'inv', 'inv.xlsx', 'xlsx', "
        "'center', NULL, 'default', ?, ?, ?, ?, 1)",
        (base_url, json.dumps(mapping), json.dumps(["number", "vendor", "amount"]), len(rows)),
    )
    kept = [[line, f"Process {cells[0]}", cells] for line, cells in enumerate(rows, start=2)]
    database.execute(
        "INSERT INTO jobs (key, number, first_row, row_count, state, batch_id, sent_at, rows) "
        "VALUES ('k7f3q2', 1, 0, ?, ?, ?, 1780736400.0, ?)",
        (len(rows), state, batch_id, zlib.compress(json.dumps(kept).encode())),
    )
    database.execute("PRAGMA user_version = 1")
    database.commit()
    database.close()


OLD = [["INV-1", "Acme", 10.0], ["INV-2", "Müller", 57.699999999999996], ["INV-3", "Zeta", 7]]


def test_rows_of_a_journal_of_0_1_are_known_floats_and_all(submit, server, file, tmp_path):
    as_0_1_left_it(tmp_path / "state", base_url=f"{server.url}/", rows=OLD)
    server.commit({"agent_type": "center", "name": "inv #k7f3q2", "rows": [{"task": "Process INV-1"}] * 3})
    file.write_text(csv_text("INV-1,Acme,10", "INV-2,Müller,57.7", "INV-3,Zeta,7.0"))
    done = submit()
    assert done.code == 0 and "3 rows: 0 new · 3 sent before" in done.err, done.err
    file.write_text(csv_text("INV-1,Acme,10", "INV-2,Müller,57.7", "INV-3,Zeta,7.0", "INV-4,New,1"))
    assert submit().code == 2
    assert submit("--key", "number").code == 0 and numbers(server)[3:] == ["INV-4"]


def test_a_cut_submission_of_0_1_goes_on_with_its_own_marker(submit, server, file, tmp_path):
    as_0_1_left_it(tmp_path / "state", base_url=server.url, rows=OLD, state="sending", batch_id=None)
    server.commit({"agent_type": "center", "name": "inv #k7f3q2", "rows": [{"task": "Process INV-1"}] * 3})
    file.write_text(csv_text("INV-1,Acme,10", "INV-2,Müller,57.7", "INV-3,Zeta,7.0"))
    done = submit()
    assert done.code == 0 and len(server.jobs) == 1, done.err


def test_a_journal_of_a_newer_version(submit, server, sent, tmp_path):
    database = sqlite3.connect(tmp_path / "state" / "batches.sqlite3")
    database.execute("PRAGMA user_version = 99")
    database.close()
    done = submit()
    assert done.code == 17 and "was written by a newer eclips" in done.err and len(server.tasks()) == 3


def test_what_is_unfinished_is_named(env, clock, submit, server, file):
    """By `eclips` alone, `doctor`, `status`, `submit` and `resume` alike: what is at this API, whoever sent it."""
    env["ECLIPS_CONFIG_DIR"] = str(file.parent)
    file.with_name("config.toml").write_text("[profiles.other]\n")
    server.faults = ["429-credits"]
    assert submit().code == 10
    about = f"({file}, 3 of 3 rows)"

    def run(*argv, **more):
        with mock.patch("eclips_cli.api.waiting.SystemClock", lambda: clock):
            return run_inside(argv, {**env, **more})

    for where in ({}, {"ECLIPS_PROFILE": "other"}, {"ECLIPS_BASE_URL": "http://127.0.0.1:1"}):
        here = "ECLIPS_BASE_URL" not in where
        alone, doctor = run(**where), run("doctor", "-o", "json", **where)
        (checked,) = (one for one in doctor.json if one["check"] == "submissions")
        assert (("not sent to its end yet: #" in alone.err), about in alone.err) == (here, here), where
        assert (about in checked["detail"], checked["status"] == "warning") == (here, here), where
        assert (run("status", "--check", "unfinished=0", **where).code == 15) == here, where
        assert ("would be sent" in run("batches", "resume", "--dry-run", **where).err) == here, where
    other = file.with_name("other.csv")
    other.write_text(csv_text("X-1,Acme,1"))
    done = submit(path=other)
    assert done.code == 0 and about in done.err and numbers(server) == ["X-1"]


def test_a_dry_run_says_it_in_full_and_sends_nothing(submit, server, file, sent, tmp_path):
    file.write_text(csv_text(*ROWS, "INV-4,New,4", "INV-4,New,4"))
    shown = submit("--dry-run", "--on-duplicate", "skip", "-o", "json")
    assert shown.code == 0 and shown.json["rows"] == 1
    assert "5 rows: 1 new · 3 sent before · 1 twice in this file (line 6)" in shown.err
    elsewhere = submit("--dry-run", ECLIPS_STATE_DIR=str(tmp_path / "laptop"))
    assert elsewhere.code == 0 and "3 rows were submitted from elsewhere" in elsewhere.err, elsewhere.err
    assert not (tmp_path / "laptop").exists() and len(server.tasks()) == 3
