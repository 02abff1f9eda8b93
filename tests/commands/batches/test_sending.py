"""Each row exactly once at the server, whatever happens to the answers."""

import threading
from contextlib import nullcontext
from unittest import mock

import pytest

from eclips_cli import errors
from eclips_cli.commands.batches._look_up import LookUp
from eclips_cli.commands.batches._send import Sender
from eclips_cli.records.journal import JobState, Journal
from tests.commands.batches.conftest import csv_of, expected, failing, order
from tests.signalled import at_each_instruction

OTHER = "eck_live_fedcba9876543210fedcba9876543210"


def states(machine, submission):
    return [str(job.state) for job in machine.jobs(submission)]


def test_three_jobs_in_order_with_names_that_can_be_looked_up(machine, server):
    sent = machine.submit(order(machine))
    markers = [job.marker for job in machine.jobs(sent.submission)]
    assert server.tasks() == expected(1203) and len(set(markers)) == 3
    assert [job["name"] for job in server.jobs] == [f"June ({n + 1}/3) #{markers[n]}" for n in range(3)]
    assert markers[0] == sent.submission.key and machine.journal.lookup(markers[2]) == sent.submission
    assert [job["total_rows"] for job in server.jobs] == [500, 500, 203]
    assert server.jobs[0]["rows"][7]["data"] == {"number": "INV-0007", "vendor": "Vendor 0"}
    assert (sent.jobs_sent, sent.gone_on, sent.ended) == (3, False, False)
    assert [job.number for job in machine.sent] == [1, 2, 3]
    assert states(machine, sent.submission) == ["accepted"] * 3


def test_the_same_command_again_sends_nothing(machines, server):
    first = machines().submit(order(machines()))
    machine = machines()
    second = machine.submit(order(machine))
    assert second.submission == first.submission
    assert (second.jobs_sent, second.gone_on, len(server.jobs)) == (0, True, 3)


def test_again_submits_anew_but_only_once_more(machines, server):
    machine = machines()
    first = machine.submit(order(machine, count=3))
    second = machine.submit(order(machine, count=3), again=True)
    assert first.submission.key != second.submission.key and len(server.jobs) == 2
    server.faults = ["429-credits"]
    with pytest.raises(errors.OutOfCredits):
        machine.submit(order(machine, count=3), again=True)
    third = machine.submit(order(machine, count=3), again=True)
    assert len(server.jobs) == 3 and len(machine.journal.submissions()) == 3 and third.gone_on


def test_other_rows_or_another_agent_are_another_submission(machine, server):
    for other in ({}, {"text": csv_of(4, first=3)}, {"agent": "center"}):
        machine.submit(order(machine, **{"count": 3, **other}))
    assert len(server.jobs) == 3
    for other in ({"count": 8}, {"template": "Pay {number}"}):
        with pytest.raises(errors.UsageError, match="were sent before; nothing was sent"):
            machine.submit(order(machine, **{"count": 3, **other}))
    assert len(server.jobs) == 3


def test_bad_rows_send_nothing_and_leave_nothing(machine, server):
    with pytest.raises(errors.UsageError, match="2 bad rows"):
        machine.submit(order(machine, csv_of(600) + "x\ny,z,w\n"))
    assert server.log == [] and machine.journal.submissions() == []


@pytest.mark.parametrize("fault", ["after", "500-after"])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_lost_answer_is_looked_up_and_not_sent_again(machine, server, clock, fault, at):
    server.faults = ["ok"] * at + [fault]
    sent = machine.submit(order(machine))
    assert server.tasks() == expected(1203)
    assert states(machine, sent.submission) == ["accepted"] * 3
    assert any("waiting 1 s for the server" in note for note in machine.notes)


def test_a_request_that_was_lost_is_sent_again_after_several_looks(machine, server, clock):
    server.faults = ["ok", "lost"]
    machine.submit(order(machine))
    assert server.tasks() == expected(1203)
    assert clock.slept == [1.0, 3.0, 5.0, 6.0]
    assert any("sending it again" in note for note in machine.notes)


def test_a_server_that_commits_late_is_waited_for(machine, server, clock):
    server.faults = ["late:0.2"]
    clock.on_sleep = lambda: len(clock.slept) == 3 and server.settle()
    machine.submit(order(machine))
    assert sorted(server.tasks()) == expected(1203)
    assert clock.slept == [1.0, 3.0, 5.0]


