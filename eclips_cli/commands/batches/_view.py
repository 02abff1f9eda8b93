"""Batch jobs, their rows, and what was submitted from here: as columns, and as objects to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eclips_cli.commands.batches.plan import MAX_ROWS
from eclips_cli.durations import iso_text
from eclips_cli.json_values import JsonObject
from eclips_cli.output.cells import safe_text
from eclips_cli.output.columns import Column, View
from eclips_cli.output.formats import to_json
from eclips_cli.output.theme import Look
from eclips_cli.records.journal import UNSENT, Job, JobState, Submission

if TYPE_CHECKING:
    from eclips_cli.output.output import Output

SHOWN = 3
"""Rows that a preview shows."""
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
    )
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


def show_preview(output: Output, name: str, agent: str, rows: int, first: Sequence[JsonObject]) -> None:
    """`--dry-run`: how much would go where, and the first rows as they would be sent."""
    jobs = -(-rows // MAX_ROWS)
    shown = {
        "name": name,
        "agent_type": agent,
        "rows": rows,
        "jobs": jobs,
        "first_rows": list(first[:SHOWN]),
    }
    output.item(shown, PREVIEW, detail=_preview_text)
    many = "1 row" if rows == 1 else f"{rows:,} rows"
    noun = "1 job" if jobs == 1 else f"{jobs:,} jobs"
    output.announce(f"{many} would go to {agent} as {noun}; nothing was sent")


def _preview_text(shown: JsonObject, _look: Look) -> str:
    """The first rows for a person, each as the API would get it."""
    lines = [safe_text(to_json(row)) for row in shown["first_rows"]]
    more = shown["rows"] - len(lines)
    return "\n".join([*lines, *([f"… and {more:,} more"] if more > 0 else [])]) + "\n"
