"""`eclips batches list`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import All, Limit, Offset
from eclips_cli.commands.batches._reporting import Newest
from eclips_cli.commands.batches._view import BATCHES
from eclips_cli.session.session import Session


def list_batches(
    ctx: typer.Context,
    status: Annotated[str | None, typer.Option(metavar="S", help="Only jobs with this status.")] = None,
    limit: Limit = None,
    all_: All = False,
    offset: Offset = 0,
) -> None:
    """List batch jobs, newest first; what was submitted from here has its submission's key (#…) in its name.

    Examples:
      eclips batches list
      eclips batches list --status running -o id | eclips batches wait -
    """
    session: Session = ctx.obj
    jobs = Newest(session.client.batches, status, None if all_ else limit or 20, offset)
    session.output.listing(jobs, BATCHES, empty="no batches yet: eclips batches submit FILE makes one")
