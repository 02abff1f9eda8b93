"""`eclips batches cancel`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._look_up import Findings, LookUp
from eclips_cli.commands.batches._view import BATCHES
from eclips_cli.errors import EclipsError, Rejected
from eclips_cli.exits import ExitCode
from eclips_cli.records.journal import UNSENT, Job, JobState, Submission
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.commands.batches._submissions import Submissions


def cancel(ctx: typer.Context, ids: o.Ids) -> int:
    """Cancel batches: what runs is stopped, and what was not sent yet never will be.

    A job of a submission of this machine means all of its jobs. One that can't be cancelled does not stop
    the others (exit 13).

    Examples:
      eclips batches cancel @last
      eclips batches list --status running -o id | eclips batches cancel -
    """
    session: Session = ctx.obj
    submissions, output = o.submissions(session), session.output
    references = session.ids("batch", submissions.is_ours).many(ids)
    if session.options.curl:
        session.client.batches.cancel(submissions.batch_ids(references[0])[0])
    canceller = Canceller(submissions, lambda: session.client, output.note)
    act = canceller.would_cancel if session.options.dry_run else canceller.cancel
    done = [one for reference in _each_once(submissions, references) for one in act(reference)]
    failed = [one.error for one in done if one.error is not None]
    if len(done) == 1 and failed:
        raise failed[0]
    for error in failed:
        output.error(error)
    if session.options.dry_run:
        output.announce("this is what would become of them; nothing was done")
    shown = [{"id": one.batch_id, "name": one.name, "status": one.what} for one in done]
    output.items(shown, BATCHES, empty="nothing was left to cancel")
    return int(ExitCode.PARTIAL if failed else ExitCode.OK)


def _each_once(submissions: "Submissions", references: Sequence[str]) -> list[str]:
    """The references without those that mean a submission which another one means already."""
    kept: dict[str, str] = {}
    for reference in references:
        known = submissions.find(reference)
        kept.setdefault(known.key if known is not None else reference, reference)
    return list(kept.values())


@dataclass(frozen=True)
class Cancelled:
    """What became of one job: `what` is `cancelled`, `not-sent` (and never will be), or `failed`.

    `error` says why it could not be cancelled: it had ended, for instance.
    """

    name: str
    batch_id: str | None
    what: str
    error: EclipsError | None = None


class Canceller:
    """Cancels at the API what runs, and gives up here what was not sent."""

    def __init__(
        self, submissions: "Submissions", connect: "Callable[[], EclipsClient]", note: Callable[[str], None]
    ) -> None:
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
            elif job.state is JobState.ACCEPTED:
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
        self._submissions.target.check(submission)
        with self._submissions.lock_of(submission):
            yield from self._give_up(submission)
            for job in self._submissions.jobs(submission):
                if job.batch_id is not None and job.state is not JobState.FINISHED:
                    done = self._cancelled(submission.name_of(job), job.batch_id)
                    if done.error is None:
                        self._submissions.journal.finished(job, "cancelled")
                    yield done

    def _give_up(self, submission: Submission) -> Iterator[Cancelled]:
        """Give up what is unsent. What may be at the server unrecognised is given up as well, and said."""
        journal = self._submissions.journal
        found = self._looked_up(submission)
        for job in self._submissions.jobs(submission):
            if job.number in found.batch_ids:
                journal.accepted(job, found.batch_ids[job.number], self._submissions.clock.now())
            elif job.state in UNSENT:
                doubt = found.doubt(submission, job) if job.state is JobState.SENDING else None
                journal.dropped(job)
                yield Cancelled(submission.name_of(job), None, "failed" if doubt else "not-sent", doubt)

    def _looked_up(self, submission: Submission) -> Findings:
        lost: list[Job] = [job for job in self._submissions.jobs(submission) if job.state is JobState.SENDING]
        if not lost:
            return Findings({}, [], None)
        listed, journal = self._connect().batches.list, self._submissions.journal
        return LookUp(listed, journal.marker_of, self._submissions.clock, self._note).find(submission, lost)

    def _cancelled(self, name: str, batch_id: str) -> Cancelled:
        try:
            self._connect().batches.cancel(batch_id)
        except Rejected as error:
            error.message = f"{name} can't be cancelled: it has ended, or never began ({error.message})"
            return Cancelled(name, batch_id, "failed", error)
        except EclipsError as error:
            return Cancelled(name, batch_id, "failed", error)
        return Cancelled(name, batch_id, "cancelled")
