"""`eclips usage history`."""

import typer

from eclips_cli.output import usage
from eclips_cli.session.session import Session


def history(ctx: typer.Context) -> None:
    """The last 50 ledger entries, with the consumption over time drawn under them.

    Examples:
      eclips usage history
      eclips usage history -o csv > ledger.csv
    """
    session: Session = ctx.obj
    session.output.rows(
        session.client.usage.history(), chart=usage.history_chart, empty="no ledger entries yet"
    )
