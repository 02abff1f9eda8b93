"""Retrying, cancelling, the history: what the other commands do, against a real server."""

import io

import pytest

from eclips_cli import errors
from eclips_cli.commands.batches.plan import choose_mapping
from eclips_cli.sheets import open_rows
from tests.commands.batches.conftest import csv_of, expected, failing, order


def statuses(machine, key):
    _, outcomes = machine.outcomes(key)
    return {outcome.cells["number"]: outcome.status for outcome in outcomes}


@pytest.fixture
def sent(machine, server):
    sent = machine.submit(order(machine)).submission
    server.outcome = failing(3, 700, 701)
    server.finish()
    return sent


def test_retry_sends_the_failed_rows_only(machine, server, sent):
    again = machine.retry(sent.key)
    job = server.jobs[-1]
    assert [row["task"] for row in job["rows"]] == [f"Process INV-{n:04}" for n in (3, 700, 701)]
    assert job["rows"][0]["data"] == {"number": "INV-0003", "vendor": "Vendor 3"}
    assert job["name"] == f"June retry 1 #{again.submission.key}" and job["agent_type"] == "ap_specialist"


def test_results_of_the_original_show_the_newest_outcome(machine, server, sent):
    machine.retry("b002")
    assert statuses(machine, sent.key)["INV-0700"] == "queued"
    server.outcome = failing(700)
    server.finish()
    found = statuses(machine, sent.key)
    assert (found["INV-0003"], found["INV-0700"], found["INV-0701"]) == ("completed", "failed", "completed")
    assert len(found) == 1203 and list(found)[700] == "INV-0700"


def test_a_retry_of_a_retry_is_one_of_the_original(machine, server, sent):
    first = machine.retry(sent.key).submission
    server.outcome = failing(700)
    server.finish()
    second = machine.retry(first.key).submission
    assert [row["task"] for row in server.jobs[-1]["rows"]] == ["Process INV-0700"]
    assert second.parent == sent.key and second.name == "June retry 2"
    server.outcome = failing()
    server.finish()
    assert set(statuses(machine, sent.key).values()) == {"completed"}
    assert machine.retry(sent.key) is None


def test_rows_that_are_being_retried_are_not_retried_again(machine, server, sent):
    machine.retry(sent.key)
    assert machine.retry(sent.key) is None and len(server.jobs) == 4


def test_a_retry_that_was_cut_off_is_gone_on_with(machine, server):
    sent = machine.submit(order(machine)).submission
    server.outcome = lambda *_: {"status": "failed"}
    server.finish()
    server.faults = ["ok", "400"]
    with pytest.raises(errors.Rejected):
        machine.retry(sent.key)
    machine.retry(sent.key)
    assert len(machine.journal.submissions()) == 2
    machine.retry(sent.key)  # the rows of the refused job
    assert sorted(row["task"] for job in server.jobs[3:] for row in job["rows"]) == expected(1203)


def test_two_retries_at_once(machines, server, sent):
    with (
        machines().submissions.lock_of_retries(sent.key),
        pytest.raises(errors.LocalFailure, match="another eclips"),
    ):
        machines().retry(sent.key)
    assert len(server.jobs) == 3


def test_a_retry_by_another_machine_needs_the_file(machines, server, sent, tmp_path):
    other = machines(tmp_path / "elsewhere")
    with pytest.raises(errors.UsageError) as caught:
        other.retry("b002")
    assert "--file FILE" in caught.value.hint
    source = open_rows(io.BytesIO(csv_of(1203).encode()))
    mapping = choose_mapping(source, template="Process {number}")
    done = other.retry_from_file("b002", source, mapping)
    assert [row["task"] for row in server.jobs[3]["rows"]] == ["Process INV-0700", "Process INV-0701"]
    assert done.submission.name == "June retry"
    assert other.retry_from_file("b002", source, mapping) is None and len(server.jobs) == 4


def test_rows_that_fail_while_a_foreign_batch_runs_are_each_sent_again_once(machines, server, sent, tmp_path):
    """Each call finds other rows failed; which were sent again is remembered by batch and row."""
    other, job = machines(tmp_path / "elsewhere"), server.jobs[1]
    source = open_rows(io.BytesIO(csv_of(1203).encode()))
    mapping = choose_mapping(source, template="Process {number}")
    job["status"] = "running"
    for place in (200, 201):
        job["rows"][place]["status"] = "running"
    for place in (200, 7, 201):
        job["rows"][place]["status"] = "failed"
        assert other.retry_from_file("b002", source, mapping).jobs_sent == 1
        assert other.retry_from_file("b002", source, mapping) is None
    assert [[row["task"] for row in one["rows"]] for one in server.jobs[3:]] == [
        ["Process INV-0700"], ["Process INV-0507"], ["Process INV-0701"],
    ]  # fmt: skip


def test_a_foreign_retry_that_was_cut_off_is_gone_on_with_first(machines, server, sent, tmp_path):
    other = machines(tmp_path / "elsewhere")
    source = open_rows(io.BytesIO(csv_of(1203).encode()))
    mapping = choose_mapping(source, template="Process {number}")
    server.faults = ["429-credits"]
    with pytest.raises(errors.OutOfCredits):
        other.retry_from_file("b002", source, mapping)
    server.jobs[1]["rows"][0]["status"] = "failed"
    assert other.retry_from_file("b002", source, mapping).gone_on
    other.retry_from_file("b002", source, mapping)
    assert [[row["task"] for row in one["rows"]] for one in server.jobs[3:]] == [
        ["Process INV-0700", "Process INV-0701"], ["Process INV-0500"],
    ]  # fmt: skip


