"""`eclips config list`."""

import typer

from eclips_cli.credentials.editing import Configuration
from eclips_cli.output import views
from eclips_cli.session.session import Session


def list_settings(ctx: typer.Context) -> None:
    """List each setting with its value and where that comes from.

    An option wins over the environment (ECLIPS_…), that over the profile, that over the default; STORED is what the
    file holds where something else wins.

    Examples:
      eclips config list
      eclips config list --profile default -o json
    """
    session: Session = ctx.obj
    configuration = Configuration(session.options._asdict(), session.environ)
    session.output.items(configuration.listed(session.settings), views.SETTINGS)
