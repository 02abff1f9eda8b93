"""The options that triage commands share, spelled once."""

from typing import Annotated

import typer

ItemIds = Annotated[
    list[str],
    typer.Argument(
        metavar="ITEM...", help="Item ids; also @last, a prefix of 4 or more characters, or - (stdin)."
    ),
]
SomeItemIds = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ITEM...]", help="Item ids; also @last, a prefix of 4 or more characters, or - (stdin)."
    ),
]
OneAgent = Annotated[
    str | None, typer.Option("--agent", "-a", metavar="TYPE", help="Only what this agent did. *")
]
MinConfidence = Annotated[
    float | None, typer.Option(metavar="X", help="Only with this confidence (0 to 1) or more. *")
]
EveryItem = Annotated[bool, typer.Option("--all", help="Every item that matches, instead of ids.")]
