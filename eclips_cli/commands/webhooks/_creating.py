"""Creating a webhook: the secret comes once, so where it will be kept is made sure of before anything is sent."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eclips_cli.errors import LocalFailure, UsageError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.webhooks import Webhooks
    from eclips_cli.options import Options
    from eclips_cli.output.output import Output

ROOM = 256
"""bytes that are written to a secret file beforehand, so that a full disk shows before the request"""


class SecretFile:
    """A file that will hold a secret: there, empty and 0600 before the request; gone again if that fails."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self._handle = -1
        self._kept = False

    def __enter__(self) -> SecretFile:
        try:
            # O_EXCL: a file that is there already, or a link, is never written to
            self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            raise UsageError(
                f"--secret-file {self.path} exists already and is not overwritten", hint="name another file"
            ) from None
        except (OSError, ValueError) as error:
            raise self._trouble(error) from None
        try:
            self._write(b"\n" * ROOM)
        except OSError as error:
            self.__exit__()
            raise self._trouble(error) from None
        return self

    def keep(self, secret: str) -> None:
        """Write the secret, alone and without a newline. Raises LocalFailure."""
        try:
            self._write(secret.encode())
        except OSError as error:
            raise LocalFailure(f"{self.path}: {(error.strerror or 'cannot be written').lower()}") from None
        self._kept = True

    def _write(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            view = view[os.pwrite(self._handle, view, len(content) - len(view)) :]
        os.ftruncate(self._handle, len(content))
        os.fsync(self._handle)

    def __exit__(self, *_exception: object) -> None:
        os.close(self._handle)
        if not self._kept:
            self.path.unlink(missing_ok=True)

    def _trouble(self, error: Exception) -> UsageError:
        reason = (getattr(error, "strerror", None) or "is not a file name").lower()
        return UsageError(f"--secret-file {self.path}: {reason}", hint="nothing was sent")


class Creation:
    """One `webhooks create`: where the secret goes, and what is told to whom.

    `code` is the exit code: 1 when the webhook was made, but the secret is not where it was to be kept.
    """

    def __init__(
        self, output: Output, environ: Mapping[str, str], *, secret_file: str | None, save_secret: bool
    ) -> None:
        self._output, self._environ = output, environ
        self._file, self._save = secret_file, save_secret
        self.code = 0

    def prepare(self, options: Options) -> None:
        """Make sure that the secret will be kept or shown. Raises UsageError and KeyringUnavailable."""
        from eclips_cli.credentials import webhook_secrets

        chosen = options.jq or options.fields or ""
        hidden = self._output.format == "id" or (
            self._output.cut and "secret" not in chosen and chosen != "."
        )
        if hidden and self._file is None and not self._save:
            raise UsageError(
                "this output would leave out the secret, which comes only once",
                hint="add --secret-file F or --save-secret, or print it with -o json",
            )
        if self._save and not (options.dry_run or options.curl):
            webhook_secrets.check(self._environ)

    def create(self, webhooks: Callable[[], Webhooks], url: str, events: Sequence[str]) -> JsonObject:
        """The webhook as the API answered, without its secret where that was kept elsewhere.

        Raises UsageError before anything is sent when the secret file can't be written.
        """
        with SecretFile(self._file) if self._file is not None else contextlib.nullcontext() as file:
            made: JsonObject = webhooks().create(url, events).json["data"]
            secret = str(made.get("secret") or "")
            kept = [self._to_file(file, secret), self._to_keyring(str(made["id"]), secret)]
        if not secret:
            self._output.warn("the API's answer holds no secret")
        elif any(kept):
            return {name: value for name, value in made.items() if name != "secret"}
        else:
            self._output.warn("the secret is shown this once and can't be read again: keep it now")
        return made

    def _to_file(self, file: SecretFile | None, secret: str) -> bool:
        if file is None or not secret:
            return False
        try:
            file.keep(secret)
        except LocalFailure as error:
            # it will never be shown again, so it is shown rather than lost
            return self._not_kept(f"the secret could not be written: {error.message}")
        self._output.note(f"the secret is in {file.path}")
        return True

    def _to_keyring(self, webhook_id: str, secret: str) -> bool:
        from eclips_cli.credentials import webhook_secrets

        if not self._save or not secret:
            return False
        try:
            backend = webhook_secrets.save(webhook_id, secret, self._environ)
        except LocalFailure as error:
            return self._not_kept(f"the secret was not kept: {error.message}")
        self._output.note(f"the secret is in the keyring ({backend}); --secret-of {webhook_id} uses it")
        return True

    def _not_kept(self, why: str) -> bool:
        self._output.warn(why)
        self.code = 1
        return False
