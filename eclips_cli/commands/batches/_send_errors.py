"""What an error of a POST means for a submission: surely not sent, too large, and how to go on."""

from __future__ import annotations

from eclips_cli import errors
from eclips_cli.records.journal import JobState, Journal, KeptRow, Submission

TOO_LARGE = 413
"""The status by which a server, or a gateway before it, says that a request is too large."""


def with_way_on(error: errors.EclipsError, submission: Submission, journal: Journal) -> errors.EclipsError:
    """The error with how much was accepted, and the command that goes on."""
    jobs = journal.jobs(submission.key)
    rows = sum(job.row_count for job in jobs if job.batch_id)
    error.message = f"{error.message} ({rows:,} of {submission.rows:,} rows were accepted)"
    if isinstance(error, errors.Rejected) and all(job.state is JobState.PLANNED for job in jobs):
        # going on with it would be refused for ever
        journal.forget(submission.key)
        error.hint = error.hint or "no row was accepted: mend the command and run it again"
        return error
    if error.details.get("submission") == submission.key:
        return error
    way_on = f"eclips batches resume {submission.key}"
    if isinstance(error, errors.Rejected):
        way_on = (
            f"it would be refused again; `eclips batches cancel {submission.key}` gives up what is unsent"
        )
    error.hint = f"{error.hint}; then: {way_on}" if error.hint else way_on
    error.details["submission"] = submission.key
    return error


def row_too_large(row: KeptRow, submission: Submission) -> errors.Rejected:
    """What to raise for a job of one row that the server finds too large."""
    return errors.Rejected(
        f"line {row.line} of {submission.label} is too large for the server by itself",
        hint="shorten it, or send fewer of its columns (--columns)",
        status=TOO_LARGE,
    )
