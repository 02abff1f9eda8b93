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
