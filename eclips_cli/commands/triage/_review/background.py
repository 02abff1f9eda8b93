"""What a review does while a person reads: runs read ahead, the queue looked at again, decisions checked and sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from eclips_cli.api.http.hooks import NotSent
from eclips_cli.commands.triage._known import resolution, resolved
from eclips_cli.commands.triage._review.items import Item, PendingDecision
from eclips_cli.errors import (
    AlreadyResolved,
    EclipsError,
    ServerError,
    UnknownOutcome,
)
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.commands.triage._review.events import ReviewEvents


def send(client: EclipsClient, decided: PendingDecision, events: ReviewEvents) -> None:
    """Check that the item is still pending, send the decision, and tell `events` what came of it. Never raises."""
    item, decision = decided.item, decided.decision
    try:
        status = resolution(client, item.id, item.run_id)
        if status and item.unsure is not None and status == item.unsure.done:
            decided.decision, decided.answer = item.unsure, {"id": item.id, "status": status}
            events.was_sent(decided)
        elif status:
            events.was_late(decided, status)
        else:
            decided.answer = decision.send(client, item.id)
            events.was_sent(decided)
    except NotSent as shown:
        decided.answer = {"id": item.id, "status": "not-sent"}
        events.was_shown(shown.text)
        events.was_sent(decided)
    except AlreadyResolved:
        events.was_late(decided, "resolved")
    except EclipsError as error:
        # a server that failed, or whose answer was lost, may have done it
        item.unsure = decision if isinstance(error, (UnknownOutcome, ServerError)) else item.unsure
        events.has_failed(decided, error)
    except Exception as fault:
        # a decision must not vanish with the thread that sends it
        events.has_failed(decided, EclipsError(f"a fault of eclips itself ({type(fault).__name__}: {fault})"))


class BackgroundReader:
    """The thread that reads runs ahead of the person, and the queue every few seconds: what `look` gives."""

    def __init__(
        self,
        client: EclipsClient,
        look: Callable[[], list[JsonObject]],
        events: ReviewEvents,
        *,
        every: float,
    ) -> None:
        self._client, self._look_again, self._events, self._every = client, look, events, every
        self._changed = threading.Condition()
        self._asked: list[Item] = []
        self._doubted: list[Item] = []
        self._begun: list[Item] = []
        self._stopped = False

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._work, name="eclips-reader", daemon=True).start()

    def stop(self) -> None:
        """End after what is being read."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def want(self, items: list[Item]) -> None:
        """Read the runs of these, the first one first; what was wanted before no longer is."""
        with self._changed:
            self._asked = [item for item in items if item not in self._begun]
            self._changed.notify_all()

    def doubt(self, items: list[Item]) -> None:
        """Read the runs of these (again), because the queue no longer holds them."""
        with self._changed:
            self._doubted += [item for item in items if item not in self._doubted]
            self._changed.notify_all()

    def _work(self) -> None:
        clock = self._client.clock
        due = clock.monotonic() + self._every
        while (item := self._next(due)) is not None or not self._stopped:
            if item is not None:
                self._read(item)
            else:
                self._look()
                due = clock.monotonic() + self._every

    def _next(self, due: float) -> Item | None:
        """The next run to read; None when the queue is due, or this was stopped."""
        with self._changed:
            while not self._asked and not self._doubted and not self._stopped:
                left = due - self._client.clock.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(left)
            if self._stopped:
                return None
            item = (self._asked or self._doubted).pop(0)
            self._begun.append(item)
            return item

    def _read(self, item: Item) -> None:
        if item.run_id is None:
            self._events.was_unread(item, "the item names no run")
            return
        try:
            detail = self._client.runs.get(item.run_id).json
        except EclipsError as error:
            self._events.was_unread(item, error.message)
            with self._changed:
                self._begun.remove(item)
            return
        linked = detail.get("triage_item")
        merged = {**item.listed, **(linked if isinstance(linked, dict) else {})}
        self._events.was_read(item, {**detail, "triage_item": merged})
        if status := resolved(detail):
            self._events.was_gone(item, status)

    def _look(self) -> None:
        try:
            self._events.was_listed(self._look_again(), "")
        except EclipsError as error:
            self._events.was_listed([], error.message)
