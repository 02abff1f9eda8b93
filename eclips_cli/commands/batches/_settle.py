"""Jobs whose fate nobody here knows: asked for at the server before anything is sent again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from eclips_cli import errors
from eclips_cli.commands.batches._look_up import LookUp
from eclips_cli.counting import how_many
from eclips_cli.records.journal import Job, JobState, Journal, Submission

if TYPE_CHECKING:
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.commands.batches._submissions import Submissions


class Settler:
    """Finds out about jobs of submissions; `accept` notes one that the server turns out to have."""

    def __init__(
        self,
        submissions: Submissions,
        client: EclipsClient,
        note: Callable[[str], None],
        accept: Callable[[Submission, Job, str], None],
    ) -> None:
        self._submissions = submissions
        self._client = client
        self._clock = submissions.clock
        self._note = note
        self._accept = accept

    @property
    def _journal(self) -> Journal:
        return self._submissions.journal

    def settle(self, submission: Submission) -> None:
        """Find out about jobs whose answer an earlier process never got; those surely not there are to be sent."""
        lost = [
            job
            for job in self._journal.jobs(submission.key)
            if job.state in (JobState.SENDING, JobState.TAKEN)
        ]
        if not lost:
            return
        found = self._look_up().find(submission, lost)
        for job in lost:
            if job.number in found.batch_ids:
                self._accept(submission, job, found.batch_ids[job.number])
            elif job.state is JobState.TAKEN:
                raise _without_id(submission, job)
            elif (doubt := found.doubt(submission, job)) is not None:
                raise doubt
            else:
                why = "looked for after its answer was lost; the server does not have it"
                self._journal.not_sent(job, why)

    def find_planned(self, submission: Submission) -> None:
        """Before what was planned long ago is sent: another machine may have sent it meanwhile."""
        jobs = self._journal.jobs(submission.key)
        planned = [job for job in jobs if job.state is JobState.PLANNED and job.marker is not None]
        if not planned:
            return
        try:
            found = self._look_up().look(submission, planned)
        except (errors.ScopeMissing, errors.AccessRefused):
            return
        for job in planned:
            if job.number in found.batch_ids:
                rows = how_many(job.row_count, "row was", "rows were")
                self._note(f"{rows} submitted from elsewhere, as {found.batch_ids[job.number]}")
                self._accept(submission, job, found.batch_ids[job.number])

    def recovered(self, submission: Submission, job: Job, error: errors.EclipsError, *, last: bool) -> bool:
        """After a lost answer: whether the server has the job; False means that it is to be sent again.

        A server that says 5xx is not sent it a second time: it may be doing the work all the same. One
        that said 2xx in words nobody understands has accepted it, whether it lists it yet or not.
        """
        try:
            (lost,) = [known for known in self._journal.jobs(submission.key) if known.number == job.number]
            found = self._look_up().find(submission, [lost])
        except errors.EclipsError as trouble:
            raise errors.UnknownOutcome(
                f"{error.message}; looking for it failed as well: {trouble.message}"
            ) from None
        if job.number in found.batch_ids:
            self._accept(submission, job, found.batch_ids[job.number])
            return True
        if lost.state is JobState.TAKEN:
            raise _without_id(submission, job)
        doubt = found.doubt(submission, job)
        if doubt is not None:
            raise doubt
        answered = isinstance(error, errors.ServerError) or error.details.get("status") is not None
        if last or answered:
            raise error
        self._note(f"the server does not have {submission.name_of(job)!r}: sending it again")
        return False

    def _look_up(self) -> LookUp:
        client = self._client
        jobs = partial(client.batches.list, to_the_end=True)
        return LookUp(jobs, self._journal.marker_of, self._clock, self._note, client.server_now)


def _without_id(submission: Submission, job: Job) -> errors.UnknownOutcome:
    """The error for a job that the server accepted, and that it does not list."""
    return errors.UnknownOutcome(
        f"{submission.name_of(job)!r} was accepted, but the answer could not be read and the server does not "
        "list it (yet); it is not sent again",
        hint=f"`eclips batches resume {submission.key}` looks again",
        submission=submission.key,
    )
