"""Schemas of what the sandbox answers, from the manual's examples, and the links from one answer to the next request."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _object(members: dict[str, Schema], /, **optional: Schema) -> Schema:
    return {"type": "object", "required": list(members), "properties": {**members, **optional}}


def _list(of: str) -> Schema:
    return {"type": "array", "items": _ref(of)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


ID: Schema = {"type": "string", "minLength": 1}
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SCORE = _or_null({"type": "number", "minimum": 0, "maximum": 1})
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
BATCH_STATUS: Schema = {"enum": ["pending", "running", "completed", "failed", "cancelled"]}
RUN_MEMBERS: dict[str, Schema] = {
    "id": ID,
    "agent_type": ID,
    "status": ID,
    "priority": {"enum": ["low", "normal", "high", "urgent"]},
    "created_at": TIME,
    "started_at": _or_null(TIME),
    "completed_at": _or_null(TIME),
    "confidence_score": SCORE,
    "requires_triage": {"type": "boolean"},
    "error_message": _or_null(TEXT),
}
ITEM_MEMBERS: dict[str, Schema] = {
    "id": ID,
    "run_id": ID,
    "status": {"enum": ["pending", "approved", "rejected"]},
    "triage_reason": TEXT,
    "created_at": TIME,
}
WEBHOOK_MEMBERS: dict[str, Schema] = {
    "id": ID,
    "url": ID,
    "events": {"type": "array", "minItems": 1, "items": {"enum": ["run.completed", "run.failed", "run.triage_required"]}},
    "is_active": {"type": "boolean"},
    "created_at": TIME,
}  # fmt: skip
JOB_MEMBERS: dict[str, Schema] = {
    "id": ID,
    "name": _or_null(TEXT),
    "agent_type": ID,
    "status": BATCH_STATUS,
    "total_rows": COUNT,
    "completed_rows": COUNT,
    "failed_rows": COUNT,
    "created_at": TIME,
}
ITS_RUN = _object({"id": ID, "agent_type": ID, "confidence_score": SCORE})
SCHEMAS: dict[str, Schema] = {
    "Error": _object({"error": ID}, field=TEXT, required=TEXT, provided={"type": "array", "items": TEXT}),
    "ListedRun": _object(RUN_MEMBERS),
    "Run": _object({**RUN_MEMBERS, "output": {}, "task": ID, "data": _or_null({"type": "object"})}),
    "Item": _object(ITEM_MEMBERS, resolved_at=_or_null(TIME), resolution_note=_or_null(TEXT)),
    "QueuedItem": _object({**ITEM_MEMBERS, "agent_runs": ITS_RUN}),
    "Webhook": _object(WEBHOOK_MEMBERS),
    "Job": _object(JOB_MEMBERS),
    "Row": _object(
        {
            "id": ID,
            "row_index": COUNT,
            "task": ID,
            "status": ID,
            "result": {},
            "error_message": _or_null(TEXT),
        },
        confidence_score=SCORE,
        run_id=ID,
    ),
}
_WINDOW: dict[str, Schema] = {"limit": {"type": "integer", "minimum": 1, "maximum": 100}, "offset": COUNT}
_DECIDED = _object({"id": ID, "status": {"enum": ["approved", "rejected"]}, "resolved_at": TIME})
_ENTRY = _object(
    {"id": ID, "created_at": TIME, "kind": TEXT, "amount": {"type": "number"}, "balance": {"type": "number"}}
)
_MEMBER = _object({"member": ID, "runs": COUNT, "credits_used": COUNT})

ANSWERS: dict[tuple[str, str], Schema] = {
    ("GET", "/v1/health"): _object({"status": {"const": "ok"}, "version": ID, "timestamp": TIME}),
    ("POST", "/v1/run"): _object(
        {"run_id": ID, "status": {"const": "queued"}, "agent_type": ID, "estimated_completion": TEXT}
    ),
    ("GET", "/v1/runs"): _object({"data": _list("ListedRun"), "total": COUNT, **_WINDOW}),
    ("GET", "/v1/runs/{id}"): _object({"run": _ref("Run"), "triage_item": _or_null(_ref("Item"))}),
    ("GET", "/v1/runs/{id}/stream"): TEXT,
    ("GET", "/v1/triage"): _object({"data": _list("QueuedItem"), "total": COUNT, **_WINDOW}),
    ("POST", "/v1/triage/{id}/approve"): _object({"data": _DECIDED}),
    ("POST", "/v1/triage/{id}/reject"): _object({"data": _DECIDED}),
    ("GET", "/v1/webhooks"): _object({"data": _list("Webhook")}),
    ("POST", "/v1/webhooks"): _object({"data": _object({**WEBHOOK_MEMBERS, "secret": ID})}),
    ("DELETE", "/v1/webhooks/{id}"): _object({"success": {"const": True}}),
    ("GET", "/v1/batches"): _object({"jobs": _list("Job")}),
    ("POST", "/v1/batches"): _object({"job": _ref("Job")}),
    ("GET", "/v1/batches/{id}"): _object({"job": _ref("Job"), "rows": _list("Row")}),
    ("POST", "/v1/batches/{id}/cancel"): _object({"cancelled": {"const": True}}),
    ("GET", "/v1/usage"): _object(
        {"plan": ID, "scope": ID, "period": {"type": "string", "pattern": r"^\d{4}-\d\d$"}, "included_credits": COUNT,
         "topup_credits": COUNT, "credits_used": COUNT, "credits_remaining": COUNT, "unlimited": {"type": "boolean"},
         "topup_price_per_1000_usd": {"type": "number"}}
    ),
    ("GET", "/v1/usage/history"): _object({"data": {"type": "array", "maxItems": 50, "items": _ENTRY}}),
    ("GET", "/v1/usage/members"): _object({"data": {"type": "array", "items": _MEMBER}}),
}  # fmt: skip

LINKS: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    # where an answer holds an id, and the operations that take it
    ("POST", "/v1/run"): ("/run_id", ("get_run", "stream")),
    ("GET", "/v1/runs"): ("/data/0/id", ("get_run", "stream")),
    ("GET", "/v1/triage"): ("/data/0/id", ("approve", "reject")),
    ("POST", "/v1/webhooks"): ("/data/id", ("delete_webhook",)),
    ("GET", "/v1/webhooks"): ("/data/0/id", ("delete_webhook",)),
    ("POST", "/v1/batches"): ("/job/id", ("get_batch", "cancel_batch")),
    ("GET", "/v1/batches"): ("/jobs/0/id", ("get_batch",)),
}


def links(method: str, path: str) -> dict[str, Any]:
    """The links of an operation's answer, by name."""
    pointer, operations = LINKS.get((method, path), ("", ()))
    return {
        name: {"operationId": name, "parameters": {"id": f"$response.body#{pointer}"}} for name in operations
    }
