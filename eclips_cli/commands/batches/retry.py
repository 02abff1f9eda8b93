"""`eclips batches retry`."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.command_line import command
from eclips_cli.commands._confirm import ask_about_rows
from eclips_cli.commands._lists import typed
from eclips_cli.commands._options import Timeout, Yes
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._after_sending import while_sending
from eclips_cli.commands.batches._input import Input
from eclips_cli.commands.batches._preview import Preview, show_preview
from eclips_cli.commands.batches._record import clean_name, record_retry, while_current
from eclips_cli.commands.batches._results import joiner
from eclips_cli.commands.batches._retry_from_file import FAILED, ForeignBatch
from eclips_cli.commands.batches._send import Sender, Sent
from eclips_cli.commands.batches._sent_since import not_sent_since
from eclips_cli.commands.batches._submissions import Submissions
from eclips_cli.counting import how_many
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.records.journal import UNSENT, KeptRow, PlannedRow, Submission
from eclips_cli.session.session import Session
from eclips_cli.sheets import Reading

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.commands.batches._credits import Credits

_ENDED = {"failed": "has failed", "cancelled": "was cancelled"}
"""statuses of rows that can be sent again, in words"""


def retry(
    ctx: typer.Context,
    id_: o.Id,
    file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="For a batch of another machine: the file it was made from, or its results."
        ),
    ] = None,
    task: o.Task = None,
    task_column: o.TaskColumn = None,
    columns: o.Columns = None,
    format: o.Format = None,
    sheet: o.Sheet = None,
    delimiter: o.Delimiter = None,
    encoding: o.Encoding = None,
    header_row: o.HeaderRow = None,
    visible_only: o.VisibleOnly = False,
    allow_empty: o.AllowEmpty = False,
    status: Annotated[
        str | None,
        typer.Option(
            metavar="S", help="Rows with this status: failed, cancelled or both, with a comma. [failed]"
        ),
    ] = None,
    keep: o.KeepCredits = None,
    max_credits: o.MaxCredits = None,
    price: o.Price = None,
    detach: o.Detach = False,
    timeout: Timeout = None,
    yes: Yes = False,
    rotated_key: o.RotatedKey = False,
) -> int:
    """Submit the failed rows of a batch again, as a new batch, and follow them; with --status cancelled those.

    Their data comes from this machine's journal, since the API does not give it back. `eclips batches
    results` of the original then shows each row's newest outcome. --task and the options after it say how
    to read --file, as in `eclips batches submit`. @last is what this terminal session
    submitted or showed last.

    Examples:
      eclips batches retry @last
      eclips batches retry @last --status failed,cancelled --dry-run
    """
    session: Session = ctx.obj
    submissions = o.submissions(session)
    statuses = _statuses(status)
    reference = session.ids("batch", submissions.is_ours, changes=True).only(id_)
    credits = o.credits_of(session, submissions, keep, max_credits, price)
    follow_up = o.follow_up(session, submissions, timeout, detach=detach)
    how = Reading(format, delimiter, encoding, sheet, header_row, visible_only)
    given = None
    if file is not None and submissions.find(reference) is None:
        note = session.output.note
        given = Input(file, how, task, task_column, columns, allow_empty, session.args, True, note)
    if session.only_shows:
        return _preview(session, submissions, reference, given, statuses, credits)
    sender = o.sender(session, submissions, credits, rotated=rotated_key)

    def approve(rows: int, agent: str) -> None:
        credits.check(agent)
        cost = credits.words(agent, rows)
        ask_about_rows(session, rows, f"submit {how_many(rows, 'row')} to {agent} again, {cost}", yes=yes)

    words = " ".join(filter(None, ("batches retry", typed({"--status": status}))))
    way_on = command(words, reference) if given is None else "run the same command again"
    with while_sending(session.output, way_on):
        if given is None:
            sent = retry_failed(
                submissions, lambda: session.client.batches, sender, reference, statuses, approve
            )
        else:
            with given.rows() as (source, mapping):
                foreign = ForeignBatch(
                    submissions, session.client.batches, reference, source, mapping, statuses, sender.note
                )
                sent = foreign.retry(sender, approve)
    if sent is None:
        ours = submissions.find(reference)
        whose = reference if ours is None else f"#{ours.key}"
        ended = _ENDED[max(statuses)] if len(statuses) == 1 else "failed or was cancelled"
        session.output.note(f"no row of {whose} {ended} that was not sent again: nothing was sent")
        return 0
    return follow_up.after([sent])


def _preview(
    session: Session,
    submissions: Submissions,
    reference: str,
    given: Input | None,
    statuses: Collection[str],
    credits: "Credits",
) -> int:
    """The first of the failed rows that a retry would send; the exit code."""
    if given is None:
        of, rows = would_retry(
            submissions, lambda: session.client.batches, reference, statuses, session.output.note
        )
    else:
        with given.rows() as (source, mapping):
            of, rows = ForeignBatch(
                submissions,
                session.client.batches,
                reference,
                source,
                mapping,
                statuses,
                session.output.note,
            ).would_retry()
    show_preview(session.output, of.name, of.agent, Preview.of_bodies(rows))
    if rows:
        session.output.announce(credits.words(of.agent, len(rows)))
    return 0


def retry_failed(
    submissions: Submissions,
    batches: "Callable[[], Batches]",
    sender: Sender,
    reference: str,
    statuses: Collection[str] = FAILED,
    approve: Callable[[int, str], None] = lambda _rows, _agent: None,
) -> Sent | None:
    """Send the rows again whose newest outcome is one of `statuses`; None when there is none.

    `approve` is asked before a retry is written down: how many rows go to which agent.

    An earlier retry that was not sent to its end is gone on with first, and nothing else is sent.
    Raises UsageError when the batch is not of this machine, and what `Sender.finish` raises.
    """
    first = _first(submissions, reference)
    sender.accounts.check(first)

    def recorded() -> Submission | None:
        known = submissions.keys
        ended = _ended(submissions, batches(), first, statuses)
        failed = not_sent_since(submissions, first, ended, sender.note)
        if failed:
            approve(len(failed), first.agent)
        return _recorded(submissions, first, failed, known)

    with submissions.lock_of_retries(first.key):
        made = _begun(submissions, first) or while_current(recorded)
        return sender.finish(made) if made is not None else None


def would_retry(
    submissions: Submissions,
    batches: "Callable[[], Batches]",
    reference: str,
    statuses: Collection[str],
    note: Callable[[str], None],
) -> tuple[Submission, list[JsonObject]]:
    """For `--dry-run`: the first submission, and the rows that would be sent, as they would be sent."""
    first = _first(submissions, reference)
    begun = _begun(submissions, first)
    if begun is not None:
        unsent = [job for job in submissions.jobs(begun) if job.state in UNSENT]
        return begun, begun.body_rows([row for job in unsent for row in submissions.journal.rows(job)])
    rows = not_sent_since(submissions, first, _ended(submissions, batches(), first, statuses), note)
    return first, first.body_rows([row for _, row in rows])


def _first(submissions: Submissions, reference: str) -> Submission:
    """The submission that a reference means, or whose retry it means; UsageError when it is not ours."""
    known = submissions.find(reference)
    if known is None:
        raise UsageError(
            f"batch {reference} was not submitted from here, and the API does not give rows' data back",
            hint=f"{command('batches retry --file FILE', reference)}, with the file (and the --task) that it was made from",
        )
    submissions.target.check_api(known)
    return known if known.parent is None else submissions.journal.submission(known.parent)


def _begun(submissions: Submissions, first: Submission) -> Submission | None:
    """A retry that was written down and not sent to its end: its rows must not be in another one."""
    return next(
        (
            begun
            for begun in submissions.journal.retries_of(first.key)
            if any(job.state in UNSENT for job in submissions.jobs(begun))
        ),
        None,
    )


def _statuses(text: str | None) -> frozenset[str]:
    """The statuses of the rows to send again. Raises UsageError for those of rows that may yet be done, or are."""
    found = frozenset(word.strip().lower() for word in text.split(",")) if text is not None else FAILED
    if not found <= set(_ENDED):
        raise UsageError(
            f"--status {text}: only rows that failed or were cancelled are sent again",
            hint="--status failed, --status cancelled or --status failed,cancelled",
        )
    return found


def _ended(
    submissions: Submissions, batches: "Batches", first: Submission, statuses: Collection[str]
) -> Iterator[tuple[int, KeptRow]]:
    for outcome, row, _ in joiner(submissions, batches).sources(first):
        if outcome.status in statuses:
            yield outcome.number, row


def _recorded(
    submissions: Submissions,
    first: Submission,
    failed: Sequence[tuple[int, PlannedRow]],
    known: frozenset[str],
) -> Submission | None:
    """Write a retry down; None when nothing failed. Raises Outdated where not all submissions were `known`."""
    if not failed:
        return None
    count = len(submissions.journal.retries_of(first.key)) + 1
    draft = replace(
        first,
        fingerprint=sha256(f"retry {first.key} {count}".encode()).hexdigest(),
        kind="retry",
        parent=first.key,
        created_at=submissions.clock.now(),
        name=clean_name(f"{first.name} retry {count}"),
    )
    return record_retry(submissions, draft, failed, known=known)
