"""`eclips batches retry`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import Timeout
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._ordering import Input
from eclips_cli.session.session import Session


def retry(
    ctx: typer.Context,
    id_: o.Id,
    file: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="For a batch of another machine: the file it was made from."),
    ] = None,
    task: o.Task = None,
    task_column: o.TaskColumn = None,
    columns: o.Columns = None,
    format: o.Format = None,
    sheet: o.Sheet = None,
    delimiter: o.Delimiter = None,
    encoding: o.Encoding = None,
    keep: o.Keep = None,
    detach: o.Detach = False,
    timeout: Timeout = None,
) -> int:
    """Submit the failed rows of a batch again, as a new batch, and follow them.

    Their data comes from this machine's journal, since the API does not give it back. `eclips batches
    results` of the original then shows each row's newest outcome. --task and the options after it say how
    to read --file, as in `eclips batches submit`.

    Examples:
      eclips batches retry @last
      eclips batches retry @last --dry-run
    """
    session: Session = ctx.obj
    reference = session.ids("batch").only(id_)
    then = session.clerk.afterwards(timeout, detach=detach)
    how = (format, sheet, delimiter, encoding, task, task_column, columns)
    return session.clerk.retry(reference, Input(file, *how) if file is not None else None, then, keep=keep)
