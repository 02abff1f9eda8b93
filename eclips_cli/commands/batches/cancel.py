"""`eclips batches cancel`."""

import typer

from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._reporting import cancel_batches
from eclips_cli.session.session import Session


def cancel(ctx: typer.Context, ids: o.Ids) -> int:
    """Cancel batches: what runs is stopped, and what was not sent yet never will be.

    A job of a submission of this machine means all of its jobs. One that can't be cancelled does not stop
    the others (exit 13).

    Examples:
      eclips batches cancel @last
      eclips batches list --status running -o id | eclips batches cancel -
    """
    session: Session = ctx.obj
    return cancel_batches(session.clerk, session.ids("batch").many(ids))
