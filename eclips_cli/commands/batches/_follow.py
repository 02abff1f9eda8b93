"""Following all jobs of a submission as one, at a rate that the API's limits bear.

A few jobs are read one by one (their rows tell what waits for a person); many through the list of
batches, which covers a hundred a request. What ended is decided by statuses, never by a null time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eclips_cli import errors
from eclips_cli.api.statuses import TERMINAL_BATCH_STATUSES
from eclips_cli.commands.batches._progress import JobProgress, Pace, Progress, counted, listed, summed

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.api.waiting import Clock
    from eclips_cli.commands.batches._submissions import Submissions
    from eclips_cli.records.journal import Job

ONE_BY_ONE = 5
"""Up to so many jobs are read each; more are read through the list."""

QUICKEST, SLOWEST = 1.0, 30.0
"""Seconds between two rounds of polling, at the beginning and for long jobs."""

SLOWING = 0.03
"""A job that has run for a time is polled again after this share of that time."""

SECONDS_A_REQUEST = 0.3
"""A round waits at least so long for each request it made: about 200 a minute at most."""

PASSING = (errors.NetworkError, errors.RateLimited, errors.ServerError)
"""Errors that may pass by themselves while one waits."""


class Follower:
    """Polls jobs until each ended (or, unless `through_triage`, waits for a person).

    `max_outage` is how many seconds without one good answer it endures, `deadline` a point of the
    clock's monotonic time (None: no end). `note` is told, once each, about troubles and statuses
    that are not known; `on_over` about each job that ended.
    """

    def __init__(
        self,
        batches: Batches,
        clock: Clock,
        *,
        max_outage: float = 300.0,
        deadline: float | None = None,
        through_triage: bool = False,
        note: Callable[[str], None] = lambda _text: None,
        on_over: Callable[[JobProgress], None] = lambda _job: None,
    ) -> None:
        self._batches = batches
        self._clock = clock
        self._max_outage = max_outage
        self._deadline = deadline
        self._through_triage = through_triage
        self._note = note
        self._on_over = on_over
        self._strange: set[str] = set()
        self._turns: deque[str] = deque()
        self._requests = 0
        self._in_trouble = False

    def follow(self, jobs: Mapping[str, int]) -> Iterator[Progress]:
        """Yield the progress of jobs (batch id to number of rows) after each round; the last has `ended`.

        Raises WaitTimeout at the deadline, the last trouble when an outage lasts too long, and at
        once what does not pass (401, 403, 404).
        """
        seen = {batch_id: JobProgress(batch_id, rows) for batch_id, rows in jobs.items()}
        self._turns = deque(seen)
        begun = last_good = self._clock.monotonic()
        pace = Pace()
        while True:
            try:
                self._round(seen)
                last_good, self._in_trouble = self._clock.monotonic(), False
            except PASSING as error:
                self._endure(error, last_good)
            progress = pace.measured(summed(seen, self._is_ended), self._clock.monotonic())
            yield progress
            if progress.ended:
                return
            self._sleep(begun, progress)

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
        status, raw = self._status(answer["job"]), answer["job"]
        self._take(seen, replace(counted(job, answer["rows"]), status=status, raw=raw))

    def _read_list(self, seen: dict[str, JobProgress], wanted: set[str]) -> None:
        """Read the list of batches, as far as the wanted ones reach."""
        for number, item in enumerate(self._batches.list()):
            self._requests += number % 100 == 0
            batch_id = str(item.get("id"))
            if batch_id in wanted:
                wanted.discard(batch_id)
                job = listed(seen[batch_id], item, self._status(item))
                if job.over and job.done + job.failed < job.total:
                    self._read(seen, seen[batch_id])  # cancelled rows are counted nowhere else
                else:
                    self._take(seen, job)
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

    def _status(self, job: dict[str, Any]) -> str:
        status = str(job.get("status"))
        if status not in TERMINAL_BATCH_STATUSES | {"pending", "running"} | self._strange:
            self._strange.add(status)
            self._note(f"the API says that a batch is {status!r}, which is not known here: waiting on")
        return status

    def _endure(self, error: errors.EclipsError, last_good: float) -> None:
        silent = self._clock.monotonic() - last_good
        if silent >= self._max_outage:
            raise error
        if not self._in_trouble:
            self._note(f"{error.message}; waiting on")
        self._in_trouble = True

    def _sleep(self, begun: float, progress: Progress) -> None:
        now = self._clock.monotonic()
        pause = min(SLOWEST, max(QUICKEST, (now - begun) * SLOWING, self._requests * SECONDS_A_REQUEST))
        if self._deadline is not None:
            if now >= self._deadline:
                raise errors.WaitTimeout(
                    f"the time is up; {progress.total - progress.left:,} of {progress.total:,} rows ended, "
                    "the others go on",
                )
            pause = min(pause, self._deadline - now)
        self._clock.sleep(pause)


def followed(
    submissions: Submissions,
    connect: Callable[[], EclipsClient],
    references: Sequence[str],
    *,
    note: Callable[[str], None],
    **options: Any,
) -> Iterator[Progress]:
    """The progress of all jobs that the references mean, as one; `options` are those of `Follower`.

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

    follower = Follower(connect().batches, submissions.clock, note=note, on_over=over, **options)
    return follower.follow(wanted)
