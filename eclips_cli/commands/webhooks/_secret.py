"""The secrets that deliveries are signed with: read from a file, a variable or the keyring, or made here."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence

from eclips_cli.errors import UsageError
from eclips_cli.system.paths import read_regular

LONGEST = 1024


Names = Sequence[str] | None


def named_secrets(
    environ: Mapping[str, str], files: Names, variables: Names, webhooks: Names
) -> dict[str, bytes]:
    """The secrets that options name, each under the words that named it; `webhooks` are in the keyring.

    Raises UsageError, KeyringUnavailable.
    """
    found = {f"--secret-file {path}": _from_file(path) for path in files or ()}
    found |= {f"--secret-env {name}": _from_variable(name, environ) for name in variables or ()}
    return found | {f"--secret-of {hook}": _from_keyring(hook, environ) for hook in webhooks or ()}


def secret_or_made(
    environ: Mapping[str, str],
    file: str | None,
    variable: str | None,
    webhook: str | None,
    announce: Callable[[str], None],
) -> bytes:
    """The one secret to sign with: the named one, or one that is made for this once. Raises UsageError."""
    named = [[word] if word is not None else [] for word in (file, variable, webhook)]
    if sum(map(len, named)) > 1:
        raise UsageError("there is more than one source for the secret", hint="give one of them")
    return next(iter(named_secrets(environ, *named).values()), None) or made_secret(announce)


def made_secret(announce: Callable[[str], None]) -> bytes:
    """A new secret of the API's form, announced."""
    secret = f"whsec_{secrets.token_hex(16)}"
    announce(f"secret {secret} (made for this once; --secret-file or --secret-env keeps one)")
    return secret.encode()


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
            hint="`eclips webhooks create URL --save-secret` keeps one there",
        )
    return secret.encode()


def _clean(content: bytes, where: str) -> bytes:
    """The secret without the white space around it (an editor's newline); never shown in an error."""
    secret = content.strip()
    if not secret or len(secret) > LONGEST or not all(0x21 <= byte <= 0x7E for byte in secret):
        raise UsageError(f"{where} holds no secret: one word like whsec_… is expected")
    return secret
