"""`eclips batches get`."""

from functools import partial

import typer

from eclips_cli.commands._each import Shown, each
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._reporting import batch_text, job_ids
from eclips_cli.commands.batches._view import BATCH
from eclips_cli.session.session import Session


def get_batches(ctx: typer.Context, ids: o.Ids) -> int:
    """Show batch jobs with their rows: the API's {job, rows}. A submission's key means all its jobs.

    Examples:
      eclips batches get @last
      eclips batches get @last --jq '.rows[] | select(.status == "failed")'
    """
    session: Session = ctx.obj
    wanted = job_ids(session.clerk, session.ids("batch").many(ids))
    shown = Shown("batch", BATCH, partial(batch_text, session.clerk))
    return each(session.output, wanted, lambda id_: session.client.batches.get(id_).json, shown)
