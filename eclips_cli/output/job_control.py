"""Job control: Ctrl-Z gives a view's terminal back, `fg` takes it again, and nothing is drawn from the background."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from eclips_cli.system.signals import undivided

_STOPPING = (signal.SIGTSTP, signal.SIGCONT)


def in_foreground(terminal: int | None) -> bool:
    """Whether this process may draw on `terminal` (a file descriptor); on one that is not its session's it may."""
    if terminal is None:
        return True
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return True


def descriptor(stream: Any) -> int | None:
    """A stream's file descriptor; None for one that has none."""
    try:
        return int(stream.fileno())
    except (AttributeError, OSError, ValueError):
        return None


class JobControl:
    """What a view does with its terminal, as a shell that controls jobs expects it. A context manager.

    `take` begins to use the terminal, `give_back` leaves it as it was; between the two it is `held`. Both happen as
    often as somebody stops the program and goes on with it, and never in the middle of what is done in `drawing`.
    A view that `insists` takes the terminal from the background, too: the kernel stops it until it is in front.
    """

    def __init__(
        self,
        terminal: int | None,
        take: Callable[[], None],
        give_back: Callable[[], None],
        *,
        insists: bool = False,
    ) -> None:
        self._terminal, self._take, self._give_back, self._insists = terminal, take, give_back, insists
        self.held = False
        self._entered = False
        self._lock = threading.RLock()
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> JobControl:
        try:
            with undivided:
                self._entered = True
                if threading.current_thread() is threading.main_thread():
                    for number in _STOPPING:
                        # whoever started us without job control has it ignored, and it stays so
                        if signal.getsignal(number) is not signal.SIG_IGN:
                            self._handlers[number] = signal.signal(number, self._arrived)
                self._begin()
        except BaseException:  # Ctrl-C in here: whoever enters does not leave
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @contextmanager
    def drawing(self) -> Iterator[bool]:
        """While entered nobody else draws, and the program is not stopped; whether there is a terminal to draw on."""
        with undivided, self._lock:
            yield self._begin()

    def stop(self, *, all_of_job: bool) -> None:
        """Give the terminal back and stop until somebody goes on with it; with `all_of_job` all that was started together.

        That is for a Ctrl-Z that came as a key, which the terminal itself tells nobody.
        """
        with self._lock:
            self._end_holding()
            before = {number: signal.signal(number, signal.SIG_DFL) for number in self._handlers}
            # where nobody controls jobs the kernel stops nothing
            if all_of_job:
                os.killpg(os.getpgrp(), signal.SIGTSTP)
            else:
                os.kill(os.getpid(), signal.SIGTSTP)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._begin()

    def _arrived(self, number: int, _frame: object) -> None:
        act = self._stopped if number == signal.SIGTSTP else self._continued
        if not undivided.puts_off(act):
            act()

    def _stopped(self) -> None:
        self.stop(all_of_job=False)

    def _continued(self) -> None:
        """After a stop that could not be seen (SIGSTOP): what there was on the terminal is not known any more."""
        with self._lock:
            self.held = False
            self._begin()

    def _begin(self) -> bool:
        """Take the terminal if it is ours to take; whether it is held."""
        if not self._entered:
            return False
        if not (self._insists or in_foreground(self._terminal)):
            self.held = False
        elif not self.held:
            self.held = True
            self._take()
        return self.held

    def _end_holding(self) -> None:
        held, self.held = self.held, False
        if held and (self._insists or in_foreground(self._terminal)):
            self._give_back()

    def _end(self) -> None:
        with undivided:
            self._entered = False
            try:
                self._end_holding()
            finally:
                for number, handler in self._handlers.items():
                    signal.signal(number, handler)
                self._handlers.clear()
