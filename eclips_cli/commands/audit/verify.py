"""`eclips audit verify`."""

from typing import Annotated

import typer

from eclips_cli.output import views
from eclips_cli.output.audit import verdict
from eclips_cli.records.audit import reading
from eclips_cli.session.audit_hook import record_of
from eclips_cli.session.session import Session


def verify(
    ctx: typer.Context,
    expect_head: Annotated[
        str | None,
        typer.Option(
            metavar="HASH", help="A head printed earlier and kept elsewhere: it must be in the chain."
        ),
    ] = None,
) -> int:
    """Check that the record is as it was written: exit code 0 if so, 1 with the lines where it is not.

    Each line carries the hash of the one before, so a line that was altered, removed, moved or cut short is found. What
    the file alone can't show: that its newest lines were removed, or that all of it was written anew. For that, keep
    the head that this prints somewhere else, and give it to --expect-head later.

    Examples:
      eclips audit verify
      eclips audit verify -o json --jq .head
      eclips audit verify --expect-head "$(cat head.txt)"
    """
    session: Session = ctx.obj
    found = reading.verify(record_of(session.settings, session.environ), expect_head)
    session.output.item(found, views.of_object(found), detail=verdict)
    return 0 if found["ok"] else 1
