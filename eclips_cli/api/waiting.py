"""Time as the client sees it: passed in, so that a test can live through an hour in a moment."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What the client asks of time."""

    def now(self) -> float:
        """Seconds since 1970 by the wall clock."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; deadlines are given in these."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        ...


class SystemClock:
    """This machine's own clock."""

    def now(self) -> float:
        """Seconds since 1970 by the wall clock."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`."""
        time.sleep(seconds)
