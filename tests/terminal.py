"""The installed program on a terminal of its own: keys go in, and the screen is read as a person sees it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pexpect
import pyte

from tests.installed import PROGRAM

PATIENCE = 30.0


class Terminal:
    """A terminal with `eclips` running on it; whatever it prints is drawn on `screen`."""

    def __init__(
        self, argv: tuple[str, ...], env: dict[str, str], *, columns: int = 100, lines: int = 24
    ) -> None:
        env = {name: value for name, value in env.items() if name not in ("COLUMNS", "LINES")}
        self.screen = pyte.HistoryScreen(columns, lines, history=1000)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.process = pexpect.spawn(
            PROGRAM, list(argv), env=env, dimensions=(lines, columns), timeout=PATIENCE
        )

    def read(self) -> None:
        """Draw what came since."""
        try:
            while True:
                chunk = self.process.read_nonblocking(65536, timeout=0.05)
                self.raw += chunk
                self._stream.feed(chunk)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def shows(self, wanted: str | Callable[[str], bool]) -> str:
        """Wait until the screen shows something; the screen."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.read()
            if wanted in self.text if isinstance(wanted, str) else wanted(self.text):
                return self.text
        raise AssertionError(f"{wanted!r} is not shown:\n{self.text}")

    def type(self, keys: str) -> None:
        """Press keys."""
        self.process.send(keys)

    def resize(self, columns: int, lines: int) -> None:
        """Make the window another size, as a person pulling at its corner."""
        self.screen.resize(lines, columns)
        self.process.setwinsize(lines, columns)

    def ended(self) -> int:
        """Wait for the end; the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.isalive() and time.monotonic() < deadline:
            self.read()
        self.read()
        self.process.close()
        assert self.process.exitstatus is not None, f"it was killed by {self.process.signalstatus}"
        return self.process.exitstatus

    @property
    def cursor_is_back(self) -> bool:
        """Whether the cursor is to be seen, at the beginning of a line."""
        return not self.screen.cursor.hidden and self.screen.cursor.x == 0
