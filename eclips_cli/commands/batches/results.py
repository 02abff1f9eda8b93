"""`eclips batches results`."""

import typer

from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._reporting import results_of
from eclips_cli.session.session import Session


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
    session: Session = ctx.obj
    reference = session.ids("batch").only(id_)
    results_of(session.clerk, reference, results, excel=excel, raw=bool(session.options.raw))
