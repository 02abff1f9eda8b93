"""A lock on an open file, waited for with a bound; the kernel drops it whatever ends the process."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

from eclips_cli.errors import LocalFailure

LONGEST_WAIT = 10.0
"""seconds; a holder only ever writes a few lines"""
_LOOK_AGAIN = 0.01


def lock(handle: int, path: Path, *, seconds: float = LONGEST_WAIT) -> None:
    """Take the lock of an open file for this process alone, until the file is closed.

    Raises LocalFailure when another process holds it for longer than `seconds`, or when it can't be locked.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LocalFailure(f"{path}: another process has held it for {seconds:g} s") from None
        except OSError as error:
            raise LocalFailure(f"{path} can't be locked: {(error.strerror or 'unknown').lower()}") from None
        time.sleep(_LOOK_AGAIN)


class OneProcess:
    """A lock file, held while entered: of those who want it only one gets it, and the others don't wait.

    `taken` makes the LocalFailure for those, from what the holder said of itself. `since` is part of that.
    """

    def __init__(self, path: Path, taken: Callable[[str], LocalFailure], *, since: str = "") -> None:
        self._path, self._taken, self._since = path, taken, since
        self._handle = -1

    def __enter__(self) -> OneProcess:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LocalFailure(
                f"can't write {self._path}: {(error.strerror or '').lower()}",
                hint="nothing was sent; ECLIPS_STATE_DIR names another directory",
            ) from None
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(self._handle, 200, 0).decode(errors="replace").strip()
            os.close(self._handle)
            raise self._taken(holder or "a process") from None
        os.ftruncate(self._handle, 0)
        since = f" since {self._since}" if self._since else ""
        os.pwrite(self._handle, f"process {os.getpid()}{since}\n".encode(), 0)
        return self

    def __exit__(self, *_exception: object) -> None:
        # Not unlinked: another process may have it open, and would then lock a file nobody sees.
        os.close(self._handle)
