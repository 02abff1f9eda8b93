"""`eclips batches resume`."""

from typing import Annotated

import typer

from eclips_cli.commands._options import Timeout
from eclips_cli.commands.batches import _options as o
from eclips_cli.session.session import Session


def resume(
    ctx: typer.Context,
    key: Annotated[
        str | None, typer.Argument(metavar="[KEY]", help="A submission's key, or the id of one of its jobs.")
    ] = None,
    keep: o.Keep = None,
    detach: o.Detach = False,
    timeout: Timeout = None,
) -> int:
    """Send what is unsent of a submission, or of all of this profile, and follow it.

    `eclips batches history` lists the keys.

    Examples:
      eclips batches resume
      eclips batches resume --detach --keep 1000
    """
    session: Session = ctx.obj
    then = session.clerk.afterwards(timeout, detach=detach)
    return session.clerk.resume(session.ids("batch").only(key) if key is not None else None, then, keep=keep)
