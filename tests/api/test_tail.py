"""Following a run in simulated time: the server's 30 s limit, drops, silence, outages, polling, deadlines."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from eclips_cli.api.http.error_answers import Failure
from eclips_cli.api.http.exchange import FailedTry
from eclips_cli.api.http.retry import Phase, RetryDecision
from eclips_cli.api.tail.follow import follow
from eclips_cli.api.tail.source import Snapshot
from eclips_cli.api.waiting import WaitBudget
from eclips_cli.errors import (
    EclipsError,
    KeyRejected,
    NetworkError,
    NotFound,
    RateLimited,
    ServerError,
    WaitTimeout,
)
from tests.api.conftest import FakeClock, longest

Status = Callable[[float], str]
PING = b": ping\n\n"


def until(end: float, then: str = "completed") -> Status:
    """Running until `end` seconds, then over."""
    return lambda now: "running" if now < end else then


@dataclass
class World:
    """An API in simulated time: the run's status by the clock, and trouble by plan.

    `closes` after so many seconds; `breaks` tells after how many seconds of its life the stream
    opened at a moment breaks (None: never); `down` tells what is wrong at a moment.
    """

    status: Status
    clock: FakeClock = field(default_factory=FakeClock)
    closes: float = 30.0
    breaks: Callable[[float], float | None] = lambda now: None
    down: Callable[[float, str], Failure | None] = lambda now, what: None
    silent: Callable[[float], bool] = lambda now: False
    gets: list[float] = field(default_factory=list)
    opens: list[float] = field(default_factory=list)
    closed: int = 0

    def get(self, seconds: float) -> Any:
        assert seconds > 0
        self.gets.append(self.clock.passed)
        failure = self.down(self.clock.passed, "get")
        if failure is not None:
            self.clock.passed += min(0.1, seconds)
            return failure
        return {
            "run": {"id": "r", "status": self.status(self.clock.passed), "output": None},
            "triage_item": None,
        }

    def open(self, seconds: float) -> Any:
        assert seconds > 0
        self.opens.append(self.clock.passed)
        failure = self.down(self.clock.passed, "open")
        if failure is not None:
            self.clock.passed += min(0.1, seconds)
            return failure
        return Stream(self)

    def lost(self, error: Exception) -> EclipsError:
        return NetworkError("the stream broke") if isinstance(error, FailedTry) else ServerError(str(error))


class Stream:
    """Events every 2 s, pings every 15 s, closed after 30 s or with the run's end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.begun = world.clock.passed
        self.breaks = world.breaks(self.begun)
        self.over = False
        self.pieces = self._pieces()
        self.due: tuple[float, bytes] | None = None

    def _pieces(self) -> Iterator[tuple[float, bytes]]:
        second = 0
        while second < self.world.closes:
            if second and second % 15 == 0:
                yield self.begun + second, PING
            if second % 2 == 0:
                status = self.world.status(self.begun + second)
                event = {"status": status, "confidence": None, "result": None, "error": None}
                yield self.begun + second, b"data: " + json.dumps(event).encode() + b"\n\n"
                if status in ("completed", "failed", "cancelled"):
                    break
            second += 1
        yield self.begun + min(second, self.world.closes), b""

    def next(self, seconds: float) -> bytes | None:
        clock = self.world.clock
        if self.due is None:
            self.due = next(self.pieces)
        at, piece = self.due
        if self.breaks is not None and at > self.begun + self.breaks:
            clock.passed = max(clock.passed, self.begun + self.breaks)
            raise FailedTry("ReadError", Phase.ANSWERED)
        if at > clock.passed + seconds or self.world.silent(clock.passed):
            clock.passed += seconds
            return None
        clock.passed = max(clock.passed, at)
        self.due = None
        return piece

    def close(self) -> None:
        self.world.closed += 1


def failing(error: EclipsError, *, passing: bool = True, retry_after: float | None = None) -> Failure:
    return Failure(error, RetryDecision.REPEAT if passing else RetryDecision.GIVE_UP, retry_after)


@dataclass
class Followed:
    snapshots: list[Snapshot]
    troubles: list[str]
    error: EclipsError | None

    @property
    def statuses(self) -> list[str]:
        return [snapshot.status for snapshot in self.snapshots]


def run(world: World, **options: Any) -> Followed:
    troubles: list[str] = []
    followed = Followed([], troubles, None)
    through_triage = options.pop("through_triage", False)
    budget = WaitBudget(world.clock, say=troubles.append, uniform=longest, **options)
    changes = follow(world, budget, through_triage=through_triage)
    try:
        for snapshot in changes:
            followed.snapshots.append(snapshot)
            assert not snapshot.final or snapshot is followed.snapshots[-1]
    except EclipsError as error:
        followed.error = error
    assert world.closed == len([at for at in world.opens if world.down(at, "open") is None])
    return followed


