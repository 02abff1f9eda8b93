"""Writing the journal, by one process at a time; each change of a job's state is one durable commit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from eclips_cli.errors import Busy
from eclips_cli.records.journal.accounts import AccountKeys
from eclips_cli.records.journal.known import RowDigests
from eclips_cli.records.journal.reading import SUBMISSION
from eclips_cli.records.journal.records import Job, JobState, Submission
from eclips_cli.records.journal.rows import PlannedRow, packed
from eclips_cli.system.locks import SingleInstanceLock

ABANDONED = 86400.0
"""Seconds after which a draft, which takes seconds, is one that its process died with."""

_NEW_JOB = (
    "INSERT INTO jobs (key, number, first_row, row_count, marker, state, origins, rows) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


class Outdated(Exception):
    """Somebody else wrote a submission down since the journal was asked which rows are known."""


class Journal(RowDigests, AccountKeys):
    """The submissions of this machine. Safe to use from several threads; raises LocalFailure.

    Close it, or use it as a context manager.
    """

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    # -- writing a submission

    def begin(self, draft: Submission) -> None:
        """Begin a submission that nothing can see before `ready`; drops drafts that were abandoned.

        Raises Outdated where there is one of this key by now. Hold its lock.
        """
        with self._change() as database:
            if database.execute(
                "SELECT 1 FROM submissions WHERE key = ? AND ready = 1", (draft.key,)
            ).fetchone():
                raise Outdated
            database.execute(
                "DELETE FROM submissions WHERE ready = 0 AND (fingerprint = ? OR key = ? OR created_at < ?)",
                (draft.fingerprint, draft.key, draft.created_at - ABANDONED),
            )
            values = [_column(draft, field.name) for field in fields(Submission)]
            marks = ", ".join("?" * len(values))
            database.execute(f"INSERT INTO submissions ({SUBMISSION}) VALUES ({marks})", values)

    def add_job(
        self,
        key: str,
        number: int,
        first_row: int,
        rows: Sequence[PlannedRow],
        origins: list[int] | None = None,
        *,
        marker: str | None = None,
    ) -> None:
        """Add a planned job of `rows`; for a retry, `origins` are their indexes in the first submission."""
        stored = (JobState.PLANNED, _listed(origins), packed(rows))
        with self._change() as database:
            database.execute(_NEW_JOB, (key, number, first_row, len(rows), marker, *stored))

    def halve(self, job: Job, markers: tuple[str, str]) -> tuple[Job, Job]:
        """Make two planned jobs of a planned one, in one commit; rows and origins keep their order.

        The first half keeps the number, the other one gets the next that is free.
        """
        rows, middle = self.rows(job), job.row_count // 2
        origins = self.kept_origins(job)
        first, second = (None, None) if origins is None else (origins[:middle], origins[middle:])
        with self._change() as database:
            database.execute(
                "UPDATE jobs SET row_count = ?, rows = ?, origins = ?, marker = ?, error = NULL "
                "WHERE key = ? AND number = ?",
                (middle, packed(rows[:middle]), _listed(first), markers[0], job.key, job.number),
            )
            (number,) = database.execute(
                "SELECT max(number) + 1 FROM jobs WHERE key = ?", (job.key,)
            ).fetchone()
            half = (number, job.first_row + middle, job.row_count - middle, markers[1])
            stored = (JobState.PLANNED, _listed(second), packed(rows[middle:]))
            database.execute(_NEW_JOB, (job.key, *half, *stored))
            database.execute("UPDATE submissions SET jobs = jobs + 1 WHERE key = ?", (job.key,))
        found = {known.number: known for known in self.jobs(job.key)}
        return found[job.number], found[number]

    def ready(self, key: str, columns: Iterable[str], *, known: frozenset[str] | None = None) -> Submission:
        """Make a draft whole: its rows and jobs counted, its columns known; from here on it is found.

        Raises Outdated where the journal has others by now than the `known` keys.
        """
        with self._change() as database:
            if known is not None and not self.keys <= known:
                raise Outdated
            database.execute(
                "UPDATE submissions SET ready = 1, columns = ?, "
                "jobs = (SELECT count(*) FROM jobs WHERE jobs.key = submissions.key), "
                "rows = (SELECT sum(row_count) FROM jobs WHERE jobs.key = submissions.key) WHERE key = ?",
                (json.dumps(list(columns)), key),
            )
        return self.submission(key)

    def discard(self, key: str) -> None:
        """Forget a draft."""
        with self._change() as database:
            database.execute("DELETE FROM submissions WHERE key = ? AND ready = 0", (key,))

    def forget(self, key: str) -> None:
        """Forget a submission of which nothing was sent, for sure."""
        with self._change() as database:
            database.execute(
                "DELETE FROM submissions WHERE key = ? AND NOT EXISTS "
                "(SELECT 1 FROM jobs WHERE jobs.key = submissions.key AND state NOT IN (?, ?))",
                (key, JobState.PLANNED, JobState.REFUSED),
            )

    # -- a job's state

    def sending(self, job: Job, at: float, server_time: float | None = None) -> None:
        """Record the intent: from here on the server may have the job."""
        self._set(job, state=JobState.SENDING, sent_at=at, server_time=server_time, error=None)

    def not_sent(self, job: Job, why: str) -> None:
        """Record that the server surely does not have the job."""
        self._set(job, state=JobState.PLANNED, error=why)

    def unknown(self, job: Job, why: str) -> None:
        """Record why no answer is known; the job stays `sending`."""
        self._set(job, state=JobState.SENDING, error=why)

    def accepted(self, job: Job, batch_id: str, at: float) -> None:
        """Record the answer: the server has the job as `batch_id`."""
        self._set(job, state=JobState.ACCEPTED, batch_id=batch_id, accepted_at=at, error=None)

    def taken(self, job: Job, why: str) -> None:
        """Record that the server has the job under an id that could not be read."""
        self._set(job, state=JobState.TAKEN, error=why)

    def refused(self, job: Job, why: str) -> None:
        """Record that the server never takes the job: its rows are not sent."""
        self._set(job, state=JobState.REFUSED, status="refused", error=why)

    def finished(self, job: Job, status: str) -> None:
        """Record that the job ended at the server."""
        self._set(job, state=JobState.FINISHED, status=status)

    def failed(self, job: Job, places: Sequence[int]) -> None:
        """Record which rows of the job failed, by their places in it."""
        self._set(job, failed=json.dumps(list(places)))

    def dropped(self, job: Job, status: str = "cancelled") -> None:
        """Record that the job will not be sent (again); `unknown` where the server may have it all the same."""
        self._set(job, state=JobState.DROPPED, status=status)

    def keep_row_runs(self, rows: Sequence[tuple[str, int, str | None, str | None]]) -> None:
        """Record which runs rows are: batch id, index, the row's own id, the run's id."""
        with self._change() as database:
            database.executemany("INSERT OR REPLACE INTO row_runs VALUES (?, ?, ?, ?)", rows)

    # -- beneath

    def _set(self, job: Job, **values: object) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        with self._change() as database:
            database.execute(
                f"UPDATE jobs SET {names} WHERE key = ? AND number = ?",
                (*values.values(), job.key, job.number),
            )


class SubmissionLock(SingleInstanceLock):
    """A lock by name in a directory, held while entered. The kernel drops it whatever ends the process.

    Entering raises Busy, which says who holds it, when another process does.
    """

    def __init__(self, folder: Path, name: str, *, what: str, since: str) -> None:
        def taken(holder: str) -> Busy:
            return Busy(
                f"another eclips is working on {what} ({holder}); this one sends nothing",
                hint="wait for it; `eclips batches history` shows how far it is",
            )

        super().__init__(folder / f"{name[:32]}.lock", taken, since=since)


def _listed(origins: list[int] | None) -> str | None:
    return json.dumps(origins) if origins is not None else None


def _column(draft: Submission, name: str) -> Any:
    value = getattr(draft, name)
    if name == "mapping":
        return json.dumps(value.as_json())
    return json.dumps(list(value)) if name == "columns" else value
