"""One thing, for a person: what happened, how long it took, how sure the agent was, what came out."""

from __future__ import annotations

from collections import Counter
from typing import Any

from eclips_cli.durations import parse_iso
from eclips_cli.json_values import JsonObject
from eclips_cli.output import cells, charts, theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.json_for_people import document
from eclips_cli.output.theme import Look

_SHOWN = {
    "id", "status", "agent_type", "confidence_score", "created_at", "started_at", "completed_at", "error_message",
    "output", "task", "priority", "requires_triage", "data",
}  # fmt: skip
_OF_THE_ITEM = {"agent_runs", "run_id"}
_OF_THE_JOB = {
    "id", "name", "agent_type", "created_at", "status", "total_rows", "completed_rows", "failed_rows",
}  # fmt: skip


def run_detail(detail: JsonObject, look: Look) -> str:
    """`{run, triage_item}` as lines of text, everything in it made safe."""
    run = detail.get("run") or {}
    item = detail.get("triage_item") or {}
    rows = [
        ("run", _text(run.get("id"))),
        ("agent", _text(run.get("agent_type"))),
        ("task", _text(run.get("task"))),
        ("priority", _text(run.get("priority"))),
        ("confidence", confidence_words(run.get("confidence_score"), look)),
        ("queued", _between(run.get("created_at"), run.get("started_at"))),
        ("ran", _between(run.get("started_at"), run.get("completed_at"))),
        ("created", safe_text(cells.when(run.get("created_at"), look.now))),
        ("ended", safe_text(cells.when(run.get("completed_at"), look.now))),
        ("error", _text(run.get("error_message"))),
    ]
    rows += [(name, _text(value)) for name, value in run.items() if name not in _SHOWN]
    rows += [(_item_name(name), _text(value)) for name, value in item.items() if name not in _OF_THE_ITEM]
    text = heading(run.get("status"), look) + "\n" + _rows(rows, look)
    return text + section("data", run.get("data"), look) + section("output", run.get("output"), look)


def heading(status: Any, look: Look) -> str:
    """A status with its symbol and colour."""
    word = cells.plain(status)
    mark = theme.mark(word)
    return theme.painted(f"{mark.symbol} {safe_text(word)}", mark.color, on=look.color)


def confidence_words(value: Any, look: Look) -> str:
    """A confidence score with its bar and what it leads to; empty when there is none."""
    score = cells.score(value)
    if score is None:
        return safe_text(cells.plain(value))
    return f"{cells.confidence(score, color=look.color)}  {theme.band(score)[0]}"


def section(title: str, value: Any, look: Look) -> str:
    """What an agent was given or put out, laid out for reading under a title; nothing where there is nothing."""
    if value is None or value == {} or value == []:
        return ""
    body = "".join(f"{line}\n" for line in document(value, look))
    return f"\n{theme.painted(title, theme.DIM, on=look.color)}\n{body}"


def bare_value(found: JsonObject, _look: Look) -> str:
    """The member `value` alone on its line, for `X=$(…)`."""
    return safe_text(cells.plain(found.get("value"))) + "\n"


def object_detail(found: JsonObject, look: Look) -> str:
    """Any object as a line for each of its members."""
    return "".join(f"{line}\n" for line in document(found, look))


def _item_name(name: str) -> str:
    return name.replace("_", " ") if name.startswith("triage") else f"triage {name.replace('_', ' ')}"


def _text(value: Any) -> str:
    return safe_text(cells.plain(value))


def _rows(rows: list[tuple[str, str]], look: Look) -> str:
    """Names and safe values, aligned; a name without a value is left out."""
    present = [(safe_text(name), value) for name, value in rows if value]
    width = max((len(name) for name, _ in present), default=0)
    return "".join(
        f"  {theme.painted(name.ljust(width), theme.DIM, on=look.color)}  {value}\n"
        for name, value in present
    )


def _between(begin: Any, end: Any) -> str:
    started, ended = parse_iso(begin), parse_iso(end)
    known = started is not None and ended is not None and ended >= started
    return cells.duration(ended - started) if known and started is not None and ended is not None else ""


def batch_detail(detail: JsonObject, rows_table: str, look: Look) -> str:
    """`{job, rows}` as lines of text: the job, its rows counted by status, and the table of them."""
    job, found = detail["job"], detail["rows"]
    counts = Counter(safe_text(str(row.get("status"))) for row in found)
    counted = ", ".join(f"{count:,} {what}" for what, count in counts.most_common())
    rows = [
        ("batch", _text(job.get("id"))),
        ("name", _text(job.get("name"))),
        ("agent", _text(job.get("agent_type"))),
        ("created", safe_text(cells.when(job.get("created_at"), look.now))),
        ("rows", f"{len(found):,}: {counted}" if found else "none"),
    ]
    rows += [(name.replace("_", " "), _text(value)) for name, value in job.items() if name not in _OF_THE_JOB]
    text = f"{heading(job.get('status'), look)}\n{_rows(rows, look)}"
    chart = charts.by_band([cells.score(row.get("confidence_score")) for row in found], look)
    text += "".join(f"{line}\n" for line in chart)
    return f"{text}\n{rows_table}" if rows_table else text
