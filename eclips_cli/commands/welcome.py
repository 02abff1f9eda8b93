"""`eclips` alone."""

import typer

from eclips_cli.credentials import profiles
from eclips_cli.output import views
from eclips_cli.output.welcome import welcome_text
from eclips_cli.session.session import Session


def welcome(ctx: typer.Context) -> None:
    """Say what is configured, and what to do first.

    Examples:
      eclips
    """
    session: Session = ctx.obj
    found = profiles.configured(session.settings, session.environ, session.options.api_key_file)
    session.output.item(found, views.of_object(found), detail=welcome_text)
