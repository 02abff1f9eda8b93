"""Runs as columns, and one run for a person: what happened, how long it took, what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eclips_cli.durations import parse_iso
from eclips_cli.output.columns import Column, View

if TYPE_CHECKING:
    from eclips_cli.json_values import JsonObject
    from eclips_cli.output.theme import Look

RUNS = View(
    (
        Column("ID", "id", "id", 1),
        Column("STATUS", "status", "status", 1),
        Column("AGENT", "agent_type", "text", 3),
        Column("CONFIDENCE", "confidence_score", "confidence", 4),
        Column("PRIORITY", "priority", "text", 8),
        Column("CREATED", "created_at", "ago", 2),
        Column("COMPLETED", "completed_at", "ago", 7),
        Column("ERROR", "error_message", "text", 6),
    ),
    object="Run",
)
RUN = View(
    (
        Column("ID", "run.id", "id", 1),
        Column("STATUS", "run.status", "status", 1),
        Column("AGENT", "run.agent_type", "text", 2),
        Column("CONFIDENCE", "run.confidence_score", "confidence", 2),
        Column("TRIAGE ITEM", "triage_item.id", "id", 3),
        Column("ERROR", "run.error_message", "text", 3),
        Column("OUTPUT", "run.output", "json", 4),
    ),
    id_path="run.id",
    object="RunDetail",
)
CHANGES = View(
    (
        Column("AT", "at", "time", 3),
        Column("RUN", "run_id", "id", 1),
        Column("STATUS", "status", "status", 1),
        Column("CONFIDENCE", "confidence", "confidence", 4),
        Column("ERROR", "error", "text", 5),
    ),
    id_path="run_id",
)
CHANGES_OF_ONE = View(tuple(column for column in CHANGES.columns if column.path != "run_id"))
ACCEPTED = View((Column("ID", "run_id", "id", 1),), id_path="run_id", object="RunAccepted")
_SHOWN = {
    "id", "status", "agent_type", "confidence_score", "created_at", "started_at", "completed_at", "error_message",
    "output", "task", "priority", "requires_triage", "data",
}  # fmt: skip
_OF_THE_ITEM = {"agent_runs", "run_id"}


def run_detail(detail: JsonObject, look: Look) -> str:
    """`{run, triage_item}` as lines of text, everything in it made safe."""
    from eclips_cli.output import cells
    from eclips_cli.output.aligned import aligned
    from eclips_cli.output.cells import safe_text
    from eclips_cli.output.detail import confidence_words, heading, section, value_text

    run = detail.get("run") or {}
    item = detail.get("triage_item") or {}
    rows: list[tuple[str, Any]] = [
        ("run", value_text(run.get("id"))),
        ("agent", value_text(run.get("agent_type"))),
        ("task", value_text(run.get("task"))),
        ("priority", value_text(run.get("priority"))),
        ("confidence", confidence_words(run.get("confidence_score"))),
        ("queued", _between(run.get("created_at"), run.get("started_at"))),
        ("ran", _between(run.get("started_at"), run.get("completed_at"))),
        ("created", safe_text(cells.when(run.get("created_at"), look.now))),
        ("ended", safe_text(cells.when(run.get("completed_at"), look.now))),
        ("error", value_text(run.get("error_message"))),
    ]
    rows += [(name, value_text(value)) for name, value in run.items() if name not in _SHOWN]
    rows += [
        (_item_name(name), value_text(value)) for name, value in item.items() if name not in _OF_THE_ITEM
    ]
    text = heading(run.get("status"), look) + "\n" + aligned(rows, look)
    return text + section("data", run.get("data"), look) + section("output", run.get("output"), look)


def _item_name(name: str) -> str:
    return name.replace("_", " ") if name.startswith("triage") else f"triage {name.replace('_', ' ')}"


def _between(begin: Any, end: Any) -> str:
    from eclips_cli.output import cells

    started, ended = parse_iso(begin), parse_iso(end)
    known = started is not None and ended is not None and ended >= started
    return cells.duration(ended - started) if known and started is not None and ended is not None else ""
