"""`eclips batches resume`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.commands._options import Timeout
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._after_sending import while_sending
from eclips_cli.commands.batches._view import SUBMISSIONS, described
from eclips_cli.counting import how_many
from eclips_cli.errors import FATAL_FOR_ALL, EclipsError, Interrupted, PartialFailure, UsageError
from eclips_cli.records.journal import UNSENT
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.commands.batches._credits import Credits
    from eclips_cli.commands.batches._send import Sender
    from eclips_cli.commands.batches._submissions import Submissions
    from eclips_cli.records.journal import Submission


def resume(
    ctx: typer.Context,
    key: Annotated[
        str | None, typer.Argument(metavar="[KEY]", help="A submission's key, or the id of one of its jobs.")
    ] = None,
    keep: o.KeepCredits = None,
    max_credits: o.MaxCredits = None,
    price: o.Price = None,
    detach: o.Detach = False,
    timeout: Timeout = None,
    rotated_key: o.RotatedKey = False,
) -> int:
    """Send what is unsent of a submission, or of all of this account, as it was submitted, and follow it.

    `eclips batches history` lists the keys.

    Examples:
      eclips batches resume
      eclips batches resume --detach --keep 1000
    """
    session: Session = ctx.obj
    submissions, output = o.submissions(session), session.output
    credits = o.credits_of(session, submissions, keep, max_credits, price)
    follow_up = o.follow_up(session, submissions, timeout, detach=detach)
    named = session.ids("batch", submissions.is_ours).only(key) if key is not None else None
    wanted = submissions.unfinished() if named is None else [_submission(submissions, named)]
    if not wanted:
        output.note("nothing is unfinished")
    if session.only_shows:
        return _preview(session, submissions, wanted, credits)
    sender = o.sender(session, submissions, credits, rotated=rotated_key)
    if named is None:
        wanted = _of_this_account(session, sender, wanted)
    sent = []
    for one in wanted:
        way_on = f"eclips batches resume {one.key}" if len(wanted) == 1 else "eclips batches resume"
        try:
            with while_sending(output, way_on), submissions.lock_of(one):
                sent.append(sender.finish(one))
        except EclipsError as error:
            if len(wanted) == 1 or isinstance(error, (Interrupted, *FATAL_FOR_ALL)):
                raise
            output.error(error)
    code = follow_up.after(sent)
    if len(sent) < len(wanted):
        raise PartialFailure(
            f"{len(wanted) - len(sent)} of {how_many(len(wanted), 'submission')} could not be finished"
        )
    return code


def _of_this_account(
    session: Session, sender: "Sender", unfinished: Sequence["Submission"]
) -> list["Submission"]:
    """The unfinished submissions that this key may go on with; the others are named."""
    ours = [of for of in unfinished if sender.accounts.scope.holds(of)] if unfinished else []
    for of in unfinished:
        if of not in ours:
            session.output.note(
                f"#{of.key} ({of.label}) was begun with another key (profile {of.profile}): "
                f"left as it is; eclips --profile {of.profile} batches resume {of.key}"
            )
    return ours


def _submission(submissions: "Submissions", reference: str) -> "Submission":
    found = submissions.find(reference)
    if found is None:
        raise UsageError(f"no submission {reference!r} on this machine", hint="eclips batches history")
    return found


def _preview(
    session: Session, submissions: "Submissions", wanted: Sequence["Submission"], credits: "Credits"
) -> int:
    """The submissions that would be gone on with; with --curl the first request; the exit code."""
    for of in wanted:
        unsent = [job for job in submissions.jobs(of) if job.state in UNSENT]
        rows = sum(job.row_count for job in unsent)
        session.output.announce(
            f"#{of.key}: {rows:,} of {how_many(of.rows, 'row')} would be sent; nothing was sent"
        )
        if rows:
            session.output.announce(credits.words(of.agent, rows))
        if session.options.curl and unsent:
            body = of.body_rows(submissions.journal.rows(unsent[0]))
            session.client.batches.create(of.agent, body, of.name_of(unsent[0]), of.webhook_url)
    session.output.items((described(of, submissions.jobs(of)) for of in wanted), SUBMISSIONS)
    return 0
