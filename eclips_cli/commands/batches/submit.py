"""`eclips batches submit`."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.command_line import repeated, without
from eclips_cli.commands import _arguments
from eclips_cli.commands._confirm import ask_about_rows
from eclips_cli.commands._options import Agent, Timeout, Yes
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._after_sending import size, while_sending
from eclips_cli.commands.batches._credits import Credits
from eclips_cli.commands.batches._dry_run import dry_run
from eclips_cli.commands.batches._input import Input
from eclips_cli.commands.batches._preview import preview
from eclips_cli.commands.batches._record import Order
from eclips_cli.commands.batches._results import results_file, write_file_results
from eclips_cli.commands.batches._submissions import Submissions
from eclips_cli.commands.batches._submitting import SubmitChoices, Submitted, submit_order
from eclips_cli.commands.batches.plan import MAX_ROWS
from eclips_cli.commands.batches.plan.decision import EVERYTHING as ALL_ROWS
from eclips_cli.commands.batches.plan.decision import ONLY_NEW, OnDuplicate, RowKind
from eclips_cli.commands.batches.rows import Given
from eclips_cli.counting import how_many
from eclips_cli.errors import UsageError
from eclips_cli.exits import ExitCode
from eclips_cli.records.journal import Submission
from eclips_cli.session.session import Session
from eclips_cli.sheets import Reading

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.commands.batches._stops import Typed
    from eclips_cli.commands.batches.rows import ResultsFile


def submit(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV, TSV, JSONL, JSON or XLSX; - is stdin.")],
    agent: Agent = None,
    task: o.Task = None,
    task_column: o.TaskColumn = None,
    columns: o.Columns = None,
    name: Annotated[
        str | None, typer.Option(metavar="N", help="What to call the batch. [the file's name]")
    ] = None,
    webhook_url: Annotated[
        str | None, typer.Option(metavar="URL", help="POST each row's outcome there.")
    ] = None,
    format: o.Format = None,
    sheet: o.Sheet = None,
    delimiter: o.Delimiter = None,
    encoding: o.Encoding = None,
    header_row: o.HeaderRow = None,
    visible_only: o.VisibleOnly = False,
    allow_empty: o.AllowEmpty = False,
    detach: o.Detach = False,
    results: o.Results = None,
    excel: o.Excel = False,
    timeout: Timeout = None,
    again: Annotated[
        bool, typer.Option("--again", help="Submit all rows anew, also those sent before.")
    ] = False,
    key: Annotated[
        str | None,
        typer.Option(metavar="COL,...", help="The columns that a row is known by. [all of its columns]"),
    ] = None,
    on_duplicate: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="With rows sent before: stop, skip, changed or send. [ask; without a terminal: stop]",
        ),
    ] = None,
    rotated_key: o.RotatedKey = False,
    keep: o.KeepCredits = None,
    max_credits: o.MaxCredits = None,
    price: o.Price = None,
    yes: Yes = False,
) -> int:
    """Submit a spreadsheet as runs, each row exactly once, and follow them to their end.

    The task of a row is its column `task`, or --task-column, or made by --task; all other columns go with
    it as data, as text. The whole file is checked before anything is sent; --dry-run shows the first two rows
    and the last as they would be sent. More than 500 rows become several jobs, which are one from then on.

    A row is sent once. It is known by its cells (not by the file's name, format, order or bytes), or by the
    columns of --key alone, for one agent and account. Running the same command again goes on where it stopped.
    Where rows of a file were sent before and others are new or changed, it says how many, and asks; without a
    terminal it stops (exit 2) unless --on-duplicate says what to do: skip sends the new rows (and ends with 13
    once where rows were changed), changed sends those too, send is --again. With --key new rows simply go. For a
    file that grows: --key number --columns number,vendor,amount --on-duplicate skip.

    Rows that are not sent yet go first: a file that was changed meanwhile waits (exit 2) until `eclips batches
    resume` has sent them, or `eclips batches cancel KEY --unsent` gave them up. Before the first POST the newest
    1,000 batches are looked through for the same rows from another machine. What no client can exclude without
    the server's help: a server that carries a request out only after it was looked for, several times over
    some 15 seconds; and two machines that begin with the same rows in the same second. Such a job is there
    twice: `eclips batches list` shows two of the same marker (#k7f3q2), one of which can be cancelled.

    Exit codes: 0 all rows completed, 13 some failed, 3 all failed, 8 rows wait for a person, 9 cancelled,
    10 out of credits or --keep, 11 an answer was lost, 2 --on-duplicate is to say, 124 --timeout. Ctrl-C
    stops following, not the rows.

    On a terminal it asks from 25 rows on (`eclips config set ask_from_rows N`), and always where neither --agent nor
    the profile names an agent. Elsewhere, and with --no-input, it goes.

    On a terminal it asks from 25 rows on (`eclips config set ask_from_rows N`), and always where neither --agent nor
    the profile names an agent. Elsewhere, and with --no-input, it goes.

    Examples:
      eclips batches submit invoices.csv --agent ap_specialist --task "Process invoice {number} from {vendor}" --dry-run
      eclips batches submit invoices.csv --agent ap_specialist --task "Process invoice {number}" --results done.csv
      eclips batches submit - --format jsonl --detach < tasks.jsonl
    """
    session: Session = ctx.obj
    submissions, output = o.submissions(session), session.output
    written = results_file(results, excel=excel, raw=bool(session.options.raw), source=file)
    credits = o.credits_of(session, submissions, keep, max_credits, price)
    follow_up = o.follow_up(session, submissions, timeout, detach=detach, results=written)
    how = Reading(format, delimiter, encoding, sheet, header_row, visible_only)
    given = Input(file, how, task, task_column, columns, allow_empty, session.args, key=key)
    agent = _arguments.word(agent, "--agent") or session.settings.agent
    choice = _choice(on_duplicate, again=again)
    with given.order(submissions.target, agent=agent, name=name, webhook_url=webhook_url) as order:
        asked = _asked(session, order, credits, choice, yes=yes, agent_named=agent is not None)
        for note in order.source.notes:
            output.note(note)
        if session.options.curl:
            return _shown_as_curl(session, order)
        if session.options.dry_run:
            rows = dry_run(
                output,
                submissions,
                lambda: session.client,
                order,
                replace(asked, ask=lambda _: None, confirm=lambda _: None, note=lambda _: None),
            )
            credits.check(order.agent)
            if rows:
                output.announce(credits.words(order.agent, rows))
            return 0
        o.say_unfinished(output, submissions)
        way_on = "run the same command again" + (", or: eclips batches resume" if written is None else "")
        with while_sending(output, way_on):
            sender = o.sender(session, submissions, credits, rotated=rotated_key)
            done = submit_order(submissions, sender, order, asked)
        for sent in done.sent:
            if sent.gone_on and sent.jobs_sent and sent.submission.webhook_url != webhook_url:
                output.warn(f"#{sent.submission.key} was begun with another --webhook-url, which stays")
        code = follow_up.after(done.sent, write=_results_of(submissions, order, done, output.note))
        left_out = _left_out(session, submissions, done, asked.command)
        return code or left_out


def _choice(on_duplicate: str | None, *, again: bool) -> OnDuplicate:
    """What --on-duplicate and --again say. Raises UsageError for a word that is none of them."""
    if again:
        if on_duplicate not in (None, OnDuplicate.SEND):
            raise UsageError(f"--again and --on-duplicate {on_duplicate} together", hint="give one of them")
        return OnDuplicate.SEND
    try:
        return OnDuplicate(on_duplicate or OnDuplicate.STOP)
    except ValueError:
        raise UsageError(
            f"--on-duplicate {on_duplicate!r} is none of stop, skip, changed and send",
            hint="skip sends the new rows, changed also what was changed since, send all rows again",
        ) from None


def _asked(
    session: Session, order: Order, credits: Credits, choice: OnDuplicate, *, yes: bool, agent_named: bool
) -> SubmitChoices:
    """What was said about rows that were sent before, and how to ask a person."""
    output = session.output
    answered: list[str | None] = []

    def ask(question: str) -> frozenset[RowKind] | None:
        answers = {"n": ONLY_NEW, "a": ALL_ROWS}
        words = "\nSend the new ones only (n), all again (a), or nothing (Enter)?"
        letter = output.choose(question + words, "na", no_input=session.settings.no_input)
        answered.append(letter)
        return None if letter is None else answers[letter]

    def approve(new: Submission) -> None:
        for remark in order.source.remarks:
            output.note(remark)
        credits.check(new.agent)
        what = f"{size(new)} to {new.agent}, {credits.words(new.agent, new.rows)}"
        if not answered:
            ask_about_rows(session, new.rows, f"submit {what}", yes=yes, agent_named=agent_named)
        output.announce(f"#{new.key}: {what}")

    def confirm(question: str) -> None:
        answered.append(question)
        if output.interactive and not session.settings.no_input:
            output.confirm(question, yes=yes, no_input=False)

    return SubmitChoices(choice, _typed(session), ask, output.note, output.announce, approve, confirm)


def _typed(session: Session) -> "Typed":
    """The command as it was typed, save for how to deal with rows that were sent before: that is added."""
    kept = [word for word in without(session.args, "--on-duplicate") if word != "--again"]
    return partial(repeated, kept)


def _results_of(
    submissions: Submissions, order: Order, done: Submitted, note: Callable[[str], None]
) -> "Callable[..., None]":
    """What writes the results of every row of the file, wherever it was sent."""
    rows = done.rows
    given = Given(
        order.source.columns,
        order.source.options.get("delimiter", ","),
        order.mapping.template is not None,
    )

    def write(batches: "Batches", target: "ResultsFile") -> None:
        digests = [rows.rows[index] for index in range(len(rows.rows))]
        places = done.rows.known.anew().newest(digests)
        write_file_results(submissions, batches, given, places, target, note)

    return write


def _left_out(session: Session, submissions: Submissions, done: Submitted, typed: "Typed") -> int:
    """Say, once, that changed rows were left out; the exit code."""
    if not done.left_out:
        return 0
    counts = done.rows.counts
    changed = how_many(counts.changed, "row was", "rows were")
    session.output.announce(f"{changed} changed since and not sent ({', '.join(done.rows.changed)})")
    session.output.hint(typed("--on-duplicate", "changed"))
    submissions.journal.tell(done.rows.changes)
    return int(ExitCode.PARTIAL)


def _shown_as_curl(session: Session, order: Order) -> int:
    """The first request, whatever was sent before; the exit code."""
    seen = preview(order, lambda _index: True, shown=MAX_ROWS)
    session.output.note(f"the first of {how_many(seen.jobs, 'request')}")
    session.client.batches.create(order.agent, seen.first, order.name, order.webhook_url)
    return 0