def test_a_run_that_is_over_needs_no_stream() -> None:
    world = World(until(0, "failed"))
    followed = run(world)
    assert (followed.statuses, followed.snapshots[-1].final) == (["failed"], True)
    assert (len(world.gets), world.opens) == (1, [])
    assert followed.snapshots[0].detail == {
        "run": {"id": "r", "status": "failed", "output": None},
        "triage_item": None,
    }
    assert followed.snapshots[0].raw == {
        "status": "failed",
        "confidence": None,
        "result": None,
        "error": None,
    }


def test_changes_come_once_and_end_with_the_final_one() -> None:
    statuses = {0.0: "queued", 3.0: "running", 9.0: "completed"}
    followed = run(World(lambda now: [value for at, value in statuses.items() if at <= now][-1]))
    assert followed.statuses == ["queued", "running", "completed"]
    assert [snapshot.final for snapshot in followed.snapshots] == [False, False, True]
    assert [snapshot.at - FakeClock().wall for snapshot in followed.snapshots] == [0, 4, 10]
    assert (followed.error, followed.troubles) == (None, [])


def test_an_hour_of_thirty_second_streams_is_seamless() -> None:
    world = World(until(3600))
    followed = run(world)
    assert (followed.statuses, followed.troubles, followed.error) == (["running", "completed"], [], None)
    assert (len(world.gets), len(world.opens)) == (1, 121)
    assert world.clock.passed == 3600


def test_an_hour_of_disconnects() -> None:
    """Streams that break after some seconds, and a minute of every ten without a network at all."""

    def outage(now: float, what: str) -> Failure | None:
        return failing(NetworkError("down")) if now % 600 > 540 else None

    world = World(until(3600), breaks=lambda now: (3.5, None, 17.0, 0.5)[int(now) % 4], down=outage)
    followed = run(world)
    assert (followed.statuses, followed.error) == (["running", "completed"], None)
    assert 3600 <= world.clock.passed <= 3625
    assert followed.troubles
    assert len(world.gets) + len(world.opens) < 700, "it must not hammer the server"


def test_a_lasting_outage_ends_it_with_the_last_error() -> None:
    for error in (NetworkError("no route"), ServerError("502"), RateLimited("slow down")):
        world = World(until(9999), down=lambda now, what, e=error: failing(e) if now > 100 else None)
        followed = run(world, max_outage=60.0)
        assert followed.error is error
        assert 150 <= world.clock.passed <= 200


def test_any_good_answer_refills_the_budget() -> None:
    world = World(until(3000), down=lambda now, what: failing(NetworkError("x")) if now % 60 > 25 else None)
    assert run(world, max_outage=80.0).statuses == ["running", "completed"]


def test_the_first_get_outlasts_trouble_too() -> None:
    world = World(until(90), down=lambda now, what: failing(ServerError("502")) if now < 45 else None)
    assert run(world).statuses == ["running", "completed"]


@pytest.mark.parametrize("error", [NotFound("gone"), KeyRejected("revoked")])
@pytest.mark.parametrize("begins", [0.0, 31.0])
def test_what_is_permanent_ends_it_at_once(error: EclipsError, begins: float) -> None:
    world = World(until(99), down=lambda now, what: failing(error, passing=False) if now >= begins else None)
    followed = run(world)
    assert followed.error is error
    assert world.clock.passed <= begins + 30


def test_a_silent_stream_is_dead_after_40_seconds() -> None:
    world = World(until(100), silent=lambda now: 10 < now < 45)
    followed = run(world)
    assert followed.statuses == ["running", "completed"]
    assert followed.troubles == ["the stream was silent for 40 s; waiting goes on", "the API answers again"]
    assert world.opens[1] == pytest.approx(51, abs=1)


def test_pings_keep_a_quiet_stream_alive() -> None:
    class Quiet(Stream):
        def _pieces(self) -> Iterator[tuple[float, bytes]]:
            for number in range(1, 20):
                yield self.begun + 15 * number, PING
            yield from super()._pieces()

    world = World(until(290))
    world.open = lambda seconds: world.opens.append(world.clock.passed) or Quiet(world)  # type: ignore[method-assign]
    followed = run(world, max_outage=60.0)
    assert (followed.statuses, followed.troubles, followed.error) == (["running", "completed"], [], None)


def test_where_streams_never_work_the_run_is_polled() -> None:
    world = World(
        until(300), down=lambda now, what: failing(ServerError("no stream")) if what == "open" else None
    )
    followed = run(world)
    assert (followed.statuses, followed.error) == (["running", "completed"], None)
    assert world.clock.passed < 325
    assert len(world.opens) < 20
    assert 15 < len(world.gets) < 60
    assert followed.troubles == [
        "no stream; waiting goes on",
        "streaming does not work; asking for the run's status instead",
        "the API answers again",
    ], "each once, however often a stream is tried"


def test_polling_goes_back_to_streaming() -> None:
    world = World(
        until(400), down=lambda now, what: failing(ServerError("x")) if what == "open" and now < 100 else None
    )
    followed = run(world)
    assert followed.statuses == ["running", "completed"]
    last_poll = max(world.gets)
    assert last_poll < 200, "it goes on streaming"
    assert len([at for at in world.opens if at > last_poll]) >= 6


