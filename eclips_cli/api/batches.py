"""Batches: many tasks as one job (manual: Batches)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from eclips_cli.api.http.answer import Answer
from eclips_cli.api.http.call import Call
from eclips_cli.api.http.checks import segment
from eclips_cli.api.http.fitting import must_say
from eclips_cli.api.paging import Listing, Pages
from eclips_cli.command_line import command
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.http.requester import Requester
    from eclips_cli.api.objects import BatchCancelled, BatchCreated, BatchDetail, BatchJob

MAX_ROWS = 500
"""Rows that one job takes."""


class Batches:
    """The batch jobs of the key's organization."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester

    def create(
        self,
        agent_type: str,
        rows: Sequence[JsonObject],
        name: str | None = None,
        webhook_url: str | None = None,
    ) -> Answer[BatchCreated]:
        """Submit 1 to 500 rows (each `{task, data?}`): 201 with `{job}`.

        Raises UnknownOutcome when the answer is lost: the job may exist; look for its name.
        """
        if not 1 <= len(rows) <= MAX_ROWS:
            raise UsageError(f"a batch takes 1 to {MAX_ROWS} rows, not {len(rows)}")
        optional = {"name": name, "webhook_url": webhook_url}
        body: dict[str, Any] = {"agent_type": agent_type, "rows": list(rows)}
        call = Call(
            "POST",
            "/v1/batches",
            "POST /v1/batches",
            json=body | {key: value for key, value in optional.items() if value is not None},
            scope="batch:run",
            look="eclips batches list --limit 5",
            needs={"job": "object", "job.id": "text"},
        )
        obj, status = self._requester.json(call)
        return Answer(obj, "BatchCreated", status)

    def get(self, batch_id: str) -> Answer[BatchDetail]:
        """The job and its rows with their results: `{job, rows}`; NotFound if there is none."""
        call = Call(
            "GET",
            f"/v1/batches/{segment(batch_id, 'batch id')}",
            "GET /v1/batches/:id",
            thing=f"batch {batch_id}",
            scope="batch:read",
            needs={"job": "object", "rows": "objects"},
            same={"job.id": batch_id},
        )
        obj, status = self._requester.json(call)
        self._requester.told_list(call, obj["rows"])
        return Answer(obj, "BatchDetail", status)

    def list(
        self,
        *,
        status: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        to_the_end: bool = False,
    ) -> Listing[BatchJob]:
        """Jobs, newest first; all of them unless `limit` is given. The API tells no total.

        `to_the_end` reads on until a page is empty, also where the server gives smaller pages than asked.
        """
        pages = Pages(self._requester, _page_call, {"status": status}, "jobs")
        return Listing(pages, "BatchJob", limit=limit, offset=offset, to_the_end=to_the_end)

    def cancel(self, batch_id: str) -> Answer[BatchCancelled]:
        """Cancel a pending or running job; Rejected in any other state."""
        call = Call(
            "POST",
            f"/v1/batches/{segment(batch_id, 'batch id')}/cancel",
            "POST /v1/batches/:id/cancel",
            thing=f"batch {batch_id}",
            scope="batch:run",
            look=command("batches get", batch_id),
            same={"job.id": batch_id, "id": batch_id},
            judge=must_say("cancelled"),
        )
        obj, status = self._requester.json(call)
        return Answer(obj, "BatchCancelled", status)


def _page_call(params: dict[str, str | int | None]) -> Call:
    return Call(
        "GET", "/v1/batches", "GET /v1/batches", params=params, scope="batch:read", needs={"jobs": "objects"}
    )
