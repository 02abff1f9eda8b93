"""`eclips runs get`."""

import typer

from eclips_cli.commands._options import RunIds
from eclips_cli.output import views
from eclips_cli.session import Session


def get_runs(ctx: typer.Context, ids: RunIds) -> int | None:
    """Show runs with their output and triage item: the API's {run, triage_item}.

    Examples:
      eclips runs get @last
      eclips runs get @last --jq .run.output
      eclips runs list --status failed -o id | eclips runs get - -o jsonl
    """
    session: Session = ctx.obj
    return session.each(session.ids("run").many(ids), session.run_detail, views.RUN)
