"""The options that the batch commands share, spelled once, and what they make of an invocation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.errors import UsageError
from eclips_cli.records.recent import Thing
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api.objects import UsageSummary
    from eclips_cli.commands.batches._after_sending import FollowUp
    from eclips_cli.commands.batches._credits import Credits
    from eclips_cli.commands.batches._send import Sender
    from eclips_cli.commands.batches._submissions import Submissions
    from eclips_cli.commands.batches.rows import ResultsFile
    from eclips_cli.output.output import Output
    from eclips_cli.records.journal import Job, Submission

LOOK_SECONDS = 3.0
"""how long a look at the credits may take on which nothing depends; it is tried once"""
TOLD_EACH = 10
"""jobs of which each is told; of more of them every tenth is"""

Ids = Annotated[
    list[str],
    typer.Argument(
        metavar="BATCH...",
        help="Batch ids or submissions' keys; also @last, a prefix of 4 or more characters, or - (stdin).",
    ),
]
Id = Annotated[
    str, typer.Argument(metavar="BATCH", help="A batch id or a submission's key; also @last or a prefix.")
]
Task = Annotated[
    str | None,
    typer.Option(
        metavar="TEMPLATE", help="The task of each row, columns in braces: 'Process invoice {number}'."
    ),
]
TaskColumn = Annotated[
    str | None, typer.Option(metavar="COL", help="The column that is the task. [the one called task]")
]
Columns = Annotated[
    str | None, typer.Option(metavar="A,B,...", help="The columns to send as data. [all but the task column]")
]
Format = Annotated[
    str | None, typer.Option(metavar="F", help="csv, tsv, jsonl, json or xlsx. [by content and ending]")
]
Sheet = Annotated[str | None, typer.Option(metavar="S", help="The sheet of a workbook. [the first]")]
Delimiter = Annotated[
    str | None, typer.Option(metavar="D", help="What stands between cells: ';', tab, pipe. [found out]")
]
Encoding = Annotated[
    str | None,
    typer.Option(
        metavar="E", help="The text's encoding, such as cp1252. [the file's mark, UTF-8, else cp1252]"
    ),
]
HeaderRow = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="The line of the column names. [the first that is not blank]"),
]
VisibleOnly = Annotated[bool, typer.Option("--visible-only", help="Leave out the rows that Excel hides.")]
AllowEmpty = Annotated[
    bool, typer.Option("--allow-empty", help="Let columns of --task be empty in a row, but not all of them.")
]
Results = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Write the results there at the end: .csv, .xlsx, .jsonl or .json, whole or not at all.",
    ),
]
RowStatus = Annotated[
    list[str] | None,
    typer.Option(
        "--status",
        metavar="S",
        help="Only rows that are queued, running, pending_triage, completed, failed or cancelled (or not_sent, "
        "unknown, missing, mismatch); may be given again, or with commas.",
    ),
]
Excel = Annotated[bool, typer.Option("--excel", help="Write CSV as Excel wants it.")]
KeepCredits = Annotated[
    int | None,
    typer.Option(
        min=0, metavar="N", help="Stop before the job that would leave fewer than N credits (exit 10)."
    ),
]
MaxCredits = Annotated[
    int | None,
    typer.Option(
        min=0, metavar="N", help="Stop before the job that would make it cost more than N credits (exit 10)."
    ),
]
Price = Annotated[
    float | None,
    typer.Option(min=0, metavar="N", help="The credits that a row costs. [learnt from batches that ended]"),
]
RotatedKey = Annotated[
    bool,
    typer.Option(
        "--rotated-key",
        help="The key is another one of the same account, where the API can't be asked. [it is asked]",
    ),
]
Detach = Annotated[bool, typer.Option("--detach", "-d", help="Send all jobs and do not follow them.")]


def submissions(session: Session) -> "Submissions":
    """This machine's submissions, with the profile and API of an invocation; closed with it."""
    from eclips_cli.commands.batches._submissions import Submissions
    from eclips_cli.system.paths import state_dir

    found = Submissions(state_dir(session.environ), session.target, session.clock)
    session.at_end(found.close)
    return found


def credits_of(
    session: Session,
    submissions: "Submissions",
    keep: int | None = None,
    max_credits: int | None = None,
    price: float | None = None,
) -> "Credits":
    """What rows cost, and what may be spent. Raises UsageError for a price that is no number."""
    from math import isfinite

    from eclips_cli.api.waiting import WaitBudget
    from eclips_cli.commands.batches._credits import CreditLimits, Credits, looked

    if price is not None and not isfinite(price):
        raise UsageError(f"--price must be a number of credits, not {price}")
    clock = session.clock

    def look() -> "UsageSummary | None":
        if session.options.curl:
            return None
        soon = WaitBudget(clock, 0.0, clock.monotonic() + LOOK_SECONDS)
        return looked(lambda: session.client.within(soon).usage.summary().json)

    ask = lambda: session.client.usage.summary().json  # noqa: E731
    return Credits(submissions, ask, look, CreditLimits(keep, max_credits, price))


def say_unfinished(output: "Output", submissions: "Submissions") -> None:
    """Name what was not sent to its end, and the command that goes on with it."""
    from eclips_cli.records.journal.overview import named

    found = submissions.with_jobs()
    if found:
        output.note(f"{named(found)}; eclips batches resume")


def sender(
    session: Session, submissions: "Submissions", credits: "Credits", *, rotated: bool = False
) -> "Sender":
    """What sends them; each job that is accepted is told and remembered."""
    from eclips_cli.commands.batches._send import Sender

    output = session.output

    def accepted(submission: "Submission", job: "Job") -> None:
        name, batch_id = submission.name_of(job), str(job.batch_id)
        trouble = session.recent.remember(Thing("batch", batch_id, name, started=True))
        if submission.jobs <= TOLD_EACH or job.number % TOLD_EACH == 0 or job.number == submission.jobs:
            output.note(f"accepted {name}: {batch_id}")
        if trouble is not None:
            output.warn(trouble)

    return Sender(
        submissions,
        lambda: session.client,
        note=output.note,
        on_job=accepted,
        gate=credits,
        rotated=rotated,
    )


def follow_up(
    session: Session,
    submissions: "Submissions",
    timeout: str | None,
    *,
    detach: bool = False,
    results: "ResultsFile | None" = None,
    through_triage: bool = False,
) -> "FollowUp":
    """What follows on sending, from the options; UsageError for what can't be, before anything is sent."""
    from eclips_cli.commands.batches._after_sending import FollowUp

    if detach and (results is not None or timeout is not None):
        raise UsageError("--detach does not wait: leave out --results and --timeout, or --detach")
    return FollowUp(
        submissions,
        lambda: session.client,
        session.output,
        credits_of(session, submissions),
        detach=detach,
        results=results,
        budget=session.wait_budget(timeout, ends=True),
        through_triage=through_triage,
    )
