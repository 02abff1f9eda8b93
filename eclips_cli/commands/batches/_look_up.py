"""Was a job accepted whose answer was lost? Its name ends in a marker; the list of batches tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from eclips_cli.durations import parse_iso
from eclips_cli.records.journal import Job, Submission

if TYPE_CHECKING:
    from eclips_cli.api.waiting import Clock

CLOCKS_APART = 86400.0
"""Seconds by which this machine's clock may differ from the server's when a look-up stops early."""

SETTLING = (1.0, 3.0, 5.0, 6.0)
"""Waits before each look, in seconds. A server may commit a request some seconds after it was lost."""

SETTLED = (0.0, 3.0)
"""The same, when the request was sent long ago."""

LONG_AGO = 120.0
"""Seconds after which a server has surely done what it was going to do."""


class LookUp:
    """Looks for jobs by name, more than once, because a server may commit late.

    `jobs` gives the API's jobs, newest first, anew for each call. `note` is told about each wait.
    """

    def __init__(
        self,
        jobs: Callable[[], Iterable[dict[str, Any]]],
        clock: Clock,
        note: Callable[[str], None],
        *,
        settling: Sequence[float] = SETTLING,
        settled: Sequence[float] = SETTLED,
    ) -> None:
        self._jobs = jobs
        self._clock = clock
        self._note = note
        self._settling = settling
        self._settled = settled

    def find(self, submission: Submission, lost: Sequence[Job]) -> dict[int, str]:
        """The batch ids of those of the `lost` jobs that the server has, by job number.

        Returns early when all are found; raises what the API's client raises.
        """
        found: dict[int, str] = {}
        names = {submission.name_of(job): job for job in lost}
        for wait in self._waits(lost):
            if wait:
                self._note(_waiting(len(lost) - len(found), wait))
                self._clock.sleep(wait)
            found |= self._look(names, min(job.sent_at or 0.0 for job in lost))
            if len(found) == len(lost):
                break
        return found

    def _waits(self, lost: Sequence[Job]) -> Sequence[float]:
        now = self._clock.now()
        ages = [now - (job.sent_at or 0.0) for job in lost]
        return self._settled if min(ages) > LONG_AGO else self._settling

    def _look(self, names: dict[str, Job], sent_at: float) -> dict[int, str]:
        found: dict[int, str] = {}
        for item in self._jobs():
            job = names.get(str(item.get("name")))
            if job is not None and item.get("id") and _same_size(item, job):
                if job.number in found:
                    self._note(
                        f"the server has {item.get('name')!r} twice: {found[job.number]} can be cancelled"
                    )
                found[job.number] = str(item["id"])  # the older one, should there be two
            created = parse_iso(item.get("created_at"))
            if created is not None and created < sent_at - CLOCKS_APART:
                break
        return found


def _same_size(item: dict[str, Any], job: Job) -> bool:
    return item.get("total_rows") in (None, job.row_count)


def _waiting(lost: int, wait: float) -> str:
    what = "a request" if lost == 1 else f"{lost} requests"
    return f"the answer to {what} was lost: waiting {wait:g} s for the server, then looking whether it has it"
