"""`eclips auth list`."""

import typer

from eclips_cli.credentials import profiles
from eclips_cli.output import views
from eclips_cli.session.session import Session


def list_profiles(ctx: typer.Context) -> None:
    """List the profiles of this machine.

    Examples:
      eclips auth list
    """
    session: Session = ctx.obj
    session.output.items(
        profiles.listed(session.environ),
        views.PROFILES,
        empty="no profiles yet: `eclips auth login` makes one",
    )
