"""`eclips completion`: TAB completes commands, options, values and ids."""

from typing import Annotated

import typer

from eclips_cli.output.columns import of_object
from eclips_cli.reference import shells
from eclips_cli.session.session import Session


def install(
    ctx: typer.Context,
    shell: Annotated[
        str | None, typer.Argument(metavar="[SHELL]", help="bash, zsh or fish; yours unless given ($SHELL).")
    ] = None,
) -> None:
    """Make TAB complete commands, options, values and recent ids.

    The script is written where the shell looks for a user's own; no start-up file is changed. Running it again after
    an upgrade brings the script up to date. It says what is left to do, if anything. There is no script for PowerShell.

    Examples:
      eclips completion install
      eclips completion install zsh
      eclips completion install fish --dry-run
    """
    session: Session = ctx.obj
    done = shells.install(
        shell, ctx.find_root().command, session.environ, dry_run=bool(session.options.dry_run)
    )
    session.output.item(done, of_object(done), detail=shells.as_text)


def show(
    ctx: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print the completion script of a shell; `eclips completion bash` does the same.

    Examples:
      eclips completion show bash > ~/.eclips-completion.bash
      eclips completion show zsh
    """
    session: Session = ctx.obj
    session.output.pieces([shells.script(shell, ctx.find_root().command)])


def bash(ctx: typer.Context) -> None:
    """Print the completion script of bash."""
    show(ctx, "bash")


def zsh(ctx: typer.Context) -> None:
    """Print the completion script of zsh."""
    show(ctx, "zsh")


def fish(ctx: typer.Context) -> None:
    """Print the completion script of fish."""
    show(ctx, "fish")
