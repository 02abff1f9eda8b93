"""Was a job accepted whose answer was lost: what a name at the API tells, and what leaves it in doubt."""

from dataclasses import replace

import pytest

from eclips_cli.commands.batches import _look_up
from eclips_cli.commands.batches._look_up import SETTLED, SETTLING, LookUp
from eclips_cli.records.journal import Job, JobState
from tests.api.conftest import FakeClock
from tests.records.journal.test_journal import draft

THREE = replace(draft(), key="aaaaaa", name="june", agent="ap_specialist", jobs=3, rows=9)
ONE = replace(THREE, jobs=1)
SENT_AT = 1780131600.0  # 2026-05-30T09:00:00Z


def job(number=1, marker=None, server_time=SENT_AT):
    return Job("aaaaaa", number, 0, 3, JobState.SENDING, marker=marker, server_time=server_time)


def listed(id_, name, **more):
    return {"id": id_, "name": name, "agent_type": "ap_specialist", "total_rows": 3, **more}


class Api:
    """A list of jobs, and a look-up in it; `ours` are those that this machine knows, by id."""

    def __init__(self, *jobs, ours=None, server_now=SENT_AT):
        self.looks, self.notes, self.clock = 0, [], FakeClock()
        self.lists, self._server_now = [list(jobs)], server_now
        self.made = LookUp(
            self._jobs, (ours or {}).get, self.clock, self.notes.append, lambda: self._server_now
        )

    def _jobs(self):
        self.looks += 1
        return iter(self.lists[min(self.looks, len(self.lists)) - 1])


@pytest.mark.parametrize(
    ("submission", "lost", "name", "number"),
    [
        (THREE, job(2, "k7f3q2"), "june (2/3) #k7f3q2", 2),
        (THREE, job(2, "k7f3q2"), "  JUNE (2/3) #K7F3Q2 ", 2),
        (THREE, job(2, "k7f3q2"), "cut by the serv… k7f3q2", 2),
        (THREE, job(2, "k7f3q2"), "june &amp;#40;2/3&amp;#41; &#35;k7f3q2", 2),
        (THREE, job(2, "k7f3q2"), "k7f3q2", 2),
        (THREE, job(2, "k7f3q2"), "june (2/3) #k7f3q3", None),
        (THREE, job(2, "k7f3q2"), "june (2/3) #k7f3q2 (copy)", None),
        (THREE, job(2, "k7f3q2"), "", None),
        # 0.1 had one marker for all jobs of a submission
        (ONE, job(), "june #aaaaaa", 1),
        (THREE, job(2), "june (2/3) #aaaaaa", 2),
        (THREE, job(2), "june 2 3 #aaaaaa", 2),
        (THREE, job(2), "june (1/3) #aaaaaa", None),
        (THREE, job(2), "june #aaaaaa", None),
    ],
)
def test_the_marker_at_its_end_decides(submission, lost, name, number):
    found = Api(listed("b1", name)).made.look(submission, [lost])
    assert found.batch_ids == ({} if number is None else {number: "b1"})


def test_two_lost_jobs_with_one_marker_are_told_apart_by_their_place():
    lost = [job(1), job(2)]
    api = Api(listed("b2", "june (2/3) #aaaaaa"), listed("b1", "june (1/3) #aaaaaa"))
    assert api.made.find(THREE, lost).batch_ids == {1: "b1", 2: "b2"}
    assert Api(listed("b1", "june #aaaaaa")).made.look(replace(THREE, jobs=1), lost).batch_ids == {}


def test_of_two_the_older_one_is_meant_and_the_other_is_named():
    api = Api(listed("new", "june #k7f3q2"), listed("old", "june #k7f3q2"))
    assert api.made.look(ONE, [job(1, "k7f3q2")]).batch_ids == {1: "old"}
    assert api.notes == ["the server has 'june #k7f3q2' twice: new can be cancelled"]


@pytest.mark.parametrize(
    ("more", "may_be"),
    [
        ({"name": "june"}, True),
        ({"name": "Ju-Ne ("}, True),
        ({"name": "#k7f3q2 june"}, True),
        ({"name": "june", "total_rows": None, "agent_type": None}, True),
        ({"name": "june", "total_rows": 2}, True),
        ({"name": "june", "total_rows": 4}, False),
        ({"name": "june", "agent_type": "other"}, False),
        ({"name": "july"}, False),
        ({"name": "june", "id": ""}, False),
    ],
)
def test_one_without_its_marker_that_may_be_it_leaves_doubt(more, may_be):
    lost = job(1, "k7f3q2")
    found = Api(listed("b1", "") | more).made.look(ONE, [lost])
    assert found.batch_ids == {} and bool(found.candidates) is may_be
    error = found.doubt(ONE, lost)
    assert (error is not None) is may_be
    if error is not None:
        assert error.message.startswith(
            "'june #k7f3q2' may have been accepted, and it can't be told: the server has jobs"
        )
        assert error.hint.startswith("see whether it is one of these: b1 ") and "resume aaaaaa" in error.hint


