"""`eclips sandbox status`."""

import typer

from eclips_cli.output import views
from eclips_cli.session import Session


def status(ctx: typer.Context) -> None:
    """What the sandbox holds, and where it is served.

    Examples:
      eclips sandbox status
      eclips sandbox status -o json
    """
    session: Session = ctx.obj
    session.output.item(session.sandbox_state.status(), views.SANDBOX)
