"""The batch commands through `main(argv)`, against a server whose every commit is counted, on a clock of the tests."""

import html
import json
import os
import re
import signal
import sqlite3
import subprocess
import unicodedata
from pathlib import Path
from unittest import mock

import pytest

from eclips_cli.records.journal import SubmissionLock
from tests.commands.batches.conftest import KEY, csv_of, expected, failing
from tests.faults.running import run
from tests.inside import run_inside
from tests.installed import PROGRAM, run_installed, wait_until

BY = ("--task", "Process {number}")


@pytest.fixture
def env(clean_env, server, tmp_path):
    state = {"ECLIPS_STATE_DIR": str(tmp_path / "state")}
    return {**clean_env, **state, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}


@pytest.fixture
def eclips(env, clock):
    """`eclips("submit", "-", …)`: a batch command in this process."""

    def run(*argv, stdin="", **more):
        with mock.patch("eclips_cli.api.waiting.SystemClock", lambda: clock):
            return run_inside(("batches", *argv), {**env, **more}, stdin)

    return run


def submitted(eclips, server, count=3, *options, first=0):
    """Submit and do not follow; the submission's key."""
    done = eclips("submit", "-", *BY, "-d", *options, stdin=csv_of(count, first))
    assert done.code == 0, done.err
    return eclips("history", "-o", "id").lines[0]


def test_retry_and_then_results_of_the_original(eclips, server, clock):
    key = submitted(eclips, server, 1203)
    server.outcome = failing(3, 700)
    server.finish()
    shown = eclips("retry", "@last", "--dry-run", "-o", "json")
    assert (shown.json["rows"], shown.json["first_rows"][1]["data"]["number"]) == (2, "INV-0700")
    assert len(server.jobs) == 3, "a dry run sends nothing"
    server.outcome = failing(700)
    clock.on_sleep = server.finish
    done = eclips("retry", key)
    assert done.code == 13, done.err
    assert [row["task"] for row in server.jobs[3]["rows"]] == ["Process INV-0003", "Process INV-0700"]
    assert f"`eclips batches results {key}` shows the newest outcome" in done.err
    rows = [line.split("\t") for line in eclips("results", key).lines]
    assert [row[0] for row in rows] == [f"INV-{n:04}" for n in range(1203)]
    assert (rows[3][2], rows[700][2], rows[4][2]) == ("completed", "failed", "completed")
    server.outcome = failing()
    assert eclips("retry", key).code == 0
    nothing = eclips("retry", key)
    assert nothing.code == 0 and "nothing was sent" in nothing.err and len(server.jobs) == 5


def test_retry_of_another_machines_batch_takes_the_file(eclips, server, clock, tmp_path):
    submitted(eclips, server, 3)
    server.outcome = failing(1)
    server.finish()
    (tmp_path / "june.csv").write_text(csv_of(3))
    other = {"ECLIPS_STATE_DIR": str(tmp_path / "other")}
    told = eclips("retry", "b001", **other)
    assert told.code == 2 and "--file FILE" in told.err
    from_file = ("retry", "b001", "--file", str(tmp_path / "june.csv"), *BY)
    shown = eclips(*from_file, "--dry-run", "-o", "json", **other)
    assert shown.json["first_rows"] == [
        {"task": "Process INV-0001", "data": {"number": "INV-0001", "vendor": "Vendor 1"}}
    ]
    assert len(server.jobs) == 1
    clock.on_sleep = server.finish
    assert eclips(*from_file, **other).code == 3
    assert [row["task"] for row in server.jobs[1]["rows"]] == ["Process INV-0001"]
    wrong = eclips(*from_file[:-1], "Pay {number}", **other)
    assert wrong.code == 2 and "another task" in wrong.err


