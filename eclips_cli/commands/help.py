"""`eclips help`: a command's page of the manual, or a topic."""

from typing import Annotated

import typer

from eclips_cli.commands._help import strong
from eclips_cli.reference import plain
from eclips_cli.session.session import Session


def help_(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COMMAND|TOPIC]...", help="A command, as it is typed, or a topic."),
    ] = None,
) -> None:
    """Show a command's page of the manual, or a topic: no man needed.

    Topics: exit-codes, environment, output, cron, keys, ids, files, sandbox.

    Examples:
      eclips help
      eclips help runs list
      eclips help exit-codes
      eclips help sandbox
    """
    session: Session = ctx.obj
    session.output.own(plain.text(words or [], ctx.find_root(), session.output.width, strong))
