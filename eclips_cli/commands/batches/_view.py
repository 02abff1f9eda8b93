"""Batch jobs, their rows, and what was submitted from here: as columns, and as objects to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eclips_cli.api.statuses import RUN_STATUSES
from eclips_cli.durations import iso_text
from eclips_cli.json_values import JsonObject
from eclips_cli.output.columns import Column, View
from eclips_cli.records.journal import UNSENT, Job, JobState, Submission

if TYPE_CHECKING:
    pass

BATCHES = View(
    (
        Column("ID", "id", "id", 1),
        Column("STATUS", "status", "status", 1),
        Column("NAME", "name", "name", 2),
        Column("DONE", "completed_rows", "number", 3),
        Column("FAILED", "failed_rows", "number", 3),
        Column("ROWS", "total_rows", "number", 3),
        Column("AGENT", "agent_type", "text", 6),
        Column("CREATED", "created_at", "ago", 5),
    ),
    object="BatchJob",
)
BATCH = View(
    (
        Column("ID", "job.id", "id", 1),
        Column("STATUS", "job.status", "status", 1),
        Column("NAME", "job.name", "name", 2),
        Column("DONE", "job.completed_rows", "number", 3),
        Column("FAILED", "job.failed_rows", "number", 3),
        Column("ROWS", "job.total_rows", "number", 3),
        Column("AGENT", "job.agent_type", "text", 5),
    ),
    id_path="job.id",
    object="BatchDetail",
)
BATCH_ROWS = View(
    (
        Column("ROW", "row_index", "number", 1),
        Column("STATUS", "status", "status", 1),
        Column("TASK", "task", "text", 2),
        Column("ERROR", "error_message", "text", 3),
        Column("RESULT", "result", "json", 4),
        Column("ID", "id", "id", 6),
    )
)
BATCH_LINES = View((Column("LINE", "line", "number", 1), *BATCH_ROWS.columns[1:]))
"""the same rows, numbered as in the file they come from"""
ROW_STATUSES = (*RUN_STATUSES, "not_sent", "unknown", "missing", "mismatch")
"""what can become of a row: the API's words, and ours for what it does not tell"""
SUBMISSIONS = View(
    (
        Column("KEY", "key", "id", 1),
        Column("STATE", "state", "text", 1),
        Column("NAME", "name", "text", 2),
        Column("ROWS", "rows", "number", 2),
        Column("ACCEPTED", "rows_accepted", "number", 3),
        Column("CREATED", "created_at", "ago", 3),
        Column("FILE", "file", "text", 5),
        Column("AGENT", "agent_type", "text", 6),
        Column("RETRY OF", "retry_of", "text", 7),
        Column("PROFILE", "profile", "text", 8),
    ),
    id_path="key",
)
PREVIEW = View(
    (
        Column("NAME", "name", "text", 2),
        Column("AGENT", "agent_type", "text", 2),
        Column("ROWS", "rows", "number", 1),
        Column("JOBS", "jobs", "number", 1),
        Column("FIRST ROWS", "first_rows", "json", 3),
        Column("LAST ROW", "last_row", "json", 4),
    ),
    id_path="name",
)


def described(submission: Submission, jobs: Sequence[Job]) -> JsonObject:
    """One submission with its jobs: how far it is, and the API's ids."""
    unsent = sum(job.state in UNSENT for job in jobs)
    over = all(job.state in (JobState.FINISHED, JobState.DROPPED) for job in jobs)
    return {
        "key": submission.key,
        "name": submission.name,
        "file": submission.label,
        "kind": submission.kind,
        "retry_of": submission.parent,
        "agent_type": submission.agent,
        "profile": submission.profile,
        "base_url": submission.base_url,
        "created_at": iso_text(submission.created_at),
        "state": "unfinished" if unsent else "ended" if over else "accepted",
        "rows": submission.rows,
        "rows_accepted": sum(job.row_count for job in jobs if job.batch_id),
        "jobs": [{"id": job.batch_id, "state": str(job.state), "status": job.status, "rows": job.row_count,
                  "error": job.error} for job in jobs],
    }  # fmt: skip


def local_job(submission: Submission, job: Job) -> JsonObject:
    """A job as the journal knows it, in the shape of the API's."""
    return {
        "id": job.batch_id,
        "name": submission.name_of(job),
        "agent_type": submission.agent,
        "status": job.status or str(job.state),
        "total_rows": job.row_count,
        "submission": submission.key,
    }
