"""`config.toml`: profiles and their settings, read with line and column of what is wrong, edited with comments kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from eclips_cli.errors import ConfigError
from eclips_cli.paths import config_dir, failure, write_private

KEYS: dict[str, type] = {
    "base_url": str,
    "agent": str,
    "priority": str,
    "output": str,
    "request_timeout": float,
    "max_retries": int,
    "store": str,
}
"""what a profile may hold, and the type of each value"""


class ConfigFile:
    """The configuration file of one user; absent means empty."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.path = config_dir(environ) / "config.toml"

    def read(self) -> dict[str, Any]:
        """Its content. Raises ConfigError with line and column for a syntax error, and for unknown keys."""
        text = self._text()
        if not text:
            return {}
        import tomllib

        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(
                f"{self.path}: {error}", hint="mend the file by hand; nothing was changed"
            ) from None
        self._check(content)
        return content

    def edit(self, change: Callable[[Any], None]) -> None:
        """Apply `change` to the document, keeping comments and order; written whole or not at all."""
        self.read()
        import tomlkit

        document = tomlkit.parse(self._text())
        change(document)
        write_private(self.path, tomlkit.dumps(document).encode())

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
            return self.path.read_bytes().decode()
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError:
            raise ConfigError(f"{self.path} is not UTF-8 text") from None
        except OSError as error:
            raise ConfigError(failure(Path(self.path), error).message) from None

    def _check(self, content: dict[str, Any]) -> None:
        known = {"active": None, "profiles": None}
        for name in content:
            if name not in known:
                raise self._unknown(name, known)
        for profile, values in content.get("profiles", {}).items():
            if not isinstance(values, dict):
                raise ConfigError(f"{self.path}: profiles.{profile} is not a table")
            for name in values:
                if name not in KEYS:
                    raise self._unknown(f"profiles.{profile}.{name}", KEYS)

    def _unknown(self, name: str, known: Mapping[str, Any]) -> ConfigError:
        near = get_close_matches(name.rpartition(".")[2], list(known), n=1)
        hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"
        return ConfigError(f"{self.path}: unknown setting {name}", hint=hint)
