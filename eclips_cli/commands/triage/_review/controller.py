"""A review: keys in, decisions out. It knows no terminal; what it shows is a state."""

from __future__ import annotations

from collections.abc import Callable

from eclips_cli.commands.triage._decide import Decision, check_note
from eclips_cli.commands.triage._review.delayed_sender import DelayedSender
from eclips_cli.commands.triage._review.events import AHEAD, MESSAGE, ReadsAhead, ReviewEvents
from eclips_cli.commands.triage._review.items import Item, PendingDecision, ReviewItems
from eclips_cli.commands.triage._review.screen import ReviewState
from eclips_cli.errors import UsageError
from eclips_cli.output import theme
from eclips_cli.output.keys import Key, LineEditor

HELD = 0.12
"""seconds within which the same key again is the same key held down"""
UNSEEN = 0.5
"""seconds for which decisions are not taken on an item that came up by itself"""
LEAVING = {
    "q": "done",
    "interrupt": "interrupt",
    "terminate": "terminate",
    "hangup": "hangup",
    "closed": "closed",
}


class Review(ReviewEvents):
    """One review: what its keys do. Its methods are called by one thread, those of `ReviewEvents` by others."""

    def __init__(
        self, items: ReviewItems, *, grace: float, monotonic: Callable[[], float], now: Callable[[], float]
    ) -> None:
        super().__init__(items, monotonic)
        self.left = ""
        """why the review is over; empty while it goes on"""
        self._grace, self._now = grace, now
        self._sender: DelayedSender
        self._history: list[PendingDecision | Item] = []
        self._last_key = ("", 0.0)
        self._came_up = (items.current, -UNSEEN)
        self._furthest, self._page = 0, 10

    def work_with(self, sender: DelayedSender, reader: ReadsAhead) -> None:
        """Take the threads that work for it."""
        self._sender, self._reader = sender, reader
        self._moved()

    def laid_out(self, furthest: int, page: int) -> None:
        """What the last drawing said: how far the item can be scrolled, and by how much with one page."""
        self._furthest, self._page = furthest, page
        self.state.scroll = min(self.state.scroll, furthest)

    def refresh(self) -> ReviewState:
        """Take in the events and the time; what is to be shown."""
        self.take_in()
        items, state = self.items, self.state
        if items.current is not self._came_up[0]:
            self._came_up = (items.current, self._monotonic())
            self._moved()
        if self._monotonic() - self._said_at > MESSAGE:
            state.message = ("", "")
        undoable = [decided for decided in self._sender.pending if decided in self._history]
        state.graced = undoable[-1] if undoable else None
        state.seconds = max(round(state.graced.due - self._monotonic() + 0.5), 0) if state.graced else 0
        decided = [*items.sent, *self._open]
        state.approved = sum(one.decision.verb == "approve" for one in decided)
        state.rejected = len(decided) - state.approved
        state.item, state.left, state.total = items.current, len(items.waiting), items.total
        state.skipped, state.gone, state.failed = len(items.skipped), len(items.gone), len(items.failed)
        state.busy, state.now = self._sender.busy, self._now()
        return state

    def press(self, key: Key) -> None:
        """Do what a key means."""
        held = key.name == self._last_key[0] and self._monotonic() - self._last_key[1] < HELD
        self._last_key = (key.name, self._monotonic())
        if key.name in LEAVING and (key.name != "q" or self.state.mode == "read"):
            self.left = LEAVING[key.name]
        elif self.state.mode == "reason":
            self._type(key)
        elif self.state.mode == "help":
            self.state.mode = "read" if key.name != "resize" else "help"
        elif key.name in ("a", "r", "s"):
            if not held:
                self._decide(key.name)
        elif key.name == "u":
            self._undo()
        elif key.name == "?":
            self.state.mode = "help"
            self.state.scroll = 0
        elif key.name == "paste":
            self._say("several keys at once decide nothing: press one", theme.DIM)
        elif key.name == "enter" and self.items.current is None:
            self.items.again()
            self._stepped()
        else:
            self._scroll(key.name)

    def _decide(self, name: str) -> None:
        item, (_came, since) = self.items.current, self._came_up
        if item is None or self._monotonic() - since < UNSEEN:
            return
        self.state.message = ("", "")
        if item.gone:
            self.items.resolved(item)
            self._stepped()
        elif name == "s":
            self._history.append(self.items.skip())
            self._stepped()
        elif name == "r":
            self.state.mode, self.state.editor = "reason", LineEditor(item.draft)
        else:
            self._put(Decision("approve"))

    def _put(self, decision: Decision) -> None:
        item = self.items.take()
        item.error = ""
        self.items.failed.pop(item.id, None)
        decided = PendingDecision(item, decision, self._monotonic() + self._grace)
        self._history.append(decided)
        self._open.append(decided)
        self._sender.put(decided)
        self._stepped()

    def _type(self, key: Key) -> None:
        if key.name == "escape":
            self.state.mode = "read"
        elif key.name == "enter":
            self._reject(self.state.editor.text.strip())
        else:
            self.state.editor.press(key)

    def _reject(self, reason: str) -> None:
        self.state.mode = "read"
        try:
            if reason:
                check_note(reason, "the reason")
        except UsageError as error:
            self._say(error.message, "bold red")
            return
        item = self.items.current
        if item is not None and not item.gone:
            self._put(Decision("reject", reason or None))

    def _undo(self) -> None:
        if not self._history:
            self._say("nothing to undo", theme.DIM)
            return
        last = self._history.pop()
        if isinstance(last, PendingDecision):
            if not self._sender.take_back(last):
                self._say("too late to undo: it was sent", "yellow")
                return
            self._open.remove(last)
            last.item.draft = last.decision.note or ""
            last = last.item
        elif last not in self.items.skipped:
            return
        self.items.front(last)
        self._say("undone", theme.DIM)
        self._stepped()

    def _stepped(self) -> None:
        """Another item is on the screen because a key was pressed."""
        self._came_up = (self.items.current, self._monotonic() - UNSEEN)
        self._moved()

    def _moved(self) -> None:
        self.state.scroll = 0
        if self.state.mode == "reason":
            self.state.mode = "read"
        self._reader.want(self.items.next_up(AHEAD))

    def _scroll(self, name: str) -> None:
        steps = {
            "j": 1, "down": 1, "k": -1, "up": -1, "space": self._page, "pagedown": self._page, "ctrl-f": self._page,
            "b": -self._page, "pageup": -self._page, "ctrl-b": -self._page, "g": -self._furthest, "home": -self._furthest,
            "G": self._furthest, "end": self._furthest,
        }  # fmt: skip
        self.state.scroll = min(max(self.state.scroll + steps.get(name, 0), 0), self._furthest)
