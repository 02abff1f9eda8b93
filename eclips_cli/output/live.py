"""Views on stderr that change while something goes on, and stay calm: one status line, or plain lines in a pipe."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TextIO

from eclips_cli.output import theme
from eclips_cli.output.cells import duration, safe_text
from eclips_cli.output.job_control import JobControl, descriptor
from eclips_cli.output.spans import Line, clipped, line_width, painted
from eclips_cli.system.signals import undivided

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
        self._text: str | Callable[[int], str] = ""
        self._status = ""
        self._interjected: Callable[[], str] | None = None
        self._hides = True
        self._begun = time.monotonic()
        self._jobs = JobControl(descriptor(stream), self._take, self._give_back)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Live:
        if self._terminal and not self._quiet:
            # elsewhere nobody could show it again when the program is stopped
            self._hides = threading.current_thread() is threading.main_thread()
            try:
                with undivided:
                    self._jobs.__enter__()
                    self._thread = threading.Thread(target=self._spin, name="eclips-live", daemon=True)
                    self._thread.start()
            except BaseException:  # Ctrl-C in here: whoever enters does not leave
                self.close()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """The line is gone and the cursor is back, also when this is interrupted; once more it does nothing."""
        with undivided:
            self._stopped.set()
            thread, self._thread = self._thread, None
            try:
                if thread is not None and thread.ident is not None:
                    thread.join()
            finally:
                self._jobs.__exit__(None, None, None)

    def _take(self) -> None:
        self._stream.write(HIDE if self._hides else "")

    def _give_back(self) -> None:
        self._stream.write(ERASE + (SHOW if self._hides else ""))
        self._stream.flush()

    @property
    def moving(self) -> bool:
        """Whether there is a line that changes in place, and not a line a change."""
        return self._thread is not None

    def status(self, status: str, text: str | Callable[[int], str] = "") -> None:
        """What goes on now: a status of the theme and a few words, with the time it has taken.

        Or what makes the words for a room in cells, and speaks of time itself.
        """
        with self._jobs.drawing():
            changed = (status, text) != (self._status, self._text)
            self._status, self._text = status, text
            if self._thread is None and changed and not self._quiet:
                words = text if isinstance(text, str) else text(80)
                self._stream.write(safe_text(f"{status} {words}".strip()) + "\n")
                self._stream.flush()

    def interject(self, words: Callable[[], str] | None) -> None:
        """Let the line say these words, made anew each time it is drawn, until this is called with None."""
        self._interjected = words

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While entered, the line is gone, so that something else can be written to the terminal."""
        with self._jobs.drawing() as held:
            if self._thread is not None and held:
                self._stream.write(ERASE)
                self._stream.flush()
            yield

    def above(self, text: str) -> None:
        """Write what is formatted already, above the changing line where there is one."""
        with self._jobs.drawing() as held:
            self._stream.write((ERASE if self._thread is not None and held else "") + text)
            self._stream.flush()

    def _spin(self) -> None:
        frame = 0
        while not self._stopped.is_set():
            with self._jobs.drawing() as held:
                if held:
                    self._draw(theme.FRAMES[frame % len(theme.FRAMES)])
            frame += 1
            self._stopped.wait(EVERY)

    def _draw(self, frame: str) -> None:
        # the last cell stays free: some terminals wrap as soon as it is written to
        width = max(self._width() - 1, 0)
        line = clipped(self._line(frame, width), width)
        # the rest of the line is cleared behind the text, so that nothing flickers
        self._stream.write(f"\r{painted(line, color=self._color)}\x1b[K")
        self._stream.flush()

    def _line(self, frame: str, width: int) -> Line:
        if (interjected := self._interjected) is not None:
            return [(frame, theme.WARNING), (f" {safe_text(interjected())}", "")]
        head = (f"{frame} {safe_text(self._status)}", theme.mark(self._status).color)
        room = max(width - line_width([head]) - 1, 0)
        if not isinstance(self._text, str):
            return [head, (f" {safe_text(self._text(room))}", "")]
        elapsed = duration(time.monotonic() - self._begun)
        words = clipped([(safe_text(self._text), "")], max(room - len(elapsed) - 1, 0))
        return [head, (" ", ""), *words, (" ", ""), (elapsed, theme.DIM)]
