"""A live table of the runs that are not over yet, and of those that just ended, for a person to leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eclips_cli.api.statuses import TERMINAL_STATUSES
from eclips_cli.errors import NetworkError, RateLimited, ServerError
from eclips_cli.output import charts, views

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.output.output import Output
    from eclips_cli.output.theme import Look

JsonObject = dict[str, Any]
EVERY = 2.0
STAYS = 60.0
"""seconds that a run stays in the table after it was seen to end"""
NEWEST = 200
"""runs that are looked at; older ones that are still open are kept once they were seen"""


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


def watch_open_runs(
    client: EclipsClient, output: Output, *, agent: str | None, deadline: float | None
) -> None:
    """Show the table until Ctrl-C or the deadline. Passing trouble is shown, and does not end it."""
    board, clock = _Board(agent), client.clock
    with output.screen() as screen:
        try:
            while deadline is None or clock.monotonic() < deadline:
                trouble = _look(client, board, clock.monotonic())
                screen.show(
                    board.rows(), views.RUNS, empty="no open runs", trouble=trouble, above=board.chart
                )
                clock.sleep(EVERY)
        except KeyboardInterrupt:
            return


def _look(client: EclipsClient, board: _Board, now: float) -> str:
    try:
        runs = list(client.runs.list(limit=NEWEST))
        runs += [client.runs.get(run_id).json["run"] for run_id in board.forgotten(runs)]
        board.update(runs, now)
    except (NetworkError, ServerError, RateLimited) as error:
        return error.message
    return ""
