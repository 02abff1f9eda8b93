"""Durations and points in time as people write them: `90s`, `5m`, `1h30m`, `today`, ISO times; local time and the API's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from eclips_cli.errors import UsageError

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
DAY = 86400.0
"""seconds"""
_LONGEST = 10 * 365 * 86400.0


def parse_duration(text: str) -> float:
    """`text` in seconds. A bare number means seconds; at most ten years.

    Raises UsageError when it is not a duration, is negative or not finite.
    """
    total, number, rest = 0.0, "", text.strip().lower()
    bare = not rest.strip("0123456789.")
    for character in rest:
        if character in "0123456789.":
            number += character
            continue
        total += _amount(number, text) * _unit(character, text)
        number = ""
    if number:
        if not bare:
            raise _not_a_duration(text)
        total = _amount(number, text)
    if not rest or total > _LONGEST:
        raise _not_a_duration(text)
    return total


def _amount(number: str, text: str) -> float:
    try:
        return float(number)
    except ValueError:
        raise _not_a_duration(text) from None


def _unit(character: str, text: str) -> float:
    if character not in _UNITS:
        raise _not_a_duration(text)
    return _UNITS[character]


def _not_a_duration(text: str) -> UsageError:
    return UsageError(f"not a duration: {text!r}", hint="write it like 90s, 5m, 2h, 3d or 1h30m")


def parse_instant(text: str, now: float) -> float:
    """The POSIX time that `text` means: `2h` is two hours before `now`; `today`, `yesterday`, a date or an ISO 8601 time.

    A day begins at midnight, and what has no zone is meant, by this machine's local time. Raises UsageError otherwise.
    """
    word = text.strip().lower()
    if word[-1:] in _UNITS and word[:1].isdigit() and "-" not in word:
        return now - parse_duration(word)
    try:
        if word in _DAYS:
            day = local_time(now).date() - timedelta(days=_DAYS[word])
            return datetime(day.year, day.month, day.day).timestamp()
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        hint = "write it like 2h, 3d, today, yesterday, 2026-06-06 or 2026-06-06T09:00:00Z"
        raise UsageError(f"not a time: {text!r}", hint=hint) from None


_DAYS = {"today": 0, "yesterday": 1}


def local_time(moment: float) -> datetime:
    """POSIX seconds by this machine's clock and zone; what its calendar can't hold, in UTC."""
    try:
        return datetime.fromtimestamp(moment).astimezone()
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(moment, UTC)


def parse_iso(text: object) -> float | None:
    """An ISO 8601 time of the API as POSIX seconds, or None when it is none (nulls are normal)."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1)
    except (ValueError, OverflowError):
        return None


def iso_text(moment: float) -> str:
    """POSIX seconds as the API writes times: ISO 8601 in UTC with milliseconds."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
