"""What a wait says of an outage: once that it began, however many followers meet it, and once that it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Told:
    """What was said of one wait, by all of its followers together; may be used by several threads."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._lock = threading.Lock()
        self._once: set[str] = set()
        self._troubled: set[int] = set()
        self.outage = False
        """whether an outage was said to have begun, and not yet to have ended"""

    def once(self, message: str) -> None:
        """Say something, unless it was said; of endless variations the first hundred."""
        with self._lock:
            if message in self._once or len(self._once) >= 100:
                return
            self._once.add(message)
        self._say(message)

    def trouble(self, who: int, message: str) -> None:
        """`who` has trouble: said if it is the first."""
        with self._lock:
            self._troubled.add(who)
            told, self.outage = self.outage, True
        if not told:
            self._say(message)

    def good(self, who: int) -> None:
        """`who` has an answer: the end of an outage is said when nobody has trouble any more."""
        if not self._troubled:
            return
        with self._lock:
            self._troubled.discard(who)
            over = self.outage and not self._troubled
            self.outage = self.outage and not over
        if over:
            self._say("the API answers again")
