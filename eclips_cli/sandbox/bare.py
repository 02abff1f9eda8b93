"""Answers of an API that gives what the manual shows and nothing besides."""

from __future__ import annotations

from typing import Any

from eclips_cli.sandbox.store import Row

ITEM = ("id", "run_id", "status", "triage_reason", "created_at", "agent_runs")
RUN = (
    "id", "agent_type", "status", "priority", "created_at", "started_at", "completed_at", "confidence_score",
    "requires_triage", "error_message", "output",
)  # fmt: skip
BATCH_ROW = ("id", "row_index", "task", "status", "result", "error_message")


def bare(path: str, body: Any) -> Any:
    """The answer of `path` without the members that the manual does not show."""
    if path == "/v1/triage":
        return {**body, "data": [_only(item, ITEM) for item in body["data"]]}
    if path.startswith("/v1/runs/") and "run" in body:
        return {"run": _only(body["run"], RUN), "triage_item": _only(body["triage_item"], ITEM)}
    if path.startswith("/v1/batches/") and "rows" in body:
        return {**body, "rows": [_only(row, BATCH_ROW) for row in body["rows"]]}
    return body


def _only(found: Row | None, members: tuple[str, ...]) -> Row | None:
    return None if found is None else {name: found[name] for name in members if name in found}
