"""What an error of a POST means for a submission: surely not sent, too large, and how to go on."""

from __future__ import annotations

from collections.abc import Sequence

from eclips_cli import errors
from eclips_cli.commands._resume_hint import then
from eclips_cli.commands.batches._look_up import marker_in, readable
from eclips_cli.counting import how_many
from eclips_cli.json_values import JsonObject
from eclips_cli.records.journal import UNSENT, Job, JobState, Journal, KeptRow, Submission

TOO_LARGE = 413
"""The status by which a server, or a gateway before it, says that a request is too large."""


def with_way_on(error: errors.EclipsError, submission: Submission, journal: Journal) -> errors.EclipsError:
    """The error with how much was accepted, and the command that goes on."""
    try:
        jobs = journal.jobs(submission.key)
    except errors.LocalFailure:
        return error  # it says more: what may have been accepted before the journal was lost
    rows = sum(job.row_count for job in jobs if job.batch_id)
    error.message = (
        f"{error.message} ({rows:,} of {how_many(submission.rows, 'row was', 'rows were')} accepted)"
    )
    never_sent = (JobState.PLANNED, JobState.REFUSED)
    if isinstance(error, errors.Rejected) and all(job.state in never_sent for job in jobs):
        # going on with it would be refused for ever
        journal.forget(submission.key)
        error.hint = error.hint or "no row was accepted: mend the command and run it again"
        return error
    if error.details.get("submission") == submission.key:
        return error
    way_on = f"eclips batches resume {submission.key}"
    if isinstance(error, errors.Rejected):
        way_on = _after_refusal(submission, jobs)
    error.hint = then(error.hint, way_on)
    error.details["submission"] = submission.key
    return error


def _after_refusal(submission: Submission, jobs: Sequence[Job]) -> str:
    """The way on: the other jobs as they are, and the refused rows once they are mended."""
    mended = f"mend the rows of the refused job and submit {submission.label} with --on-duplicate skip"
    if any(job.state in UNSENT for job in jobs):
        return f"`eclips batches resume {submission.key}` sends the other jobs; then {mended}"
    return mended


def wrong_answer(found: JsonObject, submission: Submission, job: Job, known: bool) -> str | None:
    """Why a 201 is not the answer to this job's POST; None where it is. `known`: another job has its id.

    The marker is made from the rows, so that it tells enough; where a server gives none back, the rows are counted.
    """
    if known:
        return f"it has the id {found['id']}, which another job has"
    name, marker = readable(found.get("name")), submission.marker_of(job)
    if marker in name:
        return None
    other, rows = marker_in(name), found.get("total_rows")
    if other is not None and "#" in name:
        return f"it is about #{other[1]}"
    if isinstance(rows, int) and rows not in (0, job.row_count):
        return f"it is about a job of {how_many(rows, 'row')}"
    return None


def row_too_large(row: KeptRow, submission: Submission) -> errors.Rejected:
    """What to raise for a job of one row that the server finds too large."""
    return errors.Rejected(
        f"line {row.line} of {submission.label} is too large for the server by itself",
        hint="shorten it, or send fewer of its columns (--columns)",
        status=TOO_LARGE,
    )
