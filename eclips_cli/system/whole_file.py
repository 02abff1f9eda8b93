"""A file of the user's, written whole or not at all: a temporary file beside it, fsync, rename."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from eclips_cli.errors import EclipsError, LocalFailure, UsageError
from eclips_cli.system.paths import sync_directory


def check_place(path: Path) -> None:
    """Raise UsageError where no file can be written at `path`, before anything else is done."""
    folder = path.resolve().parent
    if path.is_dir():
        raise UsageError(f"{path} is a directory", hint="name a file in it")
    if not folder.is_dir():
        raise UsageError(f"no directory {folder}", hint="make it first")
    if not os.access(folder, os.W_OK | os.X_OK) and not _is_special(path):
        raise UsageError(f"can't write into {folder}: permission denied")


def write_whole(
    path: Path,
    write: Callable[[BinaryIO], None],
    *,
    failure: type[EclipsError] = LocalFailure,
    hint: str = "what was there is as it was",
) -> None:
    """Let `write` fill the file at `path`, which is replaced when all of it is on the disk.

    Whatever goes wrong, also in `write` itself, leaves what was there as it was. A link is followed; a pipe or
    a device is written straight. A new file has the mode that the umask leaves. Raises `failure`.
    """
    path = path.resolve()
    temporary: Path | None = None
    try:
        if _is_special(path):
            with path.open("wb") as file:
                write(file)
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(path))
        temporary.replace(path)
        temporary = None
        sync_directory(path.parent)
    except OSError as error:
        raise failure(f"can't write {path}: {(error.strerror or 'unknown').lower()}", hint=hint) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _is_special(path: Path) -> bool:
    """Whether it is a pipe or a device such as /dev/stdout, which can't be renamed to."""
    return path.exists() and not path.is_file()


def _mode(path: Path) -> int:
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
