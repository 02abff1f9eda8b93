"""One thing, for a person: what happened, how long it took, how sure the agent was, what came out."""

from __future__ import annotations

import json
from typing import Any

from eclips_cli.durations import parse_iso
from eclips_cli.output import cells, theme
from eclips_cli.output.cells import safe_text

JsonObject = dict[str, Any]
_SHOWN = {
    "id", "status", "agent_type", "confidence_score", "created_at", "started_at", "completed_at", "error_message",
    "output", "task", "priority", "requires_triage",
}  # fmt: skip


def run_detail(detail: JsonObject, *, color: bool = False) -> str:
    """`{run, triage_item}` as lines of text, everything in it made safe."""
    run = detail.get("run") or {}
    item = detail.get("triage_item") or {}
    status = str(run.get("status"))
    look = theme.mark(status)
    rows = [
        ("run", cells.plain(run.get("id"))),
        ("agent", cells.plain(run.get("agent_type"))),
        ("task", cells.plain(run.get("task"))),
        ("priority", cells.plain(run.get("priority"))),
        ("confidence", _confidence(run)),
        ("queued", _between(run.get("created_at"), run.get("started_at"))),
        ("ran", _between(run.get("started_at"), run.get("completed_at"))),
        ("created", cells.plain(run.get("created_at"))),
        ("ended", cells.plain(run.get("completed_at"))),
        ("error", cells.plain(run.get("error_message"))),
    ]
    rows += [(name, cells.plain(value)) for name, value in run.items() if name not in _SHOWN]
    rows += [(f"triage {name}", cells.plain(value)) for name, value in item.items() if name != "agent_runs"]
    heading = theme.painted(f"{look.symbol} {safe_text(status)}", look.color, on=color)
    return heading + "\n" + _rows(rows, color) + _output(run.get("output"), color)


def _rows(rows: list[tuple[str, str]], color: bool) -> str:
    present = [(safe_text(name), safe_text(value)) for name, value in rows if value]
    width = max((len(name) for name, _ in present), default=0)
    return "".join(
        f"  {theme.painted(name.ljust(width), theme.DIM, on=color)}  {value}\n" for name, value in present
    )


def _confidence(run: JsonObject) -> str:
    score = run.get("confidence_score")
    words = cells.band(score)
    return f"{cells.confidence(score)}  {words}" if words else cells.plain(score)


def _between(begin: Any, end: Any) -> str:
    started, ended = parse_iso(begin), parse_iso(end)
    return (
        cells.duration(ended - started)
        if started is not None and ended is not None and ended >= started
        else ""
    )


def _output(output: Any, color: bool) -> str:
    if output is None:
        return ""
    text = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False, indent=2)
    body = "".join(f"  {line}\n" for line in safe_text(text, multiline=True).split("\n"))
    return f"\n{theme.painted('output', theme.DIM, on=color)}\n{body}"


def object_detail(found: JsonObject, *, color: bool = False) -> str:
    """Any object as a line for each of its members."""
    return _rows([(name.replace("_", " "), _flat(value)) for name, value in found.items()], color)


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {cells.plain(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(cells.plain(inner) for inner in value)
    return cells.plain(value)
