"""SIGTERM as an exception, so that whatever is open is closed as after Ctrl-C; and what came is remembered."""

from __future__ import annotations

import signal
import threading
from typing import Any

from eclips_cli.errors import Terminated

MASKS = (ImportError, SystemError)
"""what an exception becomes that comes up while an extension module is loaded, which asks nobody for the reason"""


class RaisedSignals:
    """While entered, SIGTERM raises Terminated in the main thread instead of killing at once. A context manager."""

    def __init__(self) -> None:
        self.came: BaseException | None = None
        """what the last signal raised"""
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> RaisedSignals:
        if threading.current_thread() is threading.main_thread():
            self._previous[signal.SIGTERM] = signal.signal(signal.SIGTERM, self._arrived)
            # whoever started us in the background has it ignored, and it stays so
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                self._previous[signal.SIGINT] = signal.signal(signal.SIGINT, self._arrived)
        return self

    def __exit__(self, *_exception: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _arrived(self, number: int, _frame: object) -> None:
        self.came = Terminated() if number == signal.SIGTERM else KeyboardInterrupt()
        raise self.came
