"""The API's objects, each defined once: plain JSON as the server sent it, typed.

Any member may be missing or null, and members that are not listed here are kept: a `TypedDict` says
what is known of an object and changes nothing of it. `Answer.checked` holds an object against its
definition with pydantic. Times are ISO 8601 text in UTC.
"""

from __future__ import annotations

from functools import cache
from typing import (
    TYPE_CHECKING,
    Any,
    Required,  # pydantic reads typing's own from Python 3.12 on
)

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from pydantic import TypeAdapter


class Health(TypedDict, total=False):
    """`GET /v1/health` (manual: Health)."""

    status: Required[str]
    version: str | None
    timestamp: str | None


class RunAccepted(TypedDict, total=False):
    """`POST /v1/run`, 202 (manual: Run an agent)."""

    run_id: Required[str]
    status: str | None
    agent_type: str | None
    estimated_completion: str | None


class Run(TypedDict, total=False):
    """A run, as listed or as read; `output` and what was asked only when read (manual: List & get runs)."""

    id: str | None
    agent_type: str | None
    status: str | None
    priority: str | None
    task: str | None
    data: Any
    created_at: str | None
    started_at: str | None
    completed_at: str | None
    confidence_score: float | None
    requires_triage: bool | None
    error_message: str | None
    output: Any


class LinkedRun(TypedDict, total=False):
    """The run that a triage item is joined to (manual: Triage)."""

    id: str | None
    agent_type: str | None
    confidence_score: float | None


class TriageItem(TypedDict, total=False):
    """Something that waits for a person (manual: Triage); servers may send `title`, `summary` and more."""

    id: str | None
    run_id: str | None
    status: str | None
    triage_reason: str | None
    created_at: str | None
    resolved_at: str | None
    agent_runs: LinkedRun | None


class RunDetail(TypedDict, total=False):
    """`GET /v1/runs/:id`: a run and its triage item, where it has one (manual: List & get runs)."""

    run: Required[Run]
    triage_item: TriageItem | None


class TriageResolved(TypedDict, total=False):
    """`POST /v1/triage/:id/approve` and `/reject` (manual: Triage)."""

    data: TriageItem | None


class Webhook(TypedDict, total=False):
    """A webhook; `secret` only in the answer that created it (manual: Webhooks)."""

    id: str | None
    url: str | None
    events: list[str] | None
    is_active: bool | None
    secret: str | None
    created_at: str | None


class WebhookCreated(TypedDict, total=False):
    """`POST /v1/webhooks`, 201 (manual: Webhooks)."""

    data: Required[Webhook]


class WebhookDeleted(TypedDict, total=False):
    """`DELETE /v1/webhooks/:id` (manual: Webhooks)."""

    success: bool | None


class BatchJob(TypedDict, total=False):
    """A batch job (manual: Batches)."""

    id: str | None
    name: str | None
    agent_type: str | None
    status: str | None
    total_rows: int | None
    completed_rows: int | None
    failed_rows: int | None
    created_at: str | None


class BatchRow(TypedDict, total=False):
    """One row of a job, with its own status and result (manual: Batches)."""

    id: str | None
    row_index: int | None
    run_id: str | None
    task: str | None
    status: str | None
    result: Any
    error_message: str | None


class BatchCreated(TypedDict, total=False):
    """`POST /v1/batches`, 201 (manual: Batches)."""

    job: Required[BatchJob]


class BatchDetail(TypedDict, total=False):
    """`GET /v1/batches/:id` (manual: Batches)."""

    job: Required[BatchJob]
    rows: Required[list[BatchRow]]


class BatchCancelled(TypedDict, total=False):
    """`POST /v1/batches/:id/cancel` (manual: Batches)."""

    cancelled: bool | None


class UsageSummary(TypedDict, total=False):
    """`GET /v1/usage`; `credits_remaining` is null on an unlimited plan (manual: Usage)."""

    plan: str | None
    scope: str | None
    period: str | None
    included_credits: float | None
    topup_credits: float | None
    credits_used: float | None
    credits_remaining: float | None
    unlimited: bool | None
    topup_price_per_1000_usd: float | None


@cache
def adapter(kind: str) -> TypeAdapter[Any]:
    """What pydantic makes of the object called `kind`: checks, and JSON Schemas."""
    from pydantic import TypeAdapter

    return TypeAdapter(globals()[kind])


def members(kind: str) -> list[str]:
    """The members that are known of the object called `kind`; those of an object in it with a dot."""
    from typing import get_args, get_origin, get_type_hints

    from typing_extensions import is_typeddict

    found = []
    for name, hint in get_type_hints(globals()[kind]).items():
        found.append(name)
        within = () if get_origin(hint) is list else (hint, *get_args(hint))
        found += [f"{name}.{m}" for one in within if is_typeddict(one) for m in members(one.__name__)]
    return found
