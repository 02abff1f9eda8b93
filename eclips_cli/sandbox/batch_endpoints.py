"""The endpoints of batches (manual: Batches)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from eclips_cli.sandbox import requests, shapes, usage
from eclips_cli.sandbox.endpoints import JOBS, Context
from eclips_cli.sandbox.requests import Refused
from eclips_cli.sandbox.store import STATUS, Row

MAX_ROWS = 500


async def create_batch(context: Context, request: Request) -> Response:
    """POST /v1/batches."""
    org = requests.authorize(request, context.store, "batch:run")
    sent = await requests.body(request)
    batch = {
        "agent_type": requests.agent_type(sent, required=True),
        "name": requests.text(sent, "name"),
        "webhook_url": requests.hook_url(requests.text(sent, "webhook_url"), "webhook_url"),
    }
    rows = _rows(sent.get("rows"))
    usage.check_credits(context.store, org, len(rows), row=True)
    job = context.store.add_batch(org, batch, rows, speed=context.speed, seed=context.seed)
    answer = shapes.job({**job, "status": "pending", "completed_rows": 0, "failed_rows": 0})
    return JSONResponse({"job": answer}, 201)


def _rows(found: Any) -> list[Row]:
    if not isinstance(found, list) or not found:
        raise Refused(400, "rows must be a non-empty array", field="rows")
    if len(found) > MAX_ROWS:
        raise Refused(400, f"rows must have at most {MAX_ROWS} items", field="rows")
    rows = []
    for index, row in enumerate(found):
        if not isinstance(row, dict):
            raise Refused(400, f"rows[{index}] must be an object", field="rows")
        where = f"rows[{index}]."
        rows.append(
            {
                "task": requests.text(row, "task", required=True, where=where),
                "data": requests.data(row, where),
            }
        )
    return rows


async def list_batches(context: Context, request: Request) -> Response:
    """GET /v1/batches: newest first, without a total."""
    org = requests.authorize(request, context.store, "batch:read")
    window = requests.paging(request)
    status = request.query_params.get("status")
    only = " WHERE status = :status" if status else ""
    rows = context.store.all(
        f"SELECT * FROM ({JOBS}){only} ORDER BY seq DESC LIMIT :limit OFFSET :offset",
        org=org,
        status=status,
        **window,
    )
    return JSONResponse({"jobs": [shapes.job(row) for row in rows]})


async def get_batch(context: Context, request: Request) -> Response:
    """GET /v1/batches/:id."""
    org = requests.authorize(request, context.store, "batch:read")
    job = context.job(org, request.path_params["id"])
    rows = context.store.all(
        f"SELECT *, {STATUS} AS status FROM runs WHERE batch = :id ORDER BY row_index", id=job["id"]
    )
    return JSONResponse({"job": shapes.job(job), "rows": [shapes.batch_row(row) for row in rows]})


async def cancel_batch(context: Context, request: Request) -> Response:
    """POST /v1/batches/:id/cancel: rows that are not over end cancelled."""
    org = requests.authorize(request, context.store, "batch:run")
    job = context.job(org, request.path_params["id"])
    if job["status"] not in ("pending", "running"):
        raise Refused(400, f"Cannot cancel a {job['status']} batch")
    context.store.change("UPDATE batches SET cancelled = :t WHERE id = :id", id=job["id"])
    context.store.change(
        "UPDATE runs SET final = 'cancelled', started = min(started, :t), ended = :t, confidence = NULL, output = NULL "
        f"WHERE batch = :id AND {STATUS} NOT IN ('completed', 'failed', 'cancelled')", id=job["id"],
    )  # fmt: skip
    return JSONResponse({"cancelled": True})
