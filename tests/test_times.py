"""Times as people write them: relative ones, days and clocks of this machine's zone, whatever the season."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from eclips_cli.durations import iso_text, parse_duration, parse_instant, parse_iso
from eclips_cli.errors import UsageError
from eclips_cli.output.cells import clock_time
from eclips_cli.output.charts import time_labels
from eclips_cli.output.theme import Look


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90.0), ("5m", 300.0), ("2h", 7200.0), ("3d", 259_200.0), ("2w", 1_209_600.0), ("1h30m", 5400.0),
        ("1H30M", 5400.0), (" 7 ", 7.0), ("0", 0.0), ("0s", 0.0), ("0.5", 0.5), ("1.5m", 90.0),
        ("0h30m", 1800.0), ("3650d", 315_360_000.0), ("315360000", 315_360_000.0),
    ],
)  # fmt: skip
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", " ", "s", "m5", "-5", "-5s", "1h30", "0h30", "0s5", "5 m", "1.2.3s", ".", "nan", "inf", "1e3", "5x", "5ms", "3651d",
     "315360000.5", "٣s"],
)  # fmt: skip
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError, match="not a duration"):
        parse_duration(text)


def test_times_of_the_api() -> None:
    assert parse_iso("2026-06-06T09:00:00.250Z") == 1780736400.25
    assert parse_iso("2026-06-06T09:00:00") == 1780736400.0, (
        "without a zone it is UTC, wherever this machine is"
    )
    assert parse_iso("2026-06-06T09:00:00-05:00") == 1780754400.0
    assert [parse_iso(found) for found in (None, 5, "", "soon", "2026-13-01")] == [None] * 5


BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
SANTIAGO = "<-04>4<-03>,M9.1.6/24,M4.1.6/24"
"""where the clocks go from midnight to one"""
Zone = Callable[[str], None]


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zone]:
    def be_in(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield be_in
    monkeypatch.undo()
    time.tzset()


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("where", "now", "words", "meant"),
    [
        (BERLIN, "2026-06-06T08:00", "2h", "2026-06-06T06:00"),
        (BERLIN, "2026-06-06T08:00", "today", "2026-06-05T22:00"),
        (BERLIN, "2026-06-06T08:00", " Yesterday ", "2026-06-04T22:00"),
        # it is tomorrow there already, and still yesterday here
        (BERLIN, "2026-06-06T22:30", "today", "2026-06-06T22:00"),
        ("EST5EDT,M3.2.0,M11.1.0", "2026-06-06T03:00", "today", "2026-06-05T04:00"),
        # the day of the change has 23 hours, and the one in autumn 25: `1d` has 24
        (BERLIN, "2026-03-29T10:00", "today", "2026-03-28T23:00"),
        (BERLIN, "2026-03-30T10:00", "yesterday", "2026-03-28T23:00"),
        (BERLIN, "2026-03-30T10:00", "today", "2026-03-29T22:00"),
        (BERLIN, "2026-10-26T10:00", "yesterday", "2026-10-24T22:00"),
        (BERLIN, "2026-10-26T10:00", "today", "2026-10-25T23:00"),
        (BERLIN, "2026-10-26T10:00", "1d", "2026-10-25T10:00"),
        (SANTIAGO, "2026-09-06T12:00", "today", "2026-09-06T04:00"),
        # what names no zone is local, by the season of its own date
        (BERLIN, "2026-06-06T08:00", "2026-01-31", "2026-01-30T23:00"),
        (BERLIN, "2026-01-06T08:00", "2026-06-06", "2026-06-05T22:00"),
        (BERLIN, "2026-01-06T08:00", "2026-06-06T09:00", "2026-06-06T07:00"),
        (BERLIN, "2026-01-06T08:00", "2026-06-06 09:00:30.5", "2026-06-06T07:00:30.500"),
        (BERLIN, "2026-01-06T08:00", "2026-06-06T09:00Z", "2026-06-06T09:00"),
        (BERLIN, "2026-01-06T08:00", "2026-06-06T09:00-05:00", "2026-06-06T14:00"),
        # an hour that is there twice is the first of both; one that is not there, as if the clocks stood
        (BERLIN, "2026-11-06T08:00", "2026-10-25T02:30", "2026-10-25T00:30"),
        (BERLIN, "2026-11-06T08:00", "2026-03-29T02:30", "2026-03-29T01:30"),
        ("UTC", "2026-11-06T08:00", "0s", "2026-11-06T08:00"),
    ],
)
def test_a_time_is_meant_by_the_clock_on_the_wall(
    zone: Zone, where: str, now: str, words: str, meant: str
) -> None:
    zone(where)
    assert iso_text(parse_instant(words, at(now))) == iso_text(at(meant))


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "tomorrow",
        "now",
        "5",
        "-2h",
        "2026-13-01",
        "0001-01-01",
        "9999-12-31T23:59",
        "10:00",
        "yesterday 9:00",
    ],
)
def test_what_is_no_time(zone: Zone, words: str) -> None:
    zone(BERLIN)
    with pytest.raises(UsageError, match="not a time") as caught:
        parse_instant(words, at("2026-06-06T08:00"))
    assert "today, yesterday" in str(caught.value.hint)


def test_logs_and_axes_are_in_local_time_and_name_the_zone(zone: Zone) -> None:
    zone(BERLIN)
    assert clock_time("2026-06-06T09:00:42.000Z") == "11:00:42 CEST"
    assert clock_time("2026-12-06T09:00:42.000Z") == "10:00:42 CET"
    assert clock_time(None) == "" and clock_time("9999-12-31T23:59:59Z") == "23:59:59 UTC"
    begin, end = at("2026-06-06T09:00"), at("2026-06-06T15:30")
    assert time_labels(begin, end, 24, Look(), indent=2) == "  11:00              17:30 CEST"
    assert time_labels(begin, end + 20 * 86400, 24, Look(width=26), indent=1) == " 6 Jun         26 Jun CEST"
    assert time_labels(begin, at("2026-12-01T00:00"), 24, Look(), indent=0) == "6 Jun CEST         1 Dec CET"


AUCKLAND = "NZST-12"


def test_lines_that_are_printed_as_things_happen_name_the_zone(zone: Zone) -> None:
    from eclips_cli.commands.health import health_line
    from eclips_cli.commands.runs._open_runs import OpenRuns
    from eclips_cli.commands.runs.watch import title

    zone(BERLIN)
    look = Look(now=1_780_736_442.0, width=100)
    assert health_line({"status": "ok"}, look).startswith("11:00:42 CEST  ✓ ok")
    none = OpenRuns(None, None)  # type: ignore[arg-type]  # nothing is asked
    assert title(none, None, look.now, look)[1] == "since 11:00:42 CEST: none ended"


def test_the_day_on_which_credits_run_out_is_a_day_of_this_machine(zone: Zone) -> None:
    """13:00 UTC of the 22nd is the 23rd in Auckland; the period it is reckoned by is the API's, in UTC."""
    from eclips_cli.commands._forecast import forecast
    from eclips_cli.commands.usage import history_chart

    summary = {"period": "2026-06", "credits_used": 1000, "credits_remaining": 1150}
    entries = [
        {"created_at": "2026-06-01T01:00:00Z", "amount": 10, "balance": 100},
        {"created_at": "2026-06-11T01:00:00Z", "amount": 90, "balance": 115},
    ]
    now = datetime(2026, 6, 11, tzinfo=UTC).timestamp()
    for name, day in (("UTC", 22), (AUCKLAND, 23)):
        zone(name)
        found = forecast(summary, now + 3600)  # type: ignore[arg-type]
        assert found is not None and found.runs_out is not None and found.runs_out.day == day
        assert f"run out on {day} June 2026" in history_chart(entries, Look(width=80))
