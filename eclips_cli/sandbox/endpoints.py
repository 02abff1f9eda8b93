"""Every endpoint of the manual: what each asks of the store, and what it answers."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eclips_cli.sandbox import requests, shapes, usage
from eclips_cli.sandbox.requests import Refused
from eclips_cli.sandbox.store import STATUS, Row, Store

EVENTS = ("run.completed", "run.failed", "run.triage_required")
JOBS = f"""SELECT b.*, CASE WHEN b.cancelled IS NOT NULL THEN 'cancelled' WHEN :t < b.starts THEN 'pending'
    WHEN r.open > 0 THEN 'running' WHEN r.failed = b.total THEN 'failed' ELSE 'completed' END AS status,
    r.completed AS completed_rows, r.failed AS failed_rows
  FROM batches b JOIN (SELECT batch, sum(s = 'completed') AS completed, sum(s = 'failed') AS failed,
    sum(s NOT IN ('completed', 'failed', 'cancelled')) AS open
    FROM (SELECT batch, {STATUS} AS s FROM runs WHERE batch IS NOT NULL AND org = :org) GROUP BY batch) r
    ON r.batch = b.id WHERE b.org = :org"""
"""jobs with their status and counters at :t; a row that waits for a person keeps its job running"""
Handler = Callable[["Context", Request], Awaitable[Response]]


class Context:
    """What the endpoints work with: the store, and how fast this server's time runs."""

    def __init__(self, store: Store, speed: float, seed: int) -> None:
        self.store = store
        self.speed = speed
        self.seed = seed

    def run(self, org: str, run_id: str) -> Row:
        """A run's row with its status now. Refused with 404."""
        row = self.store.one(
            f"SELECT *, {STATUS} AS status FROM runs WHERE org = :org AND id = :id", org=org, id=run_id
        )
        if row is None:
            raise Refused(404, "Run not found")
        return row

    def job(self, org: str, batch_id: str) -> Row:
        """A job's row with its status now. Refused with 404."""
        row = self.store.one(f"{JOBS} AND b.id = :id", org=org, id=batch_id)
        if row is None:
            raise Refused(404, "Batch not found")
        return row


async def health(_context: Context, _request: Request) -> Response:
    """GET /v1/health."""
    return JSONResponse({"status": "ok", "version": "1.0.0", "timestamp": shapes.iso(time.time())})


async def start_run(context: Context, request: Request) -> Response:
    """POST /v1/run."""
    org = requests.authorize(request, context.store, "agents:run")
    sent = await requests.body(request)
    run = {
        "task": requests.text(sent, "task", required=True),
        "agent_type": requests.agent_type(sent),
        "data": requests.data(sent),
        "priority": requests.priority(sent),
        "webhook_url": requests.hook_url(requests.text(sent, "webhook_url"), "webhook_url"),
    }
    usage.check_credits(context.store, org, 1)
    row = context.store.add_run(org, run, speed=context.speed, seed=context.seed)
    answer = {
        "run_id": row["id"],
        "status": "queued",
        "agent_type": row["agent_type"],
        "estimated_completion": "async",
    }
    return JSONResponse(answer, 202)


async def list_runs(context: Context, request: Request) -> Response:
    """GET /v1/runs."""
    org = requests.authorize(request, context.store, "agents:read")
    window = requests.paging(request)
    status = request.query_params.get("status")
    where = "org = :org" + (f" AND {STATUS} = :status" if status else "")
    values: dict[str, Any] = {"org": org, "status": status, "t": time.time()}
    rows = context.store.all(
        f"SELECT *, {STATUS} AS status FROM runs WHERE {where} ORDER BY seq DESC LIMIT :limit OFFSET :offset",
        **values,
        **window,
    )
    total = context.store.one(f"SELECT count(*) AS n FROM runs WHERE {where}", **values)
    return JSONResponse(
        {"data": [shapes.listed_run(row) for row in rows], "total": total and total["n"], **window}
    )


async def get_run(context: Context, request: Request) -> Response:
    """GET /v1/runs/:id."""
    org = requests.authorize(request, context.store, "agents:read")
    row = context.run(org, request.path_params["id"])
    waits = row["triage_id"] is not None and (row["status"] == "pending_triage" or row["resolution"])
    return JSONResponse(
        {"run": shapes.whole_run(row), "triage_item": shapes.triage_item(row) if waits else None}
    )


WAITING = f"org = :org AND triage_id IS NOT NULL AND {STATUS} = 'pending_triage'"


