"""The pure part of retrying: headers, back-off, decisions."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eclips_cli.api.http.retry import (
    BACKOFF_CAP,
    FAULTS,
    LONGEST_WAIT,
    OTHERWISE,
    Phase,
    RetryDecision,
    backoff,
    on_fault,
    on_status,
    parse_retry_after,
    pause,
)

NOW = 784111777.0  # Sun, 06 Nov 1994 08:49:37 GMT
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 7\t", 7.0),
        ("007", 7.0),
        ("120", 120.0),
        ("86400", 86400.0),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60.0),
        ("Sun, 06 Nov 1994 08:49:00 GMT", 0.0),
        ("Sun, 06 Nov 1994 08:49:60 GMT", 22.0),
    ],
)
def test_both_forms_are_read(value: str, seconds: float) -> None:
    assert parse_retry_after(value, date=None, now=NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [
        None, "", "-1", "+5", "1.5", "nan", "inf", "1e3", "0x10", "9999999999", "9" * 5000, "٣٠", "²", "5 s",
        "5, 6",
        "Sun, 06 Nov 1994 08:50:37", "Sun, 06 Nov 1994 08:50:37 UTC", "Sun, 06 Nov 1994 08:50:37 +0000",
        "Sun, 6 Nov 1994 08:50:37 GMT",
        "Sun, 31 Feb 1994 08:50:37 GMT", "Sun, 06 Nov 1994 25:50:37 GMT", "Sun, 06 Nov 1994 08:50:61 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT", "Xxx, 06 Nov 1994 08:50:37 GMT", "1994-11-06T08:50:37Z",
    ],
)  # fmt: skip
def test_anything_else_is_nothing(value: str | None) -> None:
    assert parse_retry_after(value, date=None, now=NOW) is None


def test_a_date_is_compared_with_the_answers_own_date() -> None:
    an_hour_off = NOW - 3600
    assert parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", date=DATE, now=an_hour_off) == 60.0
    assert parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", date="yesterday", now=NOW) == 60.0


@given(st.text(max_size=40))
@example("Sun, 06 Nov 1994 08:49:37 GMT")
def test_no_header_raises_and_none_is_absurd(value: str) -> None:
    seconds = parse_retry_after(value, date=value, now=NOW)
    assert seconds is None or 0 <= seconds <= 31 * 86400


@given(st.integers(1, 2000), st.floats(0, 1))
def test_backoff_is_bounded(attempt: int, share: float) -> None:
    seconds = backoff(attempt, lambda low, high: low + share * (high - low))
    assert 0 <= seconds <= BACKOFF_CAP


def test_backoff_doubles_with_full_jitter() -> None:
    asked: list[tuple[float, float]] = []
    for attempt in range(1, 8):
        backoff(attempt, lambda low, high: asked.append((low, high)) or low)
    assert asked == [(0.0, high) for high in (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0)]


def test_the_server_sets_the_pause_if_it_does() -> None:
    assert pause(1, 33.0, max) == 33.0
    assert pause(1, None, max) == 0.5
    assert pause(1, 0.0, max) == 0.5


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_reads_are_repeated(status: int) -> None:
    assert on_status(status, None, change=False) is RetryDecision.REPEAT


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 301, 501])
def test_other_answers_are_final(status: int) -> None:
    assert on_status(status, 1.0, change=False) is RetryDecision.GIVE_UP
    assert on_status(status, 1.0, change=True) is RetryDecision.GIVE_UP


@pytest.mark.parametrize(
    ("status", "retry_after", "repeated"),
    [(429, 1.0, True), (429, 0.0, True), (429, None, False), (503, 1.0, True), (503, None, False)]
    + [(status, 1.0, False) for status in (500, 502, 504)],
)
def test_changes_are_repeated_only_when_they_were_not_acted_on(
    status: int, retry_after: float | None, repeated: bool
) -> None:
    assert (on_status(status, retry_after, change=True) is RetryDecision.REPEAT) is repeated


def test_no_wait_is_longer_than_two_minutes_and_none_helps_without_credits() -> None:
    assert on_status(429, LONGEST_WAIT, change=False) is RetryDecision.REPEAT
    assert on_status(429, LONGEST_WAIT + 1, change=False) is RetryDecision.LATER
    assert on_status(429, 1.0, change=False, out_of_credits=True) is RetryDecision.GIVE_UP


def test_no_change_is_repeated_once_it_was_sent() -> None:
    rows = {**FAULTS, **{("anything new", phase): decisions for phase, decisions in OTHERWISE.items()}}
    for (kind, phase), (read, changed) in rows.items():
        if phase is not Phase.BEFORE:
            assert changed is not RetryDecision.REPEAT, kind
        assert read in (RetryDecision.REPEAT, RetryDecision.GIVE_UP), kind


@pytest.mark.parametrize(
    ("status", "again"), [(408, True), (425, True), (409, False), (421, False), (499, False)]
)
def test_a_change_is_sent_again_after_a_4xx_only_where_it_was_not_acted_on(status: int, again: bool) -> None:
    for wait in (None, 3.0):
        decision = on_status(status, wait, change=True)
        assert decision is (RetryDecision.REPEAT if again else RetryDecision.GIVE_UP)
    assert on_status(status, LONGEST_WAIT + 1, change=True) is (
        RetryDecision.LATER if again else RetryDecision.GIVE_UP
    )


def test_an_unknown_exception_is_decided_by_its_phase() -> None:
    assert on_fault("Surprise", Phase.BEFORE, change=True) is RetryDecision.REPEAT
    assert on_fault("Surprise", Phase.SENT, change=True) is RetryDecision.UNKNOWN
    assert on_fault("Surprise", Phase.ANSWERED, change=True) is RetryDecision.ACCEPTED
    assert on_fault("Surprise", Phase.ANSWERED, change=False) is RetryDecision.REPEAT
