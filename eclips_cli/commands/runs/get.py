"""`eclips runs get`."""

import typer

from eclips_cli.commands._each import Shown, for_each
from eclips_cli.commands._options import RunIds
from eclips_cli.commands.runs._view import RUN, run_detail
from eclips_cli.records.recent import triage_item
from eclips_cli.session.session import Session

SHOWN = Shown("run", RUN, run_detail, thing=triage_item)


def get_runs(ctx: typer.Context, ids: RunIds) -> int:
    """Show runs with their output and triage item: the API's {run, triage_item}.

    Examples:
      eclips runs get @last
      eclips runs get @last --jq .run.output
      eclips runs list --status failed -o id | eclips runs get - -o jsonl
    """
    session: Session = ctx.obj
    chosen, runs = session.ids("run").many(ids), session.client.runs
    return for_each(session.output, chosen, lambda id_: runs.get(id_).json, SHOWN, remember=session.remember)
