"""`eclips triage approve`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import EveryItem, Expect, MinConfidence, OneAgent, SomeTriageIds, Yes
from eclips_cli.commands.triage._decide import Decision
from eclips_cli.commands.triage._desk import Asked, Bulk
from eclips_cli.commands.triage._queue import Wanted
from eclips_cli.session.session import Session


def approve(
    ctx: typer.Context,
    ids: SomeTriageIds = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for the record.")] = None,
    all_: EveryItem = False,
    agent: OneAgent = None,
    min_confidence: MinConfidence = None,
    expect: Expect = None,
    yes: Yes = False,
) -> int:
    """Approve items, which completes their runs.

    Several are done one after another; one failure does not stop the rest, and the exit code is 13 then.
    --all reads the whole queue first, shows what it would do and asks; options marked * choose among it.
    One that somebody else resolved meanwhile is told as such (14 alone).

    Examples:
      eclips triage approve @last --note "Verified against the purchase order"
      eclips triage list -o id | eclips triage approve -
      eclips triage approve --all --agent ap_specialist --min-confidence 0.65 --expect 12
    """
    session: Session = ctx.obj
    bulk = Bulk(all_, Wanted(agent, min_confidence), expect, yes, bool(session.options.dry_run))
    asked = Asked(ids or [], session.ids("triage").many, session.confirm)
    return session.triage.carry_out(Decision("approve", note), asked, bulk)