@pytest.mark.parametrize("sent_since", [True, False])
def test_retry_of_another_machines_batch_leaves_out_what_was_sent_from_here_since(
    eclips, server, clock, tmp_path, sent_since
):
    file, other = tmp_path / "june.csv", {"ECLIPS_STATE_DIR": str(tmp_path / "other")}
    file.write_text(csv_of(4))
    by = ("--name", "mine", *BY, "-d")
    begun = eclips("submit", str(file), *by, "--again", **other) if not sent_since else None
    clock.at += 3600
    server.now += 3600
    theirs = eclips("submit", "-", *BY, "-d", "-o", "json", stdin=csv_of(4))
    assert theirs.code == 0, theirs.err
    batch = theirs.json[0]["id"] if isinstance(theirs.json, list) else theirs.json["id"]
    server.outcome = failing(1, 2)
    server.finish()
    if sent_since:
        clock.at += 3600
        server.now += 3600
        file.write_text("\n".join(csv_of(4).splitlines()[:3]) + "\n")
        begun = eclips("submit", str(file), *by, "--again", **other)
    assert begun is not None and begun.code == 0, begun.err
    file.write_text(csv_of(4))
    before = len(server.jobs)
    asked = ("retry", batch, "--file", str(file), *BY, "-d")
    for dry in ("--dry-run",), ():
        done = eclips(*asked, *dry, **other)
        assert done.code == 0, done.err
        assert ("1 row was sent again since, as #" in done.err) is sent_since
    tasks = ["Process INV-0001", "Process INV-0002"]
    assert [row["task"] for row in server.jobs[before]["rows"]] == tasks[sent_since:]
    assert len(server.jobs) == before + 1


def test_results_of_another_machines_batch(eclips, server, tmp_path):
    submitted(eclips, server, 2)
    server.finish()
    other = eclips("results", "b001", "-o", "csv", ECLIPS_STATE_DIR=str(tmp_path / "other"))
    assert other.lines[1] == "0,Process INV-0000,completed,Process INV-0000,"
    assert not (tmp_path / "other" / "batches.sqlite3").exists(), "reading makes no journal"


def test_rows_of_the_api_that_do_not_match_are_an_error(eclips, server):
    submitted(eclips, server, 3)
    server.finish()
    server.jobs[0]["rows"][1]["task"] = "Process something else"
    done = eclips("results", "@last", "-o", "jsonl")
    assert (
        done.code == 12
        and "1 row of the API doesn't match the rows that were sent; it has no result"
        in done.error["message"]
    )
    assert [json.loads(line)["status"] for line in done.lines] == ["completed", "mismatch", "completed"]


def test_cancel_several_ids_each_submission_once(eclips, server):
    submitted(eclips, server, 1203)
    submitted(eclips, server, 3, first=2000)
    ids = [job["id"] for job in server.jobs]
    shown = eclips("cancel", *ids, "--dry-run")
    assert shown.code == 0 and len(shown.lines) == 4 and "nothing was done" in shown.err
    assert not any("cancel" in path for _, path in server.log)
    done = eclips("cancel", "-", "--yes", "-o", "json", stdin="\n".join(ids))
    assert done.code == 0, done.err
    assert [(job["id"], job["status"]) for job in done.json] == [(id_, "cancelled") for id_ in ids]
    assert sum("cancel" in path for _, path in server.log) == 4
    again = eclips("cancel", ids[3])
    assert (again.code, again.out) == (0, "") and "nothing was left to cancel" in again.err
    assert eclips("wait", "@last").code == 9


def test_cancel_of_one_that_ended_does_not_stop_the_others(eclips, server):
    for count in (3, 4):
        submitted(eclips, server, count, first=10 * count)
    server.finish(server.jobs[0])
    done = eclips("cancel", "b001", "b002")
    assert done.code == 13 and "can't be cancelled" in done.err
    assert server.jobs[1]["status"] == "cancelled"
    assert eclips("cancel", "b001").code == 14


def test_wait_follows_several_as_one_and_takes_results(eclips, server, clock, tmp_path):
    submitted(eclips, server, 1203)
    submitted(eclips, server, 3, first=2000)
    clock.on_sleep = server.finish
    done = eclips("wait", "b001", "b004", "--results", str(tmp_path / "r.jsonl"), "-o", "json")
    assert (done.code, len(done.json)) == (0, 4), done.err
    assert len((tmp_path / "r.jsonl").read_text().splitlines()) == 1203


def test_a_line_a_minute_where_there_is_no_terminal(eclips, server, clock):
    submitted(eclips, server, 10)
    begun = clock.at
    clock.on_sleep = lambda: clock.at - begun > 200 and server.finish()
    done = eclips("wait", "@last")
    assert 2 <= done.err.count("0 of 10 rows done") <= 4, done.err


