"""The items of a review: which one is read now, what comes next, and what became of the others. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from eclips_cli.commands.triage._decide import Decision
from eclips_cli.commands.triage._item import ItemDetail
from eclips_cli.json_values import JsonObject
from eclips_cli.output.spans import Line


@dataclass(eq=False)
class Item:
    """One item under review, as the API listed it, and with its run once that was read."""

    listed: JsonObject
    read: JsonObject | None = None
    unread: str = ""
    """why its run could not be read"""
    error: str = ""
    """what became of a decision on it that has failed"""
    draft: str = ""
    """the reason of a rejection that was undone or has failed"""
    gone: str = ""
    """how somebody else resolved it meanwhile"""
    unsure: Decision | None = None
    """a decision on it that may have been accepted, though its answer was lost"""
    sent: JsonObject = field(default_factory=dict)
    """the input as this machine sent it, where that is known"""
    amount_field: str | None = None
    layout: tuple[object, list[Line]] = (None, [])
    """its lines as they were laid out last, and for what: long outputs take a while"""

    @property
    def id(self) -> str:
        """The triage item's id."""
        return str(self.listed.get("id"))

    @property
    def run_id(self) -> str | None:
        """Its run's id, where the API tells it."""
        joined = self.listed.get("agent_runs")
        found = self.listed.get("run_id") or (joined.get("id") if isinstance(joined, dict) else None)
        return found if isinstance(found, str) and found else None

    @property
    def detail(self) -> ItemDetail:
        """What is known of it, to be shown."""
        return ItemDetail.of(self.read or {"triage_item": self.listed}, self.sent, self.amount_field)


@dataclass(eq=False)
class PendingDecision:
    """An item with its decision and, once it was sent, the API's answer."""

    item: Item
    decision: Decision
    due: float = 0.0
    """when it is sent, in monotonic seconds: until then it can be undone"""
    answer: JsonObject = field(default_factory=dict)


class ReviewItems:
    """Items in the order in which they are read; the first is the one on the screen.

    `sent_for` gives the input that this machine sent for `{run, triage_item}`, or nothing.
    """

    def __init__(
        self,
        items: Iterable[JsonObject],
        sent_for: Callable[[JsonObject], JsonObject] = lambda _detail: {},
        amount_field: str | None = None,
    ) -> None:
        self.sent_for, self._field = sent_for, amount_field
        self.waiting = [self._item(item) for item in items]
        self.skipped: list[Item] = []
        self.sent: list[PendingDecision] = []
        self.failed: dict[str, PendingDecision] = {}
        """by item, the last decision that has failed, until the item is decided again"""
        self.gone: list[Item] = []
        self._known = {item.id: item for item in self.waiting}

    @property
    def current(self) -> Item | None:
        """The item on the screen."""
        return self.waiting[0] if self.waiting else None

    @property
    def total(self) -> int:
        """How many items this review has met."""
        return len(self._known)

    def next_up(self, count: int) -> list[Item]:
        """The first few, whose runs are to be read ahead."""
        return self.waiting[:count]

    def take(self) -> Item:
        """Take the item on the screen away, because something was done with it."""
        return self.waiting.pop(0)

    def skip(self) -> Item:
        """Put the item on the screen aside."""
        item = self.take()
        self.skipped.append(item)
        return item

    def front(self, item: Item) -> None:
        """Put an item back on the screen, wherever it is now."""
        self._forget(item)
        self.waiting.insert(0, item)

    def next(self, item: Item) -> None:
        """Put an item back so that it comes next; the one on the screen stays, somebody is reading it."""
        self._forget(item)
        self.waiting.insert(min(1, len(self.waiting)), item)

    def again(self) -> None:
        """Go through the skipped ones once more."""
        self.waiting += self.skipped
        self.skipped = []

    def resolved(self, item: Item) -> None:
        """Somebody else decided it."""
        self._forget(item)
        self.failed.pop(item.id, None)
        if item not in self.gone:
            self.gone.append(item)

    def _forget(self, item: Item) -> None:
        self.waiting = [other for other in self.waiting if other is not item]
        self.skipped = [other for other in self.skipped if other is not item]

    def _item(self, listed: JsonObject) -> Item:
        return Item(listed, sent=self.sent_for({"triage_item": listed}), amount_field=self._field)

    def merge(self, queue: list[JsonObject]) -> list[Item]:
        """Take in a later look at the queue: new items join at the end.

        Returns those of ours that it no longer holds, to be looked at one by one.
        """
        for listed in queue:
            if listed.get("id") and str(listed["id"]) not in self._known:
                item = self._item(listed)
                self._known[item.id] = item
                self.waiting.append(item)
        ids = {str(listed.get("id")) for listed in queue}
        return [item for item in (*self.waiting, *self.skipped) if item.id not in ids and not item.gone]
