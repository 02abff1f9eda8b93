"""`eclips sandbox status`."""

import typer

from eclips_cli import sandbox
from eclips_cli.output import views
from eclips_cli.output.detail import object_detail
from eclips_cli.session.session import Session


def status(ctx: typer.Context) -> None:
    """What the sandbox holds, and where it is served.

    Examples:
      eclips sandbox status
      eclips sandbox status -o json
    """
    session: Session = ctx.obj
    found = sandbox.status(session.sandbox_file)
    session.output.item(found, views.of_object(found), detail=object_detail)