def test_an_outage_that_lasts_names_the_way_on(eclips, server):
    key = submitted(eclips, server)
    server.broken_gets = 10_000
    done = eclips("wait", "@last", "--max-outage", "10s")
    assert done.code == 12 and f"hint: eclips batches wait {key}" in done.err


def test_a_batch_that_the_api_does_not_know_any_more(eclips, server):
    submitted(eclips, server)
    server.jobs.clear()
    done = eclips("submit", "-", *BY, stdin=csv_of(3))
    assert done.code == 6 and "--again" in done.err


def test_resume_goes_on_with_the_others_when_one_is_refused(eclips, server):
    for count in (3, 4):
        server.faults = ["429-credits"]
        assert eclips("submit", "-", *BY, stdin=csv_of(count, 10 * count)).code == 10
    server.faults = ["400"]
    done = eclips("resume", "-d")
    assert done.code == 13, done.err
    assert "1 of 2 submissions could not be finished" in done.err
    assert sorted(server.tasks()) == expected(4, 40)


def test_after_a_rejected_key_the_way_on_is_said_once(eclips, server):
    server.faults = ["401"]
    done = eclips("submit", "-", *BY, "-d", stdin=csv_of(3))
    key = eclips("history", "-o", "id").out.strip()
    assert done.code == 4 and done.err.count("; then: ") == 1, done.err
    assert done.err.endswith(f"; then: eclips batches resume {key}\n")


def test_ctrl_c_in_a_resume_of_several_ends_it(eclips, server, clock):
    for count in (3, 4):
        server.faults = ["429-credits"]
        eclips("submit", "-", *BY, stdin=csv_of(count, 10 * count))

    def interrupted():
        raise KeyboardInterrupt

    server.faults, clock.on_sleep = ["after"], interrupted
    done = eclips("resume", "-d")
    assert done.code == 130 and "hint: eclips batches resume\n" in done.err, done.err
    assert len(server.jobs) == 1, "nothing more was sent"
    clock.on_sleep = lambda: None
    assert eclips("resume", "-d").code == 0 and server.tasks() == [*expected(3, 30), *expected(4, 40)]


def test_resume_of_several_is_one_document_and_one_progress(eclips, server, clock):
    for count in (3, 4):
        server.faults = ["429-credits"]
        eclips("submit", "-", *BY, stdin=csv_of(count, 10 * count))
    clock.on_sleep = server.finish
    done = eclips("resume", "-o", "json")
    assert done.code == 0 and "7 of 7 rows done" in done.err
    assert [job["total_rows"] for job in done.json] == [3, 4]
    assert eclips("resume", "-o", "json").json == []


def test_what_is_refused_at_once_is_forgotten(eclips, server):
    server.faults = ["400"]
    done = eclips("submit", "-", *BY, "-o", "json", stdin=csv_of(3))
    assert done.code == 14 and done.error["field"] == "agent_type" and "submission" not in done.error
    assert "mend the command and run it again" in done.error["hint"]
    assert eclips("history", "-o", "json").json == []


def test_resume_of_one_by_key_and_of_none(eclips, server):
    server.faults = ["ok", "429-credits"]
    assert eclips("submit", "-", *BY, stdin=csv_of(1203)).code == 10
    key = eclips("history", "-o", "id").out.strip()
    assert eclips("resume", "--curl").out.startswith("curl -X POST")
    done = eclips("resume", f"#{key}", "-d")
    assert done.code == 0 and "2 of 3 jobs were sent or found now" in done.err
    assert server.tasks() == expected(1203)
    assert eclips("resume", "nokey").code == 2
    assert eclips("history", "--jq", ".[0].state").out == "accepted\n"


def test_two_processes_on_one_file(eclips, server, env, tmp_path):
    server.faults = ["429-credits"]
    assert eclips("submit", "-", *BY, stdin=csv_of(3)).code == 10
    fingerprint = sqlite3.connect(f"{tmp_path}/state/batches.sqlite3").execute(
        "SELECT fingerprint FROM submissions"
    )
    key = eclips("history", "-o", "id").lines[0]
    with SubmissionLock(
        tmp_path / "state" / "locks", fingerprint.fetchone()[0], what=f"standard input #{key}", since="now"
    ):
        done = eclips("submit", "-", *BY, stdin=csv_of(3))
    assert (
        done.code == 16
        and f"another eclips is working on standard input #{key} (process {os.getpid()}" in done.err
    )


