"""`eclips webhooks create`."""

from typing import Annotated

import typer

from eclips_cli.commands.webhooks._creating import Creation
from eclips_cli.commands.webhooks._delivery import EVENTS
from eclips_cli.commands.webhooks._view import CREATED_WEBHOOK
from eclips_cli.output.detail import object_detail
from eclips_cli.records.recent import Thing
from eclips_cli.session.session import Session


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
    creation = Creation(session.output, session.environ, secret_file=secret_file, save_secret=save_secret)
    creation.prepare(session.options)
    made = creation.create(lambda: session.client.webhooks, url, events)
    session.remember(Thing("webhook", str(made["id"]), url, started=True))
    session.output.item(made, CREATED_WEBHOOK, detail=object_detail)
    return creation.code
