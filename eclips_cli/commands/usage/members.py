"""`eclips usage members`."""

import typer

from eclips_cli.output import usage
from eclips_cli.session.session import Session


def members(ctx: typer.Context) -> None:
    """What each member used, with bars to compare.

    Examples:
      eclips usage members
      eclips usage members -o json
    """
    session: Session = ctx.obj
    session.output.rows(
        session.client.usage.members(), chart=usage.member_bars, empty="no member used anything yet"
    )