def test_a_500_is_never_sent_again_by_itself(machine, server):
    server.faults = ["ok", "500"]
    with pytest.raises(errors.ServerError) as caught:
        machine.submit(order(machine))
    assert len(server.jobs) == 1 and "500 of 1,203 rows were accepted" in caught.value.message
    key = machine.journal.submissions()[0].key
    assert f"eclips batches resume {key}" in caught.value.hint
    assert caught.value.details["submission"] == key
    assert [s.key for s in machine.unfinished()] == [key]


def test_what_was_lost_twice_is_an_unknown_outcome(machine, server):
    server.faults = ["lost", "lost"]
    with pytest.raises(errors.UnknownOutcome):
        machine.submit(order(machine))
    submission = machine.journal.submissions()[0]
    assert states(machine, submission) == ["sending", "planned", "planned"]
    machine.submit(order(machine))
    assert server.tasks() == expected(1203)


def test_no_look_up_is_an_unknown_outcome(machine, server):
    server.faults = ["after-broken"]
    with pytest.raises(errors.UnknownOutcome, match="looking for it failed as well"):
        machine.submit(order(machine))
    with pytest.raises(errors.ServerError):
        machine.submit(order(machine))
    assert len(server.jobs) == 1, "without a look-up nothing is sent"
    server.broken_gets = 0
    machine.submit(order(machine))
    assert server.tasks() == expected(1203)


def test_a_resume_long_after_looks_twice(machine, server, clock):
    server.faults = ["lost", "lost"]
    with pytest.raises(errors.UnknownOutcome):
        machine.submit(order(machine))
    clock.at += 3600
    clock.slept.clear()
    machine.resume(machine.unfinished()[0])
    assert clock.slept == [3.0] and server.tasks() == expected(1203)


def test_a_rejected_job_stops_and_the_journal_keeps_it(machine, server):
    server.faults = ["ok", "400"]
    with pytest.raises(errors.Rejected) as caught:
        machine.submit(order(machine))
    submission = machine.journal.submissions()[0]
    assert states(machine, submission) == ["accepted", "refused", "planned"]
    assert f"`eclips batches resume {submission.key}` sends the other jobs" in caught.value.hint
    assert "--on-duplicate skip" in caught.value.hint
    assert "unknown agent_type" in machine.jobs(submission)[1].error


def test_credits_that_end_in_the_middle(machine, server):
    server.faults = ["ok", "429-credits"]
    with pytest.raises(errors.OutOfCredits) as caught:
        machine.submit(order(machine))
    submission = machine.journal.submissions()[0]
    assert caught.value.exit_code == 10 and f"eclips batches resume {submission.key}" in caught.value.hint
    machine.resume(submission)
    assert server.tasks() == expected(1203)


def test_keep_stops_between_jobs(machine, server):
    server.credits = 1200
    with pytest.raises(errors.LimitReached, match="would leave 200 credits, fewer than the 300") as caught:
        machine.submit(order(machine), keep=300)
    assert caught.value.exit_code == 10 and len(server.jobs) == 1
    with pytest.raises(errors.LimitReached):
        machine.resume(machine.unfinished()[0], keep=100)
    assert len(server.jobs) == 2
    server.credits = None
    machine.resume(machine.unfinished()[0], keep=100)
    assert server.tasks() == expected(1203)


def test_keep_counts_what_is_not_charged_yet(machine, server):
    server.credits, server.charge = 1200, lambda _rows: None
    with pytest.raises(errors.LimitReached):
        machine.submit(order(machine), keep=300)
    assert len(server.jobs) == 1


def test_an_unreachable_server_leaves_nothing_behind(machines, server, tmp_path):
    machine = machines()
    machine.client._requester  # noqa: B018
    server.close()
    with pytest.raises(errors.NetworkError) as caught:
        machine.submit(order(machine, count=3))
    assert machine.journal.submissions() == [] and caught.value.exit_code == 7


def test_two_processes_on_one_file(machines, server):
    first, second = machines(), machines()
    server.faults = ["429-credits"]
    with pytest.raises(errors.OutOfCredits):
        first.submit(order(first))
    (begun,) = first.unfinished()
    with first.submissions.lock_of(begun), pytest.raises(errors.LocalFailure) as caught:
        second.submit(order(second))
    assert "another eclips is working on June #" in caught.value.message
    assert server.jobs == []


