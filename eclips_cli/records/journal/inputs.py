"""What this machine sent for a run: the task and data of a row, found by the run's id, else by its task.

A row is a run's by the `run_id` that the API gave for it, else where the row's own id is the run's. A task
ties a run to a row only where it was sent exactly once: nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from eclips_cli.json_values import JsonObject
from eclips_cli.records.journal.reading import JournalReader
from eclips_cli.records.journal.records import JobState, Target
from eclips_cli.records.journal.rows import KeptRow, body_row
from eclips_cli.records.journal.store import Journal

_AT_A_TIME = 500
"""values in one question to SQLite"""


class SentInputs:
    """The inputs of the rows that were submitted from this machine to one API. Raises LocalFailure."""

    def __init__(self, journal: JournalReader, target: Target) -> None:
        self._journal, self._target = journal, target
        self._rows: dict[tuple[str, int], list[KeptRow]] = {}

    def of_runs(self, run_ids: Iterable[str]) -> dict[str, JsonObject]:
        """By run, `{task, data?}` as it was sent, as far as rows are known to be those runs."""
        wanted = list(dict.fromkeys(run_ids))
        found: dict[str, JsonObject] = {}
        for column in ("row_id", "run_id"):  # what a run's id says wins over what a row's id may say
            for begin in range(0, len(wanted), _AT_A_TIME):
                places = self._journal.places_of(column, wanted[begin : begin + _AT_A_TIME])
                for run_id, batch_id, index in places:
                    sent = self._sent(batch_id, index)
                    if sent is not None:
                        found[run_id] = sent
        return found

    def of_task(self, task: str) -> JsonObject | None:
        """The input with this task, if it was sent exactly once with this profile to this API."""
        return self._by_task.get(task)

    def unlearnt(self) -> list[str]:
        """Ids of the batches sent from here, newest first, of whose rows the runs are not known."""
        found = self._journal.batches_of_unknown_runs()
        return [batch_id for batch_id, base_url in found if self._target.is_at(base_url)]

    def _sent(self, batch_id: str, index: int) -> JsonObject | None:
        submission = self._journal.lookup(batch_id)
        if submission is None or not self._target.is_api_of(submission):
            return None
        job = next((job for job in self._journal.jobs(submission.key) if job.batch_id == batch_id), None)
        if job is None:
            return None
        key = (job.key, job.number)
        rows = self._rows[key] = self._rows.get(key) or self._journal.rows(job)
        return body_row(rows[index], submission.mapping, submission.columns) if index < len(rows) else None

    @cached_property
    def _by_task(self) -> dict[str, JsonObject]:
        sent: dict[str, JsonObject] = {}
        times: Counter[str] = Counter()
        for submission in self._journal.submissions():
            if not self._target.holds(submission):
                continue
            for job in self._journal.jobs(submission.key):
                if job.state in (JobState.PLANNED, JobState.DROPPED):
                    continue
                for row in self._journal.rows(job):
                    times[row.task] += 1
                    if times[row.task] == 1:
                        sent[row.task] = body_row(row, submission.mapping, submission.columns)
        return {task: body for task, body in sent.items() if times[task] == 1}


def learn_runs(journal: Journal, batch_id: str, rows: Sequence[JsonObject]) -> None:
    """Keep which runs the rows of a batch of ours are, as `GET /v1/batches/:id` tells it."""
    if journal.marker_of(batch_id) is None:
        return
    known = [
        (batch_id, row["row_index"], _text(row.get("id")), _text(row.get("run_id")))
        for row in rows
        if isinstance(row.get("row_index"), int) and not isinstance(row["row_index"], bool)
    ]
    journal.keep_row_runs(known)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
