"""Following all jobs of a submission as one, at a rate that the API's limits bear.

A few jobs are read one by one (their rows tell what waits for a person); many through the list of
batches, which covers a hundred a request. What ended is decided by statuses, never by a null time.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from eclips_cli.api.statuses import TERMINAL_BATCH_STATUSES
from eclips_cli.commands.batches._progress import JobProgress, Pace, Progress, counted, listed, summed
from eclips_cli.commands.batches.rows.joining import by_index
from eclips_cli.counting import how_many
from eclips_cli.errors import EclipsError

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.api.objects import BatchJob
    from eclips_cli.api.waiting import WaitBudget
    from eclips_cli.commands.batches._submissions import Submissions
    from eclips_cli.records.journal import Job

ONE_BY_ONE = 5
"""Up to so many jobs are read each; more are read through the list."""

ENDED_READS = 25
"""Of many jobs that ended so many are read a round."""

UNSETTLED_READS = 3
"""How often a job is read again that is completed, it says, and has rows that have not ended."""

QUICKEST, SLOWEST = 1.0, 30.0
"""Seconds between two rounds of polling, once it has lasted a little and for long jobs."""

EAGERNESS, SLOWING = 0.5, 0.03
"""Jobs that have been followed for a time are polled again after a share of it: of the first seconds, and of more."""

SECONDS_A_REQUEST = 0.3
"""A round waits at least so long for each request it made: about 200 a minute at most."""


class Follower:
    """Polls jobs until each ended (or, unless `through_triage`, waits for a person).

    `batches` are those of a client that is within `budget`; `on_over` is told about each job that ended.
    """

    def __init__(
        self,
        batches: Batches,
        budget: WaitBudget,
        *,
        through_triage: bool = False,
        on_over: Callable[[JobProgress], None] = lambda _job: None,
    ) -> None:
        self._batches = batches
        self._budget = budget
        self._clock = budget.clock
        self._through_triage = through_triage
        self._on_over = on_over
        self._turns: deque[str] = deque()
        self._requests = 0
        self._read_again: Counter[str] = Counter()

    def follow(self, jobs: Mapping[str, int]) -> Iterator[Progress]:
        """Yield the progress of jobs (batch id to number of rows) after each round; the last has `ended`.

        Raises WaitTimeout when the time is up, the last trouble when an outage lasts too long, and at
        once what does not pass (401, 403, 404).
        """
        seen = {batch_id: JobProgress(batch_id, rows) for batch_id, rows in jobs.items()}
        self._turns = deque(seen)
        begun = self._clock.monotonic()
        pace = Pace()
        while True:
            self._round(seen)
            progress = pace.measured(summed(seen, self._is_ended), self._clock.monotonic())
            yield progress
            if progress.ended:
                return
            self._rest(begun, progress)

    def _is_ended(self, job: JobProgress) -> bool:
        return job.over or (job.waiting and not self._through_triage)

    def _round(self, seen: dict[str, JobProgress]) -> None:
        """One look at what is not over yet."""
        self._requests = 0
        active = [job for job in seen.values() if not job.over]
        if len(active) <= ONE_BY_ONE:
            for job in active:
                self._read(seen, job)
            return
        self._read_list(seen, {job.batch_id for job in active})
        self._read_some(seen)

    def _read(self, seen: dict[str, JobProgress], job: JobProgress) -> None:
        """Read one job with its rows."""
        self._requests += 1
        answer = self._batches.get(job.batch_id).json
        found = counted(job, answer["job"], answer["rows"], self._status(answer["job"]))
        if found.unended and self._read_again[job.batch_id] < UNSETTLED_READS:
            # counters may be behind for a moment; what is said of the end must hold
            self._read_again[job.batch_id] += 1
            found = replace(found, status=job.status)
        self._take(seen, found)

    def _read_list(self, seen: dict[str, JobProgress], wanted: set[str]) -> None:
        """Read the list of batches, as far as the wanted ones reach, and the rows of those that ended."""
        ended = 0
        for number, item in enumerate(self._batches.list()):
            self._requests += number % 100 == 0
            batch_id = str(item.get("id"))
            if batch_id in wanted:
                wanted.discard(batch_id)
                job = listed(seen[batch_id], item, self._status(item))
                if not job.over:
                    self._take(seen, job)
                elif ended < ENDED_READS:  # how it ended only its rows tell; the others' turn comes
                    ended += 1
                    self._read(seen, seen[batch_id])
            if not wanted:
                return

    def _read_some(self, seen: dict[str, JobProgress]) -> None:
        """Read a few jobs with their rows, each in its turn: only rows tell what waits for a person."""
        for _ in range(min(ONE_BY_ONE, len(self._turns))):
            self._turns.rotate(-1)
            job = seen[self._turns[-1]]
            if not job.over:
                self._read(seen, job)

    def _take(self, seen: dict[str, JobProgress], job: JobProgress) -> None:
        newly_over = job.over and not seen[job.batch_id].over
        seen[job.batch_id] = job
        if newly_over:
            self._on_over(job)

    def _status(self, job: BatchJob) -> str:
        status = str(job.get("status"))
        if status not in TERMINAL_BATCH_STATUSES | {"pending", "running"}:
            self._budget.note(f"the API says that a batch is {status!r}, which is not known here: waiting on")
        return status

    def _rest(self, begun: float, progress: Progress) -> None:
        lasted = self._clock.monotonic() - begun
        usual = max(min(QUICKEST, lasted * EAGERNESS), lasted * SLOWING)
        pause = min(SLOWEST, max(usual, self._requests * SECONDS_A_REQUEST))
        ended = progress.total - progress.left
        self._budget.rest(pause, f"{ended:,} of {how_many(progress.total, 'row')} ended")


def followed(
    submissions: Submissions,
    connect: Callable[[], EclipsClient],
    references: Sequence[str],
    budget: WaitBudget,
    *,
    through_triage: bool = False,
) -> Iterator[Progress]:
    """The progress of all jobs that the references mean, as one; see `Follower.follow` for what it raises.

    Jobs of ours that end are noted as finished in the journal.
    """
    ours: dict[str, Job] = {}
    wanted: dict[str, int] = {}
    for reference in references:
        submission = submissions.find(reference)
        if submission is not None:
            ours |= {job.batch_id: job for job in submissions.jobs(submission) if job.batch_id}
        for batch_id in submissions.batch_ids(reference):
            wanted[batch_id] = ours[batch_id].row_count if batch_id in ours else 0

    def over(job: JobProgress) -> None:
        if job.batch_id in ours:
            submissions.journal.finished(ours[job.batch_id], job.status)
            if job.failed:
                with suppress(EclipsError):  # it is only to be told of before the rows are sent again
                    rows = connect().batches.get(job.batch_id).json["rows"]
                    failed = [index for index, row in by_index(rows).items() if row.get("status") == "failed"]
                    submissions.journal.failed(ours[job.batch_id], failed)

    batches = connect().within(budget).batches
    return Follower(batches, budget, through_triage=through_triage, on_over=over).follow(wanted)