def test_a_corrupt_journal_is_told_before_anything_is_sent(eclips, server, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "batches.sqlite3").write_bytes(b"not a database at all" * 100)
    done = eclips("submit", "-", *BY, stdin=csv_of(3))
    assert (done.code, done.out, server.log) == (17, "", [])
    assert "is damaged" in done.err and "eclips batches list" in done.err
    assert len(done.err.splitlines()) == 2
    assert eclips("list").code == 0


def test_a_full_disk_is_told_before_anything_is_sent(server, env, tmp_path):
    (tmp_path / "june.csv").write_text(csv_of(1203))
    limited = 'ulimit -f 16; trap "" XFSZ; exec "$0" "$@"'
    command = ["sh", "-c", limited, PROGRAM, "batches", "submit", f"{tmp_path}/june.csv", *BY, "-d"]
    # without it the limit would cut the program's own compiled files
    no_cache = {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, env={**env, **no_cache}, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, server.log) == (17, "", []), done.stderr
    assert "no room for the journal" in done.stderr and len(done.stderr.splitlines()) == 2
    again = run_installed(tuple(command[4:]), env)
    assert again.code == 0 and sorted(server.tasks()) == expected(1203), again.err


def test_a_state_directory_that_is_none(eclips, server, tmp_path):
    (tmp_path / "file").write_text("")
    done = eclips("submit", "-", *BY, stdin=csv_of(3), ECLIPS_STATE_DIR=str(tmp_path / "file" / "below"))
    assert (done.code, server.log) == (17, []) and "/file is not a directory" in done.err
    assert done.err.splitlines()[1] == "hint: nothing was sent; ECLIPS_STATE_DIR names another directory"


def test_sigterm_while_it_sends_leaves_the_intent(server, env, tmp_path):
    """The first job's answer never comes; SIGTERM, and the same command again finds the job."""
    (tmp_path / "june.csv").write_text(csv_of(3))
    commit, held = server.commit, []

    def holding(body):
        job = commit(body)
        held.append(job)
        process.wait()
        return job

    server.commit = holding
    command = ("batches", "submit", str(tmp_path / "june.csv"), *BY, "-d")
    process = subprocess.Popen([PROGRAM, *command], env=env, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: held)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 143 and "eclips batches resume" in err
    server.commit = commit
    again = run_installed(command, env)
    assert again.code == 0 and sorted(server.tasks()) == expected(3), again.err


def test_cancelling_what_is_at_another_api_asks_none(clean_env, server, tmp_path):
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}
    assert run_inside(("batches", "submit", "-", *BY, "-d"), env, csv_of(3)).code == 0
    away = ["batches", "cancel", "b001", "--base-url", "http://127.0.0.1:1", "--yes"]
    done = run(away, env)
    assert done.code == 2 and b"was made with profile" in done.err and done.clock.slept == []


def test_the_sandbox_inside_the_process_is_one_place(clean_env, tmp_path):
    env = {**clean_env, "ECLIPS_SANDBOX": "1"}
    submit = ("batches", "submit", "-", "-d")
    first = run_inside(submit, env, "task\n[instant] x\n")
    assert first.code == 0, first.err
    again = run_inside(submit, env, "task\n[instant] x\n")
    assert "was submitted before" in again.err
    assert run_inside(("batch", "wait", "@last"), env).code == 0
    real = {**clean_env, "ECLIPS_BASE_URL": "http://127.0.0.1:1", "ECLIPS_API_KEY": KEY}
    for verb in ("cancel", "wait", "results", "retry"):
        elsewhere = run_inside(("batches", verb, first.out.split("\t")[0]), real)
        assert elsewhere.code == 2 and "hint: the same command with --sandbox" in elsewhere.err, verb


def test_an_accepted_job_whose_id_can_not_be_remembered_is_a_warning(eclips, server, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "recent").write_text("a file where a directory should be")
    done = eclips("submit", "-", *BY, "-d", stdin=csv_of(3))
    assert done.code == 0 and "warning: " in done.err and "@last" in done.err
    assert server.tasks() == expected(3)


