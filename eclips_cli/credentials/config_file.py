"""`config.toml`: profiles and their settings, read with line and column of what is wrong, edited with comments kept."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from shlex import quote
from typing import Any

from eclips_cli.command_line import command
from eclips_cli.errors import ConfigError
from eclips_cli.system.locks import lock
from eclips_cli.system.paths import NOWHERE, config_dir, failure, private_directory, write_private

KEYS: dict[str, type] = {
    "base_url": str,
    "agent": str,
    "priority": str,
    "amount_field": str,
    "output": str,
    "request_timeout": float,
    "max_retries": int,
    "store": str,
    "read_only": bool,
    "agents_may_decide": bool,
    "ask_from_rows": int,
}
"""what a profile may hold, and the type of each value"""
_WORDS: dict[type, str] = {str: "a text", float: "a number", int: "a whole number", bool: "true or false"}


class ConfigFile:
    """The configuration file of one user; absent means empty."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.path = config_dir(environ) / "config.toml"

    def read(self) -> dict[str, Any]:
        """Its content. Raises ConfigError for a syntax error, an unknown key, and a value of a wrong type."""
        content = self.parsed()
        self._check(content)
        return content

    def parsed(self) -> dict[str, Any]:
        """Its content as it is. Raises ConfigError with line and column for a syntax error."""
        text = self._text()
        return self._parse(text) if text else {}

    def edit(self, change: Callable[[Any], None]) -> None:
        """Apply `change` to the document, keeping comments and order; written whole or not at all.

        One process at a time: what another wrote meanwhile is kept. Raises ConfigError for a file with a
        syntax error, which stays as it is, and LocalFailure when it can't be written.
        """
        private_directory(self.path.parent)
        lock_path = self.path.with_name(".config.lock")
        try:
            handle = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise failure(lock_path, error) from None
        try:
            lock(handle, lock_path, variable="ECLIPS_CONFIG_DIR")
            self._edit(change)
        finally:
            os.close(handle)

    def _edit(self, change: Callable[[Any], None]) -> None:
        import tomlkit
        from tomlkit.exceptions import TOMLKitError

        self.parsed()
        try:
            document = tomlkit.parse(self._text())
            change(document)
            text = tomlkit.dumps(document)
        except TOMLKitError:
            raise ConfigError(
                f"{self.path}: it can't be edited with its comments kept", hint="change it by hand"
            ) from None
        self._parse(text)
        # a link, as of those who keep their dot files elsewhere, stays one
        write_private(Path(os.path.realpath(self.path)), text.encode())

    def profiles(self) -> dict[str, dict[str, Any]]:
        """The profiles by name."""
        profiles = self.read().get("profiles", {})
        return {str(name): dict(values) for name, values in profiles.items()}

    def active(self) -> str | None:
        """The profile that is used when none is named."""
        active = self.read().get("active")
        return str(active) if active else None

    def _text(self) -> str:
        try:
            with self.path.open("rb") as file:
                _check_trusted(self.path, os.fstat(file.fileno()))
                _check_trusted(self.path.parent, self.path.parent.stat())
                return file.read().decode("utf-8-sig")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError:
            raise ConfigError(f"{self.path} is not UTF-8 text") from None
        except OSError as error:
            if self.path.is_relative_to(NOWHERE):
                return ""
            elsewhere = "ECLIPS_CONFIG_DIR names another directory"
            hint = elsewhere if isinstance(error, PermissionError) else None
            raise ConfigError(failure(self.path, error).message, hint=hint) from None

    def _parse(self, text: str) -> dict[str, Any]:
        import tomllib

        try:
            return tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "nested too deeply"
            last = text.rpartition("\n")[2]
            end = f"at line {text.count(chr(10)) + 1}, column {len(last) + 1}"
            why = why.replace("at end of document", end)
            raise ConfigError(
                f"{self.path}: {why[:1].lower()}{why[1:]}", hint="mend the file by hand; nothing was changed"
            ) from None

    def _check(self, content: dict[str, Any]) -> None:
        known = {"active": str, "profiles": dict}
        for name, value in content.items():
            if name not in known:
                raise ConfigError(f"{self.path}: unknown setting {name}", hint=_near(name, known))
            if not isinstance(value, known[name]):
                raise ConfigError(
                    f"{self.path}: {name} must be {'a text' if known[name] is str else 'a table'}"
                )
        for profile, values in content.get("profiles", {}).items():
            if not isinstance(values, dict):
                raise ConfigError(f"{self.path}: profiles.{profile} is not a table")
            for name, value in values.items():
                if name not in KEYS:
                    raise self._unknown(profile, name)
                self._check_type(profile, name, value)

    def _check_type(self, profile: str, name: str, value: object) -> None:
        wanted = KEYS[name]
        fits = isinstance(value, (int, float) if wanted is float else wanted)
        fits = fits and isinstance(value, bool) == (wanted is bool)
        if not fits:
            of = quote(profile)
            raise ConfigError(
                f"{self.path}: profiles.{profile}.{name} must be {_WORDS[wanted]}, not {value!r}",
                hint="mend the file by hand: it is keyring or file"
                if name == "store"
                else f"`eclips config set {name} VALUE --profile {of}` mends it",
            )

    def _unknown(self, profile: str, name: str) -> ConfigError:
        remove = command(f"config unset --profile {quote(profile)}", name)
        return ConfigError(
            f"{self.path}: unknown setting profiles.{profile}.{name}",
            hint=f"{_near(name, KEYS)} To remove it: {remove}",
        )


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}."


def _check_trusted(path: Path, about: os.stat_result) -> None:
    """Raises ConfigError for what somebody else could have written: it says where the key is sent.

    Not for what is mounted read-only, as a container's configuration is: its modes are not its user's.
    """
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return
    if about.st_uid not in (os.geteuid(), 0):
        raise ConfigError(
            f"{path} belongs to another user (uid {about.st_uid}): it is not believed",
            hint="make it yours, or let ECLIPS_CONFIG_DIR name a directory of yours",
        )
    # in a directory with the sticky bit nobody replaces another's file; a user's own group is himself
    open_ = 0o022 if about.st_gid != os.getegid() else 0o002
    if about.st_mode & open_ and not (stat.S_ISDIR(about.st_mode) and about.st_mode & stat.S_ISVTX):
        raise ConfigError(
            f"{path} can be written by others (mode {stat.S_IMODE(about.st_mode):04o}): it is not believed",
            hint=f"chmod go-w {path}",
        )


def profile_table(document: Any, profile: str) -> Any:
    """The table of a profile in a document, made where it is missing."""
    import tomlkit

    if "profiles" not in document:
        document["profiles"] = tomlkit.table(is_super_table=True)
    if profile not in document["profiles"]:
        document["profiles"][profile] = tomlkit.table()
    return document["profiles"][profile]
