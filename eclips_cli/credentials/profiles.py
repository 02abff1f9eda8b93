"""Profiles: keeping a key, forgetting it, choosing the one that is used when none is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eclips_cli.credentials import key_file, keyring_store
from eclips_cli.credentials.config_file import ConfigFile
from eclips_cli.credentials.settings import (
    DEFAULT_BASE_URL,
    DEFAULT_PROFILE,
    Settings,
    check_profile_name,
    unknown_profile,
)
from eclips_cli.credentials.sources import FoundKey, find_all, has_credential, missing
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.masking import mask_key

STORES = ("keyring", "file")


def check_store(profile: str, store: str) -> None:
    """Raise UsageError for what can't be a profile's name, or for a store there is not: before a key is asked for."""
    check_profile_name(profile)
    if store not in STORES:
        raise UsageError(f"there is no store {store!r}", hint="--store keyring or --store file")


def check_keyring(environ: Mapping[str, str]) -> None:
    """Raise KeyringUnavailable where there is no keyring, before anybody is asked for a key."""
    keyring_store.backend_name(environ)


def save(profile: str, key: str, store: str, base_url: str, environ: Mapping[str, str]) -> str:
    """Keep a checked key and make the profile; where it was kept, in words.

    Raises KeyringUnavailable when the keyring did not keep it: nothing falls back to a file by itself.
    """
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
    known = list(file.profiles())
    if profile not in known:
        raise unknown_profile(check_profile_name(profile), known)
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


@dataclass(frozen=True)
class KeyStatus:
    """The key that would be used (None without one), and what can be told of it; there it is masked."""

    key: str | None = field(repr=False)
    told: JsonObject


def status(settings: Settings, environ: Mapping[str, str], api_key_file: str | None) -> KeyStatus:
    """Which key is used, where it came from and which sources it hides. The keyring is asked once."""
    found, trouble = find_all(settings, environ, api_key_file=api_key_file)
    told = _told(settings.profile, settings.base_url, found)
    if trouble is None:
        told["keyring"] = keyring_store.backend_name(environ)
    else:
        told["keyring"] = f"unavailable: {trouble.message}"
    if found is None:
        told["problem"] = missing(settings, []).message
    return KeyStatus(found.key if found else None, told)


def sandbox_status(profile: str, url: str, key: str) -> KeyStatus:
    """The same for the sandbox, whose key is its own."""
    return KeyStatus(key, _told(profile, url, FoundKey(key, "sandbox")))


def _told(profile: str, base_url: str, found: FoundKey | None) -> dict[str, Any]:
    return {
        "profile": profile,
        "base_url": base_url,
        "source": found.source if found else None,
        "key": mask_key(found.key) if found else None,
        "shadowed": list(found.shadowed) if found else [],
        "keyring": None,
    }
