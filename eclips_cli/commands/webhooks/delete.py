"""`eclips webhooks delete`."""

from collections.abc import Mapping
from typing import Annotated

import typer

from eclips_cli.api.webhooks import Webhooks
from eclips_cli.commands._confirm import Sure, ids_to_change
from eclips_cli.commands._each import Shown, for_each
from eclips_cli.commands._options import Expect, Yes
from eclips_cli.commands.webhooks._view import DELETED
from eclips_cli.credentials import webhook_secrets
from eclips_cli.json_values import JsonObject
from eclips_cli.output.detail import object_detail
from eclips_cli.session.session import Session

WEBHOOK = Shown("webhook", DELETED, object_detail, done="deleted", look="eclips webhooks list")


def delete(
    ctx: typer.Context,
    ids: Annotated[
        list[str],
        typer.Argument(metavar="WEBHOOK...", help="Webhook ids; also @last, a prefix, or - (stdin)."),
    ],
    yes: Yes = False,
    expect: Expect = None,
) -> int:
    """Delete webhooks: nothing is delivered to them any more.

    A secret kept with --save-secret is forgotten too, where the keyring can be asked.

    Several are deleted one after another; one that fails does not stop the rest (exit 13). On a terminal it asks;
    elsewhere ids from standard input need --yes or --expect. @last is what this terminal session showed last.

    Examples:
      eclips webhooks delete @last
      eclips webhooks list -o id | eclips webhooks delete - --yes
    """
    session: Session = ctx.obj
    chosen = ids_to_change(session, "webhook", ids, Sure(yes, expect), ("delete", "deleting"), asks=True)
    hooks, environ = session.client.webhooks, session.environ
    return for_each(session.output, chosen, lambda id_: _deleted(hooks, id_, environ), WEBHOOK)


def _deleted(webhooks: Webhooks, webhook_id: str, environ: Mapping[str, str]) -> JsonObject:
    """Delete one, and its secret from the keyring: the API's answer, with the id that it is about.

    Raises what `Webhooks.delete` raises.
    """
    answer = webhooks.delete(webhook_id).json
    webhook_secrets.forget(webhook_id, environ)
    return {"id": webhook_id, **answer}
