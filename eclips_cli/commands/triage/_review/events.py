"""What a review is told by the threads that work for it, taken in by the thread that shows it."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Protocol

from eclips_cli.commands.triage._review.items import Item, PendingDecision, ReviewItems
from eclips_cli.commands.triage._review.screen import ReviewState
from eclips_cli.errors import EclipsError
from eclips_cli.json_values import JsonObject
from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text

MESSAGE = 5.0
"""seconds for which a message stays"""
AHEAD = 3
"""items whose runs are read before they are on the screen"""


class ReadsAhead(Protocol):
    """Who reads runs before they are on the screen."""

    def want(self, items: list[Item]) -> None:
        """Read the runs of these, the first one first."""
        ...

    def doubt(self, items: list[Item]) -> None:
        """Read the runs of these again, because the queue no longer holds them."""
        ...


class ReviewEvents:
    """The state of a review and what happens to it: any thread may call the methods that tell of something."""

    def __init__(self, items: ReviewItems, monotonic: Callable[[], float]) -> None:
        self.items = items
        self.state = ReviewState()
        self.shown: list[str] = []
        """what `--dry-run` did not send"""
        self.notices: list[str] = []
        """warnings, to be said again afterwards"""
        self.wake: Callable[[], None] = lambda: None
        """makes the thread that shows the review look at the events"""
        self._monotonic = monotonic
        self._reader: ReadsAhead
        self._events: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._open: list[PendingDecision] = []
        """decisions of which it is not known what became of them"""
        self._said_at = 0.0

    def take_in(self) -> None:
        """Do what the events ask for."""
        while not self._events.empty():
            self._events.get()()

    def _post(self, event: Callable[[], None]) -> None:
        self._events.put(event)
        self.wake()

    def was_read(self, item: Item, detail: JsonObject) -> None:
        """Its run was read."""
        sent = item.sent or self.items.sent_for(detail)

        def take_in() -> None:
            item.read, item.unread, item.layout, item.sent = detail, "", (None, []), sent

        self._post(take_in)

    def was_unread(self, item: Item, why: str) -> None:
        """Its run could not be read."""
        self._post(lambda: setattr(item, "unread", safe_text(why)))

    def was_listed(self, listed: list[JsonObject], trouble: str) -> None:
        """The queue was looked at again, or could not be."""

        def take_in() -> None:
            self.state.trouble = safe_text(trouble)
            if not trouble:
                self._reader.doubt(self.items.merge(listed))
                self._reader.want(self.items.next_up(AHEAD))

        self._post(take_in)

    def was_sent(self, decided: PendingDecision) -> None:
        """The decision was accepted."""

        def take_in() -> None:
            self._open.remove(decided)
            self.items.sent.append(decided)

        self._post(take_in)

    def was_shown(self, text: str) -> None:
        """`--dry-run`: this would have been sent."""
        self._post(lambda: self.shown.append(text))

    def was_gone(self, item: Item, status: str) -> None:
        """Somebody else resolved an item; the one that a person is reading is not pulled away."""

        def take_in() -> None:
            if item is self.items.current:
                item.gone = safe_text(status)
            elif item in self.items.waiting or item in self.items.skipped:
                self._beaten(item, status)

        self._post(take_in)

    def was_late(self, decided: PendingDecision, status: str) -> None:
        """Somebody else resolved the item before the decision could be sent."""

        def take_in() -> None:
            self._open.remove(decided)
            self._beaten(decided.item, status)

        self._post(take_in)

    def _beaten(self, item: Item, status: str) -> None:
        item.gone = safe_text(status)
        self.items.resolved(item)
        self._say(f"{item.gone} by somebody else meanwhile: {item.detail.name}", "yellow")

    def said(self, text: str, color: str) -> None:
        """What the program had to say while the screen was taken; warnings are said again afterwards."""

        def take_in() -> None:
            self._say(safe_text(text), color)
            if color == theme.WARNING:
                self.notices.append(text)

        self._post(take_in)

    def has_failed(self, decided: PendingDecision, error: EclipsError) -> None:
        """The decision was not accepted: its item comes next."""

        def take_in() -> None:
            self._open.remove(decided)
            item, verb = decided.item, decided.decision.verb
            item.error = safe_text(f"the last decision ({verb}) was not accepted: {error.message}")
            item.draft = decided.decision.note or ""
            self.items.failed[item.id] = decided
            self.items.next(item)
            self._say(f"{verb} failed, it comes next: {item.detail.name}", "bold red")

        self._post(take_in)

    def _say(self, text: str, color: str) -> None:
        self.state.message = (text, color)
        self._said_at = self._monotonic()
