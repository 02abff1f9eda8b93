"""Settings: an option wins over the environment, that over the profile, that over the default."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, NamedTuple

from eclips_cli.api.http.checks import MAX_RETRIES, REQUEST_TIMEOUTS, canonical_base_url
from eclips_cli.credentials.config_file import ConfigFile
from eclips_cli.errors import ConfigError, UsageError
from eclips_cli.masking import PREFIX
from eclips_cli.options import FORMATS, WORKBOOK

DEFAULT_BASE_URL = "https://api.eclips.tech"
DEFAULT_PROFILE = "default"
DEFAULT_ASK_FROM_ROWS = 25
MOST_ASK_FROM_ROWS = 999_999_999
GUARDS = ("read_only", "agents_may_decide", "ask_from_rows")
"""settings that guard against accident, and that no AI agent may change"""
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


class Settings(NamedTuple):
    """What holds for one invocation; `sources` says for each value where it came from.

    `base_url` is in its one spelling (`canonical_base_url`), wherever it was given.
    """

    profile: str
    base_url: str
    agent: str | None
    priority: str | None
    amount_field: str | None
    output: str | None
    request_timeout: float
    max_retries: int
    sandbox: bool
    no_input: bool
    read_only: bool
    """whether nothing that changes anything may be sent"""
    agents_may_decide: bool
    """whether an AI agent may decide what waits for a person"""
    ask_from_rows: int
    """from how many rows on a person is asked about a submission"""
    profiles: tuple[str, ...] = ()
    profile_named: bool = False
    """whether the profile was named with --profile"""
    sources: Mapping[str, str] = MappingProxyType({})


def load(options: Mapping[str, Any], environ: Mapping[str, str], *, may_be_new: bool = False) -> Settings:
    """Resolve the settings from given options, the environment and the configuration file.

    `may_be_new` allows a profile that does not exist yet (login). Raises ConfigError or UsageError.
    """
    file = ConfigFile(environ)
    profiles = file.profiles()
    chosen = _chosen_profile(options, environ, file.active())
    name = check_profile_name(chosen.value)
    if name not in profiles and name != DEFAULT_PROFILE and not may_be_new:
        raise unknown_profile(name, list(profiles), chosen.source)
    layers = _Layers(options, environ, profiles.get(name, {}), name)
    base_url = layers.text("base_url", "ECLIPS_BASE_URL", DEFAULT_BASE_URL)
    return Settings(
        profile=name,
        base_url=canonical_base_url(base_url) if base_url else DEFAULT_BASE_URL,
        agent=layers.text("agent", None, None),
        priority=layers.text("priority", None, None),
        amount_field=layers.text("amount_field", None, None),
        output=layers.choice("output", "ECLIPS_OUTPUT", _formats(options)),
        request_timeout=layers.number("request_timeout", 30.0, *REQUEST_TIMEOUTS),
        max_retries=int(layers.number("max_retries", 4, *MAX_RETRIES)),
        sandbox=_sandbox(layers, options),
        no_input=layers.flag("no_input", "ECLIPS_NO_INPUT"),
        read_only=layers.strictest("read_only", "ECLIPS_READ_ONLY"),
        agents_may_decide=layers.of_profile("agents_may_decide"),
        ask_from_rows=int(layers.number("ask_from_rows", DEFAULT_ASK_FROM_ROWS, 1, MOST_ASK_FROM_ROWS)),
        profiles=tuple(profiles),
        profile_named=options.get("profile") is not None,
        sources={**layers.sources, "profile": chosen.source},
    )


def profile_name(options: Mapping[str, Any], environ: Mapping[str, str]) -> str:
    """The profile that is used, though a value in the file may be wrong: for those who mend it.

    Raises ConfigError when the file can't be parsed or there is no such profile, UsageError for a bad name.
    """
    content = ConfigFile(environ).parsed()
    active, known = content.get("active"), content.get("profiles")
    chosen = _chosen_profile(options, environ, active if isinstance(active, str) else None)
    names = list(known) if isinstance(known, dict) else []
    if check_profile_name(chosen.value) not in (*names, DEFAULT_PROFILE):
        raise unknown_profile(chosen.value, names, chosen.source)
    return chosen.value


def _formats(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The formats that can be chosen: a workbook for one command line, and never for good."""
    return (*FORMATS, WORKBOOK) if options.get("output") == WORKBOOK else FORMATS


