"""`eclips runs get`."""

import typer

from eclips_cli.commands._each import Shown, each
from eclips_cli.commands._options import RunIds
from eclips_cli.commands.runs._view import RUN, run_detail
from eclips_cli.json_values import JsonObject
from eclips_cli.records.recent import remember_item
from eclips_cli.session.session import Session

SHOWN = Shown("run", RUN, run_detail)


def get_runs(ctx: typer.Context, ids: RunIds) -> int | None:
    """Show runs with their output and triage item: the API's {run, triage_item}.

    Examples:
      eclips runs get @last
      eclips runs get @last --jq .run.output
      eclips runs list --status failed -o id | eclips runs get - -o jsonl
    """
    session: Session = ctx.obj

    def read(run_id: str) -> JsonObject:
        return remember_item(session.recent, session.client.runs.get(run_id).json)

    return each(session.output, session.ids("run").many(ids), read, SHOWN)
