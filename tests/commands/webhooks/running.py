"""An installed `eclips` that goes on until it is stopped, and what it said so far."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Sequence
from typing import IO

from tests.installed import PROGRAM, wait_until


class Running:
    """A context manager; `out` and `err` are the lines that came so far."""

    def __init__(self, *argv: str, env: dict[str, str], program: Sequence[str] = (PROGRAM,)) -> None:
        self.process = subprocess.Popen(
            [*program, *argv],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.out: list[str] = []
        self.err: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=(stream, lines), daemon=True)
            for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: IO[bytes], lines: list[str]) -> None:
        for line in stream:
            lines.append(line.decode().rstrip("\n"))

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def said(self, words: str) -> str:
        """Wait for a line on stderr with these words; the line."""
        try:
            return wait_until(lambda: next((line for line in self.err if words in line), None))
        except AssertionError:
            raise AssertionError(f"{words!r} was not said; {self.process.poll()}: {self.err}") from None

    def lines(self, count: int) -> list[str]:
        """Wait for so many lines on stdout."""
        try:
            wait_until(lambda: len(self.out) >= count)
        except AssertionError:
            raise AssertionError(f"{count} lines; {self.process.poll()}: {self.out}, {self.err}") from None
        return self.out

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)
