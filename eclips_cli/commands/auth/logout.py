"""`eclips auth logout`."""

import typer

from eclips_cli.credentials import profiles
from eclips_cli.session.session import Session


def logout(ctx: typer.Context) -> None:
    """Forget the stored key of a profile. The key itself stays valid; revoke it in the dashboard.

    Examples:
      eclips auth logout
      eclips auth logout --profile staging
    """
    session: Session = ctx.obj
    if session.only_says(f"the key of profile {session.settings.profile} would be forgotten"):
        return
    forgotten = profiles.forget(session.settings.profile, session.environ)
    session.output.note(
        f"the key of profile {session.settings.profile} is forgotten"
        if forgotten
        else "there was no stored key"
    )
