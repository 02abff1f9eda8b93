"""`eclips batches submit`."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer

from eclips_cli.commands import _arguments
from eclips_cli.commands._confirm import ask_about_rows
from eclips_cli.commands._options import Agent, Timeout, Yes
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._after_sending import size, while_sending
from eclips_cli.commands.batches._credits import Credits
from eclips_cli.commands.batches._input import Input
from eclips_cli.commands.batches._preview import FIRST, preview, show_preview
from eclips_cli.commands.batches._record import (
    Order,
    clean_name,
    earlier,
    known_fingerprint,
    random_key,
    record,
)
from eclips_cli.commands.batches._results import results_file
from eclips_cli.commands.batches._send import Sender, Sent
from eclips_cli.commands.batches._submissions import Submissions
from eclips_cli.commands.batches.plan import MAX_ROWS
from eclips_cli.durations import iso_text
from eclips_cli.output.output import Output
from eclips_cli.records.journal import Submission
from eclips_cli.session.session import Session
from eclips_cli.sheets import Reading, RowSource


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
    again: Annotated[bool, typer.Option("--again", help="Submit anew what was submitted before.")] = False,
    keep: o.Keep = None,
    max_credits: o.MaxCredits = None,
    price: o.Price = None,
    yes: Yes = False,
) -> int:
    """Submit a spreadsheet as runs, each row exactly once, and follow them to their end.

    The task of a row is its column `task`, or --task-column, or made by --task; all other columns go with
    it as data, as text. The whole file is checked before anything is sent; --dry-run shows the first two rows
    and the last as they would be sent. More than 500 rows become several jobs, which are one from then on.

    Running the same command again goes on where it stopped: a journal on this machine knows which rows were
    sent. An answer that was lost is looked for by the marker at the end of the job's name (#k7f3q2) before
    anything is sent again; where the server does not give markers back, nothing is (exit 11). What no client
    can exclude without the server's help: a server that carries a request out only after it was looked for,
    several times over some 15 seconds. Such a job would be there twice: `eclips batches list` would show two
    of the same name, one of which can be cancelled.

    Exit codes: 0 all rows completed, 13 some failed, 3 all failed, 8 rows wait for a person, 9 cancelled,
    10 out of credits or --keep, 11 an answer was lost, 124 --timeout. Ctrl-C stops following, not the rows.

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
    given = Input(file, how, task, task_column, columns, allow_empty, session.args)
    agent = _arguments.word(agent, "--agent") or session.settings.agent
    with given.order(submissions.target, agent=agent, name=name, webhook_url=webhook_url) as order:
        for note in order.source.notes:
            output.note(note)
        if session.only_shows:
            return _preview(session, order, credits)
        approve = partial(
            _approve, session, submissions, credits, order.source, yes=yes, agent_named=agent is not None
        )
        resume = "run the same command again" + (", or: eclips batches resume" if written is None else "")
        with while_sending(output, resume):
            sent = send_order(
                submissions, o.sender(session, submissions, credits), order, again=again, approve=approve
            )
        if sent.gone_on and sent.submission.webhook_url != webhook_url:
            output.warn(f"#{sent.submission.key} was begun with another --webhook-url, which stays")
        return follow_up.after([sent])


def send_order(
    submissions: Submissions,
    sender: Sender,
    order: Order,
    *,
    again: bool = False,
    approve: Callable[[Submission], None] = lambda _submission: None,
) -> Sent:
    """Send a file's rows, or go on where an earlier run of the same order stopped.

    `approve` sees a new submission before anything is sent, and may raise to stop it for good.
    Raises UsageError for a bad file, LocalFailure when the journal can't be kept or another
    process is at it, and what `Sender.finish` raises.
    """
    journal = submissions.journal
    known_as = known_fingerprint(journal, order)
    with submissions.lock(known_as, order.source.label):
        found = earlier(journal, order, known_as, again=again)
        if found is not None:
            return sender.finish(found)
        new = record(journal, order, now=submissions.clock.now(), new_key=random_key, approve=approve)
        return sender.finish(new, gone_on=False)


def _approve(
    session: Session,
    submissions: Submissions,
    credits: Credits,
    source: RowSource,
    new: Submission,
    *,
    yes: bool,
    agent_named: bool,
) -> None:
    """Say what is about to go, and ask about many rows. Raises NotConfirmed."""
    output = session.output
    for remark in source.remarks:
        output.note(remark)
    credits.check(new.agent)
    cost = credits.words(new.agent, new.rows)
    if output.interactive and not session.settings.no_input:
        _warn_of_namesakes(output, submissions, new)
    what = f"{size(new)} to {new.agent}, {cost}"
    ask_about_rows(session, new.rows, f"submit {what}", yes=yes, agent_named=agent_named)
    output.announce(f"#{new.key}: {what}")


def _warn_of_namesakes(output: Output, submissions: Submissions, new: Submission) -> None:
    """Warn that a file which was changed and is submitted again goes out whole, with the rows it had before."""
    for other in submissions.known():
        changed = other.label == new.label and other.fingerprint != new.fingerprint
        if changed and other.kind == new.kind and submissions.target.holds(other):
            output.warn(
                f"{new.label} was submitted as #{other.key} on {iso_text(other.created_at)[:10]}; "
                "the file or the command is another now, so all of its rows count as new"
            )
            return


def _preview(session: Session, order: Order, credits: Credits) -> int:
    """The first rows of a file as they would be sent, and how many jobs there would be; the exit code."""
    name = clean_name(order.name)
    seen = preview(order.source, order.mapping, shown=MAX_ROWS if session.options.curl else FIRST)
    for remark in order.source.remarks:
        session.output.note(remark)
    if session.options.curl:
        session.output.note(f"the first of {seen.jobs:,} requests")
        session.client.batches.create(order.agent, seen.first, name, order.webhook_url)
    credits.check(order.agent)
    show_preview(session.output, name, order.agent, seen)
    session.output.announce(credits.words(order.agent, seen.rows))
    return 0
