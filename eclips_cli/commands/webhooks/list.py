"""`eclips webhooks list`."""

import typer

from eclips_cli.commands.webhooks._target import without_password
from eclips_cli.commands.webhooks._view import WEBHOOKS
from eclips_cli.json_values import JsonObject
from eclips_cli.records.recent import OneAlone, Thing
from eclips_cli.session.session import Session


def list_webhooks(ctx: typer.Context) -> None:
    """List the webhooks of the organization. Their secrets are never shown again.

    Examples:
      eclips webhooks list
      eclips webhooks list -o json
    """
    session: Session = ctx.obj
    session.output.items(
        OneAlone(session.client.webhooks.list(), lambda hook: session.remember(_thing(hook))),
        WEBHOOKS,
        empty="no webhooks yet: `eclips webhooks create https://your-app.com/hook` makes one",
    )


def _thing(hook: JsonObject) -> Thing:
    return Thing("webhook", str(hook.get("id")), without_password(str(hook.get("url", ""))))
