"""`eclips webhooks create`: the secret comes once, so where it will be kept is made sure of before anything is sent."""

import contextlib
import os
from pathlib import Path
from typing import Annotated, Self

import typer

from eclips_cli.commands.webhooks._delivery import EVENTS, nearest_event
from eclips_cli.commands.webhooks._target import without_password
from eclips_cli.commands.webhooks._view import CREATED_WEBHOOK
from eclips_cli.errors import LocalFailure, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.output.detail import object_detail
from eclips_cli.records.recent import Thing
from eclips_cli.session.session import Session

ROOM = 256
"""bytes that are written to a secret file beforehand, so that a full disk shows before the request"""


class _SecretFile:
    """A file that will hold a secret: there, empty and 0600 before the request; gone again if that fails."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self._handle = -1
        self._kept = False

    def __enter__(self) -> Self:
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


def create(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="Where deliveries are POSTed: https://…")],
    event: Annotated[
        list[str] | None,
        typer.Option(metavar="E", help=f"Only this event; may be repeated. [{', '.join(EVENTS)}]"),
    ] = None,
    secret_file: Annotated[
        str | None, typer.Option(metavar="F", help="Write the secret to this new file (mode 0600).")
    ] = None,
    save_secret: Annotated[
        bool, typer.Option("--save-secret", help="Keep the secret in the OS keyring.")
    ] = False,
) -> int:
    """Create a webhook; its secret is shown once.

    The secret, which receivers check signatures with, is on stdout unless it is kept elsewhere. A URL
    that is not https:// is refused; the sandbox alone also takes http:// to this machine.

    Examples:
      eclips webhooks create https://your-app.com/hook --secret-file hook.secret
      eclips webhooks create https://your-app.com/hook --event run.failed --save-secret
      eclips --sandbox webhooks create http://127.0.0.1:8080/hook
    """
    session: Session = ctx.obj
    events = list(dict.fromkeys(event or EVENTS))
    session.open_client.webhooks.check(url, events)
    _check_events(events)
    _make_sure(session, file=secret_file is not None, keyring=save_secret)
    with _SecretFile(secret_file) if secret_file is not None else contextlib.nullcontext() as file:
        made: JsonObject = session.client.webhooks.create(url, events).json["data"]
        kept = _kept(session, made, file, keyring=save_secret)
    session.remember(Thing("webhook", str(made["id"]), without_password(url), started=True))
    shown = {name: value for name, value in made.items() if name != "secret"} if any(kept) else made
    session.output.item(shown, CREATED_WEBHOOK, detail=object_detail)
    return 0 if all(kept) else 1


def _check_events(events: list[str]) -> None:
    """Raise UsageError for a misspelt event. One that is like none may be newer than this program: the API knows."""
    for event in events:
        near = None if event in EVENTS else nearest_event(event)
        if near is not None:
            raise UsageError(f"there is no event {event!r}", hint=f"did you mean {near}?")


def _make_sure(session: Session, *, file: bool, keyring: bool) -> None:
    """Make sure that the secret will be kept or shown. Raises UsageError and KeyringUnavailable."""
    from eclips_cli.credentials import webhook_secrets

    options, output = session.options, session.output
    chosen = options.jq or options.fields or ""
    hidden = output.format == "id" or (output.cut and "secret" not in chosen and chosen != ".")
    if hidden and not file and not keyring:
        raise UsageError(
            "this output would leave out the secret, which comes only once",
            hint="add --secret-file F or --save-secret, or print it with -o json",
        )
    if keyring and not (options.dry_run or options.curl):
        webhook_secrets.check(session.environ)


def _kept(session: Session, made: JsonObject, file: _SecretFile | None, *, keyring: bool) -> list[bool]:
    """Keep the secret of the webhook that was `made`: for each place that was asked for, whether it is there now."""
    output, secret = session.output, str(made.get("secret") or "")
    if not secret:
        output.warn("the API's answer holds no secret")
        return []
    kept = []
    # it will never be shown again, so where it can't be kept it is shown rather than lost
    if file is not None:
        kept.append(_in_file(session, file, secret))
    if keyring:
        kept.append(_in_keyring(session, str(made["id"]), secret))
    if not any(kept):
        output.warn("the secret is shown this once and can't be read again: keep it now")
    return kept


def _in_file(session: Session, file: _SecretFile, secret: str) -> bool:
    try:
        file.keep(secret)
    except LocalFailure as error:
        session.output.warn(f"the secret could not be written: {error.message}")
        return False
    session.output.note(f"the secret is in {file.path}")
    return True


def _in_keyring(session: Session, webhook_id: str, secret: str) -> bool:
    from eclips_cli.credentials import webhook_secrets

    try:
        backend = webhook_secrets.save(webhook_id, secret, session.environ)
    except LocalFailure as error:
        session.output.warn(f"the secret was not kept: {error.message}")
        return False
    session.output.note(f"the secret is in the keyring ({backend}); --secret-of {webhook_id} uses it")
    return True
