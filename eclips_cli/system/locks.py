"""A lock on an open file, waited for with a bound; the kernel drops it whatever ends the process."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

from eclips_cli.errors import Busy, LocalFailure
from eclips_cli.system.paths import failure, private_directory

LONGEST_WAIT = 10.0
"""seconds; a holder only ever writes a few lines"""
_LOOK_AGAIN = 0.01
_ELSEWHERE = "nothing was sent; ECLIPS_STATE_DIR names another directory"


_HELD = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}
"""how a system says that somebody else has the lock; whatever else it says, nobody has"""


def lock(
    handle: int, path: Path, *, seconds: float = LONGEST_WAIT, variable: str = "ECLIPS_STATE_DIR"
) -> None:
    """Take the lock of an open file for this process alone, until the file is closed.

    Raises Busy when another process holds it for longer than `seconds`, and LocalFailure when it can't be
    locked; `variable` would name another place for it.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            if error.errno not in _HELD:
                raise cannot_lock(path, error.strerror, variable) from None
            if time.monotonic() >= deadline:
                raise Busy(
                    f"{path}: another process has held it for {seconds:g} s", hint="try again in a moment"
                ) from None
        time.sleep(_LOOK_AGAIN)


def can_lock(handle: int, path: Path) -> None:
    """Raise LocalFailure where parts of an open file can't be locked, as databases do.

    SQLite takes that for a lock which somebody else has.
    """
    try:
        fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB, 1)
    except OSError as error:
        if error.errno not in _HELD:
            raise cannot_lock(path, error.strerror) from None


def cannot_lock(path: Path, why: str | None, variable: str = "ECLIPS_STATE_DIR") -> LocalFailure:
    """The error for a file system (some network, overlay and user-space ones) that knows no locks."""
    return LocalFailure(
        f"the file system of {path} can't lock files: {(why or 'unknown').lower()}",
        hint=f"let {variable} name a directory on another one, a local disk say",
    )


class SingleInstanceLock:
    """A lock file, held while entered: of those who want it only one gets it, and the others don't wait.

    `taken` makes the Busy for those, from what the holder said of itself. `since` is part of that.
    """

    def __init__(self, path: Path, taken: Callable[[str], Busy], *, since: str = "") -> None:
        self._path, self._taken, self._since = path, taken, since
        self._handle = -1

    def __enter__(self) -> SingleInstanceLock:
        try:
            private_directory(self._path.parent)
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except LocalFailure as error:
            error.hint = error.hint or _ELSEWHERE
            raise
        except OSError as error:
            raise LocalFailure(
                f"can't write {self._path}: {(error.strerror or '').lower()}", hint=_ELSEWHERE
            ) from None
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._handle, 200, 0).decode(errors="replace").strip()
            os.close(self._handle)
            if error.errno not in _HELD:
                raise cannot_lock(self._path, error.strerror) from None
            raise self._taken(holder or "a process") from None
        since = f" since {self._since}" if self._since else ""
        try:
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"process {os.getpid()}{since}\n".encode(), 0)
        except OSError as error:
            os.close(self._handle)
            raise failure(self._path, error) from None
        return self

    def __exit__(self, *_exception: object) -> None:
        # Not unlinked: another process may have it open, and would then lock a file nobody sees.
        os.close(self._handle)
