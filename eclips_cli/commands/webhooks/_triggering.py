"""Sending one made-up delivery, so that a receiver can be tried before anything real happens."""

from __future__ import annotations

from difflib import get_close_matches

from eclips_cli.commands.webhooks._delivery import EVENTS, made_up, signed
from eclips_cli.commands.webhooks._sending import Sender
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject


def check_event(event: str) -> str:
    """An event that deliveries can be made up for. Raises UsageError."""
    if event in EVENTS:
        return event
    near = get_close_matches(event, EVENTS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(EVENTS)}"
    raise UsageError(f"there is no event {event!r}", hint=hint)


def trigger(event: str, sender: Sender, secret: bytes, now: float) -> JsonObject:
    """Send it; what was sent and how it was answered. Raises what `Sender.send` raises."""
    content = made_up(event)
    status, seconds = sender.send(signed(content, secret, now))
    return {
        "event": event,
        "run_id": content["run_id"],
        "url": sender.url,
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
    }
