"""`eclips runs wait`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import RunIds, ThroughTriage, Timeout
from eclips_cli.commands.runs._options import following


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
    found = following(ctx.obj, ids, timeout, through_triage=through_triage)
    return found.to_result(quietly=True, first=any_)
