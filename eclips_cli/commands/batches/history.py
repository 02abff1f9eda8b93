"""`eclips batches history`."""

import typer

from eclips_cli.commands.batches._reporting import show_history
from eclips_cli.session.session import Session


def history(ctx: typer.Context) -> None:
    """What was submitted from this machine, newest first, from its journal; asks no API.

    Examples:
      eclips batches history
      eclips batches history -o json --jq '.[] | select(.state == "unfinished") | .key'
    """
    session: Session = ctx.obj
    show_history(session.clerk)
