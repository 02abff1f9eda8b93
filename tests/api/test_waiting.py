"""The budget of a wait: what each try may take, what is survived and told, and when it is over."""

from __future__ import annotations

import threading

import pytest

from eclips_cli.api.http.error_answers import Failure
from eclips_cli.api.http.retry import RetryDecision
from eclips_cli.api.waiting import LAST_LOOK, UNATTENDED, WaitBudget, deadline_after
from eclips_cli.errors import EclipsError, NetworkError, NotFound, RateLimited, ServerError, WaitTimeout
from tests.api.conftest import FakeClock, longest

LOST = Failure(NetworkError("the connection broke"), RetryDecision.REPEAT)
BUSY = Failure(ServerError("answered 502"), RetryDecision.REPEAT)


def budget(clock: FakeClock, said: list[str] | None = None, **more: float | None) -> WaitBudget:
    say = [].append if said is None else said.append
    return WaitBudget(clock, say=say, uniform=longest, **more)  # type: ignore[arg-type]


def test_each_try_may_take_what_is_left(clock: FakeClock) -> None:
    ours = budget(clock, deadline=10.0)
    assert ours.try_seconds() == 10.0
    clock.passed = 8.8
    assert ours.try_seconds() == pytest.approx(1.2)
    clock.passed = 9.7
    assert ours.try_seconds() == pytest.approx(0.3 + LAST_LOOK), "what began in time is not bound to fail"
    clock.passed = 10.0
    assert ours.try_seconds() == LAST_LOOK, "the look before the time is up is not cut short by it"
    clock.passed = 10.0 + LAST_LOOK
    with pytest.raises(WaitTimeout):
        ours.try_seconds()
    assert budget(clock).try_seconds() == 300.0, "not longer than an outage"


def test_between_two_looks_and_after_the_last(clock: FakeClock) -> None:
    ours = budget(clock, deadline=8.7)
    looks = []
    with pytest.raises(WaitTimeout, match="the time is up; 3 of 5 ended"):
        while True:
            looks.append(clock.passed)
            ours.rest(4.0, "3 of 5 ended")
    assert looks == [0.0, 4.0, 8.7], (
        "none begins with less time than it needs, and the last when the time is up"
    )


def test_a_good_answer_is_asked_for_until_it_comes(clock: FakeClock) -> None:
    answers = iter([LOST, BUSY, BUSY, "yes"])
    said: list[str] = []
    assert budget(clock, said).ask(lambda _seconds: next(answers)) == "yes"
    assert said == ["answered 502; waiting goes on", "the API answers again"]
    assert clock.slept == [1.0, 2.0], "the first time at once"


def test_a_connection_that_is_opened_anew_is_not_worth_a_word(clock: FakeClock) -> None:
    answers = iter([LOST, "yes"])
    said: list[str] = []
    assert budget(clock, said).ask(lambda _seconds: next(answers)) == "yes"
    assert (said, clock.slept) == ([], [])


def test_one_that_took_long_is(clock: FakeClock) -> None:
    said: list[str] = []

    def attempt(_seconds: float) -> Failure | str:
        clock.passed += 30
        return LOST if clock.passed < 60 else "yes"

    budget(clock, said).ask(attempt)
    assert said == ["the connection broke; waiting goes on", "the API answers again"]


@pytest.mark.parametrize(
    ("failure", "seconds"),
    [
        (Failure(NotFound("gone"), RetryDecision.GIVE_UP), 0.0),
        (Failure(NetworkError("bad certificate"), RetryDecision.GIVE_UP), 0.0),
        (Failure(RateLimited("daily cap"), RetryDecision.GIVE_UP, 9000.0), 0.0),
        (Failure(ServerError("501"), RetryDecision.GIVE_UP), 60.0),
        (BUSY, 60.0),
    ],
)
def test_what_is_permanent_or_lasts_ends_it(clock: FakeClock, failure: Failure, seconds: float) -> None:
    with pytest.raises(EclipsError) as caught:
        budget(clock, max_outage=60.0).ask(lambda _seconds: failure)
    assert caught.value is failure.error
    assert clock.passed == pytest.approx(seconds)


def test_the_time_is_up_in_an_outage(clock: FakeClock) -> None:
    said: list[str] = []
    tries = []

    def attempt(seconds: float) -> Failure:
        tries.append((clock.passed, seconds))
        return BUSY

    with pytest.raises(WaitTimeout, match=r"the time is up \(answered 502\)"):
        budget(clock, said, deadline=2.0).ask(attempt)
    assert tries == [(0.0, 2.0), (0.0, 2.0), (1.0, 1.0), (2.0, LAST_LOOK)]
    assert said == ["answered 502; waiting goes on"]


def test_who_watches_is_told_at_the_end_of_what_came_to_nothing(clock: FakeClock) -> None:
    def attempt(seconds: float) -> Failure:
        clock.passed += seconds
        return LOST

    said: list[str] = []
    ours = budget(clock, said, deadline=3.0)
    with ours.quiet_end():
        ours.ask(attempt)
    assert said == ["the connection broke"]
    with ours.quiet_end():
        ours.rest(1.0)


def test_several_followers_tell_of_one_outage_once(clock: FakeClock) -> None:
    said: list[str] = []
    first = budget(clock, said)
    others = [first.for_another() for _ in range(3)]
    for one in (first, *others):
        one.endure(ServerError("answered 502"))
        one.note("the status 'paused' is unknown")
    for one in (first, *others):
        assert "the API answers again" not in said
        one.good()
    assert said == [
        "answered 502; waiting goes on",
        "the status 'paused' is unknown",
        "the API answers again",
    ]


def test_outages_are_each_followers_own(clock: FakeClock) -> None:
    ours = budget(clock, max_outage=60.0)
    other = ours.for_another()
    clock.passed = 61.0
    ours.good()
    ours.endure(BUSY.error)
    with pytest.raises(ServerError):
        other.endure(BUSY.error)


def test_it_may_be_told_from_many_threads(clock: FakeClock) -> None:
    said: list[str] = []
    ours = budget(clock, said)

    def live(one: WaitBudget) -> None:
        for _ in range(200):
            one.endure(BUSY.error)
            one.good()

    threads = [threading.Thread(target=live, args=(ours.for_another(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    begins, ends = (sum(word in message for message in said) for word in ("goes on", "again"))
    assert begins == ends


@pytest.mark.parametrize(
    ("seconds", "attended", "expected"),
    [(None, True, None), (None, False, UNATTENDED), (5.0, False, 5.0), (0.0, True, 0.0)],
)
def test_when_a_wait_ends(
    clock: FakeClock, seconds: float | None, attended: bool, expected: float | None
) -> None:
    assert deadline_after(clock, seconds, attended=attended) == expected
