"""The signals that end a listener: the first takes its turn behind what came before it, the next acts at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

from eclips_cli.errors import Terminated

STUCK = 3.0
"""seconds after which a signal acts that nobody took note of: somebody writes to a pipe that is not read"""


class OutOfTime(BaseException):
    """The time to end in order is up."""


class StopSignals:
    """While entered, Ctrl-C, SIGTERM and SIGHUP are told to `take`; `came` is the first of them.

    A second one raises KeyboardInterrupt or Terminated. After STUCK seconds, or those of `bound`, OutOfTime
    is raised. SIGHUP that is ignored (nohup) stays so.
    """

    def __init__(self, take: Callable[[signal.Signals], None]) -> None:
        self._take = take
        self._before: dict[int, object] = {}
        self.came: signal.Signals | None = None

    def __enter__(self) -> StopSignals:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._note)
            self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._out_of_time)
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._before:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def bound(self, seconds: float) -> None:
        """Raise OutOfTime after so many seconds from now; 0 for never."""
        if self._before:
            signal.setitimer(signal.ITIMER_REAL, seconds)

    def raise_it(self) -> None:
        """What the signal that came stands for, as it would have been without all this."""
        if self.came is not None:
            raise KeyboardInterrupt if self.came == signal.SIGINT else Terminated

    def _note(self, number: int, _frame: object) -> None:
        if self.came is not None:
            self.raise_it()
        self.came = signal.Signals(number)
        self.bound(STUCK)
        self._take(self.came)

    def _out_of_time(self, _number: int, _frame: object) -> None:
        raise OutOfTime