async def list_triage(context: Context, request: Request) -> Response:
    """GET /v1/triage: the pending items, newest first."""
    org = requests.authorize(request, context.store, "triage:read")
    window = requests.paging(request)
    rows = context.store.all(
        f"SELECT *, {STATUS} AS status FROM runs WHERE {WAITING} ORDER BY ended DESC, seq DESC LIMIT :limit OFFSET :offset",
        org=org, **window,
    )  # fmt: skip
    total = context.store.one(f"SELECT count(*) AS n FROM runs WHERE {WAITING}", org=org)
    return JSONResponse(
        {"data": [shapes.queued_item(row) for row in rows], "total": total and total["n"], **window}
    )


async def approve(context: Context, request: Request) -> Response:
    """POST /v1/triage/:id/approve."""
    return await _resolve(context, request, "approved", ("resolution_note",))


async def reject(context: Context, request: Request) -> Response:
    """POST /v1/triage/:id/reject."""
    return await _resolve(context, request, "rejected", ("reason", "resolution_note"))


async def _resolve(context: Context, request: Request, resolution: str, notes: tuple[str, ...]) -> Response:
    org = requests.authorize(request, context.store, "triage:write")
    sent = await requests.body(request, optional=True)
    note = next((found for name in notes if (found := requests.text(sent, name))), None)
    values = {"org": org, "id": request.path_params["id"], "resolution": resolution, "note": note}
    # one statement, so that of two people only one decides
    changed = context.store.change(
        f"UPDATE runs SET resolution = :resolution, resolved = :t, note = :note WHERE {WAITING} AND triage_id = :id",
        **values,
    )
    row = context.store.one(
        f"SELECT *, {STATUS} AS status FROM runs WHERE org = :org AND triage_id = :id", **values
    )
    if row is None or (not changed and not row["resolution"]):
        raise Refused(404, "Triage item not found")
    if not changed:
        raise Refused(400, "Triage item already resolved")
    return JSONResponse({"data": shapes.resolved_item(row)})


async def create_webhook(context: Context, request: Request) -> Response:
    """POST /v1/webhooks."""
    import secrets
    import uuid

    org = requests.authorize(request, context.store, "webhooks:write")
    sent = await requests.body(request)
    url = requests.hook_url(requests.text(sent, "url", required=True), "url")
    events = sent.get("events")
    if not isinstance(events, list) or not events:
        raise Refused(400, "events must be a non-empty array", field="events")
    unknown = [event for event in events if event not in EVENTS]
    if unknown:
        raise Refused(400, f"Unknown event: {unknown[0]}", field="events")
    row = {"id": str(uuid.uuid4()), "org": org, "url": url, "events": json.dumps(events),
           "secret": f"whsec_{secrets.token_hex(16)}", "created": time.time()}  # fmt: skip
    context.store.change(
        "INSERT INTO webhooks (id, org, url, events, secret, created) VALUES (:id, :org, :url, :events, :secret, :created)",
        **row,
    )
    return JSONResponse({"data": shapes.webhook(row, with_secret=True)}, 201)


async def list_webhooks(context: Context, request: Request) -> Response:
    """GET /v1/webhooks."""
    org = requests.authorize(request, context.store, "webhooks:read")
    rows = context.store.all("SELECT * FROM webhooks WHERE org = :org ORDER BY seq DESC", org=org)
    return JSONResponse({"data": [shapes.webhook(row) for row in rows]})


async def delete_webhook(context: Context, request: Request) -> Response:
    """DELETE /v1/webhooks/:id."""
    org = requests.authorize(request, context.store, "webhooks:write")
    if not context.store.change(
        "DELETE FROM webhooks WHERE org = :org AND id = :id", org=org, id=request.path_params["id"]
    ):
        raise Refused(404, "Webhook not found")
    return JSONResponse({"success": True})


async def usage_summary(context: Context, request: Request) -> Response:
    """GET /v1/usage."""
    org = requests.authorize(request, context.store, "agents:read")
    return JSONResponse(usage.summary(context.store, org))


async def usage_history(context: Context, request: Request) -> Response:
    """GET /v1/usage/history."""
    org = requests.authorize(request, context.store, "agents:read")
    return JSONResponse({"data": usage.history(context.store, org)})


async def usage_members(context: Context, request: Request) -> Response:
    """GET /v1/usage/members."""
    org = requests.authorize(request, context.store, "agents:read")
    return JSONResponse({"data": usage.members(context.store, org)})
