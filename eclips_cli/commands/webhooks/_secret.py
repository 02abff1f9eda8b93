"""The secret that deliveries are signed with: read from a file, a variable or the keyring, or made here."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eclips_cli.errors import UsageError
from eclips_cli.system.paths import read_regular

LONGEST = 1024


@dataclass(frozen=True)
class SecretSource:
    """Where a command was told to find the secret; at most one of them."""

    file: str | None
    variable: str | None
    webhook: str | None = None
    """a webhook whose secret `create --save-secret` kept"""

    def read(self, environ: Mapping[str, str]) -> bytes | None:
        """The secret, or None where no source was named. Raises UsageError, KeyringUnavailable."""
        named = [name for name in (self.file, self.variable, self.webhook) if name is not None]
        if len(named) > 1:
            raise UsageError("there is more than one source for the secret", hint="give one of them")
        if self.file is not None:
            return _from_file(self.file)
        if self.variable is not None:
            return _from_variable(self.variable, environ)
        return None if self.webhook is None else _from_keyring(self.webhook, environ)

    def needed(self, environ: Mapping[str, str]) -> bytes:
        """The secret. Raises UsageError when no source was named."""
        secret = self.read(environ)
        if secret is None:
            raise UsageError("the secret is missing", hint="give --secret-file F or --secret-env VAR")
        return secret


def made_secret() -> bytes:
    """A new secret of the API's form."""
    return f"whsec_{secrets.token_hex(16)}".encode()


def _from_file(path: str) -> bytes:
    where = f"--secret-file {path}"
    try:
        return _clean(read_regular(path, LONGEST * 8), where)
    except OSError as error:
        raise UsageError(f"{where}: {(error.strerror or 'cannot be read').lower()}") from None


def _from_variable(name: str, environ: Mapping[str, str]) -> bytes:
    value = environ.get(name)
    if value is None:
        raise UsageError(
            f"--secret-env: there is no variable {name}", hint="it takes the variable's name, not the secret"
        )
    return _clean(value.encode("utf-8", "surrogateescape"), f"--secret-env {name}")


def _from_keyring(webhook_id: str, environ: Mapping[str, str]) -> bytes:
    from eclips_cli.credentials.webhook_secrets import find

    secret = find(webhook_id, environ)
    if secret is None:
        raise UsageError(
            f"the keyring holds no secret of webhook {webhook_id}",
            hint="`eclips webhooks create --save-secret` keeps one there",
        )
    return secret.encode()


def _clean(content: bytes, where: str) -> bytes:
    """The secret without the white space around it (an editor's newline); never shown in an error."""
    secret = content.strip()
    if not secret or len(secret) > LONGEST or not all(0x21 <= byte <= 0x7E for byte in secret):
        raise UsageError(f"{where} holds no secret: one word like whsec_… is expected")
    return secret


def secret_or_made(
    source: SecretSource, environ: Mapping[str, str], announce: Callable[[str], None]
) -> bytes:
    """The named secret, or one that is made for this once and announced. Raises UsageError."""
    secret = source.read(environ)
    if secret is None:
        secret = made_secret()
        announce(f"secret {secret.decode()} (made for this once; --secret-file or --secret-env keeps one)")
    return secret
