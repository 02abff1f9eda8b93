"""`eclips usage` and `eclips usage summary`."""

from functools import partial
from typing import Annotated

import typer

from eclips_cli.commands._forecast import Threshold, forecast
from eclips_cli.output import usage, views
from eclips_cli.session.session import Session


def summary(
    ctx: typer.Context,
    fail_under: Annotated[
        str | None, typer.Option(metavar="N|N%", help="Exit with 10 when fewer credits are left.")
    ] = None,
) -> None:
    """Plan, period, credits used and left, and at this period's pace the day they run out.

    Examples:
      eclips usage
      eclips usage --fail-under 10% || mail -s "Eclips credits run low" ops@example.com
      eclips usage --jq .credits_remaining
    """
    session: Session = ctx.obj
    threshold = Threshold.parse(fail_under) if fail_under is not None else None
    found = session.client.usage.summary().json
    pace = forecast(found, session.clock.now())
    session.output.item(found, views.USAGE, detail=partial(usage.summary_text, forecast=pace))
    if threshold is not None:
        threshold.check(found)
