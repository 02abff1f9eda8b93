"""Test cards: words in square brackets that a task can hold to steer its outcome, as payment providers have.

Everything else about a run follows from its task and agent alone, so that the same task ends the same way.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import Any

QUEUED = 1.0
RUNNING = 7.0
"""seconds that a run is queued, and then running"""


@dataclass(frozen=True)
class Card:
    """One card: the final status it leads to, the confidence, and how long the run is running."""

    name: str
    about: str
    final: str = "completed"
    confidence: float | None = None
    running: float = RUNNING
    queued: float = QUEUED
    error: str | None = None


CARDS = (
    Card("fail", "fails with an error message", final="failed", error="The vendor portal rejected the login"),
    Card(
        "triage",
        "waits for a person: the amount is above a threshold",
        final="pending_triage",
        confidence=0.71,
    ),
    Card(
        "low-confidence", "waits for a person: confidence under 0.50", final="pending_triage", confidence=0.41
    ),
    Card("warn", "completes with a warning: confidence 0.70", confidence=0.70),
    Card("cancel", "ends cancelled", final="cancelled"),
    Card("slow", "takes a minute", running=60.0),
    Card("instant", "is over at once", queued=0.0, running=0.0),
    Card("unknown-status", "passes through a status that no client knows, then completes"),
    Card("hostile", "completes with an output full of escape sequences and markup"),
)
PLAIN = Card("", "completes after about eight seconds")


@dataclass(frozen=True)
class Fate:
    """What will become of a run: seconds in each phase, and its end."""

    queued: float
    running: float
    final: str
    confidence: float | None
    error: str | None
    output: Any
    odd_status: str | None
    triage_reason: str | None


def fate(task: str, agent_type: str, seed: int) -> Fate:
    """The fate of a run, the same for the same arguments. The first card of the table that the task holds counts."""
    lowered = task.lower()
    held = [card for card in CARDS if f"[{card.name}]" in lowered]
    card = next((card for card in held if card.name != "instant"), held[0] if held else PLAIN)
    instant = any(other.name == "instant" for other in held)
    luck = random.Random(hashlib.sha256(f"{seed}\0{agent_type}\0{task}".encode()).digest())
    sure = card.confidence if card.confidence is not None else round(luck.uniform(0.86, 0.98), 2)
    reason = None
    if card.final == "pending_triage":
        reason = "Confidence below 0.50" if sure < 0.5 else "Amount above auto-approval threshold"
    return Fate(
        queued=0.0 if instant else card.queued,
        running=0.0 if instant else card.running,
        final=card.final,
        confidence=None if card.final in ("failed", "cancelled") else sure,
        error=card.error,
        output=None if card.final in ("failed", "cancelled") else _output(card, task, agent_type, luck),
        odd_status="reviewing" if card.name == "unknown-status" else None,
        triage_reason=reason,
    )


HOSTILE = {
    "summary": "\x1b[2J\x1b[31mapproved\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07 "
    "\x9b31m [red]x[/] [/] \u202eevil\u202c",
    "note": '=HYPERLINK("https://evil.example")\r\nline\x00\x07',
}


def _output(card: Card, task: str, agent_type: str, luck: random.Random) -> Any:
    if card.name == "hostile":
        return HOSTILE
    if agent_type == "procurement_specialist":
        return _quotes(luck)
    if agent_type == "ap_specialist":
        return _invoice(card, luck)
    return {"summary": f"Done: {task[:120]}", "steps": luck.randint(3, 9), "sources": luck.randint(1, 6)}


def _quotes(luck: random.Random) -> dict[str, Any]:
    vendors = ["Dell", "HP", "Lenovo"]
    quotes: list[dict[str, Any]] = [
        {
            "vendor": vendor,
            "unit_price_usd": round(luck.uniform(780, 1190), 2),
            "delivery_days": luck.randint(7, 28),
        }
        for vendor in vendors
    ]
    best = min(quotes, key=lambda quote: quote["unit_price_usd"])
    return {"vendors": vendors, "recommended": best["vendor"], "quotes": quotes}


def _invoice(card: Card, luck: random.Random) -> dict[str, Any]:
    amount = round(
        luck.uniform(12_000, 60_000) if card.final == "pending_triage" else luck.uniform(80, 4_900), 2
    )
    return {
        "approved": card.final == "completed",
        "amount": amount,
        "currency": "USD",
        "purchase_order": f"PO-{luck.randint(10_000, 99_999)}",
        "matched": card.final == "completed",
    }
