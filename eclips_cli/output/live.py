"""Views on stderr that change while something goes on, and stay calm: one status line, or plain lines in a pipe."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from eclips_cli.output import theme
from eclips_cli.output.cells import duration, safe_text

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
EVERY = 0.1
HIDE, SHOW, ERASE = "\x1b[?25l", "\x1b[?25h", "\r\x1b[2K"


class Live:
    """A line at the bottom that says what goes on, with the seconds it has taken; off a terminal, a line a change.

    A context manager: however it is left, the line is gone and the cursor is back.
    """

    def __init__(
        self, stream: TextIO, *, terminal: bool, color: bool, quiet: bool, width: Callable[[], int]
    ) -> None:
        self._stream, self._terminal, self._color, self._quiet, self._width = (
            stream,
            terminal,
            color,
            quiet,
            width,
        )
        self._text, self._status = "", ""
        self._begun = time.monotonic()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Live:
        if self._terminal and not self._quiet:
            self._stream.write(HIDE)
            self._thread = threading.Thread(target=self._spin, name="eclips-live", daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._stream.write(ERASE + SHOW)
            self._stream.flush()

    def status(self, status: str, text: str = "") -> None:
        """What goes on now: a status of the theme, and a few words."""
        with self._lock:
            changed = (status, text) != (self._status, self._text)
            self._status, self._text = status, text
            if self._thread is None and changed and not self._quiet:
                self._stream.write(safe_text(f"{status} {text}".strip()) + "\n")
                self._stream.flush()

    def lasting(self, text: str) -> None:
        """A line that stays above the changing one."""
        with self._lock:
            if not self._quiet:
                self._stream.write((ERASE if self._thread else "") + safe_text(text) + "\n")
                self._stream.flush()

    def _spin(self) -> None:
        frame = 0
        while not self._stopped.is_set():
            with self._lock:
                self._draw(FRAMES[frame % len(FRAMES)])
            frame += 1
            self._stopped.wait(EVERY)

    def _draw(self, frame: str) -> None:
        elapsed = duration(time.monotonic() - self._begun)
        look = theme.mark(self._status)
        room = max(self._width() - len(self._status) - len(elapsed) - 6, 0)
        words = safe_text(self._text)[:room]
        status = theme.painted(f"{frame} {safe_text(self._status)}", look.color, on=self._color)
        self._stream.write(f"{ERASE}{status} {words} {theme.painted(elapsed, theme.DIM, on=self._color)}")
        self._stream.flush()
