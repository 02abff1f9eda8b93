"""SIGTERM as an exception, so that whatever is open is closed as after Ctrl-C; and what came is remembered."""

from __future__ import annotations

import signal
import threading
from typing import Any

from eclips_cli.errors import Terminated

_MASKS = (ImportError, SystemError)
"""what an exception becomes that comes up while an extension module is loaded, which asks nobody for the reason"""


class RaisedSignals:
    """While entered, SIGTERM raises Terminated in the main thread instead of killing at once. A context manager.

    What a signal raised leaves it as that, also where it has become another error on its way.
    """

    def __init__(self) -> None:
        self._came: BaseException | None = None
        """what the last signal raised"""
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> RaisedSignals:
        if threading.current_thread() is threading.main_thread():
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
        raise self._came
