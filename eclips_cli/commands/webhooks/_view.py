"""Webhooks and their deliveries as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eclips_cli.durations import iso_text
from eclips_cli.json_values import JsonObject
from eclips_cli.output.columns import Column, View

if TYPE_CHECKING:
    from eclips_cli.commands.webhooks._receiver import Received

WEBHOOKS = View(
    (
        Column("ID", "id", "id", 1),
        Column("URL", "url", "text", 2),
        Column("EVENTS", "events", "json", 3),
        Column("ACTIVE", "is_active", "text", 5),
        Column("CREATED", "created_at", "ago", 6),
    ),
    object="Webhook",
)
CREATED_WEBHOOK = View((*WEBHOOKS.columns[:3], Column("SECRET", "secret", "id", 2)), object="Webhook")
DELETED = View((Column("ID", "id", "id", 1), Column("DELETED", "success", "text", 2)))
CHECKED = View(
    (
        Column("VALID", "valid", "text", 1),
        Column("EVENT", "event", "text", 2),
        Column("RUN", "run_id", "id", 3),
        Column("TIMESTAMP", "timestamp", "time", 4),
        Column("AGE S", "age_seconds", "number", 4),
    ),
    id_path="run_id",
)
TRIGGERED = View(
    (
        Column("EVENT", "event", "text", 1),
        Column("RUN", "run_id", "id", 2),
        Column("ANSWER", "status", "number", 1),
        Column("MS", "milliseconds", "number", 3),
        Column("TO", "url", "text", 4),
    ),
    id_path="run_id",
)
DELIVERIES = View(
    (
        Column("AT", "at", "time", 2),
        Column("STATUS", "verdict", "status", 1),
        Column("EVENT", "event", "text", 1),
        Column("RUN", "run_id", "id", 1),
        Column("", "what", "text", 4),
    ),
    id_path="run_id",
)
FORWARDED = View(
    (
        Column("AT", "at", "time", 2),
        Column("STATE", "state", "status", 1),
        Column("EVENT", "event", "text", 1),
        Column("RUN", "run_id", "id", 1),
        Column("ANSWER", "answered", "text", 4),
        Column("STATUS", "status", "number", 5),
    ),
    id_path="run_id",
)


def delivery_line(received: Received) -> JsonObject:
    """A delivery as a line for a person."""
    refused = received.verdict == "refused"
    return {
        "at": iso_text(received.at),
        "verdict": received.verdict,
        "event": f"{received.status} {received.reason}" if refused else received.said["event"].ljust(19),
        "run_id": None if refused else received.said["run_id"],
        "what": None if refused else received.said.get("agent_type"),
    }
