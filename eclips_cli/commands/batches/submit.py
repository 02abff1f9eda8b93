"""`eclips batches submit`."""

from typing import Annotated

import typer

from eclips_cli.commands import _arguments
from eclips_cli.commands._options import Agent, Timeout, Yes
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._ordering import Input
from eclips_cli.session.session import Session


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
    detach: o.Detach = False,
    results: o.Results = None,
    excel: o.Excel = False,
    timeout: Timeout = None,
    again: Annotated[bool, typer.Option("--again", help="Submit anew what was submitted before.")] = False,
    keep: o.Keep = None,
    yes: Yes = False,
) -> int:
    """Submit a spreadsheet as runs, each row exactly once, and follow them to their end.

    The task of a row is its column `task`, or --task-column, or made by --task; all other columns go with
    it as data, as text. The whole file is checked before anything is sent; --dry-run shows the first rows
    as they would be sent. More than 500 rows become several jobs, which are one from then on.

    Running the same command again goes on where it stopped: a journal on this machine knows which rows were
    sent. An answer that was lost is looked for by the marker at the end of the job's name (#k7f3q2) before
    anything is sent again. What no client can exclude without the server's help: a server that carries a
    request out only after it was looked for, several times over some 15 seconds. Such a job would be there
    twice: `eclips batches list` would show two of the same name, one of which can be cancelled.

    Exit codes: 0 all rows completed, 13 some failed, 3 all failed, 8 rows wait for a person, 9 cancelled,
    10 out of credits or --keep, 11 an answer was lost, 124 --timeout. Ctrl-C stops following, not the rows.

    Examples:
      eclips batches submit invoices.csv --agent ap_specialist --task "Process invoice {number} from {vendor}" --dry-run
      eclips batches submit invoices.csv --agent ap_specialist --task "Process invoice {number}" --results done.csv
      eclips batches submit - --format jsonl --detach < tasks.jsonl
    """
    session: Session = ctx.obj
    clerk = session.clerk
    then = clerk.afterwards(
        timeout, detach=detach, results=results, excel=excel, raw=session.options.raw, source=file
    )
    given = Input(file, format, sheet, delimiter, encoding, task, task_column, columns)
    agent = _arguments.word(agent, "--agent") or session.settings.agent
    with given.order(clerk.desk.place, agent=agent, name=name, webhook_url=webhook_url) as order:
        return clerk.submit(order, then, again=again, keep=keep, yes=yes)
