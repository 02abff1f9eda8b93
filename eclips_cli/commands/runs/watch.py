"""`eclips runs watch`: a live table of the runs that are not over yet, for a person to leave open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.api.statuses import TERMINAL_STATUSES
from eclips_cli.commands._options import WatchTimeout
from eclips_cli.commands.runs._view import RUNS
from eclips_cli.output import charts
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.objects import Run
    from eclips_cli.api.waiting import WaitBudget
    from eclips_cli.output.output import Output
    from eclips_cli.output.theme import Look

EVERY = 2.0
STAYS = 60.0
"""seconds that a run stays in the table after it was seen to end"""
NEWEST = 200
"""runs that are looked at; older ones that are still open are kept once they were seen"""


def watch_runs(
    ctx: typer.Context,
    agent: Annotated[
        str | None, typer.Option("--agent", "-a", metavar="TYPE", help="Only this agent's runs.")
    ] = None,
    timeout: WatchTimeout = None,
) -> None:
    """A live table of the runs that are not over yet, and of those that just ended, until Ctrl-C.

    In a pipe, or with -o json or jsonl, each run that is new or changed is printed as it is seen.

    Examples:
      eclips runs watch
      eclips runs watch --agent ap_specialist
    """
    session: Session = ctx.obj
    budget = session.wait_budget(timeout, doing="watching")
    watch_open_runs(session.client, session.output, budget, agent=agent)


class _Board:
    """The runs in the table: open ones, and ended ones for a while."""

    def __init__(self, agent: str | None) -> None:
        self._agent = agent
        self._open: dict[str, Run] = {}
        self._ended: dict[str, tuple[Run, float]] = {}
        self._newest: list[Run] = []

    def update(self, runs: list[Run], now: float) -> None:
        """Take in one look at the newest runs, at `now` monotonic seconds."""
        self._newest = [run for run in runs if not self._agent or run.get("agent_type") == self._agent]
        for run in runs:
            if self._agent and run.get("agent_type") != self._agent:
                continue
            run_id = str(run.get("id"))
            if run.get("status") not in TERMINAL_STATUSES:
                self._open[run_id] = run
            elif self._open.pop(run_id, None) is not None:
                self._ended[run_id] = (run, now)
        self._ended = {run_id: (run, at) for run_id, (run, at) in self._ended.items() if now - at < STAYS}

    def chart(self, look: Look) -> list[str]:
        """When the newest runs were started, by status."""
        return charts.started_by_status(self._newest, look)

    def forgotten(self, runs: list[Run]) -> list[str]:
        """Open runs that the newest ones no longer hold."""
        listed = {str(run.get("id")) for run in runs}
        return [run_id for run_id in self._open if run_id not in listed][:10]

    def rows(self) -> list[Run]:
        """Open runs, newest first, then those that ended."""
        newest_first = sorted(self._open.values(), key=lambda run: str(run.get("created_at")), reverse=True)
        return newest_first + [run for run, _at in reversed(self._ended.values())]


def watch_open_runs(client: EclipsClient, output: Output, budget: WaitBudget, *, agent: str | None) -> None:
    """Show the table until the time is up; in a pipe, and as JSON, what is new in it.

    Passing trouble is shown. Raises what outlasts the budget.
    """
    board = _Board(agent)
    if not output.draws:
        output.stream(_news(_looks(client, board, budget)), RUNS)
        return
    with output.screen() as screen:

        def draw() -> None:
            rows, trouble = board.rows(), shown.trouble
            screen.show(rows, RUNS, empty="no open runs", trouble=trouble, above=board.chart)

        shown = budget.for_another(lambda _message: draw())
        for _rows in _looks(client, board, shown):
            draw()


def _looks(client: EclipsClient, board: _Board, budget: WaitBudget) -> Iterator[list[Run]]:
    """The rows of the table after each look, until the time is up."""
    client = client.within(budget)
    with budget.quiet_end():
        while True:
            runs = list(client.runs.list(limit=NEWEST))
            runs += [client.runs.get(run_id).json["run"] for run_id in board.forgotten(runs)]
            board.update(runs, client.clock.monotonic())
            yield board.rows()
            budget.rest(EVERY)


def _news(looks: Iterator[list[Run]]) -> Iterator[Run]:
    """Rows that are new or changed."""
    last: dict[str, Run] = {}
    for rows in looks:
        yield from [row for row in rows if last.get(str(row.get("id"))) != row]
        last = {str(row.get("id")): row for row in rows}
