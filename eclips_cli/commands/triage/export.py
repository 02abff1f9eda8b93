"""`eclips triage export`."""

from pathlib import Path
from typing import Annotated

import typer

from eclips_cli.command_line import command
from eclips_cli.commands.triage._amounts import in_all
from eclips_cli.commands.triage._options import filtered, item_reader, source_of
from eclips_cli.commands.triage._queue import Queue, remarks, why_empty
from eclips_cli.commands.triage._wanted import Wanted
from eclips_cli.errors import UsageError
from eclips_cli.session.session import Session


@filtered
def export(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The sheet to write: .xlsx or .csv.")],
    wanted: Wanted,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Also where there is such a file: what was decided in it is lost."),
    ] = False,
) -> None:
    """Write what waits into a sheet, to be decided there.

    `triage apply` sends what was decided.
    One item a row: what it is about, the amounts of input and output, the reason, the confidence, since when it waits,
    and two empty columns: decision (approve or reject; empty leaves it) and note. Rows and columns may be sorted,
    moved, hidden, added; rows may be deleted. The ids at the right end and the fingerprint say what each decision
    is about, so leave them as they are. Each item's run is read, several at a time.

    Examples:
      eclips triage export items.xlsx
      eclips triage export large.csv --min-amount 10000 --sort amount --overwrite
    """
    from eclips_cli.commands.triage._sheet import check_file, write_sheet

    session: Session = ctx.obj
    output, path = session.output, Path(file)
    check_file(path)
    if path.exists() and not overwrite:
        raise UsageError(
            f"{path} is there already, maybe with decisions in it", hint="name another file, or --overwrite"
        )
    reader = item_reader(session, wanted)
    queue = Queue(session.client, wanted.with_details(), reader)
    found = queue.decidable()
    for text in remarks(queue):
        output.announce(text)
    if not found:
        output.note(f"nothing to export: {why_empty(queue, session.client)}")
        return
    found = reader.with_runs(found)
    told = in_all(found)
    if session.only_says(f"would write {told} to {path}"):
        return
    write_sheet(path, found, source_of(session))
    output.note(f"{path} has {told}")
    apply = command("triage apply", str(file))
    output.note(f"fill in its column decision (approve or reject), then: {apply}")