def test_a_submission_that_is_written_down_meanwhile_is_seen(machines, server):
    """Both have found that no row is known, before either wrote any down."""
    first, second = machines(), machines()
    lock_of, seen = second.submissions.lock_of, []

    def late(draft):
        if not seen:
            seen.append(first.submit(order(first, count=3)))
        return lock_of(draft)

    second.submissions.lock_of = late
    sent = second.submit(order(second, count=3))
    assert sent.jobs_sent == 0 and server.tasks() == expected(3)


def test_two_processes_that_see_a_key_for_the_first_time(machines, server):
    """Both have found that the key has no account, before either made one."""
    first, second = machines(), machines()
    add_key = second.journal.add_key

    def late(*known):
        first.submit(order(first, count=3))
        return add_key(*known)

    second.journal.add_key = late
    second.submit(order(second, count=3))
    assert server.tasks() == expected(3)


def test_a_submission_meanwhile_with_another_key_of_the_account(machines, server):
    """Whose it is can only be settled when it is there."""
    first, second = machines(key=OTHER), machines()
    lock_of, seen = second.submissions.lock_of, []

    def late(draft):
        if not seen:
            seen.append(first.submit(order(first, count=3)))
        return lock_of(draft)

    second.submissions.lock_of = late
    assert second.submit(order(second, count=3)).jobs_sent == 0
    assert server.tasks() == expected(3)


def test_two_processes_that_find_what_another_machine_sent(machines, server, tmp_path):
    """Both have found it, before either wrote it down."""
    stranger = machines(tmp_path / "elsewhere")
    stranger.submit(order(stranger, count=3))
    first, second = machines(), machines()
    lock_of_draft, seen = second.submissions.lock_of_draft, []

    def late(key):
        if not seen:
            seen.append(first.submit(order(first, count=3)))
        return lock_of_draft(key)

    second.submissions.lock_of_draft = late
    assert second.submit(order(second, count=3)).jobs_sent == 0 and len(seen) == 1
    assert server.tasks() == expected(3) and len(second.journal.submissions()) == 1


@pytest.mark.parametrize("by", ["journal", "file"])
@pytest.mark.parametrize("stopped", [False, True])
def test_a_retry_leaves_out_what_another_process_takes_meanwhile(machines, server, tmp_path, by, stopped):
    """It is looked at, and a person has said yes, before the other one is written down."""
    first, folder = machines(), tmp_path / ("elsewhere" if by == "file" else "state")
    sent = first.submit(order(first, count=3))
    server.outcome = failing("0000", "0001")
    server.finish()
    here, other, seen = machines(folder), machines(folder), []

    def meanwhile(*_):
        if seen:
            return
        seen.append(other)
        server.faults = ["429-credits"] if stopped else []
        with pytest.raises(errors.OutOfCredits) if stopped else nullcontext():
            other.submit(order(other, count=1), again=True)

    if by == "journal":
        here.retry(sent.submission.key, approve=meanwhile)
    else:
        asked = order(here, count=3)
        here.retry_from_file("b001", asked.source, asked.mapping, approve=meanwhile)
    told = [f"`eclips batches resume {begun.key}`" in "".join(here.notes) for begun in other.unfinished()]
    for begun in other.unfinished():
        other.resume(begun)
    assert told == [True] * stopped
    assert sorted(server.tasks()[3:]) == expected(2)


def test_a_resume_with_another_profile_of_the_same_account(machines, server):
    machine = machines()
    server.faults = ["429-credits"]
    with pytest.raises(errors.OutOfCredits):
        machine.submit(order(machine, count=3))
    other = machines(profile="other")
    other.resume(other.unfinished()[0])
    assert server.tasks() == expected(3)


def test_a_marker_that_is_not_at_the_end_is_a_doubt(machine, server):
    server.faults = ["lost"]

    def plant():
        key = machine.journal.submissions()[0].key
        if not server.jobs:
            server.commit({"agent_type": "x", "name": f"June #{key} copy", "rows": [{"task": "o"}] * 3})
            server.commit(
                {"agent_type": "ap_specialist", "name": f"June #{key} copy", "rows": [{"task": "o"}]}
            )

    machine.clock.on_sleep = plant
    with pytest.raises(errors.UnknownOutcome, match="may be it under another name") as caught:
        machine.submit(order(machine, count=3))
    assert caught.value.details["candidates"] == ["b002"], "another agent's job is not it"
    assert len(server.jobs) == 2


