"""The options that triage commands share, spelled once; all filters as one argument."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from eclips_cli.commands.triage._known import ItemReader
from eclips_cli.commands.triage._wanted import SORTS, Wanted
from eclips_cli.errors import LocalFailure
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.commands._confirm import Sure
    from eclips_cli.commands.triage._decide import Decision
    from eclips_cli.records.journal import SentInputs

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
EveryItem = Annotated[bool, typer.Option("--all", help="Every item that matches, instead of ids.")]


def _filters(
    agent: Annotated[
        str | None, typer.Option("--agent", "-a", metavar="TYPE", help="Only what this agent did. *")
    ] = None,
    min_confidence: Annotated[
        float | None, typer.Option(metavar="X", help="Only with this confidence (0 to 1) or more. *")
    ] = None,
    min_amount: Annotated[
        str | None, typer.Option(metavar="N", help="Only where the input's amount is N or more. *")
    ] = None,
    max_amount: Annotated[
        str | None, typer.Option(metavar="N", help="Only where the input's amount is N or less. *")
    ] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Only what has waited for so long: 4h, 2d. *")
    ] = None,
    match: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only with this in title, task or reason. *")
    ] = None,
    amount_field: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The member of the input that is the amount; else its only one. *"),
    ] = None,
    sort: Annotated[
        str | None, typer.Option(metavar="BY", help=f"{', '.join(SORTS[:-1])} or {SORTS[-1]}. *")
    ] = None,
    oldest_first: Annotated[bool, typer.Option("--oldest-first", help="The same as --sort age. *")] = False,
    details: Annotated[
        bool, typer.Option("--details", help="Read each item's run, for its input and output.")
    ] = False,
) -> None:
    """Declare the filters; their values reach a verb as its `wanted`."""


def filtered(verb: Callable[..., Any]) -> Callable[..., Any]:
    """A verb whose argument `wanted` is made of the filters that are typed, which are options of the command.

    The profile's `amount_field` holds where --amount-field is not given.
    """

    @wraps(verb)
    def command(ctx: typer.Context, **values: Any) -> Any:
        chosen = {name: values.pop(name) for name in names}
        chosen["amount_field"] = chosen["amount_field"] or ctx.obj.settings.amount_field
        return verb(ctx, wanted=Wanted.of(**chosen), **values)

    filters = inspect.signature(_filters, eval_str=True).parameters
    names = list(filters)
    own = inspect.signature(verb, eval_str=True)
    kept = [parameter for name, parameter in own.parameters.items() if name != "wanted"]
    parameters = [*kept, *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in filters.values())]
    command.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def item_reader(session: Session, wanted: Wanted, *, keeps: bool = False) -> ItemReader:
    """What finds out what items are about, for one command."""

    def inputs() -> SentInputs | None:
        from eclips_cli.records.journal import Journal
        from eclips_cli.records.journal import SentInputs as Inputs
        from eclips_cli.records.journal.schema import is_there
        from eclips_cli.system.paths import state_dir

        try:
            folder = state_dir(session.environ)
            if not is_there(folder):
                return None
            journal = Journal(folder)
        except LocalFailure as error:
            session.output.warn(f"what was sent from this machine is not known: {error.message}")
            return None
        session.at_end(journal.close)
        return Inputs(journal, session.target)

    return ItemReader(lambda: session.client, inputs, wanted.amount_field, session.output.warn, keeps=keeps)


class Chosen(NamedTuple):
    """The items that a decision is asked for: by their `ids`, or with `all_` those that are `wanted`."""

    ids: Sequence[str]
    wanted: Wanted
    all_: bool


def decide_chosen(session: Session, decision: Decision, chosen: Chosen, sure: Sure) -> int:
    """Decide items as `approve` and `reject` do; the exit code. Raises UsageError, ConfirmationRefused, NotConfirmed."""
    from eclips_cli.commands._confirm import ids_to_change
    from eclips_cli.commands.triage._decide import check_choice, decide, decide_all
    from eclips_cli.commands.triage._queue import Queue

    ids, wanted, all_ = chosen
    check_choice(ids, all_=all_, wanted=wanted)
    if not all_:
        known = ids_to_change(session, "triage", ids, sure, (decision.verb, decision.doing))
        return decide(session.client, session.output, decision, known)
    reader = item_reader(session, wanted)
    return decide_all(
        session.client,
        session.output,
        decision,
        Queue(session.client, wanted, reader),
        reader,
        expect=sure.expect,
        confirm=None if sure.yes else lambda question: session.confirm(question, yes=False),
        dry_run=bool(session.options.dry_run),
    )


def source_of(session: Session) -> str:
    """Where a sheet was exported from: `profile default at https://api.eclips.tech`."""
    settings = session.settings
    return f"profile {settings.profile} at {'the sandbox' if settings.sandbox else settings.base_url}"
