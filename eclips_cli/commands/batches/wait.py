"""`eclips batches wait`."""

import typer

from eclips_cli.commands._options import ThroughTriage, Timeout
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._account import Accounts
from eclips_cli.commands.batches._results import check_target, results_file
from eclips_cli.records.recent import Thing
from eclips_cli.session.session import Session


def wait_for_batches(
    ctx: typer.Context,
    ids: o.Ids,
    results: o.Results = None,
    excel: o.Excel = False,
    timeout: Timeout = None,
    through_triage: ThroughTriage = False,
    rotated_key: o.RotatedKey = False,
) -> int:
    """Follow batches to their end as one, then show their jobs. A job of a submission means all of it.

    Exit codes are those of `eclips batches submit`.

    Examples:
      eclips batches wait @last
      eclips batches wait @last --timeout 2h --results done.csv
    """
    session: Session = ctx.obj
    submissions = o.submissions(session)
    written = results_file(results, excel=excel, raw=bool(session.options.raw))
    follow_up = o.follow_up(session, submissions, timeout, results=written, through_triage=through_triage)
    wanted = session.ids("batch", submissions.is_ours, follow_up.budget).many(ids)
    check_target(submissions, wanted, written)
    if len(wanted) == 1:
        session.remember(Thing("batch", wanted[0]))
    accounts = Accounts(submissions, lambda: session.client, rotated=rotated_key)
    for of in filter(None, map(submissions.find, wanted)):
        accounts.check(of)
    return follow_up.to_end(wanted)
