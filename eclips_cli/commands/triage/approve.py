"""`eclips triage approve`."""

from typing import Annotated

import typer

from eclips_cli.commands._confirm import Sure, ids_to_change
from eclips_cli.commands._options import Expect, Yes
from eclips_cli.commands.triage._decide import Decision, check_choice, decide, decide_all
from eclips_cli.commands.triage._options import EveryItem, MinConfidence, OneAgent, SomeItemIds
from eclips_cli.commands.triage._queue import Wanted
from eclips_cli.session.session import Session


def approve(
    ctx: typer.Context,
    ids: SomeItemIds = None,
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
    Ids from standard input need --yes or --expect too. @last is what this terminal session showed last.
    One that somebody else resolved meanwhile is told as such (14 alone).

    Examples:
      eclips triage approve @last --note "Verified against the purchase order"
      eclips triage list -o id | eclips triage approve - --yes
      eclips triage approve --all --agent ap_specialist --min-confidence 0.65 --expect 12
    """
    session: Session = ctx.obj
    decision, wanted = Decision("approve", note), Wanted(agent, min_confidence)
    check_choice(ids or (), all_=all_, wanted=wanted)
    if not all_:
        sure, words = Sure(yes, expect), (decision.verb, decision.doing)
        chosen = ids_to_change(session, "triage", ids or (), sure, words)
        return decide(session.client, session.output, decision, chosen)
    return decide_all(
        session.client, session.output, decision, wanted,
        expect=expect, confirm=None if yes else lambda question: session.confirm(question, yes=False),
        dry_run=bool(session.options.dry_run),
    )  # fmt: skip
