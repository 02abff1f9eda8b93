"""Sends decisions in the background, one after another, each after its few seconds of grace."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

from eclips_cli.commands.triage._review.items import PendingDecision
from eclips_cli.errors import Terminated


class DelayedSender:
    """A queue of decisions and the thread that sends them.

    `send` gets one decision at a time and tells its outcome itself; it must not raise.
    """

    def __init__(
        self, send: Callable[[PendingDecision], None], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._send, self._monotonic = send, monotonic
        self._changed = threading.Condition()
        self._pending: list[PendingDecision] = []
        self._sending: PendingDecision | None = None
        self._hurry = False
        self._thread: threading.Thread | None = None

    def put(self, decided: PendingDecision) -> None:
        """Send this when it is due."""
        with self._changed:
            self._pending.append(decided)
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="eclips-sender", daemon=True)
                self._thread.start()

    def take_back(self, decided: PendingDecision) -> bool:
        """Undo it, unless sending it has begun."""
        with self._changed:
            if decided not in self._pending:
                return False
            self._pending.remove(decided)
            return True

    @property
    def pending(self) -> list[PendingDecision]:
        """What can still be undone, in order."""
        with self._changed:
            return list(self._pending)

    @property
    def busy(self) -> int:
        """How many decisions are not over: being sent, or waiting for it."""
        with self._changed:
            return len(self._pending) + (self._sending is not None)

    def finish(self, seconds: float) -> list[PendingDecision]:
        """Send everything now; what was not over after `seconds`, or when Ctrl-C came, and is given up."""
        until = self._monotonic() + seconds
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            with contextlib.suppress(KeyboardInterrupt, Terminated):
                while self._pending or self._sending is not None:
                    left = until - self._monotonic()
                    if left <= 0:
                        break
                    self._changed.wait(left)
            unsent, self._pending = self._pending, []
        return unsent if self._sending is None else [self._sending, *unsent]

    def _work(self) -> None:
        while True:
            decided = self._next()
            try:
                self._send(decided)
            finally:
                with self._changed:
                    self._sending = None
                    self._changed.notify_all()

    def _next(self) -> PendingDecision:
        with self._changed:
            while True:
                if self._pending:
                    early = 0.0 if self._hurry else self._pending[0].due - self._monotonic()
                    if early <= 0:
                        self._sending = self._pending.pop(0)
                        return self._sending
                    self._changed.wait(early)
                else:
                    self._changed.wait()
