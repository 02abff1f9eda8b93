"""The standard streams where they are not what a program takes for granted: closed, full, or read by nobody."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Any, TextIO

from eclips_cli.errors import NotWritten
from eclips_cli.masking import mask


def reopen() -> None:
    """Give the process the streams it was started without, before a socket or a file takes their numbers.

    Nothing is read from such a stdin, what is said on such a stderr is lost, and a result that is
    written to such a stdout is an error, as it would be on a full disk.
    """
    for number, name, flags in (
        (0, "stdin", os.O_RDONLY),
        (1, "stdout", os.O_RDONLY),
        (2, "stderr", os.O_WRONLY),
    ):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, flags)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
            raw = io.FileIO(number, "r" if number == 0 else "w", closefd=False)
            buffer: Any = io.BufferedReader(raw) if number == 0 else io.BufferedWriter(raw)
            setattr(sys, name, io.TextIOWrapper(buffer, encoding="utf-8", errors="backslashreplace"))


def point_nowhere(stream: TextIO) -> None:
    """From now on what is written to `stream` is lost, and nobody complains at the end of the process."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def leave_unread(*streams: TextIO) -> None:
    """Point those of `streams` nowhere that would block whoever writes: a pipe that is full and not read."""
    import select

    for stream in streams:
        with suppress(OSError, ValueError):
            if not select.select([], [stream.fileno()], [], 0)[1]:
                point_nowhere(stream)


class must_be_written:
    """Around writing a result: what stands in its way is NotWritten; a reader who left, BrokenPipeError."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            point_nowhere(self._stream)
            reason = (error.strerror or "").lower()
            raise NotWritten(f"the result could not be written: {reason}") from None


class SafeStream:
    """A stream for talk: no key is told, and what can't be said (a full disk, nobody who reads) stops no work."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or lose, `text`."""
        try:
            return self._stream.write(mask(text))
        except (OSError, ValueError):
            point_nowhere(self._stream)
            return len(text)

    def flush(self) -> None:
        """Flush, or lose, what was written."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            point_nowhere(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
