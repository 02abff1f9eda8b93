"""Following all jobs of a submission as one: counts, pace, troubles, and how it ends."""

import pytest

from eclips_cli import errors
from eclips_cli.commands.batches._progress import JobProgress, Pace, Progress
from eclips_cli.exits import ExitCode
from tests.commands.batches.conftest import order


def last(progress):
    return list(progress)[-1]


def becoming(*statuses):
    """An outcome that gives rows these statuses in turn."""
    return lambda index, _row: {"status": statuses[index % len(statuses)], "result": None}


def test_one_bar_for_all_jobs(machine, server, clock):
    sent = machine.submit(order(machine))
    rounds = [server.jobs[0], server.jobs[1], server.jobs[2]]
    clock.on_sleep = lambda: rounds and server.finish(rounds.pop(0))
    seen = list(machine.follow([sent.submission.key]))
    assert [(p.done, p.total, p.ended) for p in seen] == [
        (0, 1203, False), (500, 1203, False), (1000, 1203, False), (1203, 1203, True),
    ]  # fmt: skip
    assert clock.slept[0] == pytest.approx(0.9), "a round of three requests"
    assert seen[1].rate == pytest.approx(500 / 0.9, rel=1e-3)
    assert seen[1].eta == pytest.approx(703 * 0.9 / 500, rel=1e-3)
    assert seen[-1].exit_code is ExitCode.OK
    assert [str(job.state) for job in machine.jobs(sent.submission)] == ["finished"] * 3
    again = machine.submit(order(machine))
    assert again.ended and again.jobs_sent == 0


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (["completed"], ExitCode.OK),
        (["failed"], ExitCode.RUN_FAILED),
        (["completed", "failed"], ExitCode.PARTIAL),
        (["completed", "cancelled"], ExitCode.CANCELLED),
        (["failed", "cancelled"], ExitCode.PARTIAL),
    ],
)
def test_how_it_ends(machine, server, statuses, code):
    sent = machine.submit(order(machine, count=10))
    server.outcome = becoming(*statuses)
    server.finish()
    assert last(machine.follow([sent.submission.key])).exit_code is code


def test_completed_with_all_rows_failed_is_no_success(machine, server):
    sent = machine.submit(order(machine, count=9))
    server.outcome = becoming("failed")
    server.finish()
    assert server.jobs[0]["status"] == "completed"
    assert last(machine.follow([sent.submission.key])).exit_code is ExitCode.RUN_FAILED


def test_it_stops_where_only_a_person_can_go_on(machine, server, clock):
    sent = machine.submit(order(machine, count=4))
    server.outcome = becoming("completed", "pending_triage")
    server.finish()
    server.jobs[0]["status"] = "running"
    end = last(machine.follow([sent.submission.key]))
    assert (end.done, end.triage, end.exit_code) == (2, 2, ExitCode.NEEDS_TRIAGE)
    server.outcome = becoming("completed")
    clock.on_sleep = server.finish
    assert last(machine.follow([sent.submission.key], through_triage=True)).exit_code is ExitCode.OK


def test_many_jobs_are_read_through_the_list(machine, server, clock):
    sent = machine.submit(order(machine, count=6000))
    server.log.clear()
    clock.on_sleep = server.finish
    end = last(machine.follow([sent.submission.key]))
    assert (end.done, len(end.jobs), end.exit_code) == (6000, 12, ExitCode.OK)
    assert len([path for _, path in server.log if path.startswith("/v1/batches?")]) == 2
    assert len(server.log) <= 8 + 12, "and each of those that ended once with its rows"


def test_many_jobs_of_which_one_was_cancelled(machine, server):
    sent = machine.submit(order(machine, count=3500))
    server.jobs[3]["status"] = "cancelled"
    for row in server.jobs[3]["rows"]:
        row["status"] = "cancelled"
    server.finish()
    end = last(machine.follow([sent.submission.key]))
    assert (end.done, end.cancelled, end.left, end.exit_code) == (3000, 500, 0, ExitCode.CANCELLED)


def test_polling_slows_down_and_respects_the_limit(machine, server, clock):
    sent = machine.submit(order(machine, count=3))
    clock.on_sleep = lambda: clock.at > 1_780_736_400 + 7200 and server.finish()
    list(machine.follow([sent.submission.key]))
    assert clock.slept[:2] == [0.3, 0.3], "what ends at once is seen to have ended at once"
    assert clock.slept[2] < clock.slept[3] < 1.0 == clock.slept[6] and max(clock.slept) == 30.0
    assert len(clock.slept) < 400


def test_a_passing_outage_does_not_end_it(machine, server, clock):
    sent = machine.submit(order(machine, count=3))
    server.broken_gets = 12
    clock.on_sleep = lambda: not server.broken_gets and server.finish()
    assert last(machine.follow([sent.submission.key])).exit_code is ExitCode.OK
    told = [note for note in machine.notes if "again" in note or "goes on" in note]
    assert told == [
        "GET /v1/batches/:id was answered 502: bad gateway; waiting goes on",
        "the API answers again",
    ]


def test_an_outage_that_lasts_ends_it(machine, server, clock):
    sent = machine.submit(order(machine, count=3))
    server.broken_gets = 10_000
    with pytest.raises(errors.ServerError):
        list(machine.follow([sent.submission.key], max_outage=120.0))
    assert 100 < sum(clock.slept) < 400


