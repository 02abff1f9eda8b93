"""The queue of items that wait for a person, as one command reads it, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from eclips_cli.commands._lists import ListWords, counted, nothing
from eclips_cli.commands.triage._item import ItemDetail
from eclips_cli.commands.triage._known import ItemReader
from eclips_cli.commands.triage._wanted import Wanted
from eclips_cli.counting import how_many
from eclips_cli.durations import parse_iso
from eclips_cli.errors import ProtocolError
from eclips_cli.json_values import id_text
from eclips_cli.output import cells

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.objects import TriageItem

LAST = (1, 0.0)
"""the place of what can't be sorted: behind the rest"""


class Queue:
    """The items that one command is about, read as they are asked for.

    `left_out` counts those that amounts decide about and that have none (or one with two readings),
    `unsorted` those of them that stand last, `without_id` those that can't be decided;
    `more` says whether more match than were asked for, `total` how many match, where that is known.
    """

    def __init__(self, client: EclipsClient, wanted: Wanted, reader: ItemReader, *, tie: bool = True) -> None:
        self._client, self.wanted, self._reader = client, wanted, reader
        self.ties = tie or wanted.by_amount or wanted.match is not None or wanted.sort == "amount"
        self.left_out = self.unsorted = self.without_id = 0
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

    def decidable(self) -> list[ItemDetail]:
        """All that match and can be decided: an item without an id can't, and is counted in `without_id`.

        Raises ProtocolError where none has one.
        """
        found = self.all()
        with_id = [detail for detail in found if id_text(detail.item.get("id")) is not None]
        self.without_id = len(found) - len(with_id)
        if self.without_id and not with_id:
            raise ProtocolError("GET /v1/triage: no item has an id, so none can be decided")
        return with_id

    def _matching(self, chunks: Iterator[Sequence[TriageItem]]) -> Iterator[ItemDetail]:
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
    return nothing(
        ListWords("items", empty, lambda: counted(client.triage.list(limit=1)), queue.wanted.typed)
    )


def remarks(queue: Queue) -> Iterator[str]:
    """How many items amounts could not decide about, or sort, and what may help."""
    ways = "--amount-field names the member that counts"
    if not queue.wanted.details:
        ways = f"--details reads the runs; {ways}"
    for count, become in ((queue.left_out, "left out"), (queue.unsorted, "sorted last")):
        if count:
            yield f"{how_many(count, 'item is', 'items are')} {become}: no amount of the input's that counts ({ways})"
    if queue.without_id:
        items = how_many(queue.without_id, "item is", "items are")
        yield f"{items} left out: the API gives no id, without which nothing can be decided"


def whole_queue(client: EclipsClient) -> list[TriageItem]:
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
