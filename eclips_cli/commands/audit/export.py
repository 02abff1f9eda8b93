"""`eclips audit export`."""

import typer

from eclips_cli.output import views
from eclips_cli.records.audit import reading
from eclips_cli.session.audit_hook import record_of
from eclips_cli.session.session import Session


def export(ctx: typer.Context) -> None:
    """Print every line of the record, oldest first: two for each change, what was asked and how it ended.

    As csv the cells that a spreadsheet would take for a formula are neutralised, unless --raw. json and jsonl hold all
    members, hashes included.

    Examples:
      eclips audit export -o csv > changes.csv
      eclips audit export -o jsonl > changes.jsonl
    """
    session: Session = ctx.obj
    record = record_of(session.settings, session.environ)
    session.output.items(reading.lines(record), views.AUDIT_LINES, empty=record.nothing)
