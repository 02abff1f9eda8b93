"""The sandbox's OpenAPI document: made from its routes and a few schemas, for tools that read such documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eclips_cli.sandbox import answers

TEXT = {"type": "string", "minLength": 1}
OBJECT = {"type": "object"}
RUN = {
    "type": "object",
    "required": ["task"],
    "properties": {
        "task": TEXT,
        "agent_type": TEXT,
        "data": OBJECT,
        "priority": {"enum": ["low", "normal", "high", "urgent"]},
        "webhook_url": {"type": "string", "format": "uri"},
    },
}
ROW = {"type": "object", "required": ["task"], "properties": {"task": TEXT, "data": OBJECT}}
BATCH = {
    "type": "object",
    "required": ["agent_type", "rows"],
    "properties": {
        "agent_type": TEXT,
        "name": {"type": "string"},
        "webhook_url": {"type": "string", "format": "uri"},
        "rows": {"type": "array", "minItems": 1, "maxItems": 500, "items": ROW},
    },
}
WEBHOOK = {
    "type": "object",
    "required": ["url", "events"],
    "properties": {
        "url": {"type": "string", "format": "uri"},
        "events": {
            "type": "array",
            "minItems": 1,
            "items": {"enum": ["run.completed", "run.failed", "run.triage_required"]},
        },
    },
}
NOTE = {"type": "object", "properties": {"resolution_note": {"type": "string"}, "reason": {"type": "string"}}}
BODIES: dict[str, tuple[dict[str, Any], bool]] = {
    "/v1/run": (RUN, True),
    "/v1/batches": (BATCH, True),
    "/v1/webhooks": (WEBHOOK, True),
    "/v1/triage/{id}/approve": (NOTE, False),
    "/v1/triage/{id}/reject": (NOTE, False),
}
SUCCESS = {("POST", "/v1/run"): "202", ("POST", "/v1/batches"): "201", ("POST", "/v1/webhooks"): "201"}
LISTS = ("/v1/runs", "/v1/triage", "/v1/batches")
ERRORS = {
    "400": "invalid",
    "401": "no key",
    "403": "no scope",
    "404": "not found",
    "413": "too large",
    "429": "limit",
}


def document(routes: Mapping[str, Mapping[str, Any]], server: str = "/") -> dict[str, Any]:
    """The OpenAPI 3.1 document of `routes` (path to method to handler), which are served at `server`."""
    paths = {
        path: {method.lower(): _operation(method, path, methods[method]) for method in methods}
        for path, methods in routes.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Eclips sandbox", "version": "1.0.0"},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": answers.SCHEMAS,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(method: str, path: str, handler: Any) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = []
    if "{id}" in path:
        parameters.append({"name": "id", "in": "path", "required": True, "schema": TEXT})
    if method == "GET" and path in LISTS:
        parameters += [
            _query("limit", {"type": "integer", "minimum": 1}),
            _query("offset", {"type": "integer", "minimum": 0}),
        ]
        parameters += [] if path == "/v1/triage" else [_query("status", {"type": "string"})]
    media = "text/event-stream" if path.endswith("/stream") else "application/json"
    done: dict[str, Any] = {
        "description": "done",
        "content": {media: {"schema": answers.ANSWERS[method, path]}},
    }
    linked = answers.links(method, path)
    if linked:
        done["links"] = linked
    success = {SUCCESS.get((method, path), "200"): done}
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    errors = {status: {"description": about, "content": body} for status, about in ERRORS.items()}
    operation: dict[str, Any] = {
        "operationId": handler.__name__,
        "summary": (handler.__doc__ or "").strip().split("\n")[0],
        "parameters": parameters,
        "responses": success | errors,
        "security": [] if path == "/v1/health" else [{"key": []}],
    }
    if method == "POST" and path in BODIES:
        schema, required = BODIES[path]
        operation["requestBody"] = {"required": required, "content": {"application/json": {"schema": schema}}}
    return operation


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}
