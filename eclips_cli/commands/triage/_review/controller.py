"""A review: keys in, decisions out. It knows no terminal; what it shows is a scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from eclips_cli.commands.triage._decide import Decision, check_note
from eclips_cli.commands.triage._review.delayed_sender import Sender
from eclips_cli.commands.triage._review.events import AHEAD, MESSAGE, News
from eclips_cli.commands.triage._review.items import Decided, Item, Pile
from eclips_cli.commands.triage._review.screen import Scene
from eclips_cli.errors import UsageError
from eclips_cli.output import theme
from eclips_cli.output.editor import LineEditor
from eclips_cli.output.keys import Key

if TYPE_CHECKING:
    from eclips_cli.commands.triage._review.background import Reader

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


class Review(News):
    """One review: what its keys do. Its methods are called by one thread, those of `News` by others."""

    def __init__(
        self, pile: Pile, *, grace: float, monotonic: Callable[[], float], now: Callable[[], float]
    ) -> None:
        super().__init__(pile, monotonic)
        self.left = ""
        """why the review is over; empty while it goes on"""
        self._grace, self._now = grace, now
        self._sender: Sender
        self._history: list[Decided | Item] = []
        self._last_key = ("", 0.0)
        self._came_up = (pile.current, -UNSEEN)
        self._furthest, self._page = 0, 10

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
        self.take_in_news()
        pile, scene = self.pile, self.scene
        if pile.current is not self._came_up[0]:
            self._came_up = (pile.current, self._monotonic())
            self._moved()
        if self._monotonic() - self._said_at > MESSAGE:
            scene.message = ("", "")
        undoable = [decided for decided in self._sender.pending if decided in self._history]
        scene.graced = undoable[-1] if undoable else None
        scene.seconds = max(round(scene.graced.due - self._monotonic() + 0.5), 0) if scene.graced else 0
        decided = [*pile.sent, *self._open]
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
            self.scene.mode, self.scene.editor = "reason", LineEditor(item.draft)
        else:
            self._put(Decision("approve"))

    def _put(self, decision: Decision) -> None:
        item = self.pile.take()
        item.error = ""
        self.pile.failed.pop(item.id, None)
        decided = Decided(item, decision, self._monotonic() + self._grace)
        self._history.append(decided)
        self._open.append(decided)
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
            self._open.remove(last)
            last.item.draft = last.decision.note or ""
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
