"""Where configuration and state live on this machine, and how files there are written."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from eclips_cli.errors import ConfigError, LocalFailure, NoHome

APP = "eclips"
NOWHERE = Path(os.devnull, "no-home")
"""what stands for the home of a user who has none: nothing is there, and nothing can be made there"""


def config_dir(environ: Mapping[str, str]) -> Path:
    """The directory of `config.toml` and key files: ECLIPS_CONFIG_DIR, else the user's own."""
    return _directory(environ, "ECLIPS_CONFIG_DIR", "XDG_CONFIG_HOME", ".config")


def state_dir(environ: Mapping[str, str]) -> Path:
    """The directory of journals, the audit record and the sandbox: ECLIPS_STATE_DIR, else the user's own."""
    return _directory(environ, "ECLIPS_STATE_DIR", "XDG_STATE_HOME", ".local/state")


def _directory(environ: Mapping[str, str], own: str, xdg: str, below_home: str) -> Path:
    if environ.get(own):
        return _absolute(own, expanded(environ[own], environ))
    if sys.platform == "linux":
        # the same answer as platformdirs gives, without the time its import takes
        base = environ.get(xdg, "")
        if base.startswith("/"):
            return Path(base) / APP
        return (home_dir(environ) or NOWHERE / own) / below_home / APP
    import platformdirs

    kind = platformdirs.user_config_path if own == "ECLIPS_CONFIG_DIR" else platformdirs.user_state_path
    try:
        return Path(kind(APP, appauthor=False))
    except RuntimeError:
        return NOWHERE / own / APP


def _absolute(variable: str, path: Path) -> Path:
    """`path`; raises ConfigError for one that would be another place in every directory, also in a stranger's."""
    if not path.is_absolute():
        raise ConfigError(
            f"{variable} is not an absolute path: {path}", hint=f"write it whole: {path.absolute()}"
        )
    return path


def home_dir(environ: Mapping[str, str]) -> Path | None:
    """The user's home: HOME, else what the system's list says; None for a user whom it doesn't know (in a container)."""
    if environ.get("HOME"):
        return Path(environ["HOME"])
    import pwd

    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None


def somewhere(path: Path) -> Path:
    """`path`; raises NoHome where it would be in the home of a user who has none."""
    if path.is_relative_to(NOWHERE):
        raise failure(path, NotADirectoryError())
    return path


def expanded(path: str, environ: Mapping[str, str]) -> Path:
    """A path that somebody named, `~/` being his home: where no shell reads it, nobody else puts that in."""
    home = home_dir(environ) if path.startswith("~/") else None
    return Path(path) if home is None else home / path[2:]


def private_directory(path: Path) -> Path:
    """`path` as a directory that only its owner can enter, as those above it that have to be made.

    Raises LocalFailure when it can't be one.
    """
    somewhere(path)
    try:
        if not path.is_dir():
            private_directory(path.parent)
            path.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        raise LocalFailure(f"{path} is not a directory") from None
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
    if path.is_relative_to(NOWHERE):
        variable = path.relative_to(NOWHERE).parts[0]
        return NoHome(
            f"this user has no home directory, and {variable} is not set: nothing can be kept",
            hint=f"let {variable} name a directory that can be written; a container mounts one",
        )
    return LocalFailure(f"{path}: {(error.strerror or 'cannot be used').lower()}")


def sync_directory(path: Path) -> None:
    """So that a new file's name survives a loss of power as well."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
