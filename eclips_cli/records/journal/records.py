"""What the journal holds: submissions, their jobs, and the rows of a job."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from eclips_cli.commands.batches.plan import Mapping, body_row, job_name


class JobState(StrEnum):
    """How far one job is. Its only ways: planned, sending, accepted, finished; or dropped, unsent."""

    PLANNED = "planned"
    """was not sent, for sure"""
    SENDING = "sending"
    """was or is being sent, and no answer is known: the server may have it"""
    ACCEPTED = "accepted"
    """the server has it, under `batch_id`"""
    FINISHED = "finished"
    """ended at the server; `status` says how"""
    DROPPED = "dropped"
    """will not be sent: cancelled before it was its turn"""


UNSENT = frozenset({JobState.PLANNED, JobState.SENDING})
"""States in which a submission still has work to send (or to ask about)."""


class KeptRow(NamedTuple):
    """One input row as the journal keeps it: where it stood, its task, and its cells as read."""

    line: int
    task: str
    cells: list[Any] | dict[str, Any]


@dataclass(frozen=True)
class Submission:
    """One file (or one retry) as it was submitted. Times are POSIX seconds.

    `key` is the short marker in the jobs' names, `kind` is `submit` or `retry` (then `parent` is the
    key of the submission whose rows are tried again), `label` the file's name as it was given.
    """

    key: str
    fingerprint: str
    kind: str
    parent: str | None
    created_at: float
    name: str
    label: str
    format: str
    agent: str
    webhook_url: str | None
    profile: str
    base_url: str
    mapping: Mapping
    columns: tuple[str, ...]
    rows: int
    jobs: int

    def name_of(self, job: Job) -> str:
        """The name that `job` has at the API, the marker at its end."""
        return job_name(self.name, job.number, self.jobs, self.key)

    def body_rows(self, rows: list[KeptRow]) -> list[dict[str, Any]]:
        """Rows as the API takes them."""
        return [body_row(row, self.mapping, self.columns) for row in rows]


@dataclass(frozen=True)
class Job:
    """One job of a submission; `first_row` is the index of its first row in the submission, from 0."""

    key: str
    number: int
    first_row: int
    row_count: int
    state: JobState
    batch_id: str | None = None
    sent_at: float | None = None
    accepted_at: float | None = None
    status: str | None = None
    error: str | None = None
