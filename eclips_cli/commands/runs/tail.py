"""`eclips runs tail`."""

import typer

from eclips_cli.commands._options import RunIds, ThroughTriage, Timeout
from eclips_cli.commands.runs._options import following


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
    found = following(ctx.obj, ids, timeout, through_triage=through_triage)
    return found.print_changes()
