"""`eclips config path`."""

import typer

from eclips_cli.credentials.editing import Configuration
from eclips_cli.session.session import Session


def path(ctx: typer.Context) -> None:
    """Print where the configuration is kept, whether the file is there or not.

    Examples:
      eclips config path
      ${EDITOR:-vi} "$(eclips config path)"
    """
    session: Session = ctx.obj
    session.output.line(Configuration(session.options._asdict(), session.environ).path)
