"""`eclips auth use`."""

from typing import Annotated

import typer

from eclips_cli.credentials import profiles
from eclips_cli.session.session import Session


def use(
    ctx: typer.Context, profile: Annotated[str, typer.Argument(metavar="PROFILE", help="The profile's name.")]
) -> None:
    """Make a profile the one that is used when none is named.

    Examples:
      eclips auth use staging
    """
    session: Session = ctx.obj
    if session.only_says(f"{profile} would be used from now on"):
        return
    profiles.use(profile, session.environ)
    session.output.note(f"{profile} is used from now on")
