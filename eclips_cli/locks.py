"""A lock on an open file, waited for with a bound; the kernel drops it whatever ends the process."""

from __future__ import annotations

import fcntl
import time
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
