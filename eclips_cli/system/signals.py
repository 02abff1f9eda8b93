"""SIGTERM as an exception, so that whatever is open is closed as after Ctrl-C."""

from __future__ import annotations

import signal
import threading

from eclips_cli.errors import Terminated


class sigterm_raises:
    """While entered, SIGTERM raises Terminated in the main thread instead of killing at once."""

    def __enter__(self) -> None:
        self._in_main = threading.current_thread() is threading.main_thread()
        if self._in_main:
            self._previous = signal.signal(signal.SIGTERM, _terminate)

    def __exit__(self, *_exception: object) -> None:
        if self._in_main:
            signal.signal(signal.SIGTERM, self._previous)


def _terminate(_number: int, _frame: object) -> None:
    raise Terminated
