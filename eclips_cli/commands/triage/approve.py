"""`eclips triage approve`."""

from typing import Annotated

import typer

from eclips_cli.commands._confirm import Sure
from eclips_cli.commands._options import Expect, Yes
from eclips_cli.commands.triage._decide import Decision
from eclips_cli.commands.triage._options import Chosen, EveryItem, SomeItemIds, decide_chosen, filtered
from eclips_cli.commands.triage._wanted import Wanted


@filtered
def approve(
    ctx: typer.Context,
    wanted: Wanted,
    ids: SomeItemIds = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for the record.")] = None,
    all_: EveryItem = False,
    expect: Expect = None,
    yes: Yes = False,
) -> int:
    """Approve items, which completes their runs.

    Several are done one after another; one failure does not stop the rest, and the exit code is 13 then.
    --all reads the whole queue first, shows what it would do, with sums by currency, and asks; options marked *
    choose among it. A dry run shows the same on a terminal, and the requests with -o json or in a pipe.
    Ids from standard input need --yes or --expect too. @last is what this terminal session showed last.
    One that somebody else resolved meanwhile is told as such (14 alone).

    Examples:
      eclips triage approve @last --note "Verified against the purchase order"
      eclips triage list -o id | eclips triage approve - --yes
      eclips triage approve --all --max-amount 500 --min-confidence 0.65 --expect 12
    """
    chosen = Chosen(ids or (), wanted, all_)
    return decide_chosen(ctx.obj, Decision("approve", note), chosen, Sure(yes, expect))
