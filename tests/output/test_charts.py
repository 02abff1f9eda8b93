"""Plots as text: the largest column is as high as the chart, times are placed where they belong."""

import pytest

from eclips_cli.commands import usage
from eclips_cli.output import charts, theme
from eclips_cli.output.theme import Look


def test_columns_are_scaled_to_the_largest_and_a_trace_still_shows() -> None:
    assert charts.columns([0, 1, 50, 100], Look(), height=2) == ["100 ┤   █", "    │ ▁██", "  0 └────"]


def test_amounts_are_put_into_equal_lengths_of_time() -> None:
    drawn = charts.over_time([(0, 1), (10, 1), (100, 4)], Look(), widest=10)
    assert drawn[-2].count("─") == 9
    assert drawn[0] == "4 ┤        █"
    assert drawn[-1].split() == ["00:00", "00:01", "UTC"]


def test_bars_compare_members_and_make_their_names_safe() -> None:
    lines = charts.bars([("ada", 10), ("\x1b[31meve", 5)], Look(width=60))
    assert lines[0].startswith("ada") and lines[0].endswith("10")
    assert "\\x1b[31meve" in lines[1] and lines[1].count("━") == lines[0].count("━") // 2


def test_the_summary_says_how_much_of_credits_and_period_is_gone() -> None:
    found = {"plan": "team", "period": "2026-06", "credits_used": 12480, "credits_remaining": 37520}
    text = usage.summary_text(found, Look(now=1_780_736_400.0))
    assert "25%  12,480 used · 37,520 left" in text
    assert "day 6 of 30" in text


def test_history_tells_the_day_the_balance_is_used_up() -> None:
    rows = [
        {"created_at": "2026-06-01T00:00:00.000Z", "amount": -100, "balance": 400},
        {"created_at": "2026-06-03T00:00:00.000Z", "amount": -100, "balance": 300},
        {"created_at": "2026-06-02T00:00:00.000Z", "amount": 50, "balance": 400},
    ]
    text = usage.history_chart(rows, Look())
    assert "300 left; at 100 a day they run out on 6 June 2026" in text
    assert "100 ┤" in text


def test_rows_without_times_or_amounts_make_no_chart() -> None:
    assert usage.history_chart([{"a": 1}, {"a": 2}], Look()) == ""
    assert usage.member_bars([{"n": 1}], Look()) == ""


def test_runs_are_counted_by_status_and_time_of_their_start() -> None:
    now = 1_780_736_400.0
    runs = [
        {"status": "completed", "created_at": "2026-06-06T08:59:59.000Z"},
        {"status": "completed", "created_at": "2026-06-06T08:00:01.000Z"},
        {"status": "reviewing\x1b", "created_at": "2026-06-06T08:30:00.000Z"},
        {"status": "failed", "created_at": None},
    ]
    lines = charts.started_by_status(runs, Look(now=now), buckets=10)
    assert lines[0] == "when they were started: the last hour"
    assert lines[1].startswith("✓ completed") and lines[1].endswith(" █        █     2")
    assert "reviewing\\x1b" in lines[2]
    assert charts.started_by_status([], Look()) == []


def test_confidence_is_counted_by_the_apis_bands() -> None:
    lines = charts.by_band([0.94, 0.85, 0.7, 0.41, None], Look(width=80))
    assert lines[1] == "confidence of 4 rows"
    assert [line.split()[-1] for line in lines[2:]] == ["2", "1", "0", "1"]
    assert lines[2].startswith("  proceeds ") and lines[5].startswith("  always goes to triage")
    assert charts.by_band([None], Look()) == []


@pytest.mark.parametrize("width", [40, 60, 100])
def test_the_bands_are_named_whole(width: int) -> None:
    lines = charts.by_band([0.9, 0.7, 0.6, 0.2], Look(width=width))
    shown = "\n".join(lines)
    assert all(words in shown for _, words, _ in theme.BANDS) and max(map(len, lines)) <= width
