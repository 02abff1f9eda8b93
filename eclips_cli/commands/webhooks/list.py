"""`eclips webhooks list`."""

import typer

from eclips_cli.commands.webhooks._view import WEBHOOKS
from eclips_cli.session.session import Session


def list_webhooks(ctx: typer.Context) -> None:
    """List the webhooks of the organization. Their secrets are never shown again.

    Examples:
      eclips webhooks list
      eclips webhooks list -o json
    """
    session: Session = ctx.obj
    session.output.items(
        session.client.webhooks.list(),
        WEBHOOKS,
        empty="no webhooks yet: eclips webhooks create https://your-app.com/hook makes one",
    )
