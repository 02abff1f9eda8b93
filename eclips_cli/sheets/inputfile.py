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
from typing import Any, BinaryIO

from eclips_cli.errors import LocalFailure, UsageError

CHUNK = 1 << 18
FILES_NAMED = 3
"""files of a directory that are named where one was written in place of a file"""


class InputFile:
    """One opened input, held by one descriptor so that every reading sees the same file.

    `label` is its name in messages, `head` its first 4 KiB, `digest` the SHA-256 of its bytes once
    they were read through by `chunks`; `spool_dir` is where temporary copies may lie.
    """

    def __init__(self, handle: BinaryIO, label: str, ending: str, spool_dir: Path | None = None) -> None:
        self._handle = handle
        self.label = label
        self.ending = ending
        self.spool_dir = spool_dir
        self._stamp = self._now()
        self.head = self.fresh().read(4096)
        self.digest = ""

    def chunks(self) -> Iterator[bytes]:
        """All bytes from the start, a part at a time; sets `digest` when they were all read."""
        sha = hashlib.sha256()
        stream = _FromStart(self._handle.fileno())
        while chunk := stream.read(CHUNK):
            sha.update(chunk)
            yield chunk
        self.digest = sha.hexdigest()

    def fresh(self) -> BinaryIO:
        """The bytes from the start as a stream of its own: as many at a time as are wanted."""
        return io.BufferedReader(_FromStart(self._handle.fileno()), CHUNK)

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

    def _now(self) -> tuple[int, int]:
        found = os.fstat(self._handle.fileno())
        return found.st_size, found.st_mtime_ns


class _FromStart(io.RawIOBase):
    """A file's bytes with a position that no other reader of the descriptor moves."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._at = descriptor, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = os.pread(self._descriptor, len(buffer), self._at)
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence)
        if base is None:
            base = os.fstat(self._descriptor).st_size
        if base + offset < 0:
            raise ValueError("a position before the file's start")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at


def open_input(source: Path | BinaryIO, spool_dir: Path | None = None) -> InputFile:
    """Open a path, or take a binary stream such as standard input.

    A stream, a FIFO or a device is copied first, to a file without a name in `spool_dir` (which
    nobody else can open). Raises UsageError for what is missing, unreadable or a directory, and
    LocalFailure when there is no room to spool.
    """
    if not isinstance(source, Path):
        return InputFile(_spooled(source, spool_dir), "standard input", "", spool_dir)
    try:
        handle = source.open("rb", buffering=0)
    except IsADirectoryError:
        raise UsageError(f"{source} is a directory, not a file", hint=_files_in(source)) from None
    except OSError as error:
        raise UsageError(f"can't read {source}: {(error.strerror or '').lower()}") from None
    if stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
        return InputFile(handle, str(source), source.suffix.lower(), spool_dir)
    with handle:
        return InputFile(_spooled(handle, spool_dir), str(source), source.suffix.lower(), spool_dir)


def _files_in(directory: Path) -> str:
    """What is said of a directory: the files in it, as far as that can be told."""
    try:
        names = sorted(entry.name for entry in directory.iterdir() if entry.is_file())
    except OSError:
        names = []
    more = f" and {len(names) - FILES_NAMED} more" if len(names) > FILES_NAMED else ""
    return f"name a file in it: {', '.join(names[:FILES_NAMED])}{more}" if names else "name a file"


def standard_input() -> BinaryIO:
    """Standard input's bytes; UsageError when a person sits there and would wait for nothing."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("nothing comes in on standard input", hint="pipe the rows in, or name a file")
    return sys.stdin.buffer


def no_room(error: OSError) -> LocalFailure:
    """The error for a temporary copy that can't be written."""
    return LocalFailure(
        f"can't keep a copy of what comes in: {(error.strerror or '').lower()}",
        hint="nothing was sent; write it to a file yourself and name that",
    )


def _spooled(stream: BinaryIO, spool_dir: Path | None) -> BinaryIO:
    try:
        spool = tempfile.TemporaryFile(dir=spool_dir, buffering=0)  # noqa: SIM115
        while chunk := stream.read(CHUNK):
            spool.write(chunk)
    except OSError as error:
        raise no_room(error) from None
    return spool
