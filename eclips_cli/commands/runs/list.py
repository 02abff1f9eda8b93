"""`eclips runs list`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from eclips_cli.api.statuses import RUN_STATUSES
from eclips_cli.commands import _arguments, _lists
from eclips_cli.commands._options import All, Limit, Offset
from eclips_cli.commands._period import Period, Since, Until
from eclips_cli.commands.runs._view import RUNS
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
    since: Since = None,
    until: Until = None,
    needs_triage: Annotated[
        bool, typer.Option("--needs-triage", help="Only runs that wait for a person. *")
    ] = False,
    limit: Limit = None,
    all_: All = False,
    offset: Offset = 0,
) -> None:
    """List runs, newest first.

    Options marked *, --since, --until and more than one --status are filters of this program's own: the API has none, so
    pages are read until enough runs match. --since stops reading once a page is older. A time like 2h counts from the
    server's clock; one without a zone, today and yesterday are this machine's local time.

    Examples:
      eclips runs list
      eclips runs list --status failed --since 1d
      eclips runs list --since yesterday --until today --all
      eclips runs list --all -o jsonl | jq -r .id
      eclips runs list --status queued,running -o id | eclips runs wait -
    """
    session: Session = ctx.obj
    limit = _arguments.how_many(limit, all_)
    agent = _arguments.word(agent, "--agent")
    statuses = _lists.status_words(status, RUN_STATUSES, session.output.warn)
    client = session.client
    runs, here = client.runs, session.clock.now()
    period = Period(since, until, here, lambda: client.server_now() or here)
    _lists.show(
        session.output,
        _lists.Selection(
            runs.list,
            statuses,
            limit=limit,
            offset=offset,
            matches=_matches(agent, needs_triage, period) if agent or needs_triage or until else None,
            is_older=None if since is None else lambda run: period.is_older(run.get("created_at")),
        ),
        RUNS,
        _lists.ListWords(
            things="runs",
            empty='no runs yet: `eclips run "TASK"` starts one',
            whole=lambda: _lists.counted(runs.list(limit=1)),
            filters=_lists.typed(
                {
                    "--status": status,
                    "--agent": agent,
                    "--since": since,
                    "--until": until,
                    "--needs-triage": needs_triage,
                }
            ),
            offset=offset,
            meant=_lists.did_you_mean(statuses, RUN_STATUSES),
        ),
    )


def _matches(agent: str | None, needs_triage: bool, period: Period) -> Any:
    """Whether a run is of `agent`, began before the period's end and, where asked, waits for a person."""

    def matches(run: "Run") -> bool:
        if (agent and run.get("agent_type") != agent) or period.is_newer(run.get("created_at")):
            return False
        waits = run.get("requires_triage") is True or run.get("status") == "pending_triage"
        over = run.get("status") in ("completed", "failed", "cancelled")
        return not needs_triage or (waits and not over)

    return matches
