"""Pauses before a request is sent again: on a terminal one line that counts them down, elsewhere one line in all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from eclips_cli.system.signals import undivided

if TYPE_CHECKING:
    from eclips_cli.output.live import Live


class Countdown:
    """The pauses of all threads, told as one: in the line that changes already, in one of their own, or `say` says it.

    `present` is the line that there is, `opened` makes one where there can be one.
    """

    def __init__(
        self,
        present: Callable[[], Live | None],
        opened: Callable[[], Live | None],
        say: Callable[[str], None],
    ) -> None:
        self._present, self._opened, self._say = present, opened, say
        self._lock = threading.Lock()
        self._until: dict[int, float] = {}
        """when the pause of each thread is over, in monotonic seconds"""
        self._reason = ""
        self._line: Live | None = None
        self._own: Live | None = None
        self._told = False

    def begins(self, seconds: float, reason: str) -> None:
        """This thread pauses for so many seconds."""
        with undivided, self._lock:
            self._until[threading.get_ident()] = time.monotonic() + seconds
            self._reason = reason
            if self._line is not None:
                return
            self._line = self._present()
            if self._line is None:
                self._line = self._own = self._opened()
            if self._line is not None:
                self._line.interject(self._words)
            elif not self._told:
                self._told = True
                self._say(f"{reason}; trying again {_when(seconds)}")

    def ends(self) -> None:
        """This thread goes on; with the last of them the line is gone."""
        if not self._until:
            return
        with undivided, self._lock:
            self._until.pop(threading.get_ident(), None)
            if not self._until:
                self._clear()

    def answered(self) -> None:
        """A good answer came: what comes from now on is told anew."""
        self._told = False

    def over(self) -> None:
        """Nobody waits any more, whatever happened."""
        with undivided, self._lock:
            self._until.clear()
            self._clear()

    def _clear(self) -> None:
        line, own, self._line, self._own = self._line, self._own, None, None
        if own is not None:
            own.__exit__(None, None, None)
        elif line is not None:
            line.interject(None)

    def _words(self) -> str:
        left = max(until - time.monotonic() for until in (0.0, *self._until.copy().values()))
        return f"{self._reason}; trying again {_when(left)}"


def _when(seconds: float) -> str:
    return f"in {seconds:.0f} s" if seconds >= 0.5 else "at once"
