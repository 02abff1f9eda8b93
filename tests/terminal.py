"""The installed program on a terminal of its own: keys in, and what a person would see on its screen."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

import pexpect
import pyte

from tests.installed import PROGRAM


class Terminal:
    """A pseudo-terminal with a program in it. `raw` is all that was written to it."""

    def __init__(
        self,
        argv: Sequence[str],
        env: dict[str, str],
        *,
        columns: int = 100,
        lines: int = 24,
        shell: bool = False,
        program: str = PROGRAM,
    ) -> None:
        env = {name: value for name, value in env.items() if name not in ("COLUMNS", "LINES")}
        command = [program, *argv]
        if shell:
            # how a shell finds its terminal afterwards: the exit code and whether echo is on
            words = " ".join(command)
            command = [
                "/bin/sh",
                "-c",
                f'{words}; echo "code=$?" $(stty -a | grep -o "[-]*echo " | head -1)end',
            ]
        self.child: Any = pexpect.spawn(
            command[0], command[1:], env=env, dimensions=(lines, columns), timeout=30
        )
        self.screen = pyte.HistoryScreen(columns, lines, history=1000)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""

    def read(self, seconds: float = 0.05) -> bool:
        """Take in what was written within `seconds`; False once nobody writes any more."""
        try:
            piece = self.child.read_nonblocking(65536, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += piece
        self._stream.feed(piece)
        return True

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def until(self, *texts: str, without: str = "", seconds: float = 30.0) -> str:
        """Wait until all of `texts` stand on the screen, and `without` does not; the screen's text."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            open_ = self.read()
            if all(text in self.text for text in texts) and not (without and without in self.text):
                return self.text
            assert open_, f"it ended before {texts} were seen:\n{self.text}"
        raise AssertionError(f"not seen in time: {texts}, without {without!r}\n{self.text}")

    def shows(self, wanted: str | Callable[[str], bool], seconds: float = 30.0) -> str:
        """Wait until the screen shows something, also as the last thing before the end; the screen's text."""
        deadline, open_ = time.monotonic() + seconds, True
        while True:
            if wanted in self.text if isinstance(wanted, str) else wanted(self.text):
                return self.text
            assert open_ and time.monotonic() < deadline, f"{wanted!r} is not shown:\n{self.text}"
            open_ = self.read()

    def press(self, keys: str) -> None:
        """Press keys, all at once."""
        self.child.send(keys)

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size."""
        self.screen.resize(lines, columns)
        self.child.setwinsize(lines, columns)

    def end(self, seconds: float = 60.0) -> str:
        """Wait for the program's end; everything it wrote, as text."""
        deadline = time.monotonic() + seconds
        while self.read(0.2):
            assert time.monotonic() < deadline, self.text
        self.child.wait()
        return self.raw.decode()

    def close(self) -> int:
        """Close the terminal as a window is closed, and wait for the program; its wait status."""
        os.close(self.child.child_fd)
        self.child.closed = True
        self.child.ptyproc.closed = True
        return os.waitpid(self.child.pid, 0)[1]

    def ended(self, seconds: float = 60.0) -> int:
        """Wait for the program's end; its exit code."""
        deadline = time.monotonic() + seconds
        while self.read(0.2):
            assert time.monotonic() < deadline, self.text
        self.child.close()
        assert self.child.exitstatus is not None, f"it was killed by {self.child.signalstatus}"
        return int(self.child.exitstatus)

    @property
    def cursor_is_back(self) -> bool:
        """Whether the cursor is to be seen, at the beginning of a line."""
        return not self.screen.cursor.hidden and self.screen.cursor.x == 0
