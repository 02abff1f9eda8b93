"""Cancelling at the API what runs, and giving up here what was not sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from eclips_cli.commands.batches._account import Accounts
from eclips_cli.commands.batches._look_up import LONG_AGO, Findings, LookUp
from eclips_cli.commands.batches._stopped import Stopped
from eclips_cli.errors import EclipsError, Rejected, UnknownOutcome
from eclips_cli.json_values import JsonObject
from eclips_cli.records.journal import GIVEN_UP, UNSENT, Job, JobState, Submission

if TYPE_CHECKING:
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.commands.batches._submissions import Submissions


@dataclass(frozen=True)
class Cancelled:
    """What became of one job: `what` is `cancelled`, `not-sent` (and never will be), or `failed`.

    `error` says why it could not be cancelled: it had ended, for instance.
    """

    name: str
    batch_id: str | None
    what: str
    error: EclipsError | None = None
    rows: int = 0
    """of a job that was not sent"""

    def counted(self, stopped: Stopped) -> JsonObject:
        """Count its rows; what they are."""
        return stopped.unsent(self.rows) if self.batch_id is None else stopped.job(self.batch_id)


class Canceller:
    """Cancels at the API what runs, and gives up here what was not sent."""

    def __init__(
        self,
        submissions: Submissions,
        connect: Callable[[], EclipsClient],
        note: Callable[[str], None],
        *,
        unsent_only: bool = False,
        rotated: bool = False,
    ) -> None:
        self._unsent_only = unsent_only
        self._accounts = Accounts(submissions, connect, rotated=rotated)
        self._submissions = submissions
        self._connect = connect
        self._note = note

    def would_cancel(self, reference: str) -> Iterator[Cancelled]:
        """For `--dry-run`: what `cancel` would do, as far as the journal knows; nothing is asked or changed."""
        submission = self._submissions.find(reference)
        if submission is None:
            yield Cancelled(reference, reference, "cancelled")
            return
        for job in self._submissions.jobs(submission):
            if job.state in UNSENT:
                yield Cancelled(submission.name_of(job), None, "not-sent")
            elif job.state is JobState.ACCEPTED and not self._unsent_only:
                yield Cancelled(submission.name_of(job), job.batch_id, "cancelled")

    def cancel(self, reference: str) -> Iterator[Cancelled]:
        """Cancel a batch, or all jobs of a submission of this machine; one failure does not stop the rest.

        Unsent jobs are given up first, so that nothing sends them meanwhile; a job whose answer was lost
        is looked up before. Raises LocalFailure when another process is sending the submission.
        """
        submission = self._submissions.find(reference)
        if submission is None:
            yield self._cancelled(reference, reference)
            return
        self._check(submission)
        with self._submissions.lock_of(submission):
            yield from self._give_up(submission)
            for job in self._submissions.jobs(submission) if not self._unsent_only else ():
                if job.batch_id is not None and job.state is not JobState.FINISHED:
                    done = self._cancelled(submission.name_of(job), job.batch_id)
                    if done.error is None:
                        self._submissions.journal.finished(job, "cancelled")
                    yield done

    def _check(self, submission: Submission) -> None:
        """Raise UsageError for another account's; what is planned only here, anybody here may give up."""
        asks = any(
            job.state in (JobState.SENDING, JobState.TAKEN) for job in self._submissions.jobs(submission)
        )
        if self._unsent_only and not asks:
            self._submissions.target.check_api(submission)
        else:
            self._accounts.check(submission)

    def _give_up(self, submission: Submission) -> Iterator[Cancelled]:
        """Give up what is unsent. What the server may have yet stays as it is: unknown, and looked for next time.

        Where other jobs at the server may be it under another name, a person has seen them: it is given up.
        """
        journal = self._submissions.journal
        found = self._looked_up(submission)
        for job in self._submissions.jobs(submission):
            name = submission.name_of(job)
            if job.number in found.batch_ids:
                journal.accepted(job, found.batch_ids[job.number], self._submissions.clock.now())
            elif job.state is JobState.TAKEN:
                yield Cancelled(
                    name, None, "unknown", _unknown(name, "it was accepted, under an id that was lost")
                )
            elif job.state is JobState.SENDING and (doubt := found.doubt(submission, job)) is not None:
                journal.dropped(job, GIVEN_UP)
                yield Cancelled(name, None, "failed", doubt)
            elif job.state is JobState.SENDING and not self._is_settled(job):
                yield Cancelled(name, None, "unknown", _unknown(name, "its answer was lost a moment ago"))
            elif job.state in UNSENT:
                journal.dropped(job)
                yield Cancelled(name, None, "not-sent", rows=job.row_count)

    def _is_settled(self, job: Job) -> bool:
        """Whether the server would have listed the job by now, by its own clock."""
        now = self._connect().server_now()
        return now is not None and job.server_time is not None and now - job.server_time > LONG_AGO

    def _looked_up(self, submission: Submission) -> Findings:
        lost = [
            job
            for job in self._submissions.jobs(submission)
            if job.state in (JobState.SENDING, JobState.TAKEN)
        ]
        if not lost:
            return Findings({}, [], None)
        client, journal = self._connect(), self._submissions.journal
        jobs = partial(client.batches.list, to_the_end=True)
        look_up = LookUp(jobs, journal.marker_of, self._submissions.clock, self._note, client.server_now)
        return look_up.find(submission, lost)

    def _cancelled(self, name: str, batch_id: str) -> Cancelled:
        try:
            self._connect().batches.cancel(batch_id)
        except Rejected as error:
            error.message = f"{name} can't be cancelled: it has ended, or never began ({error.message})"
            return Cancelled(name, batch_id, "failed", error)
        except EclipsError as error:
            return Cancelled(name, batch_id, "failed", error)
        return Cancelled(name, batch_id, "cancelled")


def _unknown(name: str, why: str) -> UnknownOutcome:
    return UnknownOutcome(
        f"whether the API has {name!r} can't be told yet: {why}",
        hint="the same command again, in some minutes, looks again",
    )
