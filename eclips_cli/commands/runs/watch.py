"""`eclips runs watch`: a live table of the runs that are not over yet, for a person to leave open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.api.statuses import TERMINAL_STATUSES
from eclips_cli.commands._options import Timeout
from eclips_cli.commands.runs._view import RUNS
from eclips_cli.errors import NetworkError, RateLimited, ServerError
from eclips_cli.json_values import JsonObject
from eclips_cli.output import charts
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.commands.runs._changes import Patience
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


class _Board:
    """The runs in the table: open ones, and ended ones for a while."""

    def __init__(self, agent: str | None) -> None:
        self._agent = agent
        self._open: dict[str, JsonObject] = {}
        self._ended: dict[str, tuple[JsonObject, float]] = {}
        self._newest: list[JsonObject] = []

    def update(self, runs: list[JsonObject], now: float) -> None:
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

    def forgotten(self, runs: list[JsonObject]) -> list[str]:
        """Open runs that the newest ones no longer hold."""
        listed = {str(run.get("id")) for run in runs}
        return [run_id for run_id in self._open if run_id not in listed][:10]

    def rows(self) -> list[JsonObject]:
        """Open runs, newest first, then those that ended."""
        newest_first = sorted(self._open.values(), key=lambda run: str(run.get("created_at")), reverse=True)
        return newest_first + [run for run, _at in reversed(self._ended.values())]


@dataclass(frozen=True)
class Watched:
    """One look: the rows of the table, and what stood in the way of a newer one."""

    rows: list[JsonObject]
    trouble: str = ""


def watch_open_runs(client: EclipsClient, output: Output, *, agent: str | None, patience: Patience) -> None:
    """Show the table until the deadline; in a pipe, and as JSON, what is new in it.

    Passing trouble is shown. Raises NetworkError, ServerError or RateLimited when it lasts too long.
    """
    board = _Board(agent)
    looks = _looks(client, board, patience)
    if not output.draws:
        output.stream(_news(looks, output), RUNS)
        return
    with output.screen() as screen:
        for look in looks:
            trouble = look.trouble
            screen.show(look.rows, RUNS, empty="no open runs", trouble=trouble, above=board.chart)


def _looks(client: EclipsClient, board: _Board, patience: Patience) -> Iterator[Watched]:
    clock = client.clock
    last_answer = clock.monotonic()
    while patience.deadline is None or clock.monotonic() < patience.deadline:
        try:
            _look(client, board)
            last_answer, trouble = clock.monotonic(), ""
        except (NetworkError, ServerError, RateLimited) as error:
            if clock.monotonic() - last_answer > patience.max_outage:
                raise
            trouble = error.message
        yield Watched(board.rows(), trouble)
        clock.sleep(EVERY)


def _look(client: EclipsClient, board: _Board) -> None:
    runs = list(client.runs.list(limit=NEWEST))
    runs += [client.runs.get(run_id).json["run"] for run_id in board.forgotten(runs)]
    board.update(runs, client.clock.monotonic())


def _news(looks: Iterator[Watched], output: Output) -> Iterator[JsonObject]:
    """Rows that are new or changed; trouble is said once, and when it is over."""
    last: dict[str, JsonObject] = {}
    trouble = ""
    for look in looks:
        if look.trouble and not trouble:
            output.note(f"{look.trouble}; watching goes on")
        elif trouble and not look.trouble:
            output.note("the API answers again")
        trouble = look.trouble
        yield from [row for row in look.rows if last.get(str(row.get("id"))) != row]
        last = {str(row.get("id")): row for row in look.rows}
