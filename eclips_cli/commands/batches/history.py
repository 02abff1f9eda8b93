"""`eclips batches history`."""

import typer

from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._view import SUBMISSIONS, described
from eclips_cli.session.session import Session


def history(ctx: typer.Context) -> None:
    """What was submitted from this machine, newest first, from its journal; asks no API.

    Examples:
      eclips batches history
      eclips batches history -o json --jq '.[] | select(.state == "unfinished") | .key'
    """
    session: Session = ctx.obj
    submissions = o.submissions(session)
    found = [described(one, submissions.jobs(one)) for one in submissions.known()]
    session.output.items(found, SUBMISSIONS, empty="nothing was submitted from this machine yet")