def test_a_job_that_is_there_twice_is_told(machine, server, clock):
    server.faults = ["lost"]

    def plant():
        key = machine.journal.submissions()[0].key
        for _ in range(2):
            server.commit({"agent_type": "x", "name": f"June #{key}", "rows": [{"task": "t"}] * 3})
        clock.on_sleep = lambda: None

    clock.on_sleep = plant
    machine.submit(order(machine, count=3))
    assert any("twice: b002 can be cancelled" in note for note in machine.notes)
    assert machine.jobs(machine.journal.submissions()[0])[0].batch_id == "b001"


def test_several_in_flight_with_each_intent_recorded(machine, server):
    together, most = [0], [0]
    lock, commit = threading.Lock(), server.commit
    barrier, sending = threading.Barrier(3, timeout=60), []

    def slow(body):
        with lock:
            together[0] += 1
            most[0] = max(most[0], together[0])
        if most[0] <= 3 and len(server.jobs) == 1:
            barrier.wait()
            with Journal(machine.journal.folder) as journal:
                jobs = journal.jobs(journal.submissions()[0].key)
            sending.append(sum(job.state is JobState.SENDING for job in jobs))
            barrier.wait()  # nobody goes on before all have looked
        with lock:
            together[0] -= 1
        return commit(body)

    server.commit = slow
    machine.submit(order(machine, count=3000), in_flight=3)
    assert most[0] == 3 and sorted(server.tasks()) == expected(3000)
    assert sending == [3, 3, 3]


def test_a_failure_in_flight_starts_no_more_and_loses_none(machine, server):
    server.faults = ["ok", "400", "after", "ok", "ok", "ok"]
    with pytest.raises(errors.Rejected):
        machine.submit(order(machine, count=3000), in_flight=3)
    submission = machine.journal.submissions()[0]
    assert "planned" in states(machine, submission) and "sending" not in states(machine, submission)
    server.faults = []
    machine.resume(submission)
    refused = [row.task for job in machine.jobs(submission) if job.state is JobState.REFUSED
               for row in machine.journal.rows(job)]  # fmt: skip
    assert len(refused) == 500 and sorted(server.tasks() + refused) == expected(3000)


def test_a_full_disk_at_the_intent_sends_nothing(machine, server):
    def full(*_):
        raise errors.LocalFailure("no room for the journal")

    machine.journal.sending = full
    with pytest.raises(errors.LocalFailure):
        machine.submit(order(machine))
    assert not any(method == "POST" for method, _ in server.log)


def test_a_full_disk_at_the_answer_is_found_out_later(machines, server):
    machine = machines()

    def full(*_):
        raise errors.LocalFailure("no room for the journal")

    machine.journal.accepted = full
    with pytest.raises(errors.UnknownOutcome, match=r"was accepted as .*, which could not be noted: no room"):
        machine.submit(order(machine))
    assert len(server.jobs) == 1
    again = machines()
    again.submit(order(again))
    assert server.tasks() == expected(1203)


def test_a_look_up_stops_at_jobs_much_older_than_the_request(clock):
    read = []

    def jobs():
        for day in range(30, 0, -1):
            read.append(day)
            yield {"id": f"b{day}", "name": "x", "created_at": f"2026-05-{day:02}T09:00:00.000Z"}

    from dataclasses import replace

    from tests.records.journal.test_journal import draft

    submission = replace(draft(), jobs=1)
    from eclips_cli.records.journal import Job

    clock.at = 1780131600.0  # 2026-05-30T09:00:00Z
    server_time, clock.at = clock.at, clock.at + 2 * 86400  # this machine's clock is no matter
    lost = Job(submission.key, 1, 0, 3, JobState.SENDING, sent_at=clock.at, server_time=server_time)
    assert (
        LookUp(jobs, lambda _: None, clock, lambda _: None, lambda: server_time, settling=(0.0,))
        .find(submission, [lost])
        .batch_ids
        == {}
    )
    assert read == [30, 29, 28]


def test_a_name_must_be_printable(machine):
    for name in ("", " ", "a\nb", "\x1b[31m"):
        with pytest.raises(errors.UsageError, match="printable"):
            machine.submit(order(machine, count=3, name=name))


