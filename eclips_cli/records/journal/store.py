"""Reading and writing the journal; each change of a job's state is one durable commit."""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from eclips_cli.commands.batches.plan import Mapping, PlannedRow
from eclips_cli.errors import LocalFailure
from eclips_cli.records.journal.records import Job, JobState, KeptRow, Submission
from eclips_cli.records.journal.schema import connect, readable_errors

FILE = "batches.sqlite3"

_JOB = ", ".join(field.name for field in fields(Job))
_SUBMISSION = ", ".join(field.name for field in fields(Submission))
_NEW_JOB = (
    "INSERT INTO jobs (key, number, first_row, row_count, state, origins, rows) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class Journal:
    """The submissions of this machine. Safe to use from several threads; raises LocalFailure.

    `folder` is the state directory. Close it, or use it as a context manager.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / FILE
        self._lock = threading.RLock()
        self._database = connect(self.path)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    # -- writing a submission

    def begin(self, draft: Submission) -> None:
        """Begin a submission that nothing can see before `ready`; drops an abandoned draft of the same."""
        with self._change() as database:
            database.execute(
                "DELETE FROM submissions WHERE fingerprint = ? AND ready = 0", (draft.fingerprint,)
            )
            values = [_column(draft, field.name) for field in fields(Submission)]
            marks = ", ".join("?" * len(values))
            database.execute(f"INSERT INTO submissions ({_SUBMISSION}) VALUES ({marks})", values)

    def add_job(
        self,
        key: str,
        number: int,
        first_row: int,
        rows: Sequence[PlannedRow],
        origins: list[int] | None = None,
    ) -> None:
        """Add a planned job of `rows`; for a retry, `origins` are their indexes in the first submission."""
        with self._change() as database:
            values = (key, number, first_row, len(rows), JobState.PLANNED, _listed(origins), _packed(rows))
            database.execute(_NEW_JOB, values)

    def halve(self, job: Job) -> tuple[Job, Job]:
        """Make two planned jobs of a planned one, in one commit; rows and origins keep their order.

        The first half keeps the number, the other one gets the next that is free.
        """
        rows, middle = self.rows(job), job.row_count // 2
        origins = self._kept_origins(job)
        first, second = (None, None) if origins is None else (origins[:middle], origins[middle:])
        with self._change() as database:
            database.execute(
                "UPDATE jobs SET row_count = ?, rows = ?, origins = ?, error = NULL WHERE key = ? AND number = ?",
                (middle, _packed(rows[:middle]), _listed(first), job.key, job.number),
            )
            (number,) = database.execute(
                "SELECT max(number) + 1 FROM jobs WHERE key = ?", (job.key,)
            ).fetchone()
            half = (number, job.first_row + middle, job.row_count - middle)
            database.execute(
                _NEW_JOB, (job.key, *half, JobState.PLANNED, _listed(second), _packed(rows[middle:]))
            )
            database.execute("UPDATE submissions SET jobs = jobs + 1 WHERE key = ?", (job.key,))
        found = {known.number: known for known in self.jobs(job.key)}
        return found[job.number], found[number]

    def ready(self, key: str, columns: Iterable[str]) -> Submission:
        """Make a draft whole: its rows and jobs counted, its columns known; from here on it is found."""
        with self._change() as database:
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
                "(SELECT 1 FROM jobs WHERE jobs.key = submissions.key AND state != ?)",
                (key, JobState.PLANNED),
            )

    # -- a job's state

    def sending(self, job: Job, at: float) -> None:
        """Record the intent: from here on the server may have the job."""
        self._set(job, state=JobState.SENDING, sent_at=at, error=None)

    def not_sent(self, job: Job, why: str) -> None:
        """Record that the server surely does not have the job."""
        self._set(job, state=JobState.PLANNED, error=why)

    def unknown(self, job: Job, why: str) -> None:
        """Record why no answer is known; the job stays `sending`."""
        self._set(job, state=JobState.SENDING, error=why)

    def accepted(self, job: Job, batch_id: str, at: float) -> None:
        """Record the answer: the server has the job as `batch_id`."""
        self._set(job, state=JobState.ACCEPTED, batch_id=batch_id, accepted_at=at, error=None)

    def finished(self, job: Job, status: str) -> None:
        """Record that the job ended at the server."""
        self._set(job, state=JobState.FINISHED, status=status)

    def dropped(self, job: Job) -> None:
        """Record that the job, which was not sent, will not be."""
        self._set(job, state=JobState.DROPPED, status="cancelled")

    # -- reading

    def find(self, fingerprint: str) -> Submission | None:
        """The newest submission with this fingerprint."""
        return next(iter(self._submissions("fingerprint = ?", fingerprint)), None)

    def base_urls(self) -> list[str]:
        """The addresses that submissions were made with; those of 0.1 as they were typed."""
        return [row[0] for row in self._read("SELECT DISTINCT base_url FROM submissions WHERE ready = 1")]

    def submission(self, key: str) -> Submission:
        """The submission called `key`; LocalFailure when there is none."""
        found = self._submissions("key = ?", key)
        if not found:
            raise LocalFailure(f"no submission {key!r} in the journal", hint="eclips batches history")
        return found[0]

    def lookup(self, reference: str) -> Submission | None:
        """The submission whose key, or one of whose jobs' ids, is `reference` (`#` before a key is fine)."""
        by_job = "key IN (SELECT key FROM jobs WHERE batch_id = ?)"
        key = reference.removeprefix("#").lower()
        return next(iter(self._submissions("key = ?", key) or self._submissions(by_job, reference)), None)

    def marker_of(self, batch_id: str) -> str | None:
        """The marker in the name of a job of ours, by the API's id; None for a batch that is not ours."""
        found = self._read("SELECT key FROM jobs WHERE batch_id = ?", batch_id)
        return str(found[0]["key"]) if found else None

    def submissions(self) -> list[Submission]:
        """All submissions, newest first."""
        return self._submissions("1")

    def retries_of(self, key: str) -> list[Submission]:
        """The retries of a submission, oldest first."""
        return self._submissions("parent = ?", key)[::-1]

    def jobs(self, key: str) -> list[Job]:
        """The jobs of a submission in the order of their rows."""
        found = self._read(f"SELECT {_JOB} FROM jobs WHERE key = ? ORDER BY first_row, number", key)
        return [Job(**dict(row) | {"state": JobState(row["state"])}) for row in found]

    def rows(self, job: Job) -> list[KeptRow]:
        """The rows of a job; LocalFailure when what is stored is damaged."""
        ((packed,),) = self._read("SELECT rows FROM jobs WHERE key = ? AND number = ?", job.key, job.number)
        try:
            return [KeptRow(*row) for row in json.loads(zlib.decompress(packed))]
        except (zlib.error, ValueError, TypeError):
            raise LocalFailure(f"the journal {self.path} is damaged: job {job.number} of {job.key}") from None

    def origins(self, job: Job) -> list[int]:
        """For each row of a job, its index in the first submission that it belongs to."""
        kept = self._kept_origins(job)
        return kept if kept is not None else list(range(job.first_row, job.first_row + job.row_count))

    # -- beneath

    def _kept_origins(self, job: Job) -> list[int] | None:
        ((kept,),) = self._read("SELECT origins FROM jobs WHERE key = ? AND number = ?", job.key, job.number)
        return json.loads(kept) if kept else None

    def _set(self, job: Job, **values: object) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        with self._change() as database:
            database.execute(
                f"UPDATE jobs SET {names} WHERE key = ? AND number = ?",
                (*values.values(), job.key, job.number),
            )

    def _submissions(self, where: str, *values: object) -> list[Submission]:
        order = "ORDER BY created_at DESC, rowid DESC"
        found = self._read(
            f"SELECT {_SUBMISSION} FROM submissions WHERE ready = 1 AND {where} {order}", *values
        )
        return [_submission(row) for row in found]

    def _read(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._lock, readable_errors(self.path):
            cursor = self._database.cursor()
            cursor.row_factory = sqlite3.Row
            return cursor.execute(query, values).fetchall()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._lock, readable_errors(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


def _packed(rows: Sequence[Any]) -> bytes:
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode(), 1)


def _listed(origins: list[int] | None) -> str | None:
    return json.dumps(origins) if origins is not None else None


def _column(draft: Submission, name: str) -> Any:
    value = getattr(draft, name)
    if name == "mapping":
        return json.dumps(value.as_json())
    return json.dumps(list(value)) if name == "columns" else value


def _submission(row: sqlite3.Row) -> Submission:
    values = dict(row)
    values["mapping"] = Mapping.from_json(json.loads(values["mapping"]))
    values["columns"] = tuple(json.loads(values["columns"]))
    return Submission(**values)
