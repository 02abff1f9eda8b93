"""Credits: how many are left, whether that is enough, and when they run out at this period's pace."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from eclips_cli.counting import how_many
from eclips_cli.durations import DAY, local_time
from eclips_cli.errors import LimitReached, ProtocolError, UsageError
from eclips_cli.output.cells import figure

if TYPE_CHECKING:
    from eclips_cli.api.objects import UsageSummary

"""seconds"""


class Forecast(NamedTuple):
    """What this period's consumption means: credits a day, and the day they run out.

    The day is one of this machine's local time. `runs_out` is None when they last beyond the period's end, are
    unlimited, or nothing was used yet.
    """

    per_day: float
    runs_out: date | None


class Threshold(NamedTuple):
    """A number of credits, or a share of all credits of the period: `--fail-under`, `--check credits=…`."""

    number: float
    is_percent: bool

    @classmethod
    def parse(cls, text: str, option: str = "--fail-under ") -> Threshold:
        """From `500` or `10%`, as it was typed behind `option`. Raises UsageError for anything else."""
        stripped = text.strip().removesuffix("%")
        percent = text.strip().endswith("%")
        if not (stripped.isascii() and stripped.replace(".", "", 1).isdigit()):
            raise UsageError(
                f"{option}{text!r} is neither a number nor a percentage",
                hint=f"write it like {option}500 or {option}10%",
            )
        number = float(stripped)
        if percent and number > 100:
            raise UsageError(f"{option}{text}: more than 100%")
        return cls(number, percent)

    def missed(self, summary: UsageSummary) -> tuple[float, float | Fraction] | None:
        """The credits that are left and those that must be, where they are fewer (manual: Usage); else None."""
        if is_unlimited(summary):
            return None
        left = remaining(summary)
        # a fraction: no float can hold some of what an API may say
        floor = (
            self.number
            if not self.is_percent
            else Fraction(str(self.number)) / 100 * Fraction(total(summary))
        )
        return (left, floor) if left < floor else None

    def check(self, summary: UsageSummary) -> None:
        """Raise LimitReached when fewer credits are left than this."""
        missed = self.missed(summary)
        if missed is not None:
            raise LimitReached(
                f"{how_many(round(missed[0]), 'credit is', 'credits are')} left, fewer than {round(missed[1]):,}",
                hint="top up or change the plan in the dashboard",
            )


def is_unlimited(summary: UsageSummary) -> bool:
    """Whether the plan has no limit: `unlimited` is true, or `included_credits` is -1."""
    return summary.get("unlimited") is True or summary.get("included_credits") == -1


def remaining(summary: UsageSummary) -> float:
    """The credits left. Raises ProtocolError when the summary of a limited plan does not say."""
    return _told(summary, "credits_remaining")


def total(summary: UsageSummary) -> float:
    """All credits of the period: used and left."""
    return remaining(summary) + _told(summary, "credits_used")


def _told(summary: UsageSummary, member: str) -> float:
    value: object = summary.get(member)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise ProtocolError(f"GET /v1/usage: the answer lacks {member}")


def forecast(summary: UsageSummary, now: float) -> Forecast | None:
    """What the pace of the period so far leads to, at `now` in POSIX seconds; None where it can't be told."""
    used, started = figure(summary.get("credits_used")), _month(summary.get("period"))
    if started is None or used is None:
        return None
    # the period is the API's, a month of UTC
    begin = datetime(started.year, started.month, 1, tzinfo=UTC).timestamp()
    days = calendar.monthrange(started.year, started.month)[1]
    elapsed = (now - begin) / DAY
    if not 0 < elapsed <= days:
        return None
    per_day = used / elapsed
    if is_unlimited(summary) or per_day <= 0:
        return Forecast(per_day, None)
    left = figure(remaining(summary))
    if left is None:  # more than can be reckoned with
        return Forecast(per_day, None)
    out = elapsed + left / per_day
    return Forecast(per_day, local_time(begin + out * DAY).date() if out < days else None)


def period_progress(summary: UsageSummary, now: float) -> tuple[int, int] | None:
    """The day of the period (a month of UTC) that `now` (POSIX seconds) is, and its days; None for one that is not now."""
    started = _month(summary.get("period"))
    today = datetime.fromtimestamp(now, UTC).date()
    if started is None or (today.year, today.month) != (started.year, started.month):
        return None
    return today.day, calendar.monthrange(started.year, started.month)[1]


def _month(period: object) -> date | None:
    """The first day of a period like `2026-06`; None for a period of another form."""
    try:
        return datetime.strptime(str(period), "%Y-%m").date()
    except ValueError:
        return None
