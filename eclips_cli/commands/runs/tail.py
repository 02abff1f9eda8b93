"""`eclips runs tail`."""

import typer

from eclips_cli.commands._options import RunIds, ThroughTriage, Timeout
from eclips_cli.session.session import Session


def tail_runs(
    ctx: typer.Context, ids: RunIds, timeout: Timeout = None, through_triage: ThroughTriage = False
) -> int:
    """Print a line for each change of runs until each of them ended, or waits for a person.

    One process follows hundreds. With -o jsonl each event is printed as the API sent it, with run_id and at.
    Exit codes are those of `eclips run`; with several runs the worst counts: failed, cancelled, triage.

    Examples:
      eclips runs tail @last
      eclips runs tail @last -o jsonl
      eclips runs list --status running -o id | eclips runs tail -
    """
    session: Session = ctx.obj
    patience = session.patience(timeout, through_triage)
    return session.following(session.ids("run").many(ids), patience).print_changes()
