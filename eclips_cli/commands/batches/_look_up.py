"""Was a job accepted whose answer was lost? Its name ends in a marker; the list of batches tells.

The marker decides, never the whole name or the number of rows: a server may trim, escape, cut or
normalise a name, and count rows late. Where it does not give the marker back, nobody can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import normalize

from eclips_cli.counting import how_many
from eclips_cli.durations import parse_iso
from eclips_cli.errors import UnknownOutcome
from eclips_cli.records.journal import Job, Submission

if TYPE_CHECKING:
    from eclips_cli.api.objects import BatchJob
    from eclips_cli.api.waiting import Clock

MARGIN = 86400.0
"""Seconds by which a job may be older, by the server's own time, than a request before a look-up stops."""

SETTLING = (1.0, 3.0, 5.0, 6.0)
"""Waits before each look, in seconds. A server may commit a request some seconds after it was lost."""

SETTLED = (0.0, 3.0)
"""The same, when the request was sent long ago."""

LONG_AGO = 120.0
"""Seconds after which a server has surely done what it was going to do."""

_MARKED = re.compile(r"(.*?)\W*\b([a-hjkmnp-z2-9]{6})\s*", re.DOTALL)

SHOWN = 5
"""Candidates that an error names."""


class Findings(NamedTuple):
    """What a look-up found: `batch_ids` by job number, and why it can't be told of the others, if so.

    `candidates` are jobs of the server that may be one of the lost ones under another name;
    `unmarked` is a job of ours, known by its id, whose name came back without its marker.
    """

    batch_ids: dict[int, str]
    candidates: list[BatchJob]
    unmarked: BatchJob | None

    def doubt(self, submission: Submission, job: Job) -> UnknownOutcome | None:
        """The error for a job that was not found; None where the server surely does not have it."""
        if not self.candidates and self.unmarked is None:
            return None
        why = "the server has jobs that may be it under another name"
        if self.unmarked is not None:
            why = f"the server does not give back the marker in a job's name ({_words(self.unmarked)})"
        named = ", ".join(map(_words, self.candidates[:SHOWN]))
        look = f"see whether it is one of these: {named}" if named else "see: eclips batches list"
        key = submission.key
        return UnknownOutcome(
            f"{submission.name_of(job)!r} may have been accepted, and it can't be told: {why}; "
            "it is not sent again",
            hint=f"{look}; `eclips batches resume {key}` looks again, `eclips batches cancel {key}` gives it up",
            candidates=[item["id"] for item in self.candidates] or None,
            submission=key,
        )


class LookUp:
    """Looks for jobs by their markers, more than once, because a server may commit late.

    `jobs` gives the API's jobs, newest first, anew for each call; `marker_of` the marker and the submission's
    key of a job of ours by its batch id, None for others: one of ours is never the answer. `note` is told
    about each wait. Ages are told by `server_now`, the server's own time, not by this machine's clock.
    """

    def __init__(
        self,
        jobs: Callable[[], Iterable[BatchJob]],
        marker_of: Callable[[str], tuple[str, str] | None],
        clock: Clock,
        note: Callable[[str], None],
        server_now: Callable[[], float | None] = lambda: None,
        *,
        settling: Sequence[float] = SETTLING,
        settled: Sequence[float] = SETTLED,
    ) -> None:
        self._jobs = jobs
        self._marker_of = marker_of
        self._clock = clock
        self._note = note
        self._server_now = server_now
        self._settling = settling
        self._settled = settled

    def find(self, submission: Submission, lost: Sequence[Job]) -> Findings:
        """Which of the `lost` jobs the server has.

        Returns early when all are found; raises what the API's client raises.
        """
        found = Findings({}, [], None)
        if self._server_now() is None:
            found = self.look(submission, lost)  # whose answer tells the server's time
        for wait in self._waits(lost):
            if len(found.batch_ids) == len(lost):
                break
            if wait:
                self._note(_waiting(len(lost) - len(found.batch_ids), wait))
                self._clock.sleep(wait)
            found = self.look(submission, lost)
        return found

    def _waits(self, lost: Sequence[Job]) -> Sequence[float]:
        now = self._server_now()
        ages = [now - job.server_time for job in lost if now is not None and job.server_time is not None]
        return self._settled if len(ages) == len(lost) and min(ages) > LONG_AGO else self._settling

    def look(self, submission: Submission, lost: Sequence[Job]) -> Findings:
        """One look at the list, down to jobs that are much older than the oldest lost one."""
        times = [job.server_time for job in lost]
        since = min((time for time in times if time is not None), default=0.0) - MARGIN
        if None in times:
            since = float("-inf")
        found: dict[int, str] = {}
        candidates, ours = [], []
        for item in self._jobs():
            name, batch_id = readable(item.get("name")), str(item.get("id") or "")
            known, number = self._marker_of(batch_id), _number(name, submission, lost)
            if known is not None:
                ours.append((item, known[0] in name, known[1] == submission.key))
            elif batch_id and number is not None:
                if number in found:
                    self._note(f"the server has {item.get('name')!r} twice: {found[number]} can be cancelled")
                found[number] = batch_id  # the older one, should there be two
            elif batch_id and any(_may_be(item, name, submission, job) for job in lost):
                candidates.append(item)
            created = parse_iso(item.get("created_at"))
            if created is not None and created < since:
                break
        return Findings(found, candidates, _unmarked(ours))


def _unmarked(ours: Sequence[tuple[BatchJob, bool, bool]]) -> BatchJob | None:
    """A job of ours that shows that markers don't come back; of (job, has its marker, same submission).

    One that somebody renamed shows nothing where others have theirs, unless it is of the same submission.
    """
    given_back = any(marked for _, marked, _ in ours)
    return next((item for item, marked, same in ours if not marked and (same or not given_back)), None)


def readable(name: Any) -> str:
    """A name in one form, whatever a server made of its characters: `&amp;`, decomposed letters, capitals."""
    return normalize("NFKC", unescape(unescape(str(name or "")))).casefold()


def marker_in(name: str) -> tuple[str, str] | None:
    """A `readable` name in two: what stands before the marker at its end, and that; None where there is none."""
    found = _MARKED.fullmatch(name)
    return (found[1], found[2]) if found else None


def _number(name: str, submission: Submission, lost: Sequence[Job]) -> int | None:
    """Which of the lost jobs a name at the API means; None where it is not surely one of them."""
    marked = marker_in(name)
    if marked is None:
        return None
    meant = [job.number for job in lost if submission.marker_of(job) == marked[1]]
    if (len(meant) < 2 and submission.jobs == 1) or lost[0].marker is not None:
        return meant[0] if meant else None
    place = re.search(rf"(\d+)(?:\s*/\s*\d+|\W{submission.jobs})\W*$", marked[0])
    return int(place[1]) if place and int(place[1]) in meant else None


def _may_be(item: BatchJob, name: str, submission: Submission, job: Job) -> bool:
    """Whether a job of the server's without a marker at its end may be `job`: by agent, size and what is left."""
    if item.get("agent_type") not in (None, submission.agent):
        return False
    total = item.get("total_rows")
    if isinstance(total, int) and total > job.row_count:
        return False
    if submission.marker_of(job) in name:
        return True
    return _letters(readable(submission.name_of(job))).startswith(_letters(name))


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _words(item: BatchJob) -> str:
    return f"{item['id']} {str(item.get('name') or '')!r}"


def _waiting(lost: int, wait: float) -> str:
    what = "a request" if lost == 1 else how_many(lost, "request")
    return f"the answer to {what} was lost: waiting {wait:g} s for the server, then looking whether it has it"
