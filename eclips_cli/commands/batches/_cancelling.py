"""Cancelling: what runs is stopped at the API, what was not sent is given up here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eclips_cli.commands.batches._look_up import Findings, LookUp
from eclips_cli.commands.batches._submissions import Desk
from eclips_cli.errors import EclipsError, Rejected
from eclips_cli.records.journal import JobState, Submission
from eclips_cli.records.journal.records import UNSENT


@dataclass(frozen=True)
class Cancelled:
    """What became of one job: `what` is `cancelled`, `not-sent` (and never will be), or `failed`.

    `error` says why it could not be cancelled: it had ended, for instance.
    """

    name: str
    batch_id: str | None
    what: str
    error: EclipsError | None = None


def would_cancel(desk: Desk, reference: str) -> Iterator[Cancelled]:
    """For `--dry-run`: what `cancel` would do, as far as the journal knows; nothing is asked or changed."""
    submission = desk.find(reference)
    if submission is None:
        yield Cancelled(reference, reference, "cancelled")
        return
    for job in desk.jobs(submission):
        if job.state in UNSENT:
            yield Cancelled(submission.name_of(job), None, "not-sent")
        elif job.state is JobState.ACCEPTED:
            yield Cancelled(submission.name_of(job), job.batch_id, "cancelled")


def cancel(desk: Desk, reference: str) -> Iterator[Cancelled]:
    """Cancel a batch, or all jobs of a submission of this machine; one failure does not stop the rest.

    Unsent jobs are given up first, so that nothing sends them meanwhile; a job whose answer was lost
    is looked up before. Raises LocalFailure when another process is sending the submission.
    """
    submission = desk.find(reference)
    if submission is None:
        yield _cancelled(desk, reference, reference)
        return
    desk.check_place(submission)
    with desk.locked(submission):
        yield from _give_up(desk, submission)
        for job in desk.jobs(submission):
            if job.batch_id is not None and job.state is not JobState.FINISHED:
                done = _cancelled(desk, submission.name_of(job), job.batch_id)
                if done.error is None:
                    desk.journal.finished(job, "cancelled")
                yield done


def _give_up(desk: Desk, submission: Submission) -> Iterator[Cancelled]:
    """Give up what is unsent. What may be at the server unrecognised is given up as well, and said."""
    lost = [job for job in desk.jobs(submission) if job.state is JobState.SENDING]
    look_up = (
        LookUp(desk.client.batches.list, desk.journal.marker_of, desk.clock, desk.note) if lost else None
    )
    found = look_up.find(submission, lost) if look_up else Findings({}, [], None)
    for job in desk.jobs(submission):
        name = submission.name_of(job)
        if job.number in found.batch_ids:
            desk.journal.accepted(job, found.batch_ids[job.number], desk.clock.now())
        elif job.state in UNSENT:
            doubt = found.doubt(submission, job) if job.state is JobState.SENDING else None
            desk.journal.dropped(job)
            yield Cancelled(name, None, "failed" if doubt else "not-sent", doubt)


def _cancelled(desk: Desk, name: str, batch_id: str) -> Cancelled:
    try:
        desk.client.batches.cancel(batch_id)
    except Rejected as error:
        error.message = f"{name} can't be cancelled: it has ended, or never began ({error.message})"
        return Cancelled(name, batch_id, "failed", error)
    except EclipsError as error:
        return Cancelled(name, batch_id, "failed", error)
    return Cancelled(name, batch_id, "cancelled")
