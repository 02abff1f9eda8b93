"""A review: keys and news in, decisions out. It knows no terminal; what it shows is a scene."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from eclips_cli.errors import EclipsError, UsageError
from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.editor import LineEditor
from eclips_cli.output.keys import Key
from eclips_cli.triage.deciding import Decision, check_note
from eclips_cli.triage.review.page import Scene
from eclips_cli.triage.review.pile import Decided, Item, Pile
from eclips_cli.triage.review.sender import Sender

if TYPE_CHECKING:
    from eclips_cli.triage.review.backstage import Reader

JsonObject = dict[str, Any]
GRACE = 4.0
"""seconds in which a decision can be undone"""
MESSAGE = 5.0
"""seconds for which a message stays"""
HELD = 0.12
"""seconds within which the same key again is the same key held down"""
UNSEEN = 0.5
"""seconds for which decisions are not taken on an item that came up by itself"""
AHEAD = 3
"""items whose runs are read before they are on the screen"""
LEAVING = {
    "q": "done",
    "interrupt": "interrupt",
    "terminate": "terminate",
    "hangup": "hangup",
    "closed": "closed",
}


class Review:
    """One review. Its methods are called by one thread; the `was_…` ones by others, which `wake` it."""

    def __init__(
        self, pile: Pile, *, grace: float, monotonic: Callable[[], float], now: Callable[[], float]
    ) -> None:
        self.pile = pile
        self.left = ""
        """why the review is over; empty while it goes on"""
        self.shown: list[str] = []
        """what `--dry-run` did not send"""
        self.notices: list[str] = []
        self.wake: Callable[[], None] = lambda: None
        self.scene = Scene()
        self._grace, self._monotonic, self._now = grace, monotonic, now
        self._sender: Sender
        self._reader: Reader
        self._news: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._history: list[Decided | Item] = []
        self._last_key = ("", 0.0)
        self._came_up = (pile.current, -UNSEEN)
        self._furthest, self._page = 0, 10
        self._said_at = 0.0

    def work_with(self, sender: Sender, reader: Reader) -> None:
        """Take the threads that work for it."""
        self._sender, self._reader = sender, reader
        self._moved()

    def laid_out(self, furthest: int, page: int) -> None:
        """What the last drawing said: how far the item can be scrolled, and by how much with one page."""
        self._furthest, self._page = furthest, page
        self.scene.scroll = min(self.scene.scroll, furthest)

    def refresh(self) -> Scene:
        """Take in the news and the time; what is to be shown."""
        while not self._news.empty():
            self._news.get()()
        pile, scene = self.pile, self.scene
        if pile.current is not self._came_up[0]:
            self._came_up = (pile.current, self._monotonic())
            self._moved()
        if self._monotonic() - self._said_at > MESSAGE:
            scene.message = ("", "")
        undoable = [decided for decided in self._sender.pending if decided in self._history]
        scene.graced = undoable[-1] if undoable else None
        scene.seconds = max(round(scene.graced.due - self._monotonic() + 0.5), 0) if scene.graced else 0
        decided = [*pile.sent, *self._sender.pending]
        scene.approved = sum(one.decision.verb == "approve" for one in decided)
        scene.rejected = len(decided) - scene.approved
        scene.item, scene.left, scene.total = pile.current, len(pile.waiting), pile.total
        scene.skipped, scene.gone, scene.failed = len(pile.skipped), len(pile.gone), len(pile.failed)
        scene.busy, scene.now = self._sender.busy, self._now()
        return scene

    def press(self, key: Key) -> None:
        """Do what a key means."""
        held = key.name == self._last_key[0] and self._monotonic() - self._last_key[1] < HELD
        self._last_key = (key.name, self._monotonic())
        if key.name in LEAVING and (key.name != "q" or self.scene.mode == "read"):
            self.left = LEAVING[key.name]
        elif self.scene.mode == "reason":
            self._type(key)
        elif self.scene.mode == "help":
            self.scene.mode = "read" if key.name != "resize" else "help"
        elif key.name in ("a", "r", "s"):
            if not held:
                self._decide(key.name)
        elif key.name == "u":
            self._undo()
        elif key.name == "?":
            self.scene.mode = "help"
            self.scene.scroll = 0
        elif key.name == "enter" and self.pile.current is None:
            self.pile.again()
            self._stepped()
        else:
            self._scroll(key.name)

    def _decide(self, name: str) -> None:
        item, (_came, since) = self.pile.current, self._came_up
        if item is None or self._monotonic() - since < UNSEEN:
            return
        self.scene.message = ("", "")
        if item.gone:
            self.pile.resolved(item)
            self._stepped()
        elif name == "s":
            self._history.append(self.pile.skip())
            self._stepped()
        elif name == "r":
            self.scene.mode, self.scene.editor = "reason", LineEditor()
        else:
            self._put(Decision("approve"))

    def _put(self, decision: Decision) -> None:
        item = self.pile.take()
        item.error = ""
        self.pile.failed.pop(item.id, None)
        decided = Decided(item, decision, self._monotonic() + self._grace)
        self._history.append(decided)
        self._sender.put(decided)
        self._stepped()

    def _type(self, key: Key) -> None:
        if key.name == "escape":
            self.scene.mode = "read"
        elif key.name == "enter":
            self._reject(self.scene.editor.text.strip())
        else:
            self.scene.editor.press(key)

    def _reject(self, reason: str) -> None:
        self.scene.mode = "read"
        try:
            if reason:
                check_note(reason, "the reason")
        except UsageError as error:
            self._say(error.message, "bold red")
            return
        item = self.pile.current
        if item is not None and not item.gone:
            self._put(Decision("reject", reason or None))

    def _undo(self) -> None:
        if not self._history:
            self._say("nothing to undo", theme.DIM)
            return
        last = self._history.pop()
        if isinstance(last, Decided):
            if not self._sender.take_back(last):
                self._say("too late to undo: it was sent", "yellow")
                return
            last = last.item
        elif last not in self.pile.skipped:
            return
        self.pile.front(last)
        self._say("undone", theme.DIM)
        self._stepped()

    def _stepped(self) -> None:
        """Another item is on the screen because a key was pressed."""
        self._came_up = (self.pile.current, self._monotonic() - UNSEEN)
        self._moved()

    def _moved(self) -> None:
        self.scene.scroll = 0
        if self.scene.mode == "reason":
            self.scene.mode = "read"
        self._reader.want(self.pile.next_up(AHEAD))

    def _scroll(self, name: str) -> None:
        steps = {
            "j": 1, "down": 1, "k": -1, "up": -1, "space": self._page, "pagedown": self._page, "ctrl-f": self._page,
            "b": -self._page, "pageup": -self._page, "ctrl-b": -self._page, "g": -self._furthest, "home": -self._furthest,
            "G": self._furthest, "end": self._furthest,
        }  # fmt: skip
        self.scene.scroll = min(max(self.scene.scroll + steps.get(name, 0), 0), self._furthest)

    def _post(self, news: Callable[[], None]) -> None:
        self._news.put(news)
        self.wake()

    def was_read(self, item: Item, detail: JsonObject) -> None:
        """Its run was read."""

        def take_in() -> None:
            item.detail, item.unread, item.layout = detail, "", (None, [])

        self._post(take_in)

    def was_unread(self, item: Item, why: str) -> None:
        """Its run could not be read."""
        self._post(lambda: setattr(item, "unread", safe_text(why)))

    def was_listed(self, listed: list[JsonObject], trouble: str) -> None:
        """The queue was looked at again, or could not be."""

        def take_in() -> None:
            self.scene.trouble = safe_text(trouble)
            if not trouble:
                self._reader.doubt(self.pile.merge(listed))
                self._reader.want(self.pile.next_up(AHEAD))

        self._post(take_in)

    def was_sent(self, decided: Decided) -> None:
        """The decision was accepted."""
        self._post(lambda: self.pile.sent.append(decided))

    def was_shown(self, text: str) -> None:
        """`--dry-run`: this would have been sent."""
        self._post(lambda: self.shown.append(text))

    def was_gone(self, item: Item, status: str) -> None:
        """Somebody else resolved an item; the one that a person is reading is not pulled away."""

        def take_in() -> None:
            if item is self.pile.current:
                item.gone = safe_text(status)
            elif item in self.pile.waiting or item in self.pile.skipped:
                self._beaten(item, status)

        self._post(take_in)

    def was_late(self, decided: Decided, status: str) -> None:
        """Somebody else resolved the item before the decision could be sent."""
        self._post(lambda: self._beaten(decided.item, status))

    def _beaten(self, item: Item, status: str) -> None:
        item.gone = safe_text(status)
        self.pile.resolved(item)
        self._say(f"{item.case.name} was {item.gone} by somebody else meanwhile", "yellow")

    def said(self, text: str, color: str) -> None:
        """What the program had to say while the screen was taken; warnings are said again afterwards."""

        def take_in() -> None:
            self._say(safe_text(text), color)
            if color == theme.WARNING:
                self.notices.append(text)

        self._post(take_in)

    def has_failed(self, decided: Decided, error: EclipsError) -> None:
        """The decision was not accepted: its item comes next."""

        def take_in() -> None:
            item, verb = decided.item, decided.decision.verb
            item.error = safe_text(f"the last decision ({verb}) was not accepted: {error.message}")
            self.pile.failed[item.id] = decided
            self.pile.next(item)
            self._say(f"{verb} of {item.case.name} failed; it comes next", "bold red")

        self._post(take_in)

    def _say(self, text: str, color: str) -> None:
        self.scene.message = (text, color)
        self._said_at = self._monotonic()
