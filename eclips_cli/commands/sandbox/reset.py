"""`eclips sandbox reset`."""

import typer

from eclips_cli.commands._options import Yes
from eclips_cli.session import Session


def reset(ctx: typer.Context, yes: Yes = False) -> None:
    """Forget all that the sandbox holds: runs, batches, triage items, webhooks.

    Examples:
      eclips sandbox reset --yes
    """
    session: Session = ctx.obj
    session.confirm("Forget all runs, batches, triage items and webhooks of the sandbox?", yes=yes)
    session.sandbox_state.reset()
    session.output.note("the sandbox is empty")
