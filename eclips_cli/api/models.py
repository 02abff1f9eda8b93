"""The API's objects as pydantic models; loaded only when somebody asks for a `.model`.

Unknown members are kept (`model_extra`). Every member may be missing or null, except those that the
manual promises and a call can't do without.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class ApiModel(BaseModel):
    """An object of the API, with whatever else the server put into it."""

    model_config = ConfigDict(extra="allow", protected_namespaces=())


class Health(ApiModel):
    """`GET /v1/health`."""

    status: str
    version: str | None = None
    timestamp: str | None = None


class RunAccepted(ApiModel):
    """`POST /v1/run`, 202."""

    run_id: str
    status: str | None = None
    agent_type: str | None = None
    estimated_completion: str | None = None


class Run(ApiModel):
    """A run, as listed or as read; `output` only when read."""

    id: str | None = None
    agent_type: str | None = None
    status: str | None = None
    priority: str | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    confidence_score: float | None = None
    requires_triage: bool | None = None
    error_message: str | None = None
    output: Any = None


class LinkedRun(ApiModel):
    """The run that a triage item is joined to."""

    id: str | None = None
    agent_type: str | None = None
    confidence_score: float | None = None


class TriageItem(ApiModel):
    """Something that waits for a person."""

    id: str | None = None
    run_id: str | None = None
    status: str | None = None
    triage_reason: str | None = None
    created_at: datetime | None = None
    resolved_at: datetime | None = None
    agent_runs: LinkedRun | None = None


class RunDetail(ApiModel):
    """`GET /v1/runs/:id`."""

    run: Run
    triage_item: TriageItem | None = None


class TriageResolved(ApiModel):
    """`POST /v1/triage/:id/approve` and `/reject`."""

    data: TriageItem | None = None


class Webhook(ApiModel):
    """A webhook; `secret` only in the answer that created it."""

    id: str | None = None
    url: str | None = None
    events: list[str] | None = None
    is_active: bool | None = None
    secret: str | None = None
    created_at: datetime | None = None


class WebhookCreated(ApiModel):
    """`POST /v1/webhooks`, 201."""

    data: Webhook


class WebhookDeleted(ApiModel):
    """`DELETE /v1/webhooks/:id`."""

    success: bool | None = None


class BatchJob(ApiModel):
    """A batch job."""

    id: str | None = None
    name: str | None = None
    agent_type: str | None = None
    status: str | None = None
    total_rows: int | None = None
    completed_rows: int | None = None
    failed_rows: int | None = None
    created_at: datetime | None = None


class BatchRow(ApiModel):
    """One row of a job, with its own status and result."""

    id: str | None = None
    row_index: int | None = None
    task: str | None = None
    status: str | None = None
    result: Any = None
    error_message: str | None = None


class BatchCreated(ApiModel):
    """`POST /v1/batches`, 201."""

    job: BatchJob


class BatchDetail(ApiModel):
    """`GET /v1/batches/:id`."""

    job: BatchJob
    rows: list[BatchRow]


class BatchCancelled(ApiModel):
    """`POST /v1/batches/:id/cancel`."""

    cancelled: bool | None = None


class UsageSummary(ApiModel):
    """`GET /v1/usage`; `credits_remaining` is null on an unlimited plan."""

    plan: str | None = None
    scope: str | None = None
    period: str | None = None
    included_credits: float | None = None
    topup_credits: float | None = None
    credits_used: float | None = None
    credits_remaining: float | None = None
    unlimited: bool | None = None
    topup_price_per_1000_usd: float | None = None
