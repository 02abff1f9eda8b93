"""The queue of items that wait for a person: which of them, in which order, and one of them with its run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from eclips_cli.durations import parse_iso
from eclips_cli.errors import NotFound, ProtocolError, ScopeMissing, UsageError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from eclips_cli.api import EclipsClient

SHORTEST_PREFIX = 4
"""characters of a run's id that stand for it"""


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


class Selection:
    """The items that a list shows, read as they are asked for; `total` where it is known."""

    def __init__(self, client: EclipsClient, wanted: Wanted, *, limit: int | None, oldest: bool) -> None:
        self._client, self._wanted, self._limit, self._oldest = client, wanted, limit, oldest
        self.total: int | None = None
        self.more = False
        """whether more items match than were shown"""

    def __iter__(self) -> Iterator[JsonObject]:
        """The matching items, each once."""
        if self._oldest:
            items = whole_queue(self._client, self._wanted)
            self.total = len(items)
            yield from items[: self._limit]
            return
        # one more than is shown, to know whether there are more where the API gives no total
        ask = self._limit + 1 if self._limit is not None and self._wanted.everything else None
        listing = self._client.triage.list(limit=ask)
        matching = (item for item in listing if self._wanted.matches(item))
        yield from islice(matching, self._limit)
        self.more = self._limit is not None and next(matching, None) is not None
        self.total = listing.total if self._wanted.everything else None


def with_run(client: EclipsClient, item: JsonObject, warn: Callable[[str], None]) -> JsonObject:
    """An item of the queue as `{run, triage_item}`, with every member that either endpoint gave."""
    run_id = item.get("run_id")
    joined = item.get("agent_runs")
    run_id = run_id or (joined.get("id") if isinstance(joined, dict) else None)
    if not isinstance(run_id, str):
        return {"run": joined, "triage_item": item}
    try:
        detail = client.runs.get(run_id).json
    except (ScopeMissing, NotFound) as error:
        warn(f"the item's run can't be read: {error.message}")
        return {"run": joined, "triage_item": item}
    linked = detail.get("triage_item")
    return {**detail, "triage_item": {**item, **(linked if isinstance(linked, dict) else {})}}


def find(
    client: EclipsClient, queue: list[JsonObject], written: str, warn: Callable[[str], None]
) -> JsonObject:
    """The item that an id of an item or of its run names, as `{run, triage_item}`.

    The API lists what waits; an item that is resolved is found through its run alone. Raises NotFound.
    """
    item = _in_queue(queue, written)
    if item is not None:
        return with_run(client, item, warn)
    try:
        detail = client.runs.get(written).json
    except NotFound:
        raise NotFound(
            f"no triage item {written} waits for a decision",
            hint="one that is resolved is found by its run: eclips triage show RUN",
            status=404,
        ) from None
    if not isinstance(detail.get("triage_item"), dict):
        raise NotFound(f"run {written} has no triage item", hint=f"eclips runs get {written}")
    return detail


def _in_queue(queue: list[JsonObject], written: str) -> JsonObject | None:
    for name in ("id", "run_id"):
        for item in queue:
            if item.get(name) == written:
                return item
    if len(written) < SHORTEST_PREFIX:
        return None
    begun = [item for item in queue if str(item.get("run_id")).startswith(written)]
    if len(begun) > 1:
        raise UsageError(f"{written} is the beginning of several runs' ids", hint="write more of it")
    return begun[0] if begun else None
