"""The queue of items that wait for a person: which of them, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eclips_cli.commands._lists import typed
from eclips_cli.durations import parse_iso
from eclips_cli.errors import ProtocolError, UsageError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient


@dataclass(frozen=True)
class Wanted:
    """Which items: of one agent, of a confidence from `min_confidence` on (the API has no such filters)."""

    agent: str | None = None
    min_confidence: float | None = None

    def __post_init__(self) -> None:
        least = self.min_confidence
        if least is not None and not 0 <= least <= 1:
            raise UsageError(f"--min-confidence {least}: a confidence is between 0 and 1")

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self.agent is None and self.min_confidence is None

    @property
    def typed(self) -> str:
        """The filters as they are typed."""
        return typed({"--agent": self.agent, "--min-confidence": self.min_confidence})

    def matches(self, item: JsonObject) -> bool:
        """Whether `item` is one of them; one without a confidence has none that is high enough."""
        run = item.get("agent_runs")
        run = run if isinstance(run, dict) else {}
        if self.agent is not None and run.get("agent_type") != self.agent:
            return False
        score = run.get("confidence_score")
        if self.min_confidence is None:
            return True
        return (
            isinstance(score, (int, float)) and not isinstance(score, bool) and score >= self.min_confidence
        )


def oldest_first(items: list[JsonObject]) -> list[JsonObject]:
    """Items in the order in which they began to wait; those that do not say when, last."""

    def begun(item: JsonObject) -> float:
        at = parse_iso(item.get("created_at"))
        return float("inf") if at is None else at

    # the API lists the newest first, so that reversed ties keep their order
    return sorted(reversed(items), key=begun)


def whole_queue(client: EclipsClient, wanted: Wanted = Wanted()) -> list[JsonObject]:
    """All matching items, oldest first, read before anything is decided: a decision shrinks the list."""
    return oldest_first([item for item in client.triage.list() if wanted.matches(item)])


def decidable(items: list[JsonObject]) -> list[JsonObject]:
    """`items`, each of which can be decided. Raises ProtocolError for one without an id."""
    if not all(item.get("id") for item in items):
        raise ProtocolError("GET /v1/triage: an item has no id")
    return items