def test_an_accepted_id_is_told_before_anything_else_is_sent(eclips, server, tmp_path):
    server.faults = ["ok", "400"]
    done = eclips("submit", "-", *BY, stdin=csv_of(1203))
    assert done.err.index("accepted standard input (1/3)") < done.err.index("error:")
    assert eclips("get", "@last", "--jq", ".job.id").out == "b001\n"
    assert Path(tmp_path / "state" / "batches.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_hint_leads_to_the_same_place(eclips, server, clock):
    server.outcome = failing(1)
    clock.on_sleep = server.finish
    done = eclips("submit", "-", *BY, "--base-url", server.url, stdin=csv_of(3))
    key = server.jobs[0]["name"].rpartition("#")[2]
    assert f"hint: eclips --base-url {server.url} batches retry {key}\n" in done.err
    lost = eclips("get", "b9999999", "--base-url", server.url, "-o", "json")
    assert lost.error["hint"] == f"eclips --base-url {server.url} batches list"


def test_ctrl_c_while_an_answer_is_looked_for(eclips, server, clock):
    def interrupted():
        raise KeyboardInterrupt

    server.faults, clock.on_sleep = ["after"], interrupted
    done = eclips("submit", "-", *BY, "-d", stdin=csv_of(3))
    assert done.code == 130 and "hint: run the same command again, or: eclips batches resume" in done.err
    clock.on_sleep = lambda: None
    assert eclips("resume", "-d").code == 0 and server.tasks() == expected(3)


def test_one_id_from_standard_input(eclips, server):
    submitted(eclips, server, 1203)
    server.finish()
    assert len(eclips("results", "-", stdin="b001\n").lines) == 1203
    assert eclips("results", "-", stdin="b001\nb002\n").code == 2
    assert eclips("results", "-", stdin="").code == 2
    one = eclips("get", "b002", "--jq", ".rows | length")
    assert one.out == "500\n" and "one of the 3 jobs of #" in one.err


def test_results_never_replace_the_file_that_is_submitted(eclips, server, tmp_path):
    (tmp_path / "june.csv").write_text(csv_of(3))
    (tmp_path / "link.csv").symlink_to(tmp_path / "june.csv")
    for name in ("june.csv", "link.csv"):
        done = eclips("submit", f"{tmp_path}/june.csv", *BY, "--results", f"{tmp_path}/{name}")
        assert done.code == 2 and "the file that was submitted" in done.err
    assert server.log == [] and (tmp_path / "june.csv").read_text() == csv_of(3)


def test_the_file_is_checked_before_a_key_is_asked_for(eclips, server):
    no_key = {"ECLIPS_API_KEY": "", "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    assert eclips("submit", "-", *BY, stdin="number\nx,y\n", **no_key).code == 2
    assert eclips("submit", "-", *BY, stdin="number\nx\n", **no_key).code == 4
    assert server.log == []


def spellings(url):
    """One address, as people and configuration files write it."""
    return [url, f"{url}/", f"{url}//", url.replace("http", "HTTP"), f"  {url} "]


@pytest.mark.parametrize("number", range(5))
def test_another_spelling_of_the_address_is_the_same_api(eclips, server, tmp_path, number):
    submitted(eclips, server)
    spelled = spellings(server.url)[number]
    again = ("submit", "-", *BY, "-d")
    by_option = eclips(*again, "--base-url", spelled, stdin=csv_of(3))
    by_environment = eclips(*again, stdin=csv_of(3), ECLIPS_BASE_URL=spelled)
    (tmp_path / "config.toml").write_text(f'[profiles.default]\nbase_url = "{spelled}"\n')
    in_file = {"ECLIPS_BASE_URL": "", "ECLIPS_CONFIG_DIR": str(tmp_path)}
    by_profile = eclips(*again, stdin=csv_of(3), **in_file)
    for done in (by_option, by_environment, by_profile):
        assert done.code == 0, done.err
        assert "was submitted before" in done.err
    assert len(server.jobs) == 1


@pytest.mark.parametrize("number", range(1, 4))
def test_a_journal_of_0_1_with_another_spelling_of_the_address(eclips, server, number):
    """0.1 kept the address as it was typed, also inside the fingerprint."""
    spelled = spellings(server.url)[number]
    with mock.patch("eclips_cli.credentials.settings.canonical_base_url", lambda text: text):
        server.faults = ["ok", "429-credits"]
        assert eclips("submit", "-", *BY, "-d", stdin=csv_of(1203), ECLIPS_BASE_URL=spelled).code == 10
    assert eclips("history", "-o", "json").json[0]["base_url"] == spelled
    assert eclips("cancel", "b001", "--dry-run").code == 0
    done = eclips("submit", "-", *BY, "-d", stdin=csv_of(1203))
    assert done.code == 0 and "2 of 3 jobs were sent or found now" in done.err
    assert server.tasks() == expected(1203)


def test_a_job_that_is_too_large_goes_out_in_halves(eclips, server, clock, tmp_path):
    """A gateway in front of the API refuses it with 413 and a web page: that is an answer, nothing is in doubt."""
    server.most = 16 * 130  # bytes: 130 rows of "Process INV-0000"
    done = eclips("submit", "-", *BY, "-d", stdin=csv_of(600))
    assert done.code == 0, done.err
    assert sorted(server.tasks()) == expected(600)
    assert [job["total_rows"] for job in server.jobs] == [125, 125, 125, 125, 100]
    assert len({job["name"] for job in server.jobs}) == 5
    assert done.err.count("500 rows are too large for the server at once: sending jobs of fewer") == 1
    assert done.err.count("too large") == 1
    assert clock.slept == [], "there was nothing to look for"
    server.outcome = failing(3, 300, 599)
    server.finish()
    rows = [line.split("\t") for line in eclips("results", "@last").lines]
    assert [row[0] for row in rows] == [f"INV-{n:04}" for n in range(600)], "in the file's order"
    assert [row[0] for row in rows if row[2] == "failed"] == ["INV-0003", "INV-0300", "INV-0599"]
    nothing = eclips("submit", "-", *BY, "-d", stdin=csv_of(600))
    assert nothing.code == 0 and len(server.jobs) == 5, nothing.err


def test_a_retry_that_is_too_large_knows_whose_rows_its_halves_are(eclips, server):
    key = submitted(eclips, server, 600)
    server.outcome = failing(*range(0, 600, 2))
    server.finish()
    server.most = 16 * 100
    assert eclips("retry", key, "-d").code == 0
    assert [job["total_rows"] for job in server.jobs[2:]] == [75, 75, 75, 75]
    server.outcome = failing(298, 300)
    server.finish()
    rows = [line.split("\t") for line in eclips("results", key).lines]
    assert [row[0] for row in rows if row[2] == "failed"] == ["INV-0298", "INV-0300"]
    assert all(row[3] == "ok" for row in rows if row[2] == "completed")


def test_a_single_row_that_is_too_large_is_refused(eclips, server):
    server.most = 20
    text = csv_of(2) + f"{'9' * 40},Vendor\n"
    done = eclips("submit", "-", *BY, "-d", "-o", "json", stdin=text)
    assert done.code == 14, done.err
    assert "line 4 of standard input is too large for the server by itself" in done.error["message"]
    assert "(2 of 3 rows were accepted)" in done.error["message"]
    assert server.tasks() == expected(2)
    assert eclips("resume", "-d").code == 0 and server.tasks() == expected(2), "a refusal decides"


NAME = "Faktüren & Söhne  (Juni)"

KEEPS_THE_MARKER = {
    "collapses blanks": lambda job: {"name": " ".join(job["name"].split())},
    "trims and shouts": lambda job: {"name": f" {job['name'].upper()} "},
    "decomposes": lambda job: {"name": unicodedata.normalize("NFD", job["name"])},
    "escapes": lambda job: {"name": html.escape(job["name"]).replace("#", "&#35;")},
    "makes a slug": lambda job: {"name": re.sub(r"\W+", "-", job["name"])},
    "drops what is not ASCII": lambda job: {"name": job["name"].encode("ascii", "ignore").decode()},
    "counts in words": lambda job: {"total_rows": str(job["total_rows"])},
    "counts late": lambda job: {"total_rows": 0},
    "counts wrongly": lambda job: {"total_rows": 7},
}


@pytest.mark.parametrize("way", KEEPS_THE_MARKER)
@pytest.mark.parametrize(("count", "at"), [(3, 0), (1203, 0), (1203, 1)])
def test_the_marker_finds_a_job_whatever_became_of_its_name(eclips, server, way, count, at):
    server.shows = lambda job: job | KEEPS_THE_MARKER[way](job)
    server.faults = ["ok"] * at + ["after"]
    done = eclips("submit", "-", *BY, "-d", "--name", NAME, stdin=csv_of(count))
    assert done.code == 0, done.err
    assert server.tasks() == expected(count)
    assert "sending it again" not in done.err


LOSES_THE_MARKER = {
    "cuts at 12": lambda job: {"name": job["name"][:12]},
    "cuts with an ellipsis": lambda job: {"name": job["name"][:9] + "…"},
    "cuts inside of the marker": lambda job: {"name": job["name"][:-3]},
    "has no name": lambda job: {"name": None},
    "puts something behind it": lambda job: {"name": job["name"] + " (API)"},
}


@pytest.mark.parametrize("way", LOSES_THE_MARKER)
@pytest.mark.parametrize("at", [0, 2])
def test_without_a_marker_that_comes_back_nothing_is_sent_on_a_guess(eclips, server, way, at):
    server.shows = lambda job: job | LOSES_THE_MARKER[way](job)
    server.faults = ["ok"] * at + ["after"]
    done = eclips("submit", "-", *BY, "-d", "--name", NAME, "-o", "json", stdin=csv_of(1203))
    assert done.code == 11, done.err
    assert done.error["candidates"] == [server.jobs[at]["id"]]
    assert server.jobs[at]["id"] in done.error["hint"]
    for again in (("submit", "-", *BY, "-d", "--name", NAME), ("resume", "-d")):
        assert eclips(*again, stdin=csv_of(1203)).code == 11
    assert server.tasks() == expected(1203)[: 500 * (at + 1)]
    key = eclips("history", "-o", "id").out.strip()
    given_up = eclips("cancel", key)
    assert given_up.code == 13 and server.jobs[at]["id"] in given_up.err
    assert eclips("resume", "-d").code == 0 and len(server.jobs) == at + 1, "a person has decided"


def test_a_server_that_shows_no_markers_is_never_guessed_at(eclips, server):
    """The second job is surely not among those that it lists; but nothing that it lists tells whose they are."""
    server.shows = lambda job: job | {"name": job["name"][:4]}
    server.faults = ["ok", "lost"]
    done = eclips("submit", "-", *BY, "-d", stdin=csv_of(1203))
    assert done.code == 11 and "does not give back the marker" in done.err, done.err
    assert server.tasks() == expected(500)


def test_other_peoples_jobs_and_a_renamed_one_of_ours_are_no_doubt(eclips, server):
    for number in range(2):
        submitted(eclips, server, 3 + number, first=10 * number)
    server.jobs[0]["name"] = "renamed by somebody"
    server.commit({"agent_type": "center", "name": "July", "rows": [{"task": "a"}]})
    server.commit({"agent_type": "center", "name": "standard input (1/1) #abcdef", "rows": [{"task": "a"}]})
    server.commit({"agent_type": "payroll", "name": None, "rows": [{"task": "a"}]})
    server.faults = ["lost"]
    done = eclips("submit", "-", *BY, "-d", stdin=csv_of(5, 20))
    assert done.code == 0 and "sending it again" in done.err, done.err
    assert server.jobs[-1]["total_rows"] == 5


def test_results_never_overwrite_the_file_that_was_submitted(clean_env, server, tmp_path):
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}
    file, link = tmp_path / "june.csv", tmp_path / "link.csv"
    file.write_text(csv_of(3))
    link.symlink_to(file)
    assert run_inside(("batches", "submit", str(file), *BY, "--detach"), env).code == 0
    server.outcome = failing(1)
    server.finish()
    assert run_inside(("batches", "retry", "b001", "--detach"), env).code == 0
    server.finish()
    for verb in (["results"], ["wait"]):
        for batch in ("b001", "b002"):
            for target in (file, link):
                done = run_inside(("batches", *verb, batch, "--results", str(target)), env)
                assert done.code == 2 and "is the file that was submitted" in done.err, done
    assert file.read_text() == csv_of(3)
    assert run_inside(("batches", "results", "b001", "--results", str(tmp_path / "done.csv")), env).code == 0


def test_results_never_replace_a_file_that_was_named_from_another_directory(
    clean_env, server, tmp_path, monkeypatch
):
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}
    (tmp_path / "june.csv").write_text(csv_of(3))
    monkeypatch.chdir(tmp_path)
    assert run_inside(("batches", "submit", "june.csv", *BY, "--detach"), env).code == 0
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    done = run_inside(("batches", "results", "b001", "--results", "../june.csv"), env)
    assert done.code == 2 and "is the file that was submitted" in done.err, done
    assert (tmp_path / "june.csv").read_text() == csv_of(3)


