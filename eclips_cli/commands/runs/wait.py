"""`eclips runs wait`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import RunIds, ThroughTriage, Timeout
from eclips_cli.commands.runs._following import Following
from eclips_cli.session.session import Session


def wait_for_runs(
    ctx: typer.Context,
    ids: RunIds,
    any_: Annotated[bool, typer.Option("--any", help="Stop when the first of them ended.")] = False,
    timeout: Timeout = None,
    through_triage: ThroughTriage = False,
) -> int:
    """Wait quietly until runs end, then show them as `eclips runs get` does.

    Exit codes are those of `eclips run`; 124 when --timeout ran out.

    Examples:
      eclips runs wait @last
      eclips runs wait --timeout 10m $(eclips runs list --status running -o id)
    """
    session: Session = ctx.obj
    budget = session.wait_budget(timeout, ends=True)
    following = Following(
        session.client,
        session.output,
        session.remember,
        session.ids("run", budget=budget).many(ids),
        budget,
        through_triage=through_triage,
    )
    return following.to_result(quietly=True, first=any_)
