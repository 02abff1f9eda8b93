"""Signals as exceptions, so that whatever is open is closed; and what must not be cut in two by one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

from eclips_cli.errors import Terminated

_MASKS = (ImportError, SystemError)
"""what an exception becomes that comes up while an extension module is loaded, which asks nobody for the reason"""


class Undivided:
    """While entered by the main thread, what a signal asks for waits until it is left. A context manager.

    A signal comes between any two instructions, also where a lock is taken and nobody knows yet that it has to be
    given back: whoever shares a lock with another thread and then waits for that thread would wait for ever.
    May be entered several times; by another thread in vain, where no signal arrives.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._waiting: list[Callable[[], None]] = []

    def __enter__(self) -> None:
        self._depth += _is_main()

    def __exit__(self, *_: object) -> None:
        if _is_main():
            self._depth -= 1
            while self._waiting and not self._depth:
                self._waiting.pop(0)()

    def puts_off(self, act: Callable[[], None]) -> bool:
        """Whether something is under way, after which this is done; if not, it is for the caller to do. For handlers."""
        if self._depth:
            self._waiting.append(act)
        return bool(self._depth)


undivided = Undivided()
"""the one of this process, whose signals are those of all"""


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


class RaisedSignals:
    """While entered, SIGTERM raises Terminated in the main thread instead of killing at once. A context manager.

    What a signal raised leaves it as that, also where it has become another error on its way. One that comes while
    something `undivided` is done is raised after it; the next one at once, for whoever does not want to wait.
    """

    def __init__(self) -> None:
        self._came: BaseException | None = None
        """what the last signal raised"""
        self._is_put_off = False
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> RaisedSignals:
        if _is_main():
            self._previous[signal.SIGTERM] = signal.signal(signal.SIGTERM, self._arrived)
            # whoever started us in the background has it ignored, and it stays so
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                self._previous[signal.SIGINT] = signal.signal(signal.SIGINT, self._arrived)
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        if isinstance(error, _MASKS) and self._came is not None:
            raise self._came from error

    def _arrived(self, number: int, _frame: object) -> None:
        self._came = Terminated() if number == signal.SIGTERM else KeyboardInterrupt()
        self._is_put_off = not self._is_put_off and undivided.puts_off(self._raise)
        if not self._is_put_off:
            raise self._came

    def _raise(self) -> None:
        self._is_put_off = False
        if self._came is not None:
            raise self._came