def test_cancel_says_what_it_stopped_and_what_was_done_before(clean_env, server, tmp_path):
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}
    (tmp_path / "june.csv").write_text(csv_of(1203))
    server.faults = ["ok", "ok", "429-credits"]
    assert run_inside(("batches", "submit", str(tmp_path / "june.csv"), *BY, "--detach"), env).code == 10
    for place, status in enumerate(["completed", "completed", "failed"]):
        server.jobs[0]["rows"][place]["status"] = status
    done = run_inside(("batches", "cancel", "b001", "-o", "json"), env)
    assert done.code == 0, done.err
    assert done.err.splitlines()[-1] == (
        "1,200 rows were stopped (203 of them before they were sent); 3 were done before (1 of them failed)"
    )
    assert [(job["status"], job["completed_rows"], job["cancelled_rows"]) for job in done.json] == [
        ("not-sent", 0, 203), ("cancelled", 2, 497), ("cancelled", 0, 500),
    ]  # fmt: skip


def test_cancel_says_of_which_job_it_does_not_know(clean_env, server):
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}
    server.commit({"agent_type": "x", "name": "theirs", "rows": [{"task": "a"}]})
    # the look at the list that finds the id is answered, the one after the cancellation is not
    server.shows = lambda job: setattr(server, "broken_gets", 1) or job
    done = run_inside(("batches", "cancel", "b001", "--max-retries", "0"), env)
    assert done.code == 0 and server.jobs[0]["status"] == "cancelled"
    assert "not known of b001 (GET /v1/batches/:id was answered 502" in done.err