def test_of_many_that_may_be_it_a_few_are_named():
    found = Api(*(listed(f"b{number}", "june") for number in range(9))).made.look(ONE, [job(1, "k7f3q2")])
    error = found.doubt(ONE, job(1, "k7f3q2"))
    assert error.hint.count("'june'") == 5 and len(error.details["candidates"]) == 9


@pytest.mark.parametrize(
    ("jobs", "ours", "unmarked"),
    [
        # known by its id: never the answer, whatever its name is
        ([listed("b1", "june #k7f3q2")], {"b1": ("k7f3q2", "aaaaaa")}, None),
        ([listed("b1", "june #k7f3q2")], {"b1": ("zzzzzz", "aaaaaa")}, "b1"),
        ([listed("b1", "june")], {"b1": ("zzzzzz", "aaaaaa")}, "b1"),
        ([listed("b1", "june")], {"b1": ("zzzzzz", "bbbbbb")}, "b1"),
        # somebody renamed one of another submission
        ([listed("b1", "june"), listed("b2", "x #zzzzzz")], {"b1": ("yyyyyy", "bbbbbb"), "b2": ("zzzzzz", "bbbbbb")}, None),
        ([listed("b1", "june"), listed("b2", "x #zzzzzz")], {"b1": ("yyyyyy", "aaaaaa"), "b2": ("zzzzzz", "bbbbbb")}, "b1"),
    ],
)  # fmt: skip
def test_one_of_ours_shows_whether_the_server_gives_markers_back(jobs, ours, unmarked):
    lost = job(1, "k7f3q2")
    found = Api(*jobs, ours=ours).made.look(ONE, [lost])
    assert (found.batch_ids, found.candidates) == ({}, [])
    assert (found.unmarked and found.unmarked["id"]) == unmarked
    error = found.doubt(ONE, lost)
    assert (error is None) == (unmarked is None)
    if error is not None:
        assert "does not give back the marker in a job's name (b1 'june" in error.message
        assert error.hint.startswith("see: eclips batches list") and "candidates" not in error.details


def test_a_server_may_commit_late_and_is_waited_for():
    api = Api()
    api.lists = [
        [],
        [listed("b1", "june #k7f3q2")],
        [listed("b1", "june #k7f3q2"), listed("b2", "x (2/3) #k7f3q3")],
    ]
    found = api.made.find(THREE, [job(1, "k7f3q2"), job(2, "k7f3q3")])
    assert found.batch_ids == {1: "b1", 2: "b2"}
    assert api.clock.slept == list(SETTLING[:3]) and api.looks == 3
    asked = [note.partition(": ")[0] for note in api.notes]
    assert asked == ["the answer to 2 requests was lost"] * 2 + ["the answer to a request was lost"]


@pytest.mark.parametrize(
    ("server_now", "times", "waits"),
    [
        (SENT_AT + 1, [SENT_AT], SETTLING),
        (SENT_AT + 120, [SENT_AT], SETTLING),
        (SENT_AT + 121, [SENT_AT], SETTLED),
        (SENT_AT + 121, [SENT_AT, SENT_AT + 100], SETTLING),
        (SENT_AT + 121, [SENT_AT, None], SETTLING),
        (None, [SENT_AT], SETTLING),
    ],
)
def test_it_waits_less_for_what_was_sent_long_ago(server_now, times, waits):
    api = Api(server_now=server_now)
    lost = [job(number, f"k7f3q{number + 1}", time) for number, time in enumerate(times, 1)]
    assert api.made.find(THREE, lost).batch_ids == {}
    assert api.clock.slept == [wait for wait in waits if wait]
    assert api.looks == len(waits) + (server_now is None), "a first look tells the server's time"


def test_jobs_that_are_much_older_end_a_look_unless_one_knows_no_time():
    old = [listed(f"b{day}", "x", created_at=f"2026-05-{day:02}T09:00:00.000Z") for day in (30, 29, 28, 27)]
    for time, expected in ((SENT_AT, None), (None, "old")):
        api = Api(*old, listed("old", "june #k7f3q2", created_at="2026-05-01T09:00:00.000Z"))
        lost = [job(1, "k7f3q2", time), job(2, "k7f3q3")]
        assert api.made.look(THREE, lost).batch_ids.get(1) == expected
    assert _look_up.MARGIN == 86400.0
