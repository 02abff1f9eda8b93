"""An API in good health, as the manual shows it: an answer for every endpoint, from a table."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime
from typing import Any

from tests.servers.raw import Action, Received, events, json_reply, stream_head, then

RUN = "a1b2c3d4-0000-4000-8000-000000000000"
OTHER_RUN = "a1b2c3d4-0000-4000-8000-000000000001"
ITEM = "71f2e3a4-0000-4000-8000-000000000000"
WEBHOOK = "f1e2d3c4-0000-4000-8000-000000000000"
BATCH = "b1a2a3c4-0000-4000-8000-000000000000"
WHEN = "2026-06-06T09:00:00.000Z"


def a_run(status: str = "completed", run_id: str = RUN) -> dict[str, Any]:
    return {
        "id": run_id,
        "agent_type": "procurement_specialist",
        "status": status,
        "priority": "normal",
        "created_at": WHEN,
        "started_at": WHEN,
        "completed_at": WHEN,
        "confidence_score": 0.94,
        "requires_triage": False,
        "error_message": None,
        "output": {"recommended": "Dell"},
    }


AN_ITEM = {
    "id": ITEM,
    "run_id": RUN,
    "status": "pending",
    "triage_reason": "Amount above auto-approval threshold",
    "created_at": WHEN,
    "agent_runs": {"id": RUN, "agent_type": "ap_specialist", "confidence_score": 0.71},
}
A_WEBHOOK = {
    "id": WEBHOOK,
    "url": "https://your-app.example/webhooks",
    "events": ["run.completed", "run.failed", "run.triage_required"],
    "is_active": True,
    "created_at": WHEN,
}
A_USAGE = {
    "plan": "team",
    "scope": "organization",
    "period": "2026-06",
    "included_credits": 50000,
    "topup_credits": 0,
    "credits_used": 12480,
    "credits_remaining": 37520,
    "unlimited": False,
    "topup_price_per_1000_usd": 5,
}


class Healthy:
    """Answers requests. A run is `running` for the first `running` times that it is asked for.

    What a POST of a batch was given is what its GET and the list of batches tell from then on.
    """

    def __init__(self, *, running: int = 0, runs: int = 1, failing: bool = False) -> None:
        self._running = running
        self._failing = failing
        self._runs = runs
        self._lock = threading.Lock()
        self._batch: dict[str, Any] = {"agent_type": "center", "name": "June", "rows": [{"task": "one"}]}

    def __call__(self, request: Received) -> Action:
        if request.path.endswith("/stream"):
            return then(stream_head(), events(self._event()), lambda talk: talk.close())
        for method, pattern, answer in self._table():
            if request.method == method and re.fullmatch(pattern, request.path):
                status, body = answer(request)
                return json_reply(body, status)
        return json_reply({"error": "Not found"}, 404)

    def object(self, request: Received) -> bytes:
        """The JSON that a request would be answered with."""
        for method, pattern, answer in self._table():
            if request.method == method and re.fullmatch(pattern, request.path):
                return json.dumps(answer(request)[1]).encode()
        return b"{}"

    def _event(self) -> dict[str, Any]:
        return {"status": "completed", "confidence": 0.94, "result": {"recommended": "Dell"}, "error": None}

    def _table(self) -> list[tuple[str, str, Any]]:
        return [
            ("GET", "/v1/health", lambda _: (200, {"status": "ok", "version": "1.0.0", "timestamp": _now()})),
            ("POST", "/v1/run", lambda _: (202, {"run_id": RUN, "status": "queued", "agent_type": "center"})),
            ("GET", "/v1/runs", self._listed),
            ("GET", "/v1/runs/[^/]+", self._detail),
            ("GET", "/v1/triage", lambda _: (200, _page([AN_ITEM]))),
            ("POST", "/v1/triage/[^/]+/(approve|reject)", _resolved),
            ("POST", "/v1/webhooks", lambda _: (201, {"data": {**A_WEBHOOK, "secret": "whsec_2f4a"}})),
            ("GET", "/v1/webhooks", lambda _: (200, {"data": [A_WEBHOOK]})),
            ("DELETE", "/v1/webhooks/[^/]+", lambda _: (200, {"success": True})),
            ("POST", "/v1/batches", self._submitted),
            ("GET", "/v1/batches", lambda _: (200, {"jobs": [self._job()]})),
            ("GET", "/v1/batches/[^/]+", lambda _: (200, {"job": self._job(), "rows": self._rows()})),
            ("POST", "/v1/batches/[^/]+/cancel", lambda _: (200, {"cancelled": True})),
            ("GET", "/v1/usage", lambda _: (200, A_USAGE)),
            ("GET", "/v1/usage/history", lambda _: (200, {"data": [{"at": WHEN, "credits": 12}]})),
            ("GET", "/v1/usage/members", lambda _: (200, {"data": [{"member": "Ann", "credits": 12}]})),
        ]

    def _listed(self, request: Received) -> tuple[int, Any]:
        offset, limit = int(request.query.get("offset", 0)), int(request.query.get("limit", 20))
        ids = [RUN if number == 0 else f"{RUN[:-4]}{number:04}" for number in range(self._runs)]
        found = [a_run(run_id=run_id) for run_id in ids[offset : offset + limit]]
        return 200, {"data": found, "total": self._runs, "limit": limit, "offset": offset}

    def _detail(self, request: Received) -> tuple[int, Any]:
        with self._lock:
            self._running -= 1
            status = "running" if self._running >= 0 else "completed"
        return 200, {"run": a_run(status, request.path.rsplit("/", 1)[1]), "triage_item": None}

    def _submitted(self, request: Received) -> tuple[int, Any]:
        self._batch = request.json
        return 201, {"job": {**self._job(), "status": "pending"}}

    def _job(self) -> dict[str, Any]:
        return {
            "id": BATCH,
            "name": self._batch.get("name"),
            "agent_type": self._batch["agent_type"],
            "status": "completed",
            "total_rows": len(self._batch["rows"]),
            "completed_rows": len(self._batch["rows"]) - self._failing,
            "failed_rows": int(self._failing),
            "created_at": WHEN,
        }

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "id": f"row-{index}",
                "row_index": index,
                "task": row["task"],
                "status": "failed" if self._failing and index == 0 else "completed",
                "result": {"approved": True},
                "error_message": None,
            }
            for index, row in enumerate(self._batch["rows"])
        ]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _page(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"data": items, "total": len(items), "limit": 20, "offset": 0}


def _resolved(request: Received) -> tuple[int, Any]:
    status = "approved" if request.path.endswith("approve") else "rejected"
    return 200, {"data": {"id": request.path.split("/")[-2], "status": status, "resolved_at": WHEN}}
