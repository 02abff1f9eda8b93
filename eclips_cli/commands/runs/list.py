"""`eclips runs list`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from eclips_cli.api.statuses import RUN_STATUSES
from eclips_cli.commands import _arguments, _lists
from eclips_cli.commands._options import All, Limit, Offset
from eclips_cli.commands.runs._view import RUNS
from eclips_cli.durations import parse_instant, parse_iso
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api.objects import Run


def list_runs(
    ctx: typer.Context,
    status: Annotated[
        list[str] | None,
        typer.Option(metavar="S", help="Only runs with this status; several with commas, or given again."),
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
      eclips runs list --status queued,running -o id | eclips runs wait -
    """
    session: Session = ctx.obj
    limit = _arguments.how_many(limit, all_)
    agent = _arguments.word(agent, "--agent")
    begin = None if since is None else parse_instant(since, session.clock.now())
    statuses = _lists.status_words(status, RUN_STATUSES, session.output.warn)
    runs = session.client.runs
    _lists.show(
        session.output,
        _lists.Selection(
            runs.list,
            statuses,
            limit=limit,
            offset=offset,
            matches=_matches(agent, needs_triage) if agent or needs_triage else None,
            is_older=None if begin is None else lambda run: _is_older(run, begin),
        ),
        RUNS,
        _lists.ListWords(
            things="runs",
            empty='no runs yet: eclips run "TASK" starts one',
            whole=lambda: _lists.counted(runs.list(limit=1)),
            filters=_lists.typed(
                {"--status": status, "--agent": agent, "--since": since, "--needs-triage": needs_triage}
            ),
            offset=offset,
            meant=_lists.did_you_mean(statuses, RUN_STATUSES),
        ),
    )


def _matches(agent: str | None, needs_triage: bool) -> Any:
    """Whether a run is of `agent`, and, where asked, waits for a person."""

    def matches(run: "Run") -> bool:
        if agent and run.get("agent_type") != agent:
            return False
        waits = run.get("requires_triage") is True or run.get("status") == "pending_triage"
        over = run.get("status") in ("completed", "failed", "cancelled")
        return not needs_triage or (waits and not over)

    return matches


def _is_older(run: "Run", begin: float) -> bool:
    """Whether a run began before `begin` (POSIX seconds): so did all after it."""
    created = parse_iso(run.get("created_at"))
    return created is not None and created < begin
