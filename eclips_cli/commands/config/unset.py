"""`eclips config unset`."""

from typing import Annotated

import typer

from eclips_cli.credentials.editing import Configuration
from eclips_cli.session.session import Session


def unset(
    ctx: typer.Context, key: Annotated[str, typer.Argument(metavar="KEY", help="The setting to take away.")]
) -> None:
    """Take a value out of the profile in use (or of --profile), so that the default holds again.

    It also removes a setting that nobody knows, which every other command refuses.

    Examples:
      eclips config unset agent
    """
    session: Session = ctx.obj
    session.output.note(Configuration(session.options._asdict(), session.environ).unset(key))
