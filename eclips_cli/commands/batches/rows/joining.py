"""Joining the API's rows to the input's, by `row_index`, with the echoed task checked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from eclips_cli.records.journal import Job, JobState, Journal, KeptRow, Submission

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.api.objects import BatchRow

JOBS_HELD = 4
"""Jobs whose rows are held at once: the one being joined and the newest retries of its rows."""

_UNSENT = {
    JobState.PLANNED: ("not_sent", "not sent yet"),
    JobState.SENDING: ("unknown", "its answer was lost; `eclips batches resume` finds out"),
    JobState.DROPPED: ("cancelled", "cancelled before it was sent"),
    JobState.TAKEN: ("unknown", "accepted under an id that could not be read"),
    JobState.REFUSED: ("refused", "the API refused its job; it was not sent"),
}

_GIVEN_UP = (
    "unknown",
    "its answer was lost and it was given up; `eclips batches list` shows what the API has",
)

MISSING, MISMATCH = "missing", "mismatch"
"""Statuses of our own, for rows that the API left out or gave with another task."""


class RowOutcome(NamedTuple):
    """One input row and what became of it. `number` counts from 0, `line` is None where no file is known."""

    number: int
    line: int | None
    cells: dict[str, Any]
    task: str
    status: str
    result: Any = None
    error: str | None = None


class Joiner:
    """Gives the outcomes of a submission's rows. Raises what the API's client and the journal raise.

    `wrong` counts rows that the API left out, gave twice, or gave with another task: none of them
    gets a result that may be another row's. `journal` opens it when it is needed.
    """

    def __init__(self, journal: Callable[[], Journal], batches: Batches) -> None:
        self._journal = journal
        self._batches = batches
        self._held: OrderedDict[str, dict[int, BatchRow]] = OrderedDict()
        self.wrong = 0

    def outcomes(self, submission: Submission) -> Iterator[RowOutcome]:
        """Each row once, in the input's order, in flat memory; a retried row shows its newest outcome."""
        return (outcome for outcome, _, _ in self.sources(submission))

    def sources(self, submission: Submission) -> Iterator[tuple[RowOutcome, KeptRow, str | None]]:
        """Each outcome with its row as kept, and the id of the batch that the outcome comes from."""
        newest = self._retried(submission)
        for job in self._journal().jobs(submission.key):
            for position, row in enumerate(self._journal().rows(job)):
                number = job.first_row + position
                at, place = newest.get(number, (job, position))
                yield self.outcome(number, submission.columns, row, at, place), row, at.batch_id

    def _retried(self, submission: Submission) -> dict[int, tuple[Job, int]]:
        """For each row that a retry has sent again: the newest such job and the row's place in it."""
        newest: dict[int, tuple[Job, int]] = {}
        for retry in self._journal().retries_of(submission.key):
            for job in self._journal().jobs(retry.key):
                if job.batch_id is not None:
                    origins = self._journal().origins(job)
                    newest.update((origin, (job, place)) for place, origin in enumerate(origins))
        return newest

    def outcome(self, number: int, columns: Sequence[str], row: KeptRow, job: Job, place: int) -> RowOutcome:
        """What became of one row, which stands at `place` in `job`."""
        cells = row.cells if isinstance(row.cells, dict) else dict(zip(columns, row.cells, strict=True))
        if job.batch_id is None:
            given_up = job.state is JobState.DROPPED and job.status == "unknown"
            status, error = _GIVEN_UP if given_up else _UNSENT[job.state]
            return RowOutcome(number, row.line, cells, row.task, status, None, error)
        return RowOutcome(number, row.line, cells, row.task, *self._found(job.batch_id, place, row.task))

    def _found(self, batch_id: str, place: int, task: str) -> tuple[str, Any, str | None]:
        """Status, result and error of one row of a batch, if it is surely that row."""
        found = self._rows(batch_id).get(place)
        if found is None:
            self.wrong += 1
            return MISSING, None, f"the API left this row out of batch {batch_id}, or gave it twice"
        echoed = found.get("task")
        if isinstance(echoed, str) and echoed.strip() != task.strip():
            self.wrong += 1
            return MISMATCH, None, f"the API's batch {batch_id} has another task here than the file"
        return str(found.get("status")), found.get("result"), found.get("error_message")

    def _rows(self, batch_id: str) -> dict[int, BatchRow]:
        """A batch's rows by their index, without those that come twice."""
        if batch_id not in self._held:
            self._held[batch_id] = by_index(self._batches.get(batch_id).json["rows"])
            while len(self._held) > JOBS_HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(batch_id)
        return self._held[batch_id]


def by_index(rows: Sequence[BatchRow]) -> dict[int, BatchRow]:
    """The API's rows by `row_index`; an index that comes twice with different rows is left out."""
    found: dict[int, BatchRow] = {}
    twice = set()
    for row in rows:
        index = row.get("row_index")
        if not isinstance(index, int) or isinstance(index, bool):
            continue
        if found.setdefault(index, row) != row:
            twice.add(index)
    return {index: row for index, row in found.items() if index not in twice}


def foreign_outcomes(rows: Sequence[BatchRow]) -> Iterator[RowOutcome]:
    """The rows of a batch that this machine's journal does not know, in the order of their index."""
    for index, row in sorted(by_index(rows).items()):
        task = str(row.get("task"))
        cells = {"row_index": index, "task": task}
        yield RowOutcome(
            index, None, cells, task, str(row.get("status")), row.get("result"), row.get("error_message")
        )