def test_an_unknown_kind_of_trouble_leaves_the_intent(machine, server):
    class Stops(Sender):
        def _post(self, submission, job):
            self.batches = None
            return super()._post(submission, job)

    machine.sender_class = Stops
    with pytest.raises(AttributeError):
        machine.submit(order(machine, count=3))
    assert states(machine, machine.journal.submissions()[0]) == ["sending"]


def test_another_jobs_answer_is_not_believed(machine, server):
    """A cache gives the first job's answer to the second POST, which never reached the server."""
    server.faults = ["ok", "cached"]
    with pytest.raises(errors.UnknownOutcome, match="which another job has"):
        machine.submit(order(machine, count=1000))
    submission = machine.journal.submissions()[0]
    assert states(machine, submission) == ["accepted", "sending"]
    machine.resume(submission)
    assert server.tasks() == expected(1000)


@pytest.mark.parametrize("commits", [True, False])
def test_an_answer_about_another_job_is_looked_up(machine, server, commits):
    server.commit({"agent_type": "x", "name": "theirs #abcdef", "rows": [{"task": "a"}]})
    server.faults = ["cached-after" if commits else "cached"]
    if commits:
        machine.submit(order(machine, count=3))
        assert machine.jobs(machine.journal.submissions()[0])[0].batch_id == "b002"
        return
    with pytest.raises(errors.UnknownOutcome, match="it is about #abcdef"):
        machine.submit(order(machine, count=3))
    assert len(server.jobs) == 1


def test_what_was_accepted_unreadably_is_never_sent_again(machines, server, clock):
    machine = machines()
    server.faults = ["201-unreadable-lost"]
    with pytest.raises(errors.UnknownOutcome, match="was accepted, but the answer could not be read"):
        machine.submit(order(machine, count=3))
    assert states(machine, machine.journal.submissions()[0]) == ["taken"]
    again = machines()
    for _ in range(2):
        clock.at += 86400
        with pytest.raises(errors.UnknownOutcome):
            again.resume(again.unfinished()[0])
    assert server.tasks() == []
    body = {"agent_type": "ap_specialist", "rows": [{"task": task} for task in expected(3)]}
    server.commit(body | {"name": f"June #{again.unfinished()[0].key}"})
    again.resume(again.unfinished()[0])
    assert len(server.jobs) == 1 and again.unfinished() == []


def test_a_server_that_caps_its_pages_is_read_to_the_end(machines, server, tmp_path):
    server.cap = 10
    machine = machines()
    machine.submit(order(machine, count=3))
    for number in range(35):
        server.commit({"agent_type": "x", "name": f"other {number}", "rows": [{"task": "a"}]})
    laptop = machines(tmp_path / "laptop")
    laptop.submit(order(laptop, count=3))
    assert len(server.jobs) == 36


def test_clocks_two_days_apart_and_a_lost_answer(machines, server, clock):
    clock.at += 2 * 86400
    machine = machines()
    server.faults = ["ok", "after-broken"]
    with pytest.raises(errors.UnknownOutcome):
        machine.submit(order(machine))
    server.broken_gets = 0
    for number in range(30):
        server.commit({"agent_type": "x", "name": f"other {number}", "rows": [{"task": "a"}]})
    again = machines()
    again.resume(again.unfinished()[0])
    assert sorted(task for task in server.tasks() if task != "a") == expected(1203)


def test_what_is_refused_at_all_is_refused_once(machine, server):
    server.faults = ["400"] * 6
    with pytest.raises(errors.Rejected):
        machine.submit(order(machine, count=3000), in_flight=4)
    assert sum(method == "POST" for method, _ in server.log) == 1


def test_a_signal_at_any_moment_ends_the_sending_of_several_and_sends_none_twice():
    """Those under way come to their end; none waits for a lock that the main thread took and forgot."""
    sent: list[int] = []

    def act():
        sent.clear()
        sender = Sender(mock.Mock(), mock.Mock(), in_flight=2)
        with mock.patch.object(sender, "_send_one", lambda _submission, job: sent.append(job)):
            sender._send_several(mock.Mock(), [1, 2, 3])

    for _at in at_each_instruction(act):
        assert len(sent) == len(set(sent))
    assert sorted(sent) == [1, 2, 3], "nobody interrupted the last one"
