"""`eclips audit list`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import All, Limit
from eclips_cli.output import views
from eclips_cli.records.audit.reading import Changes
from eclips_cli.session.audit_hook import record_of
from eclips_cli.session.session import Session


def list_changes(
    ctx: typer.Context,
    action: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ACTION",
            help="Only run, approve, reject, webhook-create, webhook-delete, batch-submit, batch-cancel or other; "
            "webhook and batch mean both of theirs; may be given again.",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Only changes newer than 2h, 3d or an ISO time.")
    ] = None,
    limit: Limit = None,
    all_: All = False,
) -> None:
    """List the changes made from this machine, newest first.

    Each with when, profile, key (its last four), what was asked, the note, and how it ended: accepted, refused,
    not-sent, server-error, or unknown where the answer was lost. It is this machine's record, not the server's. What is
    sent to the sandbox has a record of its own: add --sandbox.

    Examples:
      eclips audit list
      eclips audit list --action approve --action reject --since 7d
      eclips audit list --all -o jsonl | jq -r 'select(.ended == "unknown") | .path'
    """
    session: Session = ctx.obj
    record = record_of(session.settings, session.environ)
    changes = Changes(
        record, actions=action, since=since, limit=None if all_ else limit or 20, now=session.clock.now()
    )
    session.output.listing(changes, views.CHANGES_MADE, empty=record.nothing)
    for warning in changes.warnings:
        session.output.warn(warning)
