"""`eclips help`: a command's page of the manual, or a topic."""

from typing import Annotated

import typer

from eclips_cli.commands._help import strong
from eclips_cli.errors import UsageError
from eclips_cli.output.columns import Column, View
from eclips_cli.reference import plain
from eclips_cli.session.session import Session

TREE = View(
    (
        Column("COMMAND", "command", "text", 1),
        Column("CHANGES", "changes", "text", 2),
        Column("SCOPES", "scopes", "json", 3),
        Column("SUMMARY", "summary", "text", 2),
        Column("EXIT CODES", "exit_codes", "json", 4),
    ),
    id_path="command",
)


def help_(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COMMAND|TOPIC]...", help="A command, as it is typed, or a topic."),
    ] = None,
    tree: Annotated[
        bool,
        typer.Option(
            "--tree",
            help="Every command with its options, what it changes and needs, and how it ends; with -o json.",
        ),
    ] = False,
) -> None:
    """Show a command's page of the manual, or a topic: no man needed.

    Topics: exit-codes, environment, output, cron, systemd, containers, programs, keys, guards, ids, files, sandbox.

    Examples:
      eclips help
      eclips help runs list
      eclips help exit-codes
      eclips help sandbox
      eclips help --tree -o json --jq '.commands[] | select(.changes) | .command'
    """
    session: Session = ctx.obj
    if tree:
        if words:
            raise UsageError("--tree is of all commands", hint="leave out the command, or use --jq")
        _show_tree(session, ctx)
        return
    session.output.own(plain.text(words or [], ctx.find_root(), session.output.width, strong))


def _show_tree(session: Session, ctx: typer.Context) -> None:
    """The whole tree as one object; the commands alone in formats of rows."""
    from eclips_cli.reference import programs

    found = programs.document(ctx.find_root().command)
    if session.output.format == "json":
        session.output.item(found, TREE)
    else:
        session.output.items(found["commands"], TREE)
