"""`eclips auth status`."""

import typer

from eclips_cli import signin
from eclips_cli.credentials import profiles
from eclips_cli.output import views
from eclips_cli.output.detail import object_detail
from eclips_cli.session import Session


def status(ctx: typer.Context) -> int:
    """Which key is used, where it came from, what it hides, and what can be told of its scopes without a change.

    Exit code 4 without a key, or with one that is refused.

    Examples:
      eclips auth status
      eclips auth status -o json
    """
    session: Session = ctx.obj
    found = profiles.status(session.settings, session.environ, session.options.api_key_file)
    if found["key"]:
        found |= signin.validity(session.client)
    session.output.item(found, views.of_object(found), detail=object_detail)
    return 0 if found.get("valid") else 4
