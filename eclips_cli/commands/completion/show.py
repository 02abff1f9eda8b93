"""`eclips completion show`."""

from typing import Annotated

import typer

from eclips_cli.reference import shells
from eclips_cli.session.session import Session


def show(
    ctx: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print the completion script of a shell.

    Examples:
      eclips completion show bash > ~/.eclips-completion.bash
      eclips completion show zsh
    """
    session: Session = ctx.obj
    session.output.pieces([shells.script(shell, ctx.find_root().command)])
