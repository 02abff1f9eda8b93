"""The queue of items that wait for a person: which of them, in which order, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from eclips_cli.commands._lists import counted, nothing, typed
from eclips_cli.commands.triage._item import ItemDetail
from eclips_cli.commands.triage._known import ItemReader
from eclips_cli.durations import parse_duration, parse_iso
from eclips_cli.errors import ProtocolError, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.money import read
from eclips_cli.output import cells

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient

SORTS = ("age", "amount", "confidence")
LAST = (1, 0.0)
"""the place of what can't be sorted: behind the rest"""
_WRITTEN = {
    "agent": "--agent", "min_confidence": "--min-confidence", "min_amount": "--min-amount",
    "max_amount": "--max-amount", "older_than": "--older-than", "match": "--match",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which items, in which order (the API has no such filters): see `of`.

    `older_than` is in seconds; `as_typed` holds the filters as they were written, by name.
    """

    agent: str | None = None
    min_confidence: float | None = None
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    older_than: float | None = None
    match: str | None = None
    amount_field: str | None = None
    sort: str | None = None
    details: bool = False
    as_typed: dict[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        least = self.min_confidence
        if least is not None and not 0 <= least <= 1:
            raise UsageError(f"--min-confidence {least}: a confidence is between 0 and 1")
        if None not in (self.min_amount, self.max_amount) and self.min_amount > self.max_amount:  # type: ignore[operator]
            raise UsageError("--min-amount is more than --max-amount: nothing can match")
        if self.sort is not None and self.sort not in SORTS:
            raise UsageError(f"--sort {self.sort!r}", hint=f"one of {', '.join(SORTS)}")

    @classmethod
    def of(
        cls,
        *,
        min_amount: str | None = None,
        max_amount: str | None = None,
        older_than: str | None = None,
        sort: str | None = None,
        oldest_first: bool = False,
        **others: Any,
    ) -> Wanted:
        """From the options as they are typed. Raises UsageError."""
        if oldest_first and sort not in (None, "age"):
            raise UsageError("--sort and --oldest-first together", hint="give one of them")
        match = others.pop("match", None)
        typed = {"min_amount": min_amount, "max_amount": max_amount, "older_than": older_than, "match": match}
        typed |= {name: others.get(name) for name in ("agent", "min_confidence")}
        return cls(
            min_amount=_amount(min_amount, "--min-amount"),
            max_amount=_amount(max_amount, "--max-amount"),
            older_than=None if older_than is None else parse_duration(older_than),
            match=None if match is None else _folded(match),
            sort="age" if oldest_first else sort,
            as_typed={_WRITTEN[name]: value for name, value in typed.items() if value is not None},
            **others,
        )

    def with_details(self) -> Wanted:
        """The same for who reads the runs in any case."""
        return replace(self, details=True)

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        others = (self.agent, self.min_confidence, self.older_than, self.match)
        return not self.by_amount and all(one is None for one in others)

    @property
    def typed(self) -> str:
        """The filters as they are typed."""
        return typed(self.as_typed)

    @property
    def by_amount(self) -> bool:
        """Whether amounts decide."""
        return self.min_amount is not None or self.max_amount is not None

    def may_match(self, item: JsonObject, now: float) -> bool:
        """Whether the queue's own members let `item` pass; one without a confidence has none that is high enough."""
        run = item.get("agent_runs")
        run = run if isinstance(run, dict) else {}
        if self.agent is not None and run.get("agent_type") != self.agent:
            return False
        if self.older_than is not None:
            begun = parse_iso(item.get("created_at"))
            if begun is None or now - begun < self.older_than:
                return False
        score = cells.score(run.get("confidence_score"))
        return self.min_confidence is None or (score is not None and score >= self.min_confidence)

    def has_words(self, detail: ItemDetail) -> bool:
        """Whether its title, its task or its reason holds the text, whatever the case."""
        return self.match is None or any(self.match in _folded(text) for text in detail.texts)

    def has_amount(self, detail: ItemDetail) -> bool | None:
        """Whether the input's amount is within the bounds; None where it has none that can be compared."""
        if not self.by_amount:
            return True
        amount = detail.amount
        if amount is None or amount.value is None:
            return None
        least, most = self.min_amount, self.max_amount
        return (least is None or amount.value >= least) and (most is None or amount.value <= most)


def _amount(text: str | None, option: str) -> Decimal | None:
    if text is None:
        return None
    value = read(text.strip())
    if value is None or not value.is_finite():
        two = any(mark in text for mark in ",.")
        hint = "with one mark before three digits it has two readings: write 1234.00" if two else None
        raise UsageError(f"{option} {text!r} is not an amount", hint=hint or "write it like 1234.50")
    return value


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


class Queue:
    """The items that one command is about, read as they are asked for.

    `left_out` counts those that amounts decide about and that have none (or one with two readings),
    `unsorted` those of them that stand last;
    `more` says whether more match than were asked for, `total` how many match, where that is known.
    """

    def __init__(self, client: EclipsClient, wanted: Wanted, reader: ItemReader, *, tie: bool = True) -> None:
        self._client, self.wanted, self._reader = client, wanted, reader
        self.ties = tie or wanted.by_amount or wanted.match is not None or wanted.sort == "amount"
        self.left_out = self.unsorted = 0
        self.total: int | None = None
        self.more = False

    def some(self, limit: int | None) -> Iterator[ItemDetail]:
        """The first `limit` that match, the newest first unless another order is wanted."""
        if self.wanted.sort is not None:
            found = self.all()
            self.total = len(found)
            yield from found[:limit]
            return
        # one more than is shown, to know whether there are more where the API gives no total
        ask = limit + 1 if limit is not None and self.wanted.everything else None
        listing = self._client.triage.list(limit=ask)
        matching = self._matching(listing.chunks())
        yield from islice(matching, limit)
        self.more = limit is not None and next(matching, None) is not None
        self.total = listing.total if self.wanted.everything else None

    def all(self) -> list[ItemDetail]:
        """All that match, read before anything is decided (a decision shrinks the list); the oldest first."""
        found = list(self._matching(self._client.triage.list().chunks()))
        if self.wanted.sort == "amount":
            self.unsorted = sum(_size(detail) == LAST for detail in found)
        return in_order(found, self.wanted.sort or "age")

    def _matching(self, chunks: Iterator[Sequence[JsonObject]]) -> Iterator[ItemDetail]:
        wanted, now = self.wanted, self._client.clock.now()
        deep = wanted.details and (wanted.by_amount or wanted.match is not None or wanted.sort == "amount")
        for chunk in chunks:
            items = [item for item in chunk if wanted.may_match(item, now)]
            details = self._reader.known(items) if self.ties else self._reader.bare(items)
            for detail in self._reader.with_runs(details) if deep else details:
                fits = wanted.has_amount(detail) if wanted.has_words(detail) else False
                self.left_out += fits is None
                if fits:
                    yield detail


def why_empty(queue: Queue, client: EclipsClient) -> str:
    """Why no item is left: nothing waits, or nothing of so many matches."""
    empty = "nothing waits for a decision"
    return nothing("items", empty, lambda: counted(client.triage.list(limit=1)), queue.wanted.typed)


def remarks(queue: Queue) -> Iterator[str]:
    """How many items amounts could not decide about, or sort, and what may help."""
    ways = "--amount-field names the member that counts"
    if not queue.wanted.details:
        ways = f"--details reads the runs; {ways}"
    for count, become in ((queue.left_out, "left out"), (queue.unsorted, "sorted last")):
        if count:
            many = "1 item is" if count == 1 else f"{count:,} items are"
            yield f"{many} {become}: no amount of the input's that counts ({ways})"


def whole_queue(client: EclipsClient) -> list[JsonObject]:
    """Every item as the API lists it, the oldest first."""
    found = [ItemDetail.of({"triage_item": item}) for item in client.triage.list()]
    return [detail.item for detail in in_order(found, "age")]


def in_order(details: list[ItemDetail], sort: str) -> list[ItemDetail]:
    """Oldest first, largest amount first, or lowest confidence first; what does not tell stands last.

    The API lists the newest first, so that reversed ties keep their order.
    """
    places: dict[str, Callable[[ItemDetail], tuple[int, Any]]] = {
        "age": _begun, "amount": _size, "confidence": _sureness,
    }  # fmt: skip
    return sorted(reversed(details), key=places[sort])


def _begun(detail: ItemDetail) -> tuple[int, Any]:
    at = parse_iso(detail.item.get("created_at"))
    return LAST if at is None else (0, at)


def _size(detail: ItemDetail) -> tuple[int, Any]:
    amount = detail.amount
    return LAST if amount is None or amount.value is None else (0, -amount.value)


def _sureness(detail: ItemDetail) -> tuple[int, Any]:
    score = cells.score(detail.run.get("confidence_score"))
    return LAST if score is None else (0, score)


def decidable(details: list[ItemDetail]) -> list[ItemDetail]:
    """`details`, each of which can be decided. Raises ProtocolError for one without an id."""
    if not all(detail.item.get("id") for detail in details):
        raise ProtocolError("GET /v1/triage: an item has no id")
    return details
