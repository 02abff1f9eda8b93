"""`eclips triage show`."""

import typer

from eclips_cli.commands._each import Shown, each
from eclips_cli.commands._options import TriageIds
from eclips_cli.commands.triage._item_detail import detail_text
from eclips_cli.commands.triage._view import TRIAGE_DETAIL
from eclips_cli.session.session import Session


def show_items(ctx: typer.Context, ids: TriageIds) -> int:
    """Show items with their run: money, reason, what the agent did.

    An id of an item or of its run; with -o json the API's {run, triage_item}. The API lists only what
    waits: an item that is resolved is found by its run's id.

    Examples:
      eclips triage show @last
      eclips triage show @last -o json --jq .run.output
      eclips triage list -o id | eclips triage show - -o jsonl
    """
    session: Session = ctx.obj
    shown = Shown("item", TRIAGE_DETAIL, detail_text)
    return each(session.output, session.ids("triage").many(ids), session.triage.read, shown)
