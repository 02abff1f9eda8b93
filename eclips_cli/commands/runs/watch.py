"""`eclips runs watch`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import Timeout
from eclips_cli.commands.runs._watch_work import watch_open_runs
from eclips_cli.session.session import Session


def watch_runs(
    ctx: typer.Context,
    agent: Annotated[
        str | None, typer.Option("--agent", "-a", metavar="TYPE", help="Only this agent's runs.")
    ] = None,
    timeout: Timeout = None,
) -> None:
    """A live table of the runs that are not over yet, and of those that just ended, until Ctrl-C.

    In a pipe, or with -o json or jsonl, each run that is new or changed is printed as it is seen.

    Examples:
      eclips runs watch
      eclips runs watch --agent ap_specialist
    """
    session: Session = ctx.obj
    patience = session.patience(timeout, through_triage=False)
    watch_open_runs(session.client, session.output, agent=agent, patience=patience)
