"""Lines that are printed as things happen: aligned, safe, and never wrapped while something can be left out."""

from eclips_cli.commands.runs._view import CHANGES
from eclips_cli.output.table import line
from eclips_cli.output.theme import Look

CHANGE = {
    "at": "2026-06-06T09:00:42.000Z", "run_id": "a9796f3d-cef5-497e-9863-03754428e1cb", "status": "failed",
    "confidence": None, "error": "the portal refused \x1b[31m",
}  # fmt: skip


def test_a_wide_terminal_shows_all(monkeypatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    __import__("time").tzset()
    assert line(CHANGE, CHANGES, Look(width=120)) == (
        "09:00:42 UTC  a9796f3d-cef5-497e-9863-03754428e1cb  ✗ failed            the portal refused \\x1b[31m\n"
    )


def test_a_narrow_one_keeps_the_id_and_the_status() -> None:
    text = line(CHANGE, CHANGES, Look(width=60))
    assert len(text.rstrip("\n")) <= 60
    assert CHANGE["run_id"] in text and "✗ failed" in text and "refused" not in text


def test_a_look_at_the_api_says_what_its_numbers_are(monkeypatch) -> None:
    from eclips_cli.commands.health import health_line

    monkeypatch.setenv("TZ", "UTC")
    __import__("time").tzset()
    report = {"status": "ok", "version": "1.0.0", "latency_ms": 16.6, "clock_skew_seconds": -0.005}
    assert health_line(report, Look(now=1_780_736_442.0)) == "09:00:42 UTC  ✓ ok  17 ms  1.0.0\n"
    late = {**report, "status": "degraded\x1b", "clock_skew_seconds": -75.25}
    assert health_line(late, Look(now=1_780_736_442.0)) == (
        "09:00:42 UTC  ✗ degraded\\x1b  17 ms  this clock is 75.2 s behind  1.0.0\n"
    )
    assert health_line(late, Look(now=1_780_736_442.0, width=40)) == "09:00:42 UTC  ✗ degraded\\x1b  17 ms\n"
    gone = {"status": "unreachable", "error": "could not reach x"}
    assert health_line(gone, Look(now=1_780_736_442.0)) == "09:00:42 UTC  ✗ unreachable  could not reach x\n"