def test_the_deadline(machine, server, clock):
    sent = machine.submit(order(machine, count=3))
    with pytest.raises(errors.WaitTimeout, match="0 of 3 rows ended") as caught:
        list(machine.follow([sent.submission.key], deadline=clock.monotonic() + 90))
    assert sum(clock.slept) == pytest.approx(90) and caught.value.exit_code == 124


def test_an_unknown_status_is_told_once_and_waited_through(machine, server, clock):
    sent = machine.submit(order(machine, count=3))
    server.jobs[0]["status"] = "hibernating"
    steps = iter(["hibernating", "hibernating", "running"])

    def step():
        server.jobs[0]["status"] = next(steps)
        server.finish()

    clock.on_sleep = step
    assert last(machine.follow([sent.submission.key])).ended
    assert sum("hibernating" in note for note in machine.notes) == 1


def test_what_does_not_pass_ends_it_at_once(machine):
    with pytest.raises(errors.NotFound):
        list(machine.follow(["nonsense"]))


def test_several_references_are_one(machine, server):
    first = machine.submit(order(machine, count=3)).submission
    server.commit({"agent_type": "x", "name": "foreign", "rows": [{"task": "t"}] * 2})
    server.finish()
    end = last(machine.follow([first.key, "b002", "b001"]))
    assert (end.total, end.done, len(end.jobs)) == (5, 5, 2)


def test_nothing_accepted_yet(machine, server):
    server.faults = ["429-credits"]
    with pytest.raises(errors.OutOfCredits):
        machine.submit(order(machine, count=3))
    key = machine.journal.submissions()[0].key
    with pytest.raises(errors.UsageError, match="was accepted yet"):
        machine.submissions.batch_ids(key)
    with pytest.raises(errors.UsageError, match="was accepted yet"):
        machine.follow([key])


def test_the_rate_is_that_of_the_last_minutes():
    pace = Pace()

    def at(done):
        return Progress((JobProgress("b", 1000, done),), 1000, done, 0, 0, 0)

    assert pace.measured(at(0), 0.0).rate is None
    assert pace.measured(at(0), 1.0).rate is None
    for second in range(2, 300):
        measured = pace.measured(at(second), float(second))
    assert measured.rate == pytest.approx(1.0, abs=0.02)
    assert measured.eta == pytest.approx(701, abs=15)


def telling(server, **counters):
    """The API tells these counters of each job, whatever its rows say."""
    server.shows = lambda job: job | counters


@pytest.mark.parametrize("count", [10, 6000])
@pytest.mark.parametrize(
    ("statuses", "counters", "code"),
    [
        (["completed"], {"failed_rows": 10, "completed_rows": 0}, ExitCode.RUN_FAILED),
        (["completed"], {"failed_rows": 1, "completed_rows": 9}, ExitCode.PARTIAL),
        (["failed"], {"failed_rows": 0, "completed_rows": 10}, ExitCode.RUN_FAILED),
        (["completed", "failed"], {"failed_rows": 0, "completed_rows": 500}, ExitCode.PARTIAL),
        (["completed", "cancelled"], {"failed_rows": 0, "completed_rows": 500}, ExitCode.CANCELLED),
        (["completed", "queued"], {"failed_rows": 0, "completed_rows": 500}, ExitCode.SERVER),
        (["completed"], {"failed_rows": 0, "completed_rows": 0}, ExitCode.SERVER),
        (["completed"], {"failed_rows": None, "completed_rows": None}, ExitCode.OK),
        (["completed"], {"failed_rows": "all", "completed_rows": True}, ExitCode.OK),
        (["completed"], {"total_rows": 501}, ExitCode.SERVER),
    ],
)
def test_of_rows_and_counters_the_worse_count(machine, server, count, statuses, counters, code):
    """The verdict is the same for one job and for many."""
    sent = machine.submit(order(machine, count=count))
    server.outcome = becoming(*statuses)
    server.finish()
    if count > 10:  # the same of 500 rows a job
        counters = {name: {10: 500, 9: 499}.get(told, told) for name, told in counters.items()}
    telling(server, **counters)
    assert last(machine.follow([sent.submission.key])).exit_code is code


@pytest.mark.parametrize(("status", "code"), [("cancelled", 9), ("failed", 3)])
def test_what_a_job_left_undone_ended_with_it(machine, server, status, code):
    sent = machine.submit(order(machine, count=4))
    server.jobs[0]["status"] = status
    end = last(machine.follow([sent.submission.key]))
    assert (end.exit_code, end.left) == (code, 0)


def test_counters_that_lag_behind_are_read_again(machine, server, clock):
    sent = machine.submit(order(machine, count=4))
    server.finish()
    telling(server, completed_rows=3)
    clock.on_sleep = lambda: telling(server)
    assert last(machine.follow([sent.submission.key])).exit_code is ExitCode.OK


def test_very_many_jobs_that_end_at_once_are_read_in_turn(machine, server, clock):
    sent = machine.submit(order(machine, count=30_000))
    server.outcome = becoming("completed", "failed")
    server.finish()
    telling(server, failed_rows=0, completed_rows=500)
    end = last(machine.follow([sent.submission.key]))
    assert (end.failed, end.exit_code, len(clock.slept)) == (15_000, ExitCode.PARTIAL, 1)
