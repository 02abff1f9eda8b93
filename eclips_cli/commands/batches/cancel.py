"""`eclips batches cancel`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from eclips_cli.commands._confirm import Sure, ids_to_change
from eclips_cli.commands._each import Shown, for_each
from eclips_cli.commands._options import Expect, Yes
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._look_up import Findings, LookUp
from eclips_cli.commands.batches._stopped import Stopped
from eclips_cli.commands.batches._view import BATCHES
from eclips_cli.errors import EclipsError, Rejected
from eclips_cli.json_values import JsonObject
from eclips_cli.records.journal import UNSENT, Job, JobState, Submission
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.commands.batches._submissions import Submissions


def cancel(ctx: typer.Context, ids: o.Ids, yes: Yes = False, expect: Expect = None) -> int:
    """Cancel batches: what runs is stopped, and what was not sent yet never will be.

    A job of a submission of this machine means all of its jobs. One that can't be cancelled does not stop
    the others (exit 13). On a terminal it asks, with the number of rows that it stops; elsewhere ids from standard
    input need --yes or --expect. At its end it says how many rows it stopped, and how many were done before.
    @last is what this terminal session submitted or showed last.

    Examples:
      eclips batches cancel @last
      eclips batches list --status running -o id | eclips batches cancel - --yes
    """
    session: Session = ctx.obj
    submissions, output = o.submissions(session), session.output
    chosen = ids_to_change(
        session,
        "batch",
        ids,
        Sure(yes, expect),
        ("cancel", "cancelling"),
        is_ours=submissions.is_ours,
        asks=True,
        about=lambda written: at_stake(submissions, session.client.batches, written),
    )
    references = _each_once(submissions, chosen)
    shown = Shown("batch", BATCHES, done="cancelled", look="eclips batches list")
    if session.options.curl:
        batch_ids = [batch_id for reference in references for batch_id in submissions.batch_ids(reference)]
        return for_each(output, batch_ids, lambda id_: session.client.batches.cancel(id_).json, shown)
    if session.options.dry_run:
        output.announce("this is what would become of them; nothing was done")
    canceller = Canceller(submissions, lambda: session.client, output.note)
    act = canceller.would_cancel if session.options.dry_run else canceller.cancel

    stopped = Stopped(lambda batch_id: session.client.batches.get(batch_id).json)

    def cancelled(reference: str) -> Iterator[JsonObject | EclipsError]:
        for one in act(reference):
            told = {} if session.options.dry_run or one.error is not None else one.counted(stopped)
            yield one.error or {"id": one.batch_id, "name": one.name, "status": one.what, **told}

    code = for_each(output, references, cancelled, shown, empty="nothing was left to cancel")
    if (words := stopped.words()) is not None:
        output.note(words)
    return code


def at_stake(submissions: "Submissions", batches: "Batches", references: Sequence[str]) -> str:
    """What cancelling would stop: its names, and how many rows are not done yet, as far as that can be told."""
    names: list[str] = []
    running, unsent, unknown = 0, 0, False
    listed = _listed(batches)
    for reference in references:
        submission = submissions.find(reference)
        if submission is None:
            job = listed.get(reference) or _read(batches, reference)
            names.append(str(job.get("name") or f"batch {reference}"))
            running += _left(job, 0)
            unknown = unknown or not job.get("total_rows")
            continue
        names.append(f"{submission.name} #{submission.key}")
        jobs = submissions.jobs(submission)
        unsent += sum(job.row_count for job in jobs if job.state in UNSENT)
        running += sum(
            _left(listed.get(job.batch_id or "", {}), job.row_count)
            for job in jobs
            if job.state is JobState.ACCEPTED
        )
    told = "; ".join(dict.fromkeys(names))
    rows = "1 row" if running + unsent == 1 else f"{running + unsent:,} rows"
    if unknown:
        return f"{told}, which stops what is left of it"
    return f"{told}, which stops {rows}" + (f" ({unsent:,} of them not sent yet)" if unsent else "")


def _listed(batches: "Batches") -> dict[str, JsonObject]:
    """The newest jobs by their ids; none where they can't be read: a cancellation does not wait for that."""
    try:
        return {str(job.get("id")): job for job in batches.list(limit=100)}
    except EclipsError:
        return {}


def _read(batches: "Batches", batch_id: str) -> JsonObject:
    """One job that is not among the newest; nothing where it can't be read."""
    try:
        job = batches.get(batch_id).json["job"]
    except EclipsError:
        return {}
    return job if isinstance(job, dict) else {}


def _left(job: JsonObject, otherwise: int) -> int:
    """The rows of a job that are not done yet; `otherwise` where the API does not tell."""
    counts = [job.get(name) for name in ("total_rows", "completed_rows", "failed_rows")]
    total, *done = [count if type(count) is int else 0 for count in counts]
    return max(total - sum(done), 0) if total else otherwise


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
    rows: int = 0
    """of a job that was not sent"""

    def counted(self, stopped: Stopped) -> JsonObject:
        """Count its rows; what they are."""
        return stopped.unsent(self.rows) if self.batch_id is None else stopped.job(self.batch_id)


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
                journal.dropped(job, "unknown" if doubt else "cancelled")
                what = "failed" if doubt else "not-sent"
                yield Cancelled(submission.name_of(job), None, what, doubt, job.row_count)

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
