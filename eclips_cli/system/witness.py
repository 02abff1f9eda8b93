"""What bears witness that a database was made here, so that one which is gone or empty is not taken for a new one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from eclips_cli.errors import LocalFailure
from eclips_cli.system.paths import private_directory


def directory(path: Path) -> Path:
    """Where the witnesses of the database at `path` are."""
    return path.parent / "locks"


def is_left(path: Path, others: str = "", used: Callable[[Path], bool] = lambda _folder: True) -> bool:
    """Whether a file says that the database was made: its witness, its log, or one that is made about when it is.

    `others` is a pattern for the last ones, in the directory of witnesses; what they say counts where `used` finds,
    in the database's directory, that it is so.
    """
    if _own(path).exists() or (others and any(directory(path).glob(others)) and used(path.parent)):
        return True
    return bool(size(path.with_name(f"{path.name}-wal")))


def leave(path: Path, *, hint: str) -> None:
    """Leave a witness of the database, where there is none. Raises LocalFailure, with the hint."""
    own = _own(path)
    if own.exists():
        return
    try:
        private_directory(own.parent)
        os.close(os.open(own, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise LocalFailure(f"can't write {own}: {(error.strerror or '').lower()}", hint=hint) from None


def size(path: Path) -> int | None:
    """In bytes; None for a file that is not there."""
    try:
        return path.stat().st_size
    except OSError:
        return None


def _own(path: Path) -> Path:
    return directory(path) / f"{path.name}.made"
