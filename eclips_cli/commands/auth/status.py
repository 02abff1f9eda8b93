"""`eclips auth status`."""

import typer

from eclips_cli.commands import _key_check
from eclips_cli.output import views
from eclips_cli.output.detail import object_detail
from eclips_cli.session.session import Session


def show_status(ctx: typer.Context) -> int:
    """Which key is used, where it came from, what it hides, and what can be told of its scopes without a change.

    Exit code 4 without a key or with one that is refused, 5 for a plan without API access.

    Examples:
      eclips auth status
      eclips auth status -o json
    """
    session: Session = ctx.obj
    status = session.key_status()
    can, code = _key_check.validity(session.client_with, status.key)
    session.output.item(status.told | can, views.of_object(status.told | can), detail=object_detail)
    return code
