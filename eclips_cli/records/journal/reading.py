"""Reading the journal: submissions, their jobs, and the rows of a job."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields

from eclips_cli.errors import LocalFailure
from eclips_cli.records.journal.records import GIVEN_UP, Job, JobState, Submission
from eclips_cli.records.journal.rows import KeptRow, Mapping, unpacked
from eclips_cli.records.journal.schema import JournalDatabase
from eclips_cli.system.database import Row

JOB = ", ".join(field.name for field in fields(Job))
SUBMISSION = ", ".join(field.name for field in fields(Submission))


class JournalReader(JournalDatabase):
    """What the journal in `folder`, the state directory, knows. Safe to use from several threads; raises LocalFailure."""

    @property
    def version(self) -> int:
        """Changes whenever another process writes to the journal."""
        ((version,),) = self._read("PRAGMA data_version")
        return int(version)

    def find(self, fingerprint: str) -> Submission | None:
        """The newest submission with this fingerprint."""
        return next(iter(self._submissions("fingerprint = ?", fingerprint)), None)

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all submissions that are written down."""
        return frozenset(row["key"] for row in self._read("SELECT key FROM submissions WHERE ready = 1"))

    def submission(self, key: str) -> Submission:
        """The submission called `key`; LocalFailure when there is none."""
        found = self._submissions("key = ?", key)
        if not found:
            raise LocalFailure(f"no submission {key!r} in the journal", hint="eclips batches history")
        return found[0]

    def lookup(self, reference: str) -> Submission | None:
        """The submission with this key, or of the job with this marker or id (`#` before a key is fine)."""
        key = reference.removeprefix("#").lower()
        for where, value in (
            ("key = ?", key),
            ("key IN (SELECT key FROM jobs WHERE marker = ?)", key),
            ("key IN (SELECT key FROM jobs WHERE batch_id = ?)", reference),
        ):
            if found := self._submissions(where, value):
                return found[0]
        return None

    def marker_of(self, batch_id: str) -> tuple[str, str] | None:
        """The marker of a job of ours and its submission's key, by the API's id; None for a batch that is not ours."""
        found = self._read("SELECT coalesce(marker, key), key FROM jobs WHERE batch_id = ?", batch_id)
        return (found[0][0], found[0][1]) if found else None

    def has_marker(self, marker: str) -> bool:
        """Whether a job of this machine that may be at the server has this marker."""
        query = (
            "SELECT 1 FROM jobs JOIN submissions USING (key) WHERE coalesce(marker, key) = ? AND ready = 1 "
            "AND state != ? AND (state != ? OR jobs.status = ?) LIMIT 1"
        )
        return bool(self._read(query, marker, JobState.REFUSED, JobState.DROPPED, GIVEN_UP))

    def submissions(self) -> list[Submission]:
        """All submissions, newest first."""
        return self._submissions("1")

    def order(self) -> dict[str, int]:
        """The submissions' keys with numbers that grow in the order in which they were written down."""
        return {row["key"]: row["rowid"] for row in self._read("SELECT rowid, key FROM submissions")}

    def retries_of(self, key: str) -> list[Submission]:
        """The retries of a submission, oldest first."""
        return self._submissions("parent = ?", key)[::-1]

    def jobs(self, key: str) -> list[Job]:
        """The jobs of a submission in the order of their rows."""
        found = self._read(f"SELECT {JOB} FROM jobs WHERE key = ? ORDER BY first_row, number", key)
        return [Job(**dict(row) | {"state": JobState(row["state"])}) for row in found]

    def rows(self, job: Job) -> list[KeptRow]:
        """The rows of a job; LocalFailure when what is stored is damaged."""
        ((stored,),) = self._read("SELECT rows FROM jobs WHERE key = ? AND number = ?", job.key, job.number)
        try:
            return unpacked(stored)
        except ValueError:
            raise LocalFailure(f"the journal {self.path} is damaged: job {job.number} of {job.key}") from None

    def origins(self, job: Job) -> list[int]:
        """For each row of a job, its index in the first submission that it belongs to."""
        kept = self.kept_origins(job)
        return kept if kept is not None else list(range(job.first_row, job.first_row + job.row_count))

    def kept_origins(self, job: Job) -> list[int] | None:
        """The origins of a retry's job; None where a job's rows are the first submission's own."""
        ((kept,),) = self._read("SELECT origins FROM jobs WHERE key = ? AND number = ?", job.key, job.number)
        return json.loads(kept) if kept else None

    # -- which runs the rows are

    def places_of(self, column: str, ids: Sequence[str]) -> list[tuple[str, str, int]]:
        """For those of `ids` that are known as the `run_id` or the `row_id` of a row: id, batch, index in it."""
        assert column in ("run_id", "row_id")
        marks = ", ".join("?" * len(ids))
        query = f"SELECT {column}, batch_id, row_index FROM row_runs WHERE {column} IN ({marks})"
        return [tuple(row) for row in self._read(query, *ids)]

    def runs_of(self, batch_id: str) -> dict[int, str]:
        """The runs of a batch's rows by their index, as far as they are known."""
        query = "SELECT row_index, run_id FROM row_runs WHERE batch_id = ? AND run_id IS NOT NULL"
        return {row["row_index"]: row["run_id"] for row in self._read(query, batch_id)}

    def batches_of_unknown_runs(self) -> list[tuple[str, str]]:
        """The accepted jobs of whose rows no run is known, newest first: batch id and API."""
        found = self._read(
            "SELECT batch_id, base_url FROM jobs JOIN submissions USING (key) WHERE batch_id IS NOT NULL "
            "AND batch_id NOT IN (SELECT batch_id FROM row_runs) ORDER BY accepted_at DESC"
        )
        return [tuple(row) for row in found]

    # -- beneath

    def _submissions(self, where: str, *values: object) -> list[Submission]:
        order = "ORDER BY created_at DESC, rowid DESC"
        found = self._read(
            f"SELECT {SUBMISSION} FROM submissions WHERE ready = 1 AND {where} {order}", *values
        )
        return [_submission(row) for row in found]


def _submission(row: Row) -> Submission:
    values = dict(row)
    values["mapping"] = Mapping.from_json(json.loads(values["mapping"]))
    values["columns"] = tuple(json.loads(values["columns"]))
    return Submission(**values)
