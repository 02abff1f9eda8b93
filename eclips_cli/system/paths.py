"""Where configuration and state live on this machine, and how files there are written."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from eclips_cli.errors import LocalFailure

APP = "eclips"


def config_dir(environ: Mapping[str, str]) -> Path:
    """The directory of `config.toml` and key files: ECLIPS_CONFIG_DIR, else the user's own."""
    return _directory(environ, "ECLIPS_CONFIG_DIR", "XDG_CONFIG_HOME", ".config")


def state_dir(environ: Mapping[str, str]) -> Path:
    """The directory of journals, the audit record and the sandbox: ECLIPS_STATE_DIR, else the user's own."""
    return _directory(environ, "ECLIPS_STATE_DIR", "XDG_STATE_HOME", ".local/state")


def _directory(environ: Mapping[str, str], own: str, xdg: str, below_home: str) -> Path:
    if environ.get(own):
        return Path(environ[own])
    if sys.platform == "linux" and environ.get("HOME"):
        # the same answer as platformdirs gives, without the time its import takes
        base = environ.get(xdg, "")
        return (Path(base) if base.startswith("/") else Path(environ["HOME"]) / below_home) / APP
    import platformdirs

    kind = platformdirs.user_config_path if own == "ECLIPS_CONFIG_DIR" else platformdirs.user_state_path
    return Path(kind(APP, appauthor=False))


def private_directory(path: Path) -> Path:
    """`path` as a directory that only its owner can enter, as those above it that have to be made.

    Raises LocalFailure when it can't be one.
    """
    try:
        if not path.is_dir():
            private_directory(path.parent)
            path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise failure(path, error) from None
    return path


def read_regular(path: str | Path, most: int) -> bytes:
    """At most `most` bytes of a regular file. Raises OSError, with a `strerror`, for anything else."""
    try:
        # a FIFO would block until somebody writes
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError:
        raise OSError(errno.EINVAL, "is not a file name") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "is not a regular file")
    with os.fdopen(handle, "rb") as file:
        return file.read(most)


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone from its first byte.

    Raises LocalFailure when the directory is read-only, the disk is full, and the like.
    """
    import tempfile

    private_directory(path.parent)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise failure(path, error) from None


def failure(path: Path, error: OSError) -> LocalFailure:
    """What stands in the way of a file, in one line."""
    return LocalFailure(f"{path}: {(error.strerror or 'cannot be used').lower()}")
