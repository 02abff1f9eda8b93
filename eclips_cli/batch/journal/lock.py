"""One process at a time on a submission: a lock that its holder's death releases."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from eclips_cli.errors import LocalFailure


class SubmissionLock:
    """A lock by name in a directory, held while entered. The kernel drops it whatever ends the process.

    Entering raises LocalFailure, which says who holds it, when another process does.
    """

    def __init__(self, folder: Path, name: str, *, what: str, since: str) -> None:
        self._path = folder / f"{name[:32]}.lock"
        self._what = what
        self._since = since
        self._file = -1

    def __enter__(self) -> SubmissionLock:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LocalFailure(
                f"can't write {self._path}: {(error.strerror or '').lower()}",
                hint="nothing was sent; ECLIPS_STATE_DIR names another directory",
            ) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(self._file, 200, 0).decode(errors="replace").strip()
            os.close(self._file)
            raise self._taken(holder) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"process {os.getpid()} since {self._since}\n".encode(), 0)
        return self

    def __exit__(self, *_exception: object) -> None:
        # Not unlinked: another process may have it open, and would then lock a file nobody sees.
        os.close(self._file)

    def _taken(self, holder: str) -> LocalFailure:
        return LocalFailure(
            f"another eclips is working on {self._what} ({holder or 'a process'}); this one sends nothing",
            hint="wait for it; `eclips batches history` shows how far it is",
        )
