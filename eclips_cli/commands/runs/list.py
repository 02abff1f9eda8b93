"""`eclips runs list`."""

from typing import Annotated

import typer

from eclips_cli.commands import _arguments
from eclips_cli.commands._options import All, Limit, Offset
from eclips_cli.commands.runs._selection import RunFilter
from eclips_cli.commands.runs._view import RUNS
from eclips_cli.session.session import Session


def list_runs(
    ctx: typer.Context,
    status: Annotated[
        list[str] | None, typer.Option(metavar="S", help="Only runs with this status; may be given again.")
    ] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", "-a", metavar="TYPE", help="Only this agent's runs. *")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Only runs newer than 2h, 3d or an ISO time. *")
    ] = None,
    needs_triage: Annotated[
        bool, typer.Option("--needs-triage", help="Only runs that wait for a person. *")
    ] = False,
    limit: Limit = None,
    all_: All = False,
    offset: Offset = 0,
) -> None:
    """List runs, newest first.

    Options marked * (and more than one --status) are filters of this program's own: the API has none, so
    pages are read until enough runs match. `--since` stops reading once a page is older.

    Examples:
      eclips runs list
      eclips runs list --status failed --since 1d
      eclips runs list --all -o jsonl | jq -r .id
      eclips runs list --status running -o id | eclips runs wait -
    """
    session: Session = ctx.obj
    wanted = RunFilter.parse(status, agent, since, needs_triage, now=session.clock.now())
    shown = _arguments.how_many(limit, all_)
    runs = wanted.select(session.client.runs, limit=shown, offset=offset)
    session.output.listing(runs, RUNS, empty='no runs yet: eclips run "TASK" starts one')
