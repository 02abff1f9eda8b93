"""The members of what each command shows: what `--fields` completes to."""

from __future__ import annotations

from eclips_cli.api import objects
from eclips_cli.options import FORMATS, WORKBOOK
from eclips_cli.reference.values import Values

OBJECTS = {
    **dict.fromkeys(("runs list", "runs watch"), "Run"),
    **dict.fromkeys(("run", "runs get", "runs wait", "triage show"), "RunDetail"),
    **dict.fromkeys(("triage list", "triage watch"), "TriageItem"),
    **dict.fromkeys(("webhooks list", "webhooks create"), "Webhook"),
    **dict.fromkeys(("batches list", "batches submit", "batches wait"), "BatchJob"),
    **dict.fromkeys(("batches resume", "batches retry", "batches cancel"), "BatchJob"),
    "batches get": "BatchDetail",
    "usage": "UsageSummary",
    "usage summary": "UsageSummary",
    "health": "Health",
}  # fmt: skip
"""by command: the API's object that it shows, as its `View` says (a test holds the two together)"""

OWN = {
    "runs tail": ("at", "run_id", "status", "confidence", "result", "error"),
    "health": ("latency_ms", "clock_skew_seconds"),
    "triage list": ("title", "about", "amount", "amounts"),
    "triage approve": ("id", "status", "resolved_at"),
    "triage reject": ("id", "status", "resolved_at"),
    "webhooks delete": ("id", "success"),
    "webhooks listen": ("at", "verdict", "event", "run_id", "what"),
    "webhooks forward": ("at", "state", "event", "run_id", "answered", "status"),
    "batches results": ("line", "row_index", "task", "status", "result", "error", "error_message", "id", "run_id"),
    "batches history": (
        "key", "state", "name", "rows", "rows_accepted", "created_at", "file", "agent_type", "retry_of", "profile",
    ),
}  # fmt: skip
"""by command: members of what we make ourselves, or add to the API's"""


def of_command(path: tuple[str, ...], *, workbook: bool) -> dict[str, Values]:
    """By the spelling of an option that every command takes: what its values are for this one alone."""
    name = " ".join(path)
    known = [*(objects.members(OBJECTS[name]) if name in OBJECTS else ()), *OWN.get(name, ())]
    found = {"--fields": Values(words=tuple(known), listed=True)} if known else {}
    return found | ({"--output": Values(words=(*FORMATS, WORKBOOK))} if workbook else {})
