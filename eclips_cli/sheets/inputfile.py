"""The bytes of an input file, readable again and again: what can't be rewound is spooled to disk."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from eclips_cli.errors import LocalFailure, UsageError

CHUNK = 1 << 20


class InputFile:
    """One opened input, held by one descriptor so that every reading sees the same file.

    `label` is its name in messages, `head` its first 4 KiB, `digest` the SHA-256 of its bytes once
    they were read through by `chunks`.
    """

    def __init__(self, handle: BinaryIO, label: str, ending: str) -> None:
        self._handle = handle
        self.label = label
        self.ending = ending
        self._stamp = self._now()
        self.head = next(self._read(4096), b"")
        self.digest = ""

    def chunks(self) -> Iterator[bytes]:
        """All bytes from the start, a MiB at a time; sets `digest` when they were all read."""
        sha = hashlib.sha256()
        for chunk in self._read(CHUNK):
            sha.update(chunk)
            yield chunk
        self.digest = sha.hexdigest()

    def fresh(self) -> BinaryIO:
        """The bytes from the start as a stream of its own (one at a time)."""
        self._handle.seek(0)
        return io.BufferedReader(io.FileIO(self._handle.fileno(), closefd=False), CHUNK)

    def check_unchanged(self) -> None:
        """Raise UsageError when the file was written to since it was opened."""
        if self._now() != self._stamp:
            raise UsageError(
                f"{self.label} changed while it was read; nothing was sent",
                hint="run it again once nothing writes to the file any more",
            )

    def close(self) -> None:
        """Close the descriptor."""
        self._handle.close()

    def _read(self, size: int) -> Iterator[bytes]:
        self._handle.seek(0)
        while chunk := self._handle.read(size):
            yield chunk

    def _now(self) -> tuple[int, int]:
        found = os.fstat(self._handle.fileno())
        return found.st_size, found.st_mtime_ns


def open_input(source: Path | BinaryIO, spool_dir: Path | None = None) -> InputFile:
    """Open a path, or take a binary stream such as standard input.

    A stream, a FIFO or a device is copied first, to a file without a name in `spool_dir` (which
    nobody else can open). Raises UsageError for what is missing, unreadable or a directory, and
    LocalFailure when there is no room to spool.
    """
    if not isinstance(source, Path):
        return InputFile(_spooled(source, spool_dir), "standard input", "")
    try:
        handle = source.open("rb", buffering=0)
    except OSError as error:
        raise UsageError(f"can't read {source}: {(error.strerror or '').lower()}") from None
    if stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
        return InputFile(handle, str(source), source.suffix.lower())
    with handle:
        return InputFile(_spooled(handle, spool_dir), str(source), source.suffix.lower())


def standard_input() -> BinaryIO:
    """Standard input's bytes; UsageError when a person sits there and would wait for nothing."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("nothing comes in on standard input", hint="pipe the rows in, or name a file")
    return sys.stdin.buffer


def _spooled(stream: BinaryIO, spool_dir: Path | None) -> BinaryIO:
    try:
        spool = tempfile.TemporaryFile(dir=spool_dir, buffering=0)  # noqa: SIM115
        while chunk := stream.read(CHUNK):
            spool.write(chunk)
    except OSError as error:
        raise LocalFailure(
            f"can't keep a copy of what comes in: {(error.strerror or '').lower()}",
            hint="nothing was sent; write it to a file yourself and name that",
        ) from None
    return spool
