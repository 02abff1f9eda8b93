"""Settings of a profile, read and changed by name: each value checked before it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from eclips_cli.api.http.checks import MAX_RETRIES, REQUEST_TIMEOUTS
from eclips_cli.credentials.config_file import ConfigFile, profile_table
from eclips_cli.credentials.settings import GUARDS, MOST_ASK_FROM_ROWS, Settings, profile_name
from eclips_cli.errors import EclipsError, GuardRefused, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.options import FORMATS
from eclips_cli.system.paths import somewhere

SETTABLE = (
    "base_url",
    "agent",
    "priority",
    "amount_field",
    "output",
    "request_timeout",
    "max_retries",
    *GUARDS,
)
SHOWN = ("profile", *SETTABLE, "sandbox", "no_input")
VARIABLES = {"base_url": "ECLIPS_BASE_URL", "output": "ECLIPS_OUTPUT", "read_only": "ECLIPS_READ_ONLY"}


class Configuration:
    """The settings of the profile in use; `options` are the shared options of this invocation."""

    def __init__(self, options: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self._options, self._environ = options, environ
        self._file = ConfigFile(environ)

    @property
    def path(self) -> str:
        """Where the configuration is kept, whether it is there or not. Raises NoHome where it can't be kept."""
        return str(somewhere(self._file.path))

    def listed(self, settings: Settings) -> list[JsonObject]:
        """Each setting with its value, where that comes from, and what the file holds where something else wins."""
        stored = self._file.profiles().get(settings.profile, {})
        rows: list[JsonObject] = []
        for key in SHOWN:
            source = settings.sources.get(key, "default")
            hidden = stored.get(key) if not source.startswith("profile ") else None
            rows.append({"key": key, "value": getattr(settings, key), "source": source, "stored": hidden})
        return rows

    def get(self, key: str, settings: Settings) -> JsonObject:
        """One of these. Raises UsageError for an unknown setting, EclipsError where it has no value."""
        name = _known(key, SHOWN)
        row = next(row for row in self.listed(settings) if row["key"] == name)
        if row["value"] is None:
            raise EclipsError(
                f"{name} is not set for profile {settings.profile}", hint=f"eclips config set {name} VALUE"
            )
        return row

    def set(self, key: str, text: str) -> list[str]:
        """Write a checked value; what was done, and what hides it, in lines.

        Raises UsageError, ConfigError, or GuardRefused for a guard that an AI agent would set; nothing was
        written then.
        """
        name = _known(key, SETTABLE)
        value = VALUES[name](text)
        profile = profile_name(self._options, self._environ)
        self._check_person(name, f"eclips config set {name} {_shown(value)} --profile {profile}")

        def write(document: Any) -> None:
            profile_table(document, profile)[name] = value

        self._file.edit(write)
        done = [f"{name} of profile {profile} is {_shown(value)}"]
        variable = VARIABLES.get(name, "")
        if self._environ.get(variable):
            wins = "the stricter of both holds" if name in GUARDS else "wins over it"
            done.append(f"{variable} is set, and {wins}")
        return done

    def unset(self, key: str) -> str:
        """Take a setting out of the file, also one that nobody knows; what was done, in words.

        Raises UsageError, and GuardRefused for a guard that an AI agent would take away.
        """
        profile = profile_name(self._options, self._environ)
        there = _table(self._file.parsed(), profile)
        name = key if key in there and key != "store" else _known(key, SETTABLE)
        if name not in there:
            return f"{name} was not set for profile {profile}"
        self._check_person(name, f"eclips config unset {name} --profile {profile}")
        self._file.edit(lambda document: _table(document, profile).pop(name, None))
        return f"{name} of profile {profile} is not set any more"

    def _check_person(self, name: str, command: str) -> None:
        """Raise GuardRefused where an AI agent would change a guard."""
        from eclips_cli.system import ai_agents

        agent = ai_agents.running(self._environ) if name in GUARDS else None
        if agent is not None:
            raise GuardRefused(
                f"a person sets {name}: {agent.variable} says that an AI agent ({agent.name}) runs the command",
                hint=f"hand this to a person: {command}",
            )


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _table(content: Any, profile: str) -> Any:
    profiles = content.get("profiles")
    table = profiles.get(profile) if hasattr(profiles, "get") else None
    return table if hasattr(table, "pop") else {}


def _known(key: str, known: tuple[str, ...]) -> str:
    name = key.strip().lower().replace("-", "_")
    if name in known:
        return name
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"
    raise UsageError(f"there is no setting {key!r} that can be given here", hint=hint)


def _base_url(text: str) -> str:
    from eclips_cli.api.http.checks import check_base_url

    return check_base_url(text)


def _word(name: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        value = text.strip()
        if not value or len(value) > 200 or not value.isprintable():
            raise UsageError(f"{name}: a word is needed", hint=f"to take it away: eclips config unset {name}")
        return value

    return check


def _output(text: str) -> str:
    if text not in FORMATS:
        near = get_close_matches(text, FORMATS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(FORMATS)}"
        raise UsageError(f"output: there is no format {text!r}", hint=hint)
    return text


def _request_timeout(text: str) -> float | int:
    least, most = REQUEST_TIMEOUTS
    value = float(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) else 0.0
    if not least <= value <= most:
        raise UsageError(f"request_timeout: seconds from {least:g} to {most:g} are needed, not {text!r}")
    return int(value) if value.is_integer() else value


def _max_retries(text: str) -> int:
    least, most = MAX_RETRIES
    if not re.fullmatch(r"[0-9]{1,3}", text) or not least <= int(text) <= most:
        raise UsageError(f"max_retries: a whole number from {least} to {most} is needed, not {text!r}")
    return int(text)


def _yes_or_no(name: str) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        word = text.strip().lower()
        if word not in ("true", "false", "yes", "no", "on", "off", "1", "0"):
            raise UsageError(f"{name}: true or false is needed, not {text!r}")
        return word in ("true", "yes", "on", "1")

    return check


def _ask_from_rows(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= MOST_ASK_FROM_ROWS:
        raise UsageError(f"ask_from_rows: a number of rows from 1 on is needed, not {text!r}")
    return int(text)


VALUES: dict[str, Callable[[str], str | int | float]] = {
    "base_url": _base_url,
    "agent": _word("agent"),
    "priority": _word("priority"),
    "amount_field": _word("amount_field"),
    "output": _output,
    "request_timeout": _request_timeout,
    "max_retries": _max_retries,
    "read_only": _yes_or_no("read_only"),
    "agents_may_decide": _yes_or_no("agents_may_decide"),
    "ask_from_rows": _ask_from_rows,
}
"""what makes a value of the text that was given, or refuses it"""
