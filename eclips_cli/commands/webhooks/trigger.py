"""`eclips webhooks trigger`."""

from typing import Annotated

import typer

from eclips_cli.commands.webhooks._deliverer import DeliverySender
from eclips_cli.commands.webhooks._delivery import EVENTS, made_up, nearest_event, signed
from eclips_cli.commands.webhooks._options import SecretEnv, SecretFile, SecretOf
from eclips_cli.commands.webhooks._secret import secret_or_made
from eclips_cli.commands.webhooks._view import TRIGGERED
from eclips_cli.errors import UsageError
from eclips_cli.output.detail import object_detail
from eclips_cli.session.session import Session


def trigger(
    ctx: typer.Context,
    event: Annotated[
        str, typer.Argument(metavar="EVENT", help="run.completed, run.failed or run.triage_required.")
    ],
    to: Annotated[str, typer.Option(metavar="URL", help="https://…, or http:// to this machine.")],
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret_of: SecretOf = None,
) -> None:
    """Send one made-up, signed delivery to a URL, as the API would.

    Exit 0 when it was answered with 2xx within 10 seconds, 1 when with another status, 7 when the
    receiver could not be reached, 11 when it did not answer.

    Examples:
      eclips webhooks trigger run.completed --to http://127.0.0.1:3000/hook --secret-file hook.secret
      eclips webhooks trigger run.triage_required --to http://127.0.0.1:3000/hook --dry-run
    """
    session: Session = ctx.obj
    sender = DeliverySender(to, session.intercept)
    _check_event(event)
    announce = session.output.announce
    secret = secret_or_made(session.environ, secret_file, secret_env, secret_of, announce)
    content = made_up(event)
    status, seconds = sender.send(signed(content, secret, session.clock.now()))
    sent = {
        "event": event,
        "run_id": content["run_id"],
        "url": sender.target.shown,
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
    }
    session.output.item(sent, TRIGGERED, detail=object_detail)


def _check_event(event: str) -> None:
    """Raise UsageError for an event that deliveries can't be made up for."""
    if event in EVENTS:
        return
    near = nearest_event(event)
    hint = f"did you mean {near}?" if near else f"one of {', '.join(EVENTS)}"
    raise UsageError(f"there is no event {event!r}", hint=hint)
