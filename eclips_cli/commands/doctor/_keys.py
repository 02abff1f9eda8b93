"""Checks of the key: the keyring, where the key comes from, and what it may do."""

from __future__ import annotations

import time
from collections.abc import Mapping

from eclips_cli.api import EclipsClient
from eclips_cli.commands import _key_check
from eclips_cli.commands.doctor._checks import FAILED, NOTE, OK, Finding, Later, Redactor
from eclips_cli.credentials import keyring_store
from eclips_cli.credentials.config_file import ConfigFile
from eclips_cli.credentials.settings import Settings
from eclips_cli.credentials.sources import FoundKey, check_destination, find_all, missing
from eclips_cli.errors import EclipsError, KeyMissing
from eclips_cli.masking import mask_key

LOGIN = "eclips auth login"


class Keys:
    """The key of one invocation, looked for once; whatever is found is hidden by `redact`."""

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        api_key_file: str | None,
        redact: Redactor,
        given: FoundKey | None = None,
    ) -> None:
        self._settings, self._environ, self._api_key_file = settings, environ, api_key_file
        self._redact, self._given = redact, given
        self._found = Later(self._find)

    def keyring(self) -> Finding:
        """The OS keyring: its back end, and whether it answers."""
        stored = ConfigFile(self._environ).profiles().get(self._settings.profile, {}).get("store")
        begun = time.perf_counter()
        try:
            name = keyring_store.backend_name(self._environ)
            keyring_store.get(self._settings.profile, self._environ)
        except keyring_store.KeyringUnavailable as error:
            needed = stored == "keyring"
            remedy = error.hint if needed else f"only needed for `{LOGIN}`; {keyring_store.WAYS_WITHOUT}"
            return Finding("keyring", FAILED if needed else NOTE, error.message, remedy)
        took = (time.perf_counter() - begun) * 1000
        return Finding("keyring", OK, f"{name}, answered in {took:.0f} ms")

    def key(self) -> Finding:
        """Where the key comes from, and what it hides."""
        found = self.found()
        if self._given is not None:
            return Finding("key", OK, f"{mask_key(found.key)} from {found.source}")
        check_destination(found.key, self._settings.base_url, sandbox=False)
        hidden = f"; it hides: {', '.join(found.shadowed)}" if found.shadowed else ""
        detail = f"{mask_key(found.key)} from {found.source}, profile {self._settings.profile}{hidden}"
        if self._settings.profile_named and found.source.startswith("ECLIPS_"):
            remedy = f"unset {found.source} to use the key of profile {self._settings.profile}"
            return Finding("key", NOTE, detail, remedy)
        return Finding("key", OK, detail)

    def scopes(self, base_url: str, seconds: float) -> Finding:
        """What the key may do, as far as that can be told without a change."""
        try:
            found = self.found()
        except EclipsError:
            return Finding("scopes", NOTE, "not known: there is no key to ask with", "see the check `key`")
        check_destination(found.key, base_url, sandbox=self._settings.sandbox)
        with EclipsClient(found.key, base_url=base_url, request_timeout=seconds, max_retries=0) as client:
            can = _key_check.abilities(client)
        plan = f"plan {can['plan']}; " if can["plan"] else ""
        if not can["scopes"]:
            remedy = "make a key with the scopes you need, then: " + LOGIN
            return Finding("scopes", FAILED, f"{plan}{_key_check.in_words(can)}", remedy)
        return Finding("scopes", OK, f"{plan}{_key_check.in_words(can)}")

    def found(self) -> FoundKey:
        """The key. Raises KeyMissing, and ConfigError for one that can't be used."""
        try:
            found: FoundKey = self._found.get(keyring_store.ASK_BOUND * 2)
        except TimeoutError:
            raise KeyMissing("the key could not be read in time", hint=keyring_store.WAYS_WITHOUT) from None
        return found

    def _find(self) -> FoundKey:
        found, trouble = self._given, None
        if found is None:
            found, trouble = find_all(self._settings, self._environ, api_key_file=self._api_key_file)
        if found is None:
            raise missing(self._settings, [trouble] if trouble else [])
        self._redact.hide(found.key, mask_key(found.key))
        return found
