"""What this machine submitted, as objects to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eclips_cli.durations import iso_text
from eclips_cli.records.journal import Job, JobState, Submission
from eclips_cli.records.journal.records import UNSENT


def described(submission: Submission, jobs: Sequence[Job]) -> dict[str, Any]:
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


def local_job(submission: Submission, job: Job) -> dict[str, Any]:
    """A job as the journal knows it, in the shape of the API's."""
    return {
        "id": job.batch_id,
        "name": submission.name_of(job),
        "agent_type": submission.agent,
        "status": job.status or str(job.state),
        "total_rows": job.row_count,
        "submission": submission.key,
    }