def test_two_foreign_retries_at_once(machines, server, sent, tmp_path):
    other, source = machines(tmp_path / "elsewhere"), open_rows(io.BytesIO(csv_of(1203).encode()))
    mapping = choose_mapping(source, template="Process {number}")
    with other.submissions.lock_of_retries("b002"), pytest.raises(errors.Busy):
        machines(tmp_path / "elsewhere").retry_from_file("b002", source, mapping)
    assert len(server.jobs) == 3


def test_cancelled_rows_are_sent_again_also_those_that_never_were(machine, server):
    server.faults = ["ok", "ok", "429-credits"]
    with pytest.raises(errors.OutOfCredits):
        machine.submit(order(machine))
    key = machine.journal.submissions()[0].key
    for row in server.jobs[0]["rows"][:2]:
        row["status"] = "completed"
    server.jobs[1]["rows"][0]["status"] = "failed"
    machine.cancel(key)
    assert machine.retry(key, ["cancelled"]).submission.rows == 1203 - 3
    again = sorted(row["task"] for job in server.jobs[2:] for row in job["rows"])
    assert again == sorted(set(expected(1203)) - {f"Process INV-{n:04}" for n in (0, 1, 500)})
    assert machine.retry(key, ["cancelled"]) is None
    assert machine.retry(key).submission.rows == 1


def test_a_job_of_unknown_fate_that_was_given_up_is_not_sent_again(machine, server):
    server.faults, server.shows = ["after"], lambda job: job | {"name": job["name"].split(" #")[0]}
    with pytest.raises(errors.UnknownOutcome):
        machine.submit(order(machine, count=3))
    key = machine.journal.submissions()[0].key
    assert [one.what for one in machine.cancel(key)] == ["failed"]
    assert machine.retry(key, ["cancelled", "failed"]) is None and len(server.jobs) == 1
    assert set(statuses(machine, key).values()) == {"unknown"}


def test_a_retry_with_the_wrong_file_sends_nothing(machines, server, sent, tmp_path):
    other = machines(tmp_path / "elsewhere")
    for text, why in ((csv_of(1203, first=1), "line 702 has another task"), (csv_of(600), "too few rows")):
        source = open_rows(io.BytesIO(text.encode()))
        with pytest.raises(errors.UsageError, match=why):
            other.retry_from_file("b002", source, choose_mapping(source, template="Process {number}"))
    assert len(server.jobs) == 3


def test_nothing_failed(machines, machine, server, tmp_path):
    machine.submit(order(machine, count=3))
    server.finish()
    assert machine.retry("b001") is None
    source = open_rows(io.BytesIO(csv_of(3).encode()))
    mapping = choose_mapping(source, template="Process {number}")
    assert machines(tmp_path / "x").retry_from_file("b001", source, mapping) is None


def test_cancel_stops_what_runs_and_gives_up_what_is_unsent(machine, server):
    server.faults = ["ok", "ok", "429-credits"]
    with pytest.raises(errors.OutOfCredits):
        machine.submit(order(machine))
    key = machine.journal.submissions()[0].key
    server.finish(server.jobs[0])
    found = machine.cancel(key)
    assert [(one.what, one.batch_id) for one in found] == [
        ("not-sent", None), ("failed", "b001"), ("cancelled", "b002"),
    ]  # fmt: skip
    assert "can't be cancelled" in found[1].error.message
    assert machine.unfinished() == []
    with pytest.raises(errors.UsageError, match="203 new · 1,000 sent before"):
        machine.submit(order(machine))
    assert len(server.jobs) == 2


def test_cancel_of_a_job_of_unknown_fate_says_so_and_looks_again(machine, server, clock):
    server.faults = ["lost", "500"]
    with pytest.raises(errors.EclipsError):
        machine.submit(order(machine, count=3))
    key = machine.unfinished()[0].key
    (one,) = machine.cancel(key)
    assert one.what == "unknown" and one.error.exit_code == 11, "the server may carry it out yet"
    body = {"agent_type": "ap_specialist", "rows": [{"task": task} for task in expected(3)]}
    server.commit(body | {"name": f"June #{key}"})
    assert [one.what for one in machine.cancel(key)] == ["cancelled"]


def test_cancel_gives_up_what_the_server_surely_does_not_have(machine, server, clock):
    server.faults = ["lost", "500"]
    with pytest.raises(errors.EclipsError):
        machine.submit(order(machine, count=3))
    server.now += 3600
    assert [one.what for one in machine.cancel(machine.unfinished()[0].key)] == ["not-sent"]


def test_cancel_looks_for_a_lost_answer_first(machine, server):
    server.faults = ["after-broken"]
    with pytest.raises(errors.UnknownOutcome):
        machine.submit(order(machine, count=3))
    server.broken_gets = 0
    assert [one.what for one in machine.cancel(machine.journal.submissions()[0].key)] == ["cancelled"]
    assert server.jobs[0]["status"] == "cancelled"


def test_cancel_of_a_foreign_batch(machine, server):
    server.commit({"agent_type": "x", "name": "theirs", "rows": [{"task": "a"}]})
    (one,) = machine.cancel("b001")
    assert one.what == "cancelled" and server.jobs[0]["status"] == "cancelled"


def test_history(machine, server, sent):
    server.faults = ["429-credits"]
    with pytest.raises(errors.OutOfCredits):
        machine.submit(order(machine, csv_of(3, 5000), name="July"))
    list(machine.follow([sent.key]))
    july, june = machine.history()
    assert (july["state"], july["rows"], july["rows_accepted"]) == ("unfinished", 3, 0)
    assert (june["state"], june["rows_accepted"], june["file"]) == ("ended", 1203, "standard input")
    assert june["created_at"] == "2026-06-06T09:00:00.000Z"
    assert [job["id"] for job in june["jobs"]] == ["b001", "b002", "b003"]
