"""`eclips triage review`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import MinConfidence, OneAgent
from eclips_cli.commands.triage._desk import Manner
from eclips_cli.commands.triage._queue import Wanted
from eclips_cli.durations import parse_duration
from eclips_cli.session.session import Session


def review(
    ctx: typer.Context,
    agent: OneAgent = None,
    min_confidence: MinConfidence = None,
    grace: Annotated[
        str, typer.Option(metavar="DURATION", help="How long a decision can be undone before it is sent.")
    ] = "4s",
) -> int:
    """Decide the queue item by item, with one key each.

    One item a screen: the money and the reason first, what the agent did, its output. a approves,
    r rejects with a reason, s skips, u undoes within a few seconds, ? shows all keys, q leaves with a summary.

    Decisions are sent while you read on, after a check that nobody else was faster; one that failed comes
    back with its error. However a review ends, what was decided is sent, and nothing else.
    Options marked * are filters of this program's own.

    Examples:
      eclips triage review
      eclips triage review --agent ap_specialist -o json > decided.json
      eclips --sandbox triage review
    """
    session: Session = ctx.obj
    notice = "dry run" if session.options.dry_run else "sandbox" if session.settings.sandbox else ""
    how = Manner(parse_duration(grace), notice, session.settings.no_input)
    return session.triage.review(Wanted(agent, min_confidence), how)
