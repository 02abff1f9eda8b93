"""Profiles: keeping a key, forgetting it, choosing the one that is used when none is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eclips_cli.credentials import key_file, keyring_store
from eclips_cli.credentials.config_file import ConfigFile
from eclips_cli.credentials.keys import mask_key
from eclips_cli.credentials.settings import DEFAULT_BASE_URL, DEFAULT_PROFILE, Settings, check_profile_name
from eclips_cli.credentials.sources import find_all, has_credential
from eclips_cli.errors import ConfigError, EclipsError, UsageError

JsonObject = dict[str, Any]
STORES = ("keyring", "file")


def save(profile: str, key: str, store: str, base_url: str, environ: Mapping[str, str]) -> str:
    """Keep a checked key and make the profile; where it was kept, in words.

    Raises KeyringUnavailable when the keyring did not keep it: nothing falls back to a file by itself.
    """
    check_profile_name(profile)
    if store not in STORES:
        raise UsageError(f"--store {store!r}", hint="keyring or file")
    if store == "file":
        where = f"the plain text file {key_file.store(profile, key, environ)}"
    else:
        where = f"the keyring ({keyring_store.set_(profile, key, environ)})"
        key_file.forget(profile, environ)

    def remember(document: Any) -> None:
        table = document.setdefault("profiles", {}).setdefault(profile, {})
        table["store"] = store
        if base_url != DEFAULT_BASE_URL:
            table["base_url"] = base_url
        document.setdefault("active", profile)

    ConfigFile(environ).edit(remember)
    return where


def forget(profile: str, environ: Mapping[str, str]) -> bool:
    """Forget a profile's stored key wherever it is; whether there was one. Its settings stay."""
    in_file = key_file.forget(profile, environ)
    in_keyring = keyring_store.delete(profile, environ)

    def unmark(document: Any) -> None:
        document["profiles"][profile].pop("store", None)

    file = ConfigFile(environ)
    if profile in file.profiles():
        file.edit(unmark)
    return in_file or in_keyring


def use(profile: str, environ: Mapping[str, str]) -> None:
    """Make a profile the one that is used when none is named."""
    file = ConfigFile(environ)
    if profile not in file.profiles():
        raise ConfigError(f"there is no profile {profile}", hint="`eclips auth list` shows them")
    file.edit(lambda document: document.update({"active": profile}))


def listed(environ: Mapping[str, str]) -> list[JsonObject]:
    """The profiles of this machine, without touching the keyring."""
    file = ConfigFile(environ)
    active = file.active() or DEFAULT_PROFILE
    return [
        {
            "profile": name,
            "active": name == active,
            "store": values.get("store"),
            "base_url": values.get("base_url", DEFAULT_BASE_URL),
        }
        for name, values in file.profiles().items()
    ]


def configured(settings: Settings, environ: Mapping[str, str], api_key_file: str | None) -> JsonObject:
    """Profile, base URL and where a key would come from, without reading any key or asking the keyring."""
    store = ConfigFile(environ).profiles().get(settings.profile, {}).get("store")
    stored = {"keyring": "keyring", "file": "key file"}.get(str(store))
    named = [
        name
        for name, given in (
            ("--api-key-file", api_key_file),
            ("ECLIPS_API_KEY", environ.get("ECLIPS_API_KEY")),
            ("ECLIPS_API_KEY_FILE", environ.get("ECLIPS_API_KEY_FILE")),
            ("systemd credential", has_credential(environ)),
        )
        if given
    ]
    return {
        "profile": settings.profile,
        "base_url": settings.base_url,
        "key_source": named[0] if named else stored,
    }


def status(settings: Settings, environ: Mapping[str, str], api_key_file: str | None) -> JsonObject:
    """Which key is used, where it came from and which sources it hides; the key masked."""
    found = find_all(settings, environ, api_key_file=api_key_file)
    try:
        backend: str | None = keyring_store.backend_name(environ)
    except EclipsError as error:
        backend = f"unavailable: {error.message}"
    return {
        "profile": settings.profile,
        "base_url": settings.base_url,
        "source": found.source if found else None,
        "key": mask_key(found.key) if found else None,
        "shadowed": list(found.shadowed) if found else [],
        "keyring": backend,
    }
