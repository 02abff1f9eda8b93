"""How far jobs are: counts of one, the sum of all, rate and time left. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from eclips_cli.api.statuses import PENDING_TRIAGE, TERMINAL_BATCH_STATUSES
from eclips_cli.exits import ExitCode
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.objects import BatchJob, BatchRow

RATE_WINDOW = 120.0
"""Seconds over which the rate is measured."""


@dataclass(frozen=True)
class JobProgress:
    """One job as last seen. `over` by its status; `waiting` when only a person can make it go on."""

    batch_id: str
    total: int
    done: int = 0
    failed: int = 0
    triage: int = 0
    cancelled: int = 0
    status: str = "pending"
    raw: JsonObject = field(default_factory=dict, compare=False)
    """the API's own object, as last seen"""

    @property
    def over(self) -> bool:
        """Whether no row changes any more."""
        return self.status in TERMINAL_BATCH_STATUSES

    @property
    def left(self) -> int:
        """Rows that have not ended."""
        return self.total - self.done - self.failed - self.cancelled

    @property
    def waiting(self) -> bool:
        """Whether all that is left waits for a person."""
        return not self.over and 0 < self.triage == self.left

    @property
    def unended(self) -> int:
        """Rows that have not ended although the API says that all of the job is completed."""
        return max(0, self.left - self.triage) if self.status == "completed" else 0


@dataclass(frozen=True)
class Progress:
    """All jobs as one. `rate` in rows a second and `eta` in seconds are None while unknown."""

    jobs: tuple[JobProgress, ...]
    total: int
    done: int
    failed: int
    triage: int
    cancelled: int
    rate: float | None = None
    eta: float | None = None
    ended: bool = False
    """whether following is over: each job ended, or waits for a person"""

    @property
    def left(self) -> int:
        """Rows that have not ended."""
        return self.total - self.done - self.failed - self.cancelled

    @property
    def unended(self) -> int:
        """Rows that have not ended although the API says that their jobs are completed."""
        return sum(job.unended for job in self.jobs)

    @property
    def exit_code(self) -> ExitCode:
        """What the whole ended as: unknown, all failed, some failed, cancelled, waits for a person, or fine."""
        if self.unended:
            return ExitCode.SERVER
        if self.failed:
            return ExitCode.RUN_FAILED if self.failed == self.total else ExitCode.PARTIAL
        if self.cancelled or any(job.status == "cancelled" for job in self.jobs):
            return ExitCode.CANCELLED
        if any(job.status == "failed" for job in self.jobs):
            return ExitCode.RUN_FAILED
        return ExitCode.NEEDS_TRIAGE if self.triage else ExitCode.OK


class Pace:
    """The rate of rows that end, over a window of the last two minutes, and the time left at it."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def measured(self, progress: Progress, now: float) -> Progress:
        """`progress` with its rate and the time left."""
        ended = progress.total - progress.left
        self._points.append((now, ended))
        while len(self._points) > 2 and self._points[0][0] < now - RATE_WINDOW:
            self._points.popleft()
        since, before = self._points[0]
        if now <= since or ended <= before:
            return progress
        rate = (ended - before) / (now - since)
        return replace(progress, rate=rate, eta=(progress.left - progress.triage) / rate)


def counted(job: JobProgress, told: BatchJob, rows: Sequence[BatchRow], status: str) -> JobProgress:
    """`job` as its rows and the counters `told` of it say, of which the worse count.

    What a job that failed or was cancelled left undone has failed, or was cancelled, with it.
    """
    statuses = [row.get("status") for row in rows]
    done, failed, total = (_whole(told.get(name)) for name in ("completed_rows", "failed_rows", "total_rows"))
    found = replace(
        job,
        total=max(job.total, len(rows), total or 0),
        done=min(statuses.count("completed"), len(rows) if done is None else done),
        failed=max(statuses.count("failed"), failed or 0),
        cancelled=statuses.count("cancelled"),
        triage=statuses.count(PENDING_TRIAGE),
        status=status,
        raw=told,
    )
    if status == "cancelled":
        return replace(found, cancelled=found.cancelled + max(0, found.left), triage=0)
    if status == "failed":
        return replace(found, failed=found.failed + max(0, found.left), triage=0)
    return found


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def listed(job: JobProgress, item: BatchJob, status: str) -> JobProgress:
    """`job` with the counts of the list of batches, which knows of completed and failed rows only."""
    done, failed = _whole(item.get("completed_rows")), _whole(item.get("failed_rows"))
    return replace(
        job,
        done=job.done if done is None else done,
        failed=job.failed if failed is None else failed,
        status=status,
        raw=item,
    )


def summed(seen: Mapping[str, JobProgress], is_ended: Callable[[JobProgress], bool]) -> Progress:
    """All jobs as one."""
    jobs = tuple(seen.values())
    return Progress(
        jobs,
        total=sum(job.total for job in jobs),
        done=sum(job.done for job in jobs),
        failed=sum(job.failed for job in jobs),
        triage=sum(job.triage for job in jobs),
        cancelled=sum(job.cancelled for job in jobs),
        ended=all(is_ended(job) for job in jobs),
    )
