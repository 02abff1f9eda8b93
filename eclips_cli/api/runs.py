"""Runs: `POST /v1/run`, `GET /v1/runs`, `GET /v1/runs/:id` and its stream (manual: Run an agent and on)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eclips_cli.api.http.answer import Answer
from eclips_cli.api.http.call import Call
from eclips_cli.api.http.checks import segment
from eclips_cli.api.paging import Listing, Pages
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eclips_cli.api.http.requester import Caller
    from eclips_cli.api.models import Run, RunAccepted, RunDetail
    from eclips_cli.api.patience import Patience
    from eclips_cli.api.tail.source import RunSource, Snapshot, Trouble

MAX_OUTAGE = 300.0
"""Seconds without one good answer after which following a run gives up."""


def get_call(run_id: str) -> Call:
    """`GET /v1/runs/:id`; UsageError for an id that can't be one."""
    return Call(
        "GET",
        f"/v1/runs/{segment(run_id, 'run id')}",
        "GET /v1/runs/:id",
        thing=f"run {run_id}",
        scope="agents:read",
        needs={"run": "object", "run.status": "text"},
    )


def stream_call(run_id: str) -> Call:
    """`GET /v1/runs/:id/stream`."""
    return Call(
        "GET",
        f"/v1/runs/{segment(run_id, 'run id')}/stream",
        "GET /v1/runs/:id/stream",
        headers={"Accept": "text/event-stream", "Accept-Encoding": "identity", "Cache-Control": "no-store"},
        thing=f"run {run_id}",
        scope="agents:read",
    )


class Runs:
    """The runs of the key's organization."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def start(
        self,
        task: str,
        *,
        agent_type: str | None = None,
        data: JsonObject | None = None,
        priority: str | None = None,
        webhook_url: str | None = None,
    ) -> Answer[RunAccepted]:
        """Start a run: 202 with its `run_id`. What is None is left out (the server's agent is `center`).

        Raises Rejected for an unknown agent or an empty task, UnknownOutcome when the answer is lost:
        then the run may exist, and starting it again may start a second one.
        """
        optional = {"agent_type": agent_type, "data": data, "priority": priority, "webhook_url": webhook_url}
        call = Call(
            "POST",
            "/v1/run",
            "POST /v1/run",
            json={"task": task} | {name: value for name, value in optional.items() if value is not None},
            scope="agents:run",
            look="eclips runs list --limit 5",
            needs={"run_id": "text"},
        )
        obj, status = self._caller.json(call)
        return Answer(obj, "RunAccepted", status)

    def get(self, run_id: str) -> Answer[RunDetail]:
        """The whole run and its triage item: `{run, triage_item}`; NotFound if there is none."""
        obj, status = self._caller.json(get_call(run_id))
        return Answer(obj, "RunDetail", status)

    def outcome(
        self,
        run_id: str,
        *,
        max_outage: float = MAX_OUTAGE,
        deadline: float | None = None,
        on_trouble: Callable[[Trouble], None] | None = None,
    ) -> Answer[RunDetail]:
        """The same as `get`, with the patience of `tail`: asked after a follower saw a final status."""
        from eclips_cli.api.tail.follow import ask

        obj = ask(self._source(run_id), self._patience(max_outage, deadline), on_trouble=on_trouble)
        return Answer(obj, "RunDetail", 200)

    def list(self, *, status: str | None = None, limit: int | None = None, offset: int = 0) -> Listing[Run]:
        """Runs, newest first; all of them unless `limit` is given. Nothing is asked before iteration."""
        pages = Pages(self._caller, _page_call, {"status": status}, "data")
        return Listing(pages, "Run", limit=limit, offset=offset)

    def tail(
        self,
        run_id: str,
        *,
        max_outage: float = MAX_OUTAGE,
        through_triage: bool = False,
        deadline: float | None = None,
        on_trouble: Callable[[Trouble], None] | None = None,
    ) -> Iterator[Snapshot]:
        """Each change of a run's status, confidence, result or error until it is over.

        Passing trouble does not end it until `max_outage` seconds went by without a good answer
        (NetworkError, ServerError or RateLimited). `deadline` (in the clock's monotonic seconds)
        raises WaitTimeout. `on_trouble` is told what was survived. The last snapshot is `final`.
        """
        from eclips_cli.api.tail.follow import follow

        patience = self._patience(max_outage, deadline)
        return follow(
            run_id, self._source(run_id), patience, through_triage=through_triage, on_trouble=on_trouble
        )

    def _source(self, run_id: str) -> RunSource:
        from eclips_cli.api.tail.source import RunSource

        return RunSource(self._caller, get_call(run_id), stream_call(run_id))

    def _patience(self, max_outage: float, deadline: float | None) -> Patience:
        from eclips_cli.api.patience import Patience

        return Patience(self._caller.clock, max_outage, deadline)


def _page_call(params: dict[str, str | int | None]) -> Call:
    return Call(
        "GET", "/v1/runs", "GET /v1/runs", params=params, scope="agents:read", needs={"data": "objects"}
    )
