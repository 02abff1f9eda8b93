"""What the journal holds: submissions, their jobs, and where each belongs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from shlex import quote

from eclips_cli.api.http.checks import canonical_base_url
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.records.journal.rows import KeptRow, Mapping, body_row, job_name

SANDBOX = "the sandbox"
"""stands for the URL of the sandbox inside the process, which changes with each command"""


class JobState(StrEnum):
    """How far one job is: planned, sending, accepted, finished; or dropped, taken, refused."""

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
    TAKEN = "taken"
    """the server has it, for it said 2xx; its id could not be read"""
    REFUSED = "refused"
    """the server answered that it never takes it (400, 422); its rows were not sent"""


UNSENT = frozenset({JobState.PLANNED, JobState.SENDING})
"""States in which a submission still has work to send (or to ask about)."""

OPEN = UNSENT | {JobState.TAKEN}
"""States of a job that a submission is gone on with for."""

SENT = frozenset({JobState.ACCEPTED, JobState.FINISHED, JobState.TAKEN})
"""States in which the server has a job's rows."""

GIVEN_UP = "unknown"
"""The status of a dropped job that the server may have all the same: its rows are never sent again unasked."""


@dataclass(frozen=True)
class Submission:
    """One file (or one retry) as it was submitted. Times are POSIX seconds.

    `key` is what it is called here, `kind` is `submit`, `retry` (then `parent` is the key of the submission
    whose rows are tried again) or `elsewhere` (another machine sent it), `label` the file's name as it was
    given. `place` tells files of one label (None in journals of 0.1, and for standard input), `account`
    counts the accounts that this machine's keys belong to (None: not known), `delimiter` what
    stood between the file's cells (None where it is no CSV, and in journals of 0.1).
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
    place: str | None = None
    account: int | None = None

    def name_of(self, job: Job) -> str:
        """The name that `job` has at the API, the marker at its end."""
        return job_name(self.name, job.number, self.jobs, self.marker_of(job))

    def marker_of(self, job: Job) -> str:
        """The marker of a job: its own, made of its rows; 0.1 had one for all jobs of a submission."""
        return job.marker or self.key

    def body_rows(self, rows: list[KeptRow]) -> list[JsonObject]:
        """Rows as the API takes them."""
        return [body_row(row, self.mapping, self.columns) for row in rows]


@dataclass(frozen=True)
class Job:
    """One job of a submission; `first_row` is the index of its first row in the submission, from 0.

    `server_time` is the server's own time, in POSIX seconds, when it was sent; `failed` lists the places of
    its rows that failed, as JSON, where that was seen.
    """

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
    marker: str | None = None
    server_time: float | None = None
    failed: str | None = None

    @property
    def is_sent(self) -> bool:
        """Whether its rows count as sent: the server has them, or may have them and a person gave up asking."""
        return self.state in SENT or (self.state is JobState.DROPPED and self.status == GIVEN_UP)


@dataclass(frozen=True)
class Target:
    """The profile and the base URL that a command works with: a submission is gone on with at its own API."""

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
        """Whether a submission was made at this API with this profile."""
        return submission.profile == self.profile and self.is_api_of(submission)

    def check_api(self, submission: Submission) -> None:
        """Raise UsageError, with the options that lead there, when a submission is at another API."""
        if self.is_api_of(submission):
            return
        raise UsageError(
            f"submission {submission.key} was made with profile {submission.profile!r} at {submission.base_url}",
            hint=way_to(submission.profile, submission.base_url, self.base_url),
        )


def way_to(profile: str, api: str, here: str) -> str:
    """How to give the same command to another API than the one `here`: each is a base URL or the sandbox."""
    if api == SANDBOX:
        return "the same command with --sandbox"
    place = f"with --profile {quote(profile)} --base-url {quote(api)}"
    return f"the same command without --sandbox, {place}" if here == SANDBOX else f"the same command {place}"
