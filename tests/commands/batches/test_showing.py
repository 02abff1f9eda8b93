"""The one line that says how far all jobs are, in the room there is."""

import io

import pytest

from eclips_cli.commands.batches._preview import Preview, show_preview
from eclips_cli.commands.batches._progress import Progress
from eclips_cli.commands.batches._progress_line import line, words
from eclips_cli.commands.batches.results import results_view
from eclips_cli.output import theme
from eclips_cli.output.live import Live
from eclips_cli.output.output import Output
from eclips_cli.output.table import render


def progress(done=500, failed=3, triage=2, total=1203, **more):
    return Progress((), total, done, failed, triage, 0, **{"rate": 4.1, "eta": 172.0, **more})


def bar(cells):
    return "".join(theme.bar(503 / 1203, cells))


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (90, f"{bar(20)} 500 of 1,203 rows done · 3 failed · 2 in triage · 4.1/s · 2m 52s left"),
        (80, f"{bar(10)} 500 of 1,203 rows done · 3 failed · 2 in triage · 4.1/s · 2m 52s left"),
        (69, f"{bar(10)} 500/1,203 · 3 failed · 2 in triage · 4.1/s · 2m 52s left"),
        (61, f"{bar(10)} 500/1,203 · 3 failed · 2 in triage · 2m 52s left"),
        (50, "500/1,203 · 3 failed · 2 in triage · 2m 52s left"),
        (40, "500/1,203 · 3 failed · 2 in triage"),
        (10, "500/1,203 "),
        (0, ""),
    ],
)
def test_what_matters_least_gives_way_first(room, shown):
    assert line(progress(), room) == shown


def test_without_trouble_and_without_a_rate():
    assert words(progress(failed=0, triage=0, rate=None)) == "500 of 1,203 rows done"
    assert words(progress(rate=0.05)).endswith("3.0/min · 2m 52s left")
    assert words(progress(ended=True)) == "500 of 1,203 rows done · 3 failed · 2 in triage"
    assert line(progress(0, 0, 0, total=0, rate=None), 80).endswith(" 0 of 0 rows done")


def test_a_note_stands_above_the_line_that_changes():
    stream = io.StringIO()
    with Live(stream, terminal=True, color=False, quiet=False, width=lambda: 60) as live:
        assert live.moving
        live.status("running", lambda room: f"room {room}")
        live.above("a note\n")
    drawn = stream.getvalue()
    assert "\r\x1b[2Ka note\n" in drawn
    assert drawn.endswith("\r\x1b[2K\x1b[?25h") and not live.moving
    assert "room 49" in drawn or "running" not in drawn


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        (30, ["NUMBER", "STATUS"]),
        (40, ["NUMBER", "VENDOR", "STATUS"]),
        (60, ["NUMBER", "VENDOR", "NOTE", "STATUS"]),
        (100, ["NUMBER", "VENDOR", "NOTE", "STATUS", "RESULT"]),
    ],
)
def test_what_tells_rows_apart_stays_longest_in_their_results(width, heads):
    found = {"number": "INV-1", "vendor": "Müller & Söhne", "note": "to be paid", "status": "completed"}
    items = [{**found, "result": {"approved": True}, "error": None}]
    text = render(items, results_view(["number", "vendor", "note"]), width=width, color=False, now=0.0)
    assert text.splitlines()[0].split() == heads


def test_a_dry_run_that_would_send_nothing_shows_no_table():
    out, err = io.StringIO(), io.StringIO()
    output = Output(environ={}, stdin=io.StringIO(), stdout=out, stderr=err, format="table")
    show_preview(output, "june", "center", Preview(0, 0, [], None))
    assert out.getvalue() == ""
    assert err.getvalue() == "no row would go to center; nothing was sent\n"
