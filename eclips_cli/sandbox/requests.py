"""What comes in, checked by hand against the manual: keys and scopes, paging, bodies and their fields."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from eclips_cli.sandbox.store import KEYS, Store

MAX_BODY = 5 * 1024 * 1024
MANY = 10**18
"""what any larger number stands for: the database counts no further than 2^63"""
READING = ("agents:read", "triage:read", "webhooks:read", "batch:read")
ALL_SCOPES = (*READING, "agents:run", "triage:write", "webhooks:write", "batch:run")
PRIORITIES = ("low", "normal", "high", "urgent")
AGENTS = frozenset(
    [
        "center",
        "ap_specialist",
        "ar_specialist",
        "procurement_specialist",
        "contract_reviewer",
        "hr_query",
        "inventory_monitor",
        "payroll",
        "expense_auditor",
        "vendor_onboarding",
        "invoice_matcher",
        "collections_agent",
        "budget_analyst",
        "cash_forecaster",
        "treasury_analyst",
        "tax_preparer",
        "fixed_assets",
        "general_ledger",
        "month_end_close",
        "reconciliation_agent",
        "credit_analyst",
        "billing_specialist",
        "revenue_recognition",
        "purchase_approver",
        "supplier_risk",
        "sourcing_analyst",
        "rfq_manager",
        "catalog_manager",
        "logistics_planner",
        "shipment_tracker",
        "customs_agent",
        "warehouse_planner",
        "demand_forecaster",
        "returns_processor",
        "quality_inspector",
        "maintenance_planner",
        "fleet_manager",
        "facilities_agent",
        "travel_booker",
        "meeting_scheduler",
        "recruiter",
        "onboarding_agent",
        "offboarding_agent",
        "benefits_advisor",
        "leave_manager",
        "timesheet_auditor",
        "training_coordinator",
        "policy_advisor",
        "compliance_monitor",
        "privacy_officer",
        "risk_assessor",
        "internal_auditor",
        "legal_intake",
        "nda_drafter",
        "ip_manager",
        "claims_processor",
        "insurance_analyst",
        "customer_support",
        "ticket_triager",
        "refund_agent",
        "order_manager",
        "pricing_analyst",
        "sales_assistant",
        "lead_qualifier",
        "crm_updater",
        "quote_builder",
        "renewal_manager",
        "churn_analyst",
        "marketing_analyst",
        "campaign_planner",
        "content_writer",
        "translator",
        "document_classifier",
        "data_extractor",
        "data_cleaner",
        "report_builder",
        "dashboard_builder",
        "it_helpdesk",
        "access_manager",
        "asset_manager",
        "security_analyst",
        "incident_responder",
        "devops_agent",
        "knowledge_curator",
        "email_triager",
        "calendar_agent",
        "survey_analyst",
    ]
)


class Refused(Exception):
    """An error answer of the API: a status, `{"error": …}` and its extra members."""

    def __init__(self, status: int, error: str, headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, **extra}
        self.headers = headers or {}


def authorize(request: Request, store: Store, scope: str) -> str:
    """The organization of the request's key. Refused with 401 or 403."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise Refused(401, "Missing API key")
    name = next((name for name in KEYS if store.meta(f"key_{name}") == key), None)
    if name is None or name == "revoked":
        raise Refused(401, "Invalid or revoked API key")
    if name == "no_plan":
        raise Refused(403, "API access is not available on your plan")
    provided = READING if name == "read_only" else ALL_SCOPES
    if scope not in provided:
        raise Refused(403, "Insufficient scope", required=scope, provided=list(provided))
    return KEYS[name]


def paging(request: Request) -> dict[str, int]:
    """`limit` (20; more than 100 are 100) and `offset` of a list. Refused with 400 for no number, or one too small."""
    return {"limit": min(_number(request, "limit", 20, 1), 100), "offset": _number(request, "offset", 0, 0)}


def _number(request: Request, name: str, default: int, least: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    number = -1
    if text.isascii() and text.isdigit():
        digits = text.lstrip("0") or "0"
        number = int(digits) if len(digits) < 19 else MANY
    if number < least:
        raise Refused(400, f"{name} must be a number of at least {least}", field=name)
    return number


async def body(request: Request, *, optional: bool = False) -> dict[str, Any]:
    """The JSON object that was sent. Refused with 400 or 413."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY:
            raise Refused(413, "Request body too large")
    if not content and optional:
        return {}
    try:
        found = json.loads(content, parse_constant=_refuse_constant)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refused(400, "Request body must be valid JSON") from None
    if not isinstance(found, dict):
        raise Refused(400, "Request body must be a JSON object")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def text(found: dict[str, Any], name: str, *, required: bool = False, where: str = "") -> str | None:
    """A text member. Refused with 400 when it is missing, empty or no text."""
    value = found.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, str) or (required and not value.strip()):
        raise Refused(
            400,
            f"{where}{name} is required and must be text" if required else f"{name} must be text",
            field=name,
        )
    if "\0" in value:
        raise Refused(400, f"{where}{name} must not contain NUL", field=name)
    return value


def agent_type(found: dict[str, Any], *, required: bool = False) -> str:
    """The agent of a run (`center` unless named) or batch. Refused with 400 when nobody knows it."""
    name = text(found, "agent_type", required=required) or "center"
    if name not in AGENTS:
        raise Refused(400, f"Unknown agent_type: {name}", field="agent_type")
    return name


def data(found: dict[str, Any], where: str = "") -> dict[str, Any] | None:
    """The `data` of a run or row: an object."""
    value = found.get("data")
    if value is not None and not isinstance(value, dict):
        raise Refused(400, f"{where}data must be an object", field="data")
    return value


def priority(found: dict[str, Any]) -> str:
    """The priority of a run, `normal` unless given."""
    name = text(found, "priority") or "normal"
    if name not in PRIORITIES:
        raise Refused(400, f"priority must be one of {', '.join(PRIORITIES)}", field="priority")
    return name


def hook_url(value: str | None, name: str) -> str | None:
    """A URL for deliveries: https, and in the sandbox alone http to this machine."""
    from urllib.parse import urlsplit

    if value is None:
        return None
    try:
        parts = urlsplit(value)
        fits = parts.scheme == "https" or (
            parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        )
    except ValueError:
        fits = False
    if not fits or not parts.hostname:
        raise Refused(400, f"{name} must start with https://", field=name)
    return value
