"""Rows of the store as the API's objects, with the members and forms of the manual's examples."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from eclips_cli.sandbox.store import Row

ITEM = ("id", "run_id", "status", "triage_reason", "created_at", "agent_runs")
RUN = (
    "id", "agent_type", "status", "priority", "created_at", "started_at", "completed_at", "confidence_score",
    "requires_triage", "error_message", "output",
)  # fmt: skip
BATCH_ROW = ("id", "row_index", "task", "status", "result", "error_message")
"""the members that the manual shows, of each"""


def iso(moment: float | None) -> str | None:
    """POSIX seconds as the API writes times: ISO 8601, UTC, milliseconds, Z."""
    if moment is None:
        return None
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def listed_run(row: Row) -> Row:
    """A run as `GET /v1/runs` lists it; `row` carries its `status` at the time `t`."""
    over = row["status"] in ("completed", "failed", "cancelled")
    reached_end = over or row["status"] == "pending_triage"
    return {
        "id": row["id"],
        "agent_type": row["agent_type"],
        "status": row["status"],
        "priority": row["priority"],
        "created_at": iso(row["created"]),
        "started_at": None if row["status"] == "queued" else iso(row["started"]),
        "completed_at": iso(row["resolved"] or row["ended"]) if over else None,
        "confidence_score": row["confidence"] if reached_end else None,
        "requires_triage": row["status"] == "pending_triage",
        "error_message": row["error"] if over else None,
    }


def whole_run(row: Row) -> Row:
    """A run as `GET /v1/runs/:id` shows it."""
    shown = listed_run(row)
    reached_end = shown["confidence_score"] is not None or row["status"] in ("failed", "cancelled")
    return {
        **shown,
        "task": row["task"],
        "data": loaded(row["data"]),
        "output": loaded(row["output"]) if reached_end else None,
    }


def event(row: Row) -> Row:
    """A run as an event of its stream."""
    run = whole_run(row)
    return {
        "status": run["status"],
        "confidence": run["confidence_score"],
        "result": run["output"],
        "error": run["error_message"],
    }


def triage_item(row: Row) -> Row:
    """The triage item of a run that waits, or waited, for a person."""
    decided = {"approved": "approved", "rejected": "rejected"}.get(row["resolution"] or "", "pending")
    output = loaded(row["output"]) or {}
    return {
        "id": row["triage_id"],
        "run_id": row["id"],
        "status": decided,
        "triage_reason": row["triage_reason"],
        "priority": "high" if output.get("amount", 0) > 25_000 else "normal",
        "title": row["task"][:80],
        "summary": output.get("summary") or f"{row['agent_type']} stopped before the last step",
        "reasoning": f"{row['triage_reason']}; confidence {row['confidence']:.2f}",
        "created_at": iso(row["ended"]),
        "resolved_at": iso(row["resolved"]),
        "resolution_note": row["note"],
    }


def queued_item(row: Row) -> Row:
    """A triage item as `GET /v1/triage` lists it, joined to its run."""
    run = {"id": row["id"], "agent_type": row["agent_type"], "confidence_score": row["confidence"]}
    item = triage_item(row)
    del item["resolved_at"], item["resolution_note"]
    return {**item, "agent_runs": run}


def resolved_item(row: Row) -> Row:
    """What approving or rejecting answers."""
    item = triage_item(row)
    return {"id": item["id"], "status": item["status"], "resolved_at": item["resolved_at"]}


def batch_row(row: Row) -> Row:
    """A row of a batch with its status and result."""
    run = whole_run(row)
    return {
        "id": row["id"],
        "row_index": row["row_index"],
        "task": row["task"],
        "status": "pending" if row["status"] == "queued" else row["status"],
        "result": run["output"],
        "error_message": run["error_message"],
        "confidence_score": run["confidence_score"],
        "run_id": row["id"],
    }


def job(row: Row) -> Row:
    """A batch job with its counters."""
    return {
        "id": row["id"],
        "name": row["name"],
        "agent_type": row["agent_type"],
        "status": row["status"],
        "total_rows": row["total"],
        "completed_rows": row["completed_rows"],
        "failed_rows": row["failed_rows"],
        "created_at": iso(row["created"]),
    }


def webhook(row: Row, *, with_secret: bool = False) -> Row:
    """A webhook; its secret only in the answer that created it."""
    shown = {"id": row["id"], "url": row["url"], "events": json.loads(row["events"]), "is_active": True}
    return {**shown, **({"secret": row["secret"]} if with_secret else {}), "created_at": iso(row["created"])}


def loaded(text: str | None) -> Any:
    """Stored JSON as a value."""
    return None if text is None else json.loads(text)


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
