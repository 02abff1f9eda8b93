"""Runs: `POST /v1/run`, `GET /v1/runs`, `GET /v1/runs/:id` and its stream (manual: Run an agent and on)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eclips_cli.api.http.answer import Answer
from eclips_cli.api.http.call import Call
from eclips_cli.api.http.checks import segment
from eclips_cli.api.http.dates import http_date
from eclips_cli.api.paging import PAGE, Listing, Pages
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eclips_cli.api.http.requester import Requester
    from eclips_cli.api.objects import Run, RunAccepted, RunDetail
    from eclips_cli.api.tail.source import Snapshot


def get_call(run_id: str) -> Call:
    """`GET /v1/runs/:id`; UsageError for an id that can't be one."""
    return Call(
        "GET",
        f"/v1/runs/{segment(run_id, 'run id')}",
        "GET /v1/runs/:id",
        thing=f"run {run_id}",
        scope="agents:read",
        needs={"run": "object", "run.status": "text"},
        same={"run.id": run_id, "triage_item.run_id": run_id},
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

    PAGE = PAGE

    def __init__(self, requester: Requester) -> None:
        self._requester = requester

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
        obj, status = self._requester.json(call)
        return Answer(obj, "RunAccepted", status)

    def get(self, run_id: str) -> Answer[RunDetail]:
        """The whole run and its triage item: `{run, triage_item}`; NotFound if there is none."""
        obj, status = self._requester.json(get_call(run_id))
        return Answer(obj, "RunDetail", status)

    def list(
        self, *, status: str | None = None, limit: int | None = None, offset: int = 0, ahead: bool = True
    ) -> Listing[Run]:
        """Runs, newest first; all of them unless `limit` is given. Nothing is asked before iteration.

        Without `ahead` a page is asked for only when the one before it was taken: for who may stop at any run.
        """
        pages = Pages(self._requester, _page_call, {"status": status}, "data")
        return Listing(pages, "Run", limit=limit, offset=offset, ahead=ahead)

    def newest(self, page: int = 0) -> tuple[Sequence[Run], float | None]:
        """A page of the newest runs (0 is the first), and when it was answered by the server's `Date`, in POSIX seconds."""
        call = _page_call({"limit": PAGE, "offset": page * PAGE})
        obj, answer = self._requester.answered(call)
        return obj["data"], http_date(answer.header("date") or "", self._requester.sender.clock.now())

    def tail(self, run_id: str, *, through_triage: bool = False) -> Iterator[Snapshot]:
        """Each change of a run's status, confidence, result or error until it is over; the last snapshot is `final`.

        How long, and through what trouble, says the wait that the client is in (`EclipsClient.within`); without
        one it is MAX_OUTAGE and no deadline. Raises what outlasts that, and WaitTimeout.
        """
        from eclips_cli.api.tail.follow import follow
        from eclips_cli.api.tail.source import RunSource
        from eclips_cli.api.waiting import WaitBudget

        source = RunSource(self._requester, get_call(run_id), stream_call(run_id))
        budget = self._requester.budget or WaitBudget(self._requester.sender.clock)
        return follow(source, budget, through_triage=through_triage)


def _page_call(params: dict[str, str | int | None]) -> Call:
    return Call(
        "GET", "/v1/runs", "GET /v1/runs", params=params, scope="agents:read", needs={"data": "objects"}
    )