def _sandbox(layers: "_Layers", options: Mapping[str, Any]) -> bool:
    """Whether the sandbox is used: --base-url on the command line wins over ECLIPS_SANDBOX, and contradicts --sandbox."""
    if options.get("base_url") is None:
        return layers.flag("sandbox", "ECLIPS_SANDBOX")
    if options.get("sandbox"):
        raise UsageError("--sandbox and --base-url together", hint="give one of them")
    layers.sources["sandbox"] = "--base-url"
    return False


class _Chosen(NamedTuple):
    value: str
    source: str


def _chosen_profile(options: Mapping[str, Any], environ: Mapping[str, str], active: str | None) -> _Chosen:
    if options.get("profile") is not None:
        return _Chosen(str(options["profile"]), "--profile")
    if environ.get("ECLIPS_PROFILE"):
        return _Chosen(environ["ECLIPS_PROFILE"], "ECLIPS_PROFILE")
    return _Chosen(active, "config") if active else _Chosen(DEFAULT_PROFILE, "default")


def check_profile_name(name: str) -> str:
    """A profile's name: letters, digits, `-`, `_` and `.`, and no API key; else UsageError."""
    if name.lower().startswith(PREFIX):
        raise UsageError(
            "an API key stands where a profile's name is needed",
            hint="give a name, as in --profile work: `auth login` asks for the key itself",
        )
    allowed = name.isascii() and all(char.isalnum() or char in "-_." for char in name)
    if not (allowed and name and len(name) <= 64 and not name.startswith((".", "-"))):
        raise UsageError(f"{name!r} can't be a profile's name", hint="use letters, digits, - and _")
    return name


def unknown_profile(name: str, known: list[str], source: str | None = None) -> ConfigError:
    """The error for a profile that does not exist, with the nearest one; `source` says who named it."""
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"`eclips auth login --profile {name}` makes it"
    named = f" ({source})" if source else ""
    return ConfigError(f"there is no profile {name}{named}", hint=hint)


class _Layers:
    """The layers in which a value is looked for, first to last; remembers where it was found."""

    def __init__(
        self, options: Mapping[str, Any], environ: Mapping[str, str], profile: Mapping[str, Any], name: str
    ) -> None:
        self._options, self._environ, self._profile, self._name = options, environ, profile, name
        self.sources: dict[str, str] = {}

    def text(self, key: str, variable: str | None, default: str | None) -> str | None:
        if self._options.get(key) is not None:
            return self._found(key, f"--{key.replace('_', '-')}", self._options[key])
        if variable and self._environ.get(variable):
            return self._found(key, variable, self._environ[variable])
        if self._profile.get(key) is not None:
            return self._found(key, f"profile {self._name}", self._profile[key])
        self.sources[key] = "default"
        return default

    def _found(self, key: str, source: str, value: object) -> str:
        self.sources[key] = source
        return str(value)

    def number(self, key: str, default: float, least: float, most: float) -> float:
        text = self.text(key, None, None)
        if text is None:
            return default
        try:
            number = float(text) if isinstance(default, float) else int(text)
        except ValueError:
            number = -1
        if not least <= number <= most:
            raise self._refused(key, f"a number from {least:g} to {most:g} is needed, not {text!r}")
        return number

    def choice(self, key: str, variable: str, known: Sequence[str]) -> str | None:
        text = self.text(key, variable, None)
        if text is not None and text not in known:
            raise self._refused(key, f"there is no output format {text!r}", f"one of {', '.join(known)}")
        return text

    def _refused(self, key: str, why: str, hint: str | None = None) -> UsageError:
        source = self.sources[key]
        if source.startswith("profile "):
            mend = (
                f"`eclips config unset {key}`" if hint is None else f"{hint}; `eclips config set {key} VALUE`"
            )
            return ConfigError(f"{key} of {source}: {why}", hint=mend)
        return UsageError(f"{source}: {why}", hint=hint)

    def flag(self, key: str, variable: str) -> bool:
        if self._options.get(key) is not None:
            self.sources[key] = f"--{key.replace('_', '-')}"
            return bool(self._options[key])
        value = self._environ.get(variable, "").strip().lower()
        if value not in (*_TRUE, *_FALSE):
            raise ConfigError(f"{variable}={value}: 1 or 0 is needed")
        self.sources[key] = variable if value else "default"
        return value in _TRUE

    def of_profile(self, key: str) -> bool:
        """A yes that only a profile can give."""
        self.sources[key] = f"profile {self._name}" if key in self._profile else "default"
        return self._profile.get(key) is True

    def strictest(self, key: str, variable: str) -> bool:
        """Whether any layer says yes: no other layer can take that back."""
        if self.flag(key, variable):
            return True
        return self.of_profile(key)
