"""`eclips config set`."""

from typing import Annotated

import typer

from eclips_cli.credentials.editing import Configuration
from eclips_cli.session.session import Session


def set_(
    ctx: typer.Context,
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY", help="base_url, agent, priority, output, request_timeout or max_retries."
        ),
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE")],
) -> None:
    """Set a value of the profile in use (or of --profile), keeping the file's comments.

    Examples:
      eclips config set agent ap_specialist
      eclips config set request_timeout 60
      eclips config set output json --profile default
    """
    session: Session = ctx.obj
    configuration = Configuration(session.options._asdict(), session.environ)
    for line in configuration.set(key, value):
        session.output.note(line)
