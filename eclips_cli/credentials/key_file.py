"""API keys in files: the one of `auth login --store file`, and those that scripts are given."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from eclips_cli.credentials.keys import LONGEST, clean_key
from eclips_cli.errors import ConfigError
from eclips_cli.system.paths import config_dir, failure, write_private


def stored_path(profile: str, environ: Mapping[str, str]) -> Path:
    """Where `auth login --store file` keeps a profile's key."""
    return config_dir(environ) / "keys" / f"{profile}.key"


def read_key_file(path: Path, where: str, *, own_mode: bool = True) -> str:
    """The key in a file. Raises ConfigError in one line when it can't be used.

    A file that group or others can read is refused, with the command that mends it, where this user could
    do that: one that was mounted for him (a container's secret) is not his, or can't be changed. `own_mode`
    False leaves that to whoever made the file (systemd's credentials).
    """
    try:
        # a FIFO would block until somebody writes
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "is not a file name").lower()
        raise ConfigError(f"{where}: {path}: {reason}") from None
    about = os.fstat(handle)
    mode = about.st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)  # a directory can be opened, and not be made a file object
        raise ConfigError(f"{where}: {path} is not a regular file")
    with os.fdopen(handle, "rb") as file:
        if own_mode and mode & 0o077 and about.st_uid == os.geteuid() and _can_be_changed(handle):
            raise ConfigError(
                f"{where}: {path} can be read by others (mode {stat.S_IMODE(mode):04o})",
                hint=f"chmod 600 {_quoted(path)}",
            )
        content = file.read(LONGEST * 8)
    try:
        return clean_key(content.decode("utf-8-sig"), f"{where}: {path}")
    except UnicodeDecodeError:
        raise ConfigError(f"{where}: {path} holds no API key") from None


def store(profile: str, key: str, environ: Mapping[str, str]) -> Path:
    """Keep a key in a 0600 file of the configuration directory: plain text."""
    path = stored_path(profile, environ)
    write_private(path, f"{key}\n".encode())
    return path


def forget(profile: str, environ: Mapping[str, str]) -> bool:
    """Delete a profile's key file; whether there was one."""
    path = stored_path(profile, environ)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise failure(path, error) from None
    return True


def _can_be_changed(handle: int) -> bool:
    """Whether the file lies where its mode can be changed: not on what is mounted read-only."""
    return not os.fstatvfs(handle).f_flag & os.ST_RDONLY


def _quoted(path: Path) -> str:
    from shlex import quote

    return quote(str(path))
