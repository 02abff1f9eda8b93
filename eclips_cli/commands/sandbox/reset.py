"""`eclips sandbox reset`."""

import typer

from eclips_cli import sandbox
from eclips_cli.commands._options import Yes
from eclips_cli.session.session import Session


def reset(ctx: typer.Context, yes: Yes = False) -> None:
    """Forget all that the sandbox holds: runs, batches, triage items, webhooks. Its keys stay.

    Examples:
      eclips sandbox reset --yes
    """
    session: Session = ctx.obj
    if session.only_says("all that the sandbox holds would be forgotten"):
        return
    session.confirm("Forget all runs, batches, triage items and webhooks of the sandbox?", yes=yes)
    sandbox.reset(session.sandbox_file)
    session.output.note("the sandbox is empty")
