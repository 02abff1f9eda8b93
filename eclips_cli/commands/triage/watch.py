"""`eclips triage watch`."""

from typing import Annotated

import typer

from eclips_cli.commands.triage._watching import Hook, Pace
from eclips_cli.durations import parse_duration
from eclips_cli.session.session import Session


def watch_items(
    ctx: typer.Context,
    exec_: Annotated[
        str | None, typer.Option("--exec", metavar="CMD", help="Run this by the shell for each new item.")
    ] = None,
    exec_timeout: Annotated[
        str, typer.Option(metavar="DURATION", help="How long that may take for one item.")
    ] = "60s",
    interval: Annotated[str, typer.Option(metavar="DURATION", help="How often to look.")] = "5s",
    timeout: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Watch for this long, then end with 0.")
    ] = None,
    backlog: Annotated[
        bool, typer.Option("--backlog", help="Also what waits already, the oldest first.")
    ] = False,
) -> None:
    """Print new items as they arrive, until Ctrl-C.

    The command of --exec gets the item as JSON on its standard input, ECLIPS_TRIAGE_ID and ECLIPS_RUN_ID in
    its environment; what it prints goes to stderr. Its failure is a warning. Commands run one at a time.
    Passing trouble does not end it before --max-outage.

    Examples:
      eclips triage watch
      eclips triage watch -o jsonl >> triage.jsonl
      eclips triage watch --exec 'notify-send "Eclips" "$(jq -r .triage_reason)"'
    """
    session: Session = ctx.obj
    patience = session.patience(timeout, False)
    pace = Pace(parse_duration(interval), patience.deadline, patience.max_outage)
    seconds = parse_duration(exec_timeout)
    hook = None if exec_ is None else Hook(exec_, session.environ, seconds)
    session.triage.watch(pace, hook, backlog=backlog)
