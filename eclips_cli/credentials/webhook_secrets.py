"""The signing secrets of webhooks in the OS keyring, an entry a webhook."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from eclips_cli.credentials import keyring_store
from eclips_cli.credentials.keyring_store import KeyringUnavailable

_TRIAL = "webhook that is about to be created"
WAYS_WITHOUT = "`--secret-file FILE` keeps the secret in a file of mode 0600 instead"


def check(environ: Mapping[str, str]) -> None:
    """Keep something and take it away again: raises KeyringUnavailable when a secret could not be kept.

    It may take as long as a person needs to unlock the keyring.
    """
    with _own_hint():
        keyring_store.set_(_TRIAL, "nothing", environ)
        keyring_store.delete(_TRIAL, environ)


def save(webhook_id: str, secret: str, environ: Mapping[str, str]) -> str:
    """Keep a secret and read it back; the back end's name. Raises KeyringUnavailable."""
    with _own_hint():
        return keyring_store.set_(_entry(webhook_id), secret, environ)


def find(webhook_id: str, environ: Mapping[str, str]) -> str | None:
    """The kept secret of a webhook, or None. Raises KeyringUnavailable."""
    with _own_hint():
        return keyring_store.get(_entry(webhook_id), environ)


def forget(webhook_id: str, environ: Mapping[str, str]) -> None:
    """Delete the kept secret of a webhook that is gone, where the keyring has one and can be asked at once."""
    # one that can't be asked keeps nothing of worth: the secret of a deleted webhook signs nothing any more
    with contextlib.suppress(KeyringUnavailable):
        keyring_store.delete(_entry(webhook_id), environ, bound=keyring_store.ASK_BOUND)


def _entry(webhook_id: str) -> str:
    # a profile's name holds no space, so that the two never meet
    return f"webhook {webhook_id}"


class _own_hint:
    """Failures of the keyring name the way without it that fits a secret."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, KeyringUnavailable):
            error.hint = WAYS_WITHOUT
