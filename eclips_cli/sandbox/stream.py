"""GET /v1/runs/:id/stream: an event every 2 s, a ping every 15 s, closed at the end or after 30 s."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from eclips_cli.sandbox import requests, shapes
from eclips_cli.sandbox.endpoints import Context

EVERY, PING, LIMIT = 2.0, 15.0, 30.0
"""seconds of the sandbox's time"""
TERMINAL = ("completed", "failed", "cancelled")


async def stream(context: Context, request: Request) -> Response:
    """Push the run's status until it is over; a run that waits for a person is not."""
    org = requests.authorize(request, context.store, "agents:read")
    row = context.run(org, request.path_params["id"])
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(context, org, row["id"]), media_type="text/event-stream", headers=headers
    )


async def _events(context: Context, org: str, run_id: str) -> AsyncIterator[bytes]:
    begun = pinged = time.monotonic()
    while True:
        row = context.run(org, run_id)
        text = json.dumps(shapes.event(row), separators=(",", ":"))
        yield f"data: {text}\n\n".encode()
        now = time.monotonic()
        if row["status"] in TERMINAL or now - begun + EVERY / context.speed > LIMIT / context.speed:
            return
        if now - pinged >= PING / context.speed:
            pinged = now
            yield b": ping\n\n"
        await asyncio.sleep(_until_next(context, row))


def _until_next(context: Context, row: dict[str, object]) -> float:
    """Two seconds, or less when the run changes its status before that."""
    now = time.time()
    moments = [row["started"], row["odd_from"], row["ended"]]
    coming = [moment - now for moment in moments if isinstance(moment, float) and moment > now]
    return min([EVERY / context.speed, *(wait + 0.001 for wait in coming)])
