"""`eclips triage list`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import All, Limit, MinConfidence, OneAgent
from eclips_cli.commands.triage._queue import Wanted
from eclips_cli.commands.triage._view import TRIAGE
from eclips_cli.session.session import Session


def list_items(
    ctx: typer.Context,
    limit: Limit = None,
    all_: All = False,
    oldest_first: Annotated[
        bool, typer.Option("--oldest-first", help="What has waited longest first (reads the whole queue).")
    ] = False,
    agent: OneAgent = None,
    min_confidence: MinConfidence = None,
) -> None:
    """List what waits for a decision.

    Options marked * are filters of this program's own: the API has none, so pages are read until enough match.

    Examples:
      eclips triage list --oldest-first
      eclips triage list --all -o jsonl
      eclips triage list --agent ap_specialist --min-confidence 0.65 --all
    """
    session: Session = ctx.obj
    wanted = Wanted(agent, min_confidence)
    items = session.triage.select(wanted, limit=None if all_ else limit or 20, oldest=oldest_first)
    session.output.listing(items, TRIAGE, empty="nothing waits for a decision")
