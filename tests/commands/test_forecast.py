"""Credits: thresholds for cron, and the day they run out."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from eclips_cli.commands._forecast import Threshold, forecast
from eclips_cli.errors import LimitReached, ProtocolError, UsageError
from tests.output.rows import UNLIMITED, USAGE


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize("text", ["0", "37520", "75%", "75.04%", " 10% ", "0%"])
def test_enough_is_left(text: str) -> None:
    Threshold.parse(text).check(USAGE)


@pytest.mark.parametrize("text", ["37521", "75.05%", "100%", "1000000"])
def test_fewer_are_left(text: str) -> None:
    with pytest.raises(LimitReached, match="37,520 credits are left"):
        Threshold.parse(text).check(USAGE)


@pytest.mark.parametrize("text", ["", "%", "-1", "1e3", "ten", "10%%", "nan", "inf", "١٠", "101%", "1.2.3"])
def test_what_is_no_threshold(text: str) -> None:
    with pytest.raises(UsageError, match="--fail-under"):
        Threshold.parse(text)


@pytest.mark.parametrize(
    "summary", [UNLIMITED, {"unlimited": True}, {"included_credits": -1, "credits_remaining": None}]
)
def test_an_unlimited_plan_has_always_enough(summary: dict[str, Any]) -> None:
    Threshold.parse("100%").check(summary)


@pytest.mark.parametrize("left", [None, "37520", True])
def test_a_limited_plan_that_does_not_say_what_is_left_is_no_success(left: Any) -> None:
    with pytest.raises(ProtocolError, match="credits_remaining"):
        Threshold.parse("10%").check(USAGE | {"credits_remaining": left})


@pytest.mark.parametrize(
    ("moment", "used", "left", "out"),
    [
        ("2026-06-06T12:00", 12480, 37520, date(2026, 6, 23)),
        ("2026-06-16T00:00", 15000, 15001, None),
        ("2026-06-16T00:00", 15000, 14999, date(2026, 6, 30)),
        ("2026-06-01T00:30", 50000, 0, date(2026, 6, 1)),
        ("2026-06-06T12:00", 0, 50000, None),
    ],
)
def test_the_day_they_run_out_at_this_periods_pace(
    moment: str, used: int, left: int, out: date | None
) -> None:
    found = forecast(USAGE | {"credits_used": used, "credits_remaining": left}, at(moment))
    assert found is not None and found.runs_out == out


@pytest.mark.parametrize("period", [None, "June", "2026-13", "2026-05", "2026-07", 5])
def test_a_period_that_is_not_this_month_has_no_forecast(period: Any) -> None:
    assert forecast(USAGE | {"period": period}, at("2026-06-06T12:00")) is None


def test_an_unlimited_plan_never_runs_out() -> None:
    found = forecast(UNLIMITED, at("2026-06-06T12:00"))
    assert found is not None and found.runs_out is None and found.per_day > 0
