"""Following many runs by list pages: each change is shown, whatever fails in between."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from eclips_cli.api import EclipsClient, WaitBudget
from eclips_cli.commands.runs._changes import follow
from eclips_cli.commands.runs._outcome import Change
from eclips_cli.errors import NetworkError, NotFound, WaitTimeout
from tests.api.conftest import FakeClock
from tests.servers.raw import Action, RawServer, Received, json_reply

IDS = [f"r{number:03d}" for number in range(120)]


class Api:
    """Runs whose status is a function of the fake time; `fail` may answer instead of it."""

    def __init__(self, clock: FakeClock, status: Callable[[int, float], str]) -> None:
        self.clock = clock
        self.status = status
        self.asked: list[str] = []
        self.fail: Callable[[str], Action | None] = lambda _path: None

    def __call__(self, request: Received) -> Action:
        self.asked.append(request.path)
        failure = self.fail(request.path)
        if failure is not None:
            return failure
        if request.path == "/v1/runs":
            limit, offset = int(request.query["limit"]), int(request.query["offset"])
            data = [self.run(run_id) for run_id in IDS[offset : offset + limit]]
            return json_reply({"data": data, "total": len(IDS), "limit": limit, "offset": offset})
        run_id = request.path.rpartition("/")[2]
        if run_id not in IDS:
            return json_reply({"error": "Not found"}, 404)
        return json_reply({"run": {**self.run(run_id), "output": {"of": run_id}}, "triage_item": None})

    def run(self, run_id: str) -> dict[str, Any]:
        return {"id": run_id, "status": self.status(IDS.index(run_id), self.clock.passed)}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def followed(clock: FakeClock) -> Iterator[Callable[..., list[Change]]]:
    servers = []

    def run(api: Api, ids: list[str], **more: Any) -> list[Change]:
        server = RawServer(answer=api).__enter__()
        servers.append(server)
        client = EclipsClient("eck_live_x", base_url=server.url, clock=clock, max_retries=0)
        results = more.pop("results", True)
        return list(follow(client, ids, WaitBudget(clock, **more), results=results))

    yield run
    for server in servers:
        server.__exit__(None, None, None)


def staggered(number: int, passed: float) -> str:
    """Each run is seen in each status at least twice."""
    return ("queued", "running", "completed")[min(2, int((passed + number % 4) // 6))]


Followed = Callable[..., list[Change]]


def by_run(changes: list[Change]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for change in changes:
        found.setdefault(change.run_id, []).append(change.status)
    return found


EVERY_STATUS = {run_id: ["queued", "running", "completed"] for run_id in IDS}


def test_each_status_of_each_run_is_shown_once_and_the_result_comes_with_the_last(
    clock: FakeClock, followed: Followed
) -> None:
    changes = followed(Api(clock, staggered), IDS)
    assert by_run(changes) == EVERY_STATUS
    outcomes = [change.outcome for change in changes if change.status == "completed"]
    assert all(outcome and outcome.detail["run"]["output"] == {"of": outcome.run_id} for outcome in outcomes)


def test_without_results_no_run_is_asked_for_alone(clock: FakeClock, followed: Followed) -> None:
    api = Api(clock, staggered)
    changes = followed(api, IDS, results=False)
    assert by_run(changes) == EVERY_STATUS
    assert all(change.outcome for change in changes if change.status == "completed")
    assert set(api.asked) == {"/v1/runs"}


def test_a_run_that_waits_for_a_person_is_asked_for_its_item(clock: FakeClock, followed: Followed) -> None:
    api = Api(clock, lambda number, _passed: "pending_triage" if number == 7 else "completed")
    followed(api, IDS, results=False)
    assert [path for path in api.asked if path != "/v1/runs"] == ["/v1/runs/r007"]


def test_a_result_that_can_not_be_read_now_is_read_at_the_next_look(
    clock: FakeClock, followed: Followed
) -> None:
    api = Api(clock, staggered)
    refused = set(IDS[10:30])

    def once(path: str) -> Action | None:
        run_id = path.rpartition("/")[2]
        if run_id in refused:
            refused.discard(run_id)
            return json_reply({"error": "Bad gateway"}, 502)
        return None

    api.fail = once
    changes = followed(api, IDS)
    assert by_run(changes) == EVERY_STATUS
    assert not refused


def test_a_page_that_fails_loses_no_change_of_the_page_before_it(
    clock: FakeClock, followed: Followed
) -> None:
    api = Api(clock, staggered)
    lists = iter(range(10_000))
    api.fail = lambda path: (
        json_reply({"error": "Bad gateway"}, 502) if path == "/v1/runs" and next(lists) == 1 else None
    )
    assert by_run(followed(api, IDS, results=False)) == EVERY_STATUS


def test_runs_older_than_the_pages_are_asked_for_one_by_one(clock: FakeClock, followed: Followed) -> None:
    api = Api(clock, staggered)

    def newest_only(path: str) -> Action | None:
        empty = {"data": [], "total": 0, "limit": 100, "offset": 0}
        return json_reply(empty) if path == "/v1/runs" else None

    api.fail = newest_only
    changes = followed(api, IDS[:8])
    assert by_run(changes) == {run_id: EVERY_STATUS[run_id] for run_id in IDS[:8]}


def test_an_outage_ends_it_only_after_max_outage(clock: FakeClock, followed: Followed) -> None:
    api = Api(clock, staggered)
    api.fail = lambda _path: json_reply({"error": "Bad gateway"}, 502) if 4 < clock.passed < 60 else None
    assert set(by_run(followed(api, IDS, max_outage=100.0, results=False))) == set(IDS)
    clock.passed = 0.0
    api.fail = lambda _path: json_reply({"error": "Bad gateway"}, 502) if clock.passed > 4 else None
    with pytest.raises(Exception, match="502"):
        followed(api, IDS, max_outage=30.0)
    assert 34 <= clock.passed < 45


def test_an_unknown_run_and_the_deadline(clock: FakeClock, followed: Followed) -> None:
    with pytest.raises(NotFound, match="nope"):
        followed(Api(clock, staggered), [*IDS[:5], "nope"])
    with pytest.raises(WaitTimeout, match="120 of 120 runs not over yet"):
        followed(Api(clock, lambda _number, _passed: "running"), IDS, deadline=clock.passed + 9)


def test_nobody_there(clock: FakeClock) -> None:
    client = EclipsClient("eck_live_x", base_url="http://127.0.0.1:9", clock=clock, max_retries=0)
    with pytest.raises(NetworkError):
        list(follow(client, IDS, WaitBudget(clock, max_outage=10.0)))