def test_streams_that_end_at_once_without_an_event_are_no_busy_loop() -> None:
    world = World(until(60), closes=0)
    world.status = until(60)
    followed = run(world)
    assert followed.statuses == ["running", "completed"]
    assert len(world.opens) + len(world.gets) < 60


def test_streams_that_end_after_their_first_event_are_no_busy_loop() -> None:
    world = World(until(120), closes=0.1)
    followed = run(world)
    assert (followed.statuses, followed.error) == (["running", "completed"], None)
    assert len(world.opens) < 90


@pytest.mark.parametrize("through", [False, True])
def test_a_run_that_waits_for_a_person(through: bool) -> None:
    statuses: Status = lambda now: "running" if now < 10 else "pending_triage" if now < 500 else "cancelled"  # noqa: E731
    followed = run(World(statuses), through_triage=through)
    assert followed.statuses == ["running", "pending_triage", *(["cancelled"] if through else [])]
    assert [snapshot.final for snapshot in followed.snapshots][-1]


def test_an_unknown_status_is_told_once_and_waited_through() -> None:
    statuses: Status = lambda now: "paused" if now < 200 else "completed"  # noqa: E731
    followed = run(World(statuses))
    assert followed.statuses == ["paused", "completed"]
    assert followed.troubles == ["the status 'paused' is unknown; waiting for one that is final"]


@pytest.mark.parametrize(
    "world",
    [
        World(until(9999)),
        World(until(9999), silent=lambda now: True),
        World(until(9999), down=lambda now, what: failing(NetworkError("x"))),
        World(
            until(9999), down=lambda now, what: failing(RateLimited("x"), passing=False, retry_after=250.0)
        ),
        World(until(9999), down=lambda now, what: failing(ServerError("x")) if what == "open" else None),
    ],
    ids=["streaming", "silent", "down", "rate limited", "polling"],
)
def test_a_deadline_fires_whatever_goes_on(world: World) -> None:
    followed = run(world, deadline=75.0)
    assert isinstance(followed.error, WaitTimeout)
    assert followed.error.exit_code == 124
    assert world.clock.passed == pytest.approx(75, abs=0.2)


def test_a_rate_limit_longer_than_the_outage_ends_it() -> None:
    world = World(
        until(999),
        down=lambda now, what: failing(RateLimited("daily cap"), passing=False, retry_after=9000.0),
    )
    followed = run(world)
    assert isinstance(followed.error, RateLimited)
    assert world.clock.passed < 1


def test_a_rate_limit_within_the_outage_is_waited_for() -> None:
    limited = failing(RateLimited("cap"), passing=False, retry_after=200.0)
    world = World(until(500), down=lambda now, what: limited if now < 150 else None)
    followed = run(world)
    assert followed.statuses == ["running", "completed"]
    assert followed.troubles == ["cap; waiting goes on", "the API answers again"]
    assert world.clock.slept[0] == 200.0


@pytest.mark.parametrize(
    "line", [b"data: nonsense", b"data: []", b'data: {"status": 7}', b"data: {}", b'data: {"status":""}']
)
def test_an_event_that_cannot_be_used_is_told_and_skipped(line: bytes) -> None:
    class Odd(Stream):
        def _pieces(self) -> Iterator[tuple[float, bytes]]:
            yield self.begun, line + b"\n\n" + line + b"\n\n"
            yield from super()._pieces()

    world = World(until(10))
    world.open = lambda seconds: world.opens.append(world.clock.passed) or Odd(world)  # type: ignore[method-assign]
    followed = run(world)
    assert followed.statuses == ["running", "completed"]
    assert len(followed.troubles) == 1


def test_leaving_early_closes_the_stream() -> None:
    world = World(lambda now: "queued" if now < 5 else "running")
    changes = follow(world, WaitBudget(world.clock))
    assert [next(changes).status, next(changes).status] == ["queued", "running"]
    assert world.closed == 0
    changes.close()  # type: ignore[attr-defined]
    assert world.closed == 1


@pytest.mark.parametrize("what", ["streaming", "polling", "silent"])
def test_the_time_that_is_up_is_preceded_by_a_last_look(what: str) -> None:
    """A run that ended since the last sign of it is seen to have ended."""
    world = World(
        until(74.5),
        silent=lambda now: what == "silent",
        down=lambda now, call: failing(ServerError("x")) if (what, call) == ("polling", "open") else None,
    )
    assert run(world, deadline=75.0).statuses == ["running", "completed"]
    assert world.clock.passed == pytest.approx(75, abs=0.5)


@pytest.mark.parametrize(("status", "error"), [("completed", None), ("running", WaitTimeout)])
def test_no_time_at_all_is_one_look(status: str, error: type[EclipsError] | None) -> None:
    world = World(lambda now: status)
    followed = run(world, deadline=0.0)
    assert (followed.statuses, len(world.gets), world.opens) == ([status], 1, [])
    assert isinstance(followed.error, error or type(None))
