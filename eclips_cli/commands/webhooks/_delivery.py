"""What a delivery says: the body and the headers that the API would send, of a real run or made up; its age."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from eclips_cli.commands.webhooks._signature import sign
from eclips_cli.durations import iso_text
from eclips_cli.json_values import JsonObject, json_text
from eclips_cli.output.cells import duration

if TYPE_CHECKING:
    from eclips_cli.api.objects import Run, TriageItem

COMPLETED, FAILED, TRIAGE = "run.completed", "run.failed", "run.triage_required"
EVENTS = (COMPLETED, FAILED, TRIAGE)


@dataclass(frozen=True)
class Delivery:
    """A delivery as it goes out: the exact bytes, and the headers that belong to them."""

    body: bytes
    headers: dict[str, str]


def signed(content: JsonObject, secret: bytes, now: float) -> Delivery:
    """`content` as a delivery that is sent at `now`, POSIX seconds."""
    timestamp = iso_text(now)
    event = str(content["event"])
    members = {name: content[name] for name in ("event", "run_id", "agent_type", "organization_id")}
    told = {**members, "timestamp": timestamp, "data": content["data"]}
    body = json_text(told).encode("utf-8", "replace")
    headers = {
        "Content-Type": "application/json",
        "X-eClips-Signature": sign(secret, body),
        "X-eClips-Event": event,
        "X-eClips-Timestamp": timestamp,
    }
    return Delivery(body, headers)


def parsed(body: bytes) -> JsonObject | None:
    """What a delivery's body says, or None where it is no JSON object."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def age_trouble(age: float, tolerance: float) -> str:
    """What is wrong with an age in seconds, in words; empty when nothing is."""
    if age > tolerance:
        return f"the delivery is {duration(age)} old; at most {duration(tolerance)} are allowed"
    if age < -tolerance:
        return f"the delivery is {duration(-age)} in the future: a clock is wrong"
    return ""


def nearest_event(event: str) -> str | None:
    """The event that was probably meant by a word that is none of them."""
    word = event.strip().lower()
    begun = [
        known for known in EVENTS if word and known.removeprefix("run.").startswith(word.removeprefix("run."))
    ]
    return next(iter(begun or get_close_matches(word, EVENTS, n=1, cutoff=0.75)), None)


def of_run(event: str, run: Run, item: TriageItem | None) -> JsonObject:
    """The content for an event of a run, from what `GET /v1/runs/:id` answers."""
    waits = event == TRIAGE
    return _content(
        event,
        str(run.get("id")),
        run.get("agent_type"),
        run.get("organization_id"),
        output=run.get("output"),
        confidence=run.get("confidence_score"),
        item_id=item.get("id") if waits and item else None,
        error=None if waits else run.get("error_message"),
    )


def made_up(event: str) -> JsonObject:
    """The content of a delivery about a run that never was; a new run id each time."""
    invoice = {"invoice": "INV-1001", "amount": 1840.5, "currency": "USD"}
    run_id, item_id = str(uuid.uuid4()), str(uuid.uuid4())
    told: dict[str, dict[str, Any]] = {
        COMPLETED: {"output": {**invoice, "approved": True}, "confidence": 0.94},
        FAILED: {"error": "The vendor portal rejected the login"},
        TRIAGE: {"output": {**invoice, "amount": 48200.0}, "confidence": 0.71, "item_id": item_id},
    }
    return _content(event, run_id, "ap_specialist", "org_example", **told[event])


def _content(
    event: str,
    run_id: str,
    agent_type: Any,
    organization_id: Any,
    *,
    output: Any = None,
    confidence: Any = None,
    item_id: Any = None,
    error: Any = None,
) -> JsonObject:
    return {
        "event": event,
        "run_id": run_id,
        "agent_type": agent_type,
        "organization_id": organization_id,
        "data": {
            "output": output,
            "confidence_score": confidence,
            "requires_triage": event == TRIAGE,
            "triage_item_id": item_id,
            "error": error,
        },
    }
