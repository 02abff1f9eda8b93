"""`eclips batches results`."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import typer

from eclips_cli.commands._lists import status_words
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._view import ROW_STATUSES
from eclips_cli.options import WORKBOOK
from eclips_cli.output.columns import Column, View
from eclips_cli.records.recent import Thing
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.commands.batches._submissions import Submissions
    from eclips_cli.commands.batches.rows import Shape


def batch_results(
    ctx: typer.Context,
    id_: o.Id,
    status: o.RowStatus = None,
    results: o.Results = None,
    excel: o.Excel = False,
) -> None:
    """Each row once, in the file's order: its columns, then status, result and error.

    All jobs of a submission are one, and a row that was retried shows its newest outcome. In CSV and workbooks
    nested results become columns (result.amount), in JSON they are whole. CSV has the delimiter of the file that was
    submitted. A workbook (.xlsx, or -o xlsx into a file or a pipe) keeps text as text, has money as numbers, colours
    by status, and a second sheet of counts and sums. Of a batch of another machine there are the row's number and
    task.

    Examples:
      eclips batches results @last -o xlsx > done.xlsx
      eclips batches results @last --status failed
      eclips batches results @last --results done.csv --excel
      eclips batches results @last -o jsonl | jq -r 'select(.status == "failed") | .error'
    """
    from eclips_cli.commands.batches._results import check_target, results_file, write_results
    from eclips_cli.commands.batches.rows import Shape
    from eclips_cli.errors import UsageError

    session: Session = ctx.obj
    submissions, output, raw = o.submissions(session), session.output, bool(session.options.raw)
    statuses = status_words(status, ROW_STATUSES, output.warn)
    if results is None and excel and output.format != "csv":
        raise UsageError("--excel is for CSV", hint="-o csv --excel, or --results done.csv --excel")
    target = results_file(results, excel=excel, raw=raw) if results is not None else None
    shape = Shape(output.format, excel, raw, output.fields)
    if shape.format == WORKBOOK:
        from eclips_cli.sheets.xlsx_writer import check_installed

        check_installed()
    reference = session.ids("batch", submissions.is_ours).only(id_)
    session.remember(Thing("batch", reference))
    check_target(submissions, [reference], target)
    if target is not None:
        write_results(submissions, session.client.batches, reference, target, output.note, statuses)
    else:
        _show(session, submissions, reference, shape, statuses)


def _show(
    session: Session, submissions: "Submissions", reference: str, shape: "Shape", statuses: Sequence[str]
) -> None:
    """Show a batch's results on stdout. Raises ProtocolError when rows don't match."""
    from eclips_cli.commands.batches._results import check_rows, given_in, joiner, nothing, outcomes
    from eclips_cli.commands.batches.rows import Tally, rendered
    from eclips_cli.commands.batches.rows.shaping import fill, records
    from eclips_cli.commands.batches.rows.table import own_names, record

    output, batches = session.output, session.client.batches
    joined, tally, given = joiner(submissions, batches), Tally(statuses), given_in(submissions, reference)
    columns, found = outcomes(submissions, batches, reference, joined)
    found = tally.counted(found)
    view, names = results_view(columns), own_names(columns)
    watched = output.watched(found, view, lambda outcome: record(outcome, names))
    if shape.format == WORKBOOK:
        output.document(partial(fill, outcomes=watched, given=given, shape=shape))
    elif shape.format == "csv" and not output.filters:
        output.pieces(rendered(watched, given, shape))
    else:
        output.items(records(found, columns), view)
    if not tally.statuses and not output.quiet:
        output.note(nothing(tally, statuses))
    check_rows(joined)


def results_view(columns: Sequence[str]) -> View:
    """The input's columns, then ours; on a narrow terminal the results give way first, then the input's last columns."""
    from eclips_cli.commands.batches.rows.table import own_names

    own = own_names(columns)
    given = [Column(name.upper(), name, "text", 2 + order) for order, name in enumerate(columns)]
    return View(
        (
            *given,
            Column("STATUS", own["status"], "status", 1),
            Column("RESULT", own["result"], "json", 3 + len(given)),
            Column("ERROR", own["error"], "text", 3),
        ),
        id_path=columns[0] if columns else own["status"],
    )
