"""`eclips config get`."""

from typing import Annotated

import typer

from eclips_cli.credentials.editing import Configuration
from eclips_cli.output import views
from eclips_cli.output.detail import bare_value
from eclips_cli.session.session import Session


def get(
    ctx: typer.Context, key: Annotated[str, typer.Argument(metavar="KEY", help="base_url, agent, …")]
) -> None:
    """Print the value of a setting that is in effect, wherever it comes from.

    Exit code 1 where it has none.

    Examples:
      eclips config get base_url
      eclips config get request_timeout -o json
    """
    session: Session = ctx.obj
    found = Configuration(session.options._asdict(), session.environ).get(key, session.settings)
    session.output.item(found, views.SETTING, detail=bare_value)
