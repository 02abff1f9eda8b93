"""What the journal holds: submissions, their jobs, and where each belongs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from eclips_cli.api.http.checks import canonical_base_url
from eclips_cli.errors import UsageError
from eclips_cli.records.journal.rows import KeptRow, Mapping, body_row, job_name

SANDBOX = "the sandbox"
"""stands for the URL of the sandbox inside the process, which changes with each command"""


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


@dataclass(frozen=True)
class Submission:
    """One file (or one retry) as it was submitted. Times are POSIX seconds.

    `key` is the short marker in the jobs' names, `kind` is `submit` or `retry` (then `parent` is the
    key of the submission whose rows are tried again), `label` the file's name as it was given,
    `delimiter` what stood between its cells (None where it is no CSV, and in journals of 0.1).
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
    delimiter: str | None = None

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


@dataclass(frozen=True)
class Target:
    """The profile and the base URL that a command works with: a submission is gone on with by those it was begun with."""

    profile: str
    base_url: str

    @classmethod
    def of(cls, profile: str, base_url: str, *, sandbox: bool) -> Target:
        """The target of an invocation by its settings."""
        return cls(profile, SANDBOX if sandbox else base_url)

    def is_at(self, base_url: str) -> bool:
        """Whether an address is this API's. Journals of 0.1 have it as it was typed."""
        return canonical_base_url(base_url) == canonical_base_url(self.base_url)

    def is_api_of(self, submission: Submission) -> bool:
        """Whether a submission is at this API."""
        return self.is_at(submission.base_url)

    def holds(self, submission: Submission) -> bool:
        """Whether a submission was made here."""
        return submission.profile == self.profile and self.is_api_of(submission)

    def check_api(self, submission: Submission) -> None:
        """Raise UsageError when a submission is at another API; another profile may read it here."""
        if not self.is_api_of(submission):
            self.check(submission)

    def check(self, submission: Submission) -> None:
        """Raise UsageError, with the options that lead there, unless a submission was made here."""
        if self.holds(submission):
            return
        way = f"--profile {submission.profile} --base-url {submission.base_url}"
        if submission.base_url == SANDBOX:
            way = "--sandbox"
        raise UsageError(
            f"submission {submission.key} was made with profile {submission.profile!r} at {submission.base_url}",
            hint=f"say so: eclips {way} batches …",
        )
