"""HTTP dates, in the three forms that RFC 9110 (5.6.7) has every recipient read, and in no other. Pure.

Sun, 06 Nov 1994 08:49:37 GMT      the one that is sent
Sunday, 06-Nov-94 08:49:37 GMT     obsolete: RFC 850
Sun Nov  6 08:49:37 1994           obsolete: asctime
"""

from __future__ import annotations

import re

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHORT = "(?:" + "|".join(day[:3] for day in _DAYS) + ")"
_LONG = "(?:" + "|".join(_DAYS) + ")"
_MONTH = "(?P<month>" + "|".join(_MONTHS) + ")"
_DAY = "(?P<day>[0-9]{2})"
_CLOCK = "(?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})"
_FORMS = (
    f"{_SHORT}, {_DAY} {_MONTH} (?P<year>[0-9]{{4}}) {_CLOCK} GMT",
    f"{_LONG}, {_DAY}-{_MONTH}-(?P<year>[0-9]{{2}}) {_CLOCK} GMT",
    f"{_SHORT} {_MONTH} (?P<day>[0-9]{{2}}| [0-9]) {_CLOCK} (?P<year>[0-9]{{4}})",
)
_FUTURE = 50
"""years: a date with a two-digit year that seems further ahead is one of the century before"""


def http_date(text: str, now: float) -> float | None:
    """Seconds since 1970 of an HTTP date; None for anything else. `now`, likewise, tells the century of two digits."""
    found = next(filter(None, (re.fullmatch(form, text) for form in _FORMS)), None)
    if found is None:
        return None
    hour, minute, second = (int(part) for part in found["clock"].split(":"))
    month, day, year = _MONTHS.index(found["month"]) + 1, int(found["day"]), int(found["year"])
    # no clock here has a leap second
    rest = (month, day, hour, minute, 59 if second == 60 else second)
    return _seconds(_whole_year(year, rest, now) if len(found["year"]) == 2 else year, rest)


def _whole_year(digits: int, rest: tuple[int, ...], now: float) -> int:
    """The latest year that ends in `digits` and is not more than 50 years ahead."""
    from datetime import UTC, datetime

    today = datetime.fromtimestamp(now, UTC)
    last = today.year + _FUTURE
    year = last - (last - digits) % 100
    moment = (today.month, today.day, today.hour, today.minute, today.second)
    return year - 100 if year == last and rest > moment else year


def _seconds(year: int, rest: tuple[int, ...]) -> float | None:
    from datetime import UTC, datetime

    month, day, hour, minute, second = rest
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None
