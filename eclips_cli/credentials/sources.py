"""Where the API key comes from: the first source, in a fixed order, that has one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from eclips_cli.credentials import key_file, keyring_store
from eclips_cli.credentials.keys import clean_key, is_sandbox_key
from eclips_cli.credentials.settings import Settings
from eclips_cli.errors import ConfigError, EclipsError, KeyMissing
from eclips_cli.masking import mask_key
from eclips_cli.system.paths import expanded

CREDENTIAL = "eclips_api_key"
"""the name of the systemd credential"""


class FoundKey(NamedTuple):
    """A key, where it came from (a file's `path`, where that is one), and the sources that it hides."""

    key: str
    source: str
    shadowed: tuple[str, ...] = ()
    path: Path | None = None

    @property
    def may_change(self) -> bool:
        """Whether the source may hold another key while this process runs: its environment does not."""
        return self.source != "ECLIPS_API_KEY"

    @property
    def named(self) -> str:
        """The source, with its file."""
        return self.source if self.path is None else f"{self.source} ({self.path})"

    def __repr__(self) -> str:
        return f"<FoundKey of {self.source}>"


class _Source(NamedTuple):
    name: str
    read: Callable[[], str | None]
    path: Path | None = None


def find_key(settings: Settings, environ: Mapping[str, str], *, api_key_file: str | None = None) -> FoundKey:
    """The key of this invocation. Raises KeyMissing when no source has one.

    A keyring that can't be asked is reported only if nothing after it has a key either.
    """
    trouble: list[EclipsError] = []
    for source in _sources(settings, environ, api_key_file):
        key = _read(source, trouble)
        if key is not None:
            return FoundKey(key, source.name, path=source.path)
    raise missing(settings, trouble)


def find_all(
    settings: Settings, environ: Mapping[str, str], *, api_key_file: str | None = None
) -> tuple[FoundKey | None, EclipsError | None]:
    """The same, asking every source, so that what is hidden can be told; what is hidden may be unusable.

    With it, what stands in the way of the keyring, where something does.
    """
    found: list[tuple[str, str]] = []
    trouble: list[EclipsError] = []
    for source in _sources(settings, environ, api_key_file):
        try:
            key = _read(source, trouble)
        except EclipsError:
            if not found:
                raise
            found.append(("", f"{source.name} (unusable)"))
            continue
        if key is not None:
            found.append((key, source.name))
    winner = FoundKey(*found[0], tuple(name for _key, name in found[1:])) if found else None
    return winner, trouble[0] if trouble else None


def read_again(
    first: FoundKey, settings: Settings, environ: Mapping[str, str], *, api_key_file: str | None = None
) -> str:
    """The key that the source of `first` holds now. Raises EclipsError where it holds none, or can't be read.

    No other source takes its place: that one may hold another account's.
    """
    for source in _sources(settings, environ, api_key_file):
        if source.name == first.source and (key := source.read()) is not None:
            return clean_key(key, source.name)
    raise KeyMissing(f"{first.named} holds none")


def to_renew(found: FoundKey, settings: Settings) -> str:
    """What to do where the key of a source is rejected."""
    if found.source == "ECLIPS_API_KEY":
        return "set ECLIPS_API_KEY to a key that is valid, or ECLIPS_API_KEY_FILE: a file can be renewed meanwhile"
    if found.source == "systemd credential":
        return "renew what LoadCredential names, and restart the service"
    if found.source in ("keyring", "key file"):
        return login_for(settings)
    return f"put a key that is valid into {found.path}"


def login_for(settings: Settings) -> str:
    """The command that signs a profile in."""
    named = "" if settings.profile == "default" else f" --profile {settings.profile}"
    return f"eclips auth login{named}"


def check_destination(key: str, base_url: str, *, sandbox: bool) -> None:
    """Raise ConfigError when a sandbox key would leave this machine, or a real one go to the sandbox."""
    from urllib.parse import urlsplit

    if sandbox and not is_sandbox_key(key):
        raise ConfigError("a real key is not sent to the sandbox", hint="leave --sandbox out")
    host = urlsplit(base_url).hostname or ""
    if is_sandbox_key(key) and host not in ("127.0.0.1", "localhost", "::1"):
        raise ConfigError(
            f"a sandbox key ({mask_key(key)}) is not sent to {host}", hint="set a real key, or use --sandbox"
        )


def has_credential(environ: Mapping[str, str]) -> bool:
    """Whether systemd gave this process a credential of our name."""
    directory = environ.get("CREDENTIALS_DIRECTORY")
    return bool(directory) and (Path(str(directory)) / CREDENTIAL).exists()


def _sources(settings: Settings, environ: Mapping[str, str], api_key_file: str | None) -> Iterator[_Source]:
    if api_key_file is not None:
        path = expanded(api_key_file, environ)
        yield _Source("--api-key-file", lambda: key_file.read_key_file(path, "--api-key-file"), path)
    if environ.get("ECLIPS_API_KEY", "").strip():
        yield _Source("ECLIPS_API_KEY", lambda: clean_key(environ["ECLIPS_API_KEY"], "ECLIPS_API_KEY"))
    if environ.get("ECLIPS_API_KEY_FILE"):
        named = expanded(environ["ECLIPS_API_KEY_FILE"], environ)
        yield _Source(
            "ECLIPS_API_KEY_FILE", lambda: key_file.read_key_file(named, "ECLIPS_API_KEY_FILE"), named
        )
    if has_credential(environ):
        credential = Path(environ["CREDENTIALS_DIRECTORY"]) / CREDENTIAL
        yield _Source(
            "systemd credential",
            lambda: key_file.read_key_file(credential, "systemd credential", own_mode=False),
            credential,
        )
    yield _Source("keyring", lambda: keyring_store.get(settings.profile, environ))
    stored = key_file.stored_path(settings.profile, environ)
    if _may_be_there(stored):
        yield _Source("key file", lambda: key_file.read_key_file(stored, "key file"), stored)


def _may_be_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a directory that can't be entered: reading it will say so
        return True


def _read(source: _Source, trouble: list[EclipsError]) -> str | None:
    try:
        key = source.read()
    except keyring_store.KeyringUnavailable as error:
        trouble.append(error)
        return None
    return None if key is None else clean_key(key, source.name)


def missing(settings: Settings, trouble: list[EclipsError]) -> KeyMissing:
    """The error for a profile without a key, with the ways to give one; `trouble` is the keyring's."""
    why = f"; {trouble[0].message}" if trouble else ""
    return KeyMissing(
        f"there is no API key for the profile {settings.profile}{why}",
        hint=f"`{login_for(settings)}`; in scripts ECLIPS_API_KEY_FILE or --api-key-file; or try --sandbox",
    )
