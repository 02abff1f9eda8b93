"""The whole terminal for one view: raw keys, the alternate screen, resizing, and everything put back at the end."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import termios
import time
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Protocol

from eclips_cli.output.job_control import JobControl
from eclips_cli.output.keys import Key, KeyDecoder, taken_together

ESCAPE_PAUSE = 0.05
"""seconds after which an Esc that nothing followed is the Esc key"""
TOGETHER = 0.02
"""seconds within which what is typed belongs together: faster than a hand, as fast as a scanner"""
LARGEST_READ = 65536
"""bytes that are taken together at most"""
# a program that ended badly may have left the mouse's reports on, which look like letters
NO_MOUSE = "".join(f"\x1b[?{mode}l" for mode in (9, 1000, 1001, 1002, 1003, 1005, 1006, 1015, 1016))
# the alternate screen, pasted text in brackets, no cursor; and back in the other order
ENTER = f"{NO_MOUSE}\x1b[?1049h\x1b[?2004h\x1b[?25l\x1b[2J"
LEAVE = "\x1b[0m\x1b[?25h\x1b[?2004l\x1b[?1049l"
_SIGNALS = {
    signal.SIGINT: "interrupt",
    signal.SIGTERM: "terminate",
    signal.SIGHUP: "hangup",
    signal.SIGWINCH: "resize",
}


class Display(Protocol):
    """What a view that fills the screen needs; tests have one without a terminal."""

    def size(self) -> tuple[int, int]:
        """Columns and lines."""
        ...

    def draw(self, lines: Sequence[str], cursor: tuple[int, int] | None = None) -> None:
        """Show these lines and nothing else, the cursor at (line, column) or hidden."""
        ...

    def read(self, timeout: float) -> Key | None:
        """The next key within `timeout` seconds, or None: time is up, or somebody called `wake`."""
        ...

    def wake(self) -> None:
        """Make `read` return, from any thread."""
        ...


class FullScreen:
    """A terminal taken over. A context manager: however it is left, the terminal is as it was.

    Signals arrive as keys, so that nothing is torn apart in the middle: `interrupt` (Ctrl-C and SIGINT),
    `terminate` (SIGTERM), `hangup` (SIGHUP), `resize`; a terminal that is gone is the key `closed`. Ctrl-Z
    gives the terminal back, stops, and takes it again on `fg`.
    Must be entered in the main thread.
    """

    def __init__(self, keyboard: int, screen: int) -> None:
        self._keyboard, self._screen = keyboard, screen
        self._decoder = KeyDecoder()
        self._keys: deque[Key] = deque()
        self._shown: list[str] = []
        self._closed = False
        self._before: list[Any] | None = None
        self._handlers: dict[int, Any] = {}
        self._woken, self._waker = -1, -1
        self._jobs = JobControl(screen, self._take, self._give_back, insists=True)

    def __enter__(self) -> FullScreen:
        self._before = termios.tcgetattr(self._keyboard)
        self._woken, self._waker = os.pipe()
        for end in (self._woken, self._waker):
            os.set_blocking(end, False)
        try:
            for number in _SIGNALS:
                self._handlers[number] = signal.signal(number, self._arrived)
            self._jobs.__enter__()
        except BaseException:
            self._restore()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore()

    def size(self) -> tuple[int, int]:
        """Columns and lines; 80 and 24 where the terminal does not say."""
        try:
            columns, lines = os.get_terminal_size(self._screen)
        except OSError:
            columns, lines = 0, 0
        return columns or 80, lines or 24

    def draw(self, lines: Sequence[str], cursor: tuple[int, int] | None = None) -> None:
        """Show these lines; only those that changed are written, all in one piece."""
        pieces = ["\x1b[?25l"]
        for row in range(max(len(lines), len(self._shown))):
            line = lines[row] if row < len(lines) else ""
            if row >= len(self._shown) or self._shown[row] != line:
                pieces.append(f"\x1b[{row + 1};1H\x1b[2K{line}")
        if cursor is not None:
            pieces.append(f"\x1b[{cursor[0] + 1};{cursor[1] + 1}H\x1b[?25h")
        self._shown = list(lines)
        self._write("".join(pieces))

    def read(self, timeout: float) -> Key | None:
        """The next key; None when `timeout` seconds passed or `wake` was called."""
        until = time.monotonic() + timeout
        while not self._keys:
            left = max(until - time.monotonic(), 0.0)
            ready = self._ready(min(left, ESCAPE_PAUSE) if self._decoder.unfinished else left)
            if self._keyboard in ready:
                self._type()
            elif self._decoder.unfinished:
                self._keys.extend(self._decoder.flush())
            if self._woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._woken, 4096)
                break
            if not ready and time.monotonic() >= until:
                break
        return self._keys.popleft() if self._keys else None

    def wake(self) -> None:
        """Make `read` return, from any thread or signal handler."""
        with contextlib.suppress(OSError):
            os.write(self._waker, b"!")

    def _ready(self, seconds: float) -> list[int]:
        watched = [self._woken] if self._closed else [self._woken, self._keyboard]
        return select.select(watched, [], [], seconds)[0]

    def _type(self) -> None:
        data = self._typed()
        closed = not data
        while data and not closed and len(data) < LARGEST_READ and self._keyboard_has_more():
            more = self._typed()
            data, closed = data + more, not more
        keys = taken_together(self._decoder.feed(data))
        self._keys.extend(key for key in keys if key.name != "ctrl-z")
        if any(key.name == "ctrl-z" for key in keys):
            self._jobs.stop(all_of_job=True)
        if closed:
            self._gone()

    def _typed(self) -> bytes:
        try:
            return os.read(self._keyboard, 4096)
        except OSError:
            return b""

    def _keyboard_has_more(self) -> bool:
        return bool(select.select([self._keyboard], [], [], TOGETHER)[0])

    def _gone(self) -> None:
        if not self._closed:
            self._closed = True
            self._keys.append(Key("closed"))

    def _arrived(self, number: int, _frame: object) -> None:
        if number == signal.SIGWINCH:
            self._shown = []
        self._keys.append(Key(_SIGNALS[signal.Signals(number)]))
        self.wake()

    def _take(self) -> None:
        """Keys one by one and unseen, signals as keys, and a screen of our own."""
        # a terminal that hangs up continues whoever it stopped, and is gone by then
        try:
            raw = termios.tcgetattr(self._keyboard)
            raw[0] &= ~(termios.IXON | termios.ICRNL | termios.INLCR | termios.IGNCR)
            raw[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
            raw[6][termios.VMIN], raw[6][termios.VTIME] = 1, 0
            # what was typed before there was anything to see is no answer to it
            _set(self._keyboard, raw)
        except (OSError, termios.error):
            self._gone()
        self._shown = []
        self._write(ENTER)
        self._keys.append(Key("resize"))
        self.wake()

    def _give_back(self) -> None:
        self._write(LEAVE)
        if self._before is not None:
            # what was typed ahead is not for the shell
            with contextlib.suppress(OSError, termios.error):
                _set(self._keyboard, self._before)

    def _restore(self) -> None:
        self._jobs.__exit__(None, None, None)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()
        waker, self._waker = self._waker, -1
        for end in (waker, self._woken):
            os.close(end)

    def _write(self, text: str) -> None:
        data = text.encode("utf-8", "backslashreplace")
        try:
            while data:
                data = data[os.write(self._screen, data) :]
        except OSError:
            self._gone()


def _set(keyboard: int, attributes: list[Any]) -> None:
    """Set a terminal's attributes; what was typed and not read is dropped. Raises termios.error.

    From the background this stops the process, and is interrupted when it goes on.
    """
    while True:
        try:
            termios.tcsetattr(keyboard, termios.TCSAFLUSH, attributes)
            return
        except termios.error as error:
            if error.args[0] != errno.EINTR:
                raise
