"""`eclips batches results`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from eclips_cli.commands.batches import _options as o
from eclips_cli.output.columns import Column, View
from eclips_cli.records.recent import Thing
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.commands.batches._submissions import Submissions


def batch_results(ctx: typer.Context, id_: o.Id, results: o.Results = None, excel: o.Excel = False) -> None:
    """Each row once, in the file's order: its columns, then status, result and error.

    All jobs of a submission are one, and a row that was retried shows its newest outcome. In CSV nested
    results become columns (result.amount), in JSON they are whole. Of a batch of another machine there are
    the row's number and task.

    Examples:
      eclips batches results @last -o csv > done.csv
      eclips batches results @last --results done.csv --excel
      eclips batches results @last -o jsonl | jq -r 'select(.status == "failed") | .error'
    """
    from eclips_cli.commands.batches._results import results_file, write_results
    from eclips_cli.errors import UsageError

    session: Session = ctx.obj
    submissions, raw = o.submissions(session), bool(session.options.raw)
    reference = session.ids("batch", submissions.is_ours).only(id_)
    if results is None and excel and session.output.format != "csv":
        raise UsageError("--excel is for CSV", hint="-o csv --excel, or --results done.csv --excel")
    session.remember(Thing("batch", reference))
    target = results_file(results, excel=excel, raw=raw) if results is not None else None
    if target is not None:
        write_results(submissions, session.client.batches, reference, target, session.output.note)
    else:
        _show(session, submissions, reference, excel=excel)


def _show(session: Session, submissions: "Submissions", reference: str, *, excel: bool) -> None:
    """Show a batch's results on stdout. Raises ProtocolError when rows don't match."""
    from eclips_cli.commands.batches._results import check_rows, joiner, outcomes
    from eclips_cli.commands.batches.rows import Shape, rendered
    from eclips_cli.commands.batches.rows.shaping import records

    output, batches = session.output, session.client.batches
    joined = joiner(submissions, batches)
    columns, found = outcomes(submissions, batches, reference, joined)
    if output.format == "csv" and not output.cut:
        mark = "\ufeff" if excel else ""
        pieces = rendered(found, columns, Shape("csv", excel, bool(session.options.raw)))
        output.pieces(piece if number else mark + piece for number, piece in enumerate(pieces))
    else:
        output.items(records(found, columns), _view(columns))
    check_rows(joined)


def _view(columns: Sequence[str]) -> View:
    """The input's columns, then ours; on a narrow terminal the input's last columns give way first."""
    from eclips_cli.commands.batches.rows.shaping import own_names

    own = own_names(columns)
    given = [Column(name.upper(), name, "text", 5 + order) for order, name in enumerate(columns)]
    return View(
        (
            *given,
            Column("STATUS", own["status"], "status", 1),
            Column("RESULT", own["result"], "json", 3),
            Column("ERROR", own["error"], "text", 2),
        ),
        id_path=columns[0] if columns else own["status"],
    )
