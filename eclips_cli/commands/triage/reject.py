"""`eclips triage reject`."""

from typing import Annotated

import typer

from eclips_cli.commands._confirm import Sure, ids_to_change
from eclips_cli.commands._options import Expect, Yes
from eclips_cli.commands.triage._decide import Decision, check_choice, decide, decide_all
from eclips_cli.commands.triage._options import EveryItem, SomeItemIds, filtered, item_reader
from eclips_cli.commands.triage._queue import Queue, Wanted
from eclips_cli.session.session import Session


@filtered
def reject(
    ctx: typer.Context,
    wanted: Wanted,
    ids: SomeItemIds = None,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why; the API keeps it with the item.")
    ] = None,
    all_: EveryItem = False,
    expect: Expect = None,
    yes: Yes = False,
) -> int:
    """Reject items, which cancels their runs.

    Several are done one after another; one failure does not stop the rest, and the exit code is 13 then.
    --all reads the whole queue first, shows what it would do, with sums by currency, and asks; options marked *
    choose among it. A dry run shows the same on a terminal, and the requests with -o json or in a pipe.
    Ids from standard input need --yes or --expect too. @last is what this terminal session showed last.
    One that somebody else resolved meanwhile is told as such (14 alone).

    Examples:
      eclips triage reject @last --reason "Amount exceeds the approved budget"
      eclips triage reject --all --agent payroll --reason "Wrong period" --dry-run
    """
    session: Session = ctx.obj
    decision = Decision("reject", reason)
    check_choice(ids or (), all_=all_, wanted=wanted)
    if not all_:
        sure, words = Sure(yes, expect), (decision.verb, decision.doing)
        chosen = ids_to_change(session, "triage", ids or (), sure, words)
        return decide(session.client, session.output, decision, chosen)
    reader = item_reader(session, wanted)
    return decide_all(
        session.client, session.output, decision, Queue(session.client, wanted, reader), reader,
        expect=expect, confirm=None if yes else lambda question: session.confirm(question, yes=False),
        dry_run=bool(session.options.dry_run),
    )  # fmt: skip
