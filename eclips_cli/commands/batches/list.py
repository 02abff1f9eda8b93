"""`eclips batches list`."""

from typing import Annotated

import typer

from eclips_cli.api.statuses import BATCH_STATUSES
from eclips_cli.commands import _arguments, _lists
from eclips_cli.commands._options import All, Limit, Offset
from eclips_cli.commands.batches._view import BATCHES
from eclips_cli.records.recent import OneAlone, Thing
from eclips_cli.session.session import Session


def list_batches(
    ctx: typer.Context,
    status: Annotated[
        list[str] | None,
        typer.Option(metavar="S", help="Only jobs with this status; several with commas, or given again."),
    ] = None,
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
    limit = _arguments.how_many(limit, all_)
    statuses = _lists.status_words(status, BATCH_STATUSES, session.output.warn)
    batches = session.client.batches
    _lists.show(
        session.output,
        OneAlone(
            _lists.Selection(batches.list, statuses, limit=limit, offset=offset, tells_total=False),
            lambda job: session.remember(Thing("batch", str(job.get("id")), str(job.get("name") or ""))),
        ),
        BATCHES,
        _lists.ListWords(
            things="batches",
            empty="no batches yet: `eclips batches submit FILE` makes one",
            whole=lambda: _lists.counted(batches.list(limit=_lists.COUNTED)),
            filters=_lists.typed({"--status": status}),
            offset=offset,
            meant=_lists.did_you_mean(statuses, BATCH_STATUSES),
        ),
    )
