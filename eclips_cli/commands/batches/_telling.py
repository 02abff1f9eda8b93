"""What a person is told around sending, on stderr: what is about to go, what went, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eclips_cli.durations import iso_text

if TYPE_CHECKING:
    from eclips_cli.commands.batches._progress import Progress
    from eclips_cli.commands.batches._submissions import Desk, Sent
    from eclips_cli.output.output import Output
    from eclips_cli.records.journal import Submission


def size(submission: Submission) -> str:
    """How much there is of it."""
    jobs = "1 job" if submission.jobs == 1 else f"{submission.jobs:,} jobs"
    rows = "1 row" if submission.rows == 1 else f"{submission.rows:,} rows"
    return f"{rows} in {jobs}"


def namesakes(output: Output, desk: Desk, new: Submission) -> None:
    """Warn that a file which was changed and is submitted again goes out whole, with the rows it had before."""
    for other in desk.journal.submissions():
        changed = other.label == new.label and other.fingerprint != new.fingerprint
        if changed and other.kind == new.kind and desk.belongs_here(other):
            output.warn(
                f"{new.label} was submitted as #{other.key} on {iso_text(other.created_at)[:10]}; "
                "the file or the command is another now, so all of its rows count as new"
            )
            return


def sent(output: Output, done: Sent) -> None:
    """What was, or was not, sent."""
    of = done.submission
    if done.ended:
        output.note(
            f"{of.label} was submitted as #{of.key} on {iso_text(of.created_at)[:10]} and has ended: "
            "nothing was sent (--again submits it anew)"
        )
    elif done.gone_on and not done.jobs_sent:
        output.note(f"{of.label} was submitted before, as #{of.key}: nothing was sent")
    elif of.kind == "retry":
        output.announce(f"#{of.key}: {size(of)} again to {of.agent}")
    elif done.gone_on:
        went = f"{done.jobs_sent:,} of {of.jobs:,} jobs were sent or found now"
        output.announce(f"#{of.key} is all there: {size(of)}; {went}")


def what_next(output: Output, submission: Submission, progress: Progress) -> None:
    """The command that goes on, where something is left to do."""
    original = submission.parent or submission.key
    if submission.parent is not None:
        output.hint(f"`eclips batches results {original}` shows the newest outcome of each row")
    if progress.failed:
        output.hint(f"eclips batches retry {original}")
    if progress.triage:
        output.hint(f"eclips triage list; then: eclips batches wait {submission.key}")
