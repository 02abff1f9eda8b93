"""`eclips webhooks delete`."""

from typing import Annotated

import typer

from eclips_cli.commands._each import Shown, each
from eclips_cli.commands._options import Yes
from eclips_cli.commands.webhooks._deleting import deleted, question
from eclips_cli.commands.webhooks._view import DELETED
from eclips_cli.output.detail import object_detail
from eclips_cli.session.session import Session

WEBHOOK = Shown("webhook", DELETED, object_detail, done="deleted")


def delete(
    ctx: typer.Context,
    ids: Annotated[
        list[str],
        typer.Argument(metavar="WEBHOOK...", help="Webhook ids; also @last, a prefix, or - (stdin)."),
    ],
    yes: Yes = False,
) -> int:
    """Delete webhooks: nothing is delivered to them any more.

    A secret kept with --save-secret is forgotten too, where the keyring can be asked.

    Several are deleted one after another; one that fails does not stop the rest (exit 13).

    Examples:
      eclips webhooks delete @last
      eclips webhooks list -o id | eclips webhooks delete - --yes
    """
    session: Session = ctx.obj
    chosen = session.ids("webhook").many(ids)
    session.confirm(question(chosen), yes=yes or bool(session.options.dry_run or session.options.curl))
    hooks, environ = session.client.webhooks, session.environ
    return each(session.output, chosen, lambda id_: deleted(hooks, id_, environ), WEBHOOK)