@pytest.mark.parametrize("status", ["completed", "running", "failed,triage", ""])
def test_only_what_failed_or_was_cancelled_is_sent_again(clean_env, server, status):
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}
    assert run_inside(("batches", "retry", "b001", "--status", status), env).code == 2


def test_a_completed_job_with_rows_that_have_not_ended_is_12(clean_env, server):
    server.commit({"agent_type": "x", "name": "theirs", "rows": [{"task": "a"}, {"task": "b"}]})
    server.jobs[0]["status"] = "completed"
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}
    done = run(["batches", "wait", "b001", "-o", "json"], env)  # time passes that nobody waits for
    assert done.code == 12, done.err
    assert done.error["message"] == (
        "the API says that batch b001 is completed, and that 2 of its 2 rows did not end: "
        "how it ended is not known"
    )
    assert json.loads(done.out)[0]["id"] == "b001"


@pytest.mark.parametrize("key", [(), ("--key", "number")])
def test_a_retry_leaves_out_what_was_sent_since(clean_env, server, tmp_path, key):
    """Rows that were given up and then sent with a changed file, or sent all again: never once more by a retry."""
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}
    file = tmp_path / "june.csv"
    file.write_text(csv_of(503))
    server.faults = ["ok", "429-credits"]
    assert run_inside(("batches", "submit", str(file), *BY, "--detach"), env).code == 10
    assert run_inside(("batches", "cancel", "b001", "--unsent"), env).code == 0
    changed = csv_of(504)
    if key:  # one of the three was mended as well
        changed = changed.replace(
            csv_of(1, first=501).splitlines()[1], csv_of(1, first=501).splitlines()[1] + " new"
        )
    file.write_text(changed)
    done = run_inside(("batches", "submit", str(file), *BY, "--detach", "--on-duplicate", "skip", *key), env)
    assert done.code == 0, done.err
    assert len(server.jobs[1]["rows"]) == 4
    for dry in ("--dry-run",), ():
        again = run_inside(("batches", "retry", "b001", "--status", "cancelled", "--detach", *dry), env)
        assert (again.code, len(server.jobs)) == (0, 2), again.err
        assert "3 rows were sent again since, as #" in again.err, again.err
