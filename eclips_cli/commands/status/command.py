"""`eclips status`: one look at what needs somebody, one exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.commands._at_once import AtOnce
from eclips_cli.commands.status import _checks, _parts
from eclips_cli.commands.status._view import BREACHES, NAMES, STATUS, breach_line, status_text
from eclips_cli.errors import EclipsError, KeyMissing, ScopeMissing
from eclips_cli.exits import ExitCode
from eclips_cli.json_values import JsonObject
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient

COMMANDS = {
    "api": "doctor",
    "credits": "usage",
    "queue": "triage review",
    "failed": f"runs list --status failed --since {_parts.SINCE}",
    "unfinished": "batches resume",
}
"""by part: the command that deals with it"""


def status(
    ctx: typer.Context,
    check: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=LIMIT,...",
            help="Print only what breaks a threshold, a line each, and exit with 15: queue-age=4h, queue=50, "
            "credits=10% (or a number), failed=0, unfinished=0. May be given again.",
        ),
    ] = None,
) -> int:
    """Credits, what waits, what failed, what is unfinished: one look, one exit code.

    Is the API up; the credits left, and the day they run out; how many items wait for a person, since when, and their
    sums by currency (as far as the inputs' amounts are known); the runs that failed since yesterday; what this
    machine did not send to its end at this API. Each with the command that deals with it. With the API out of reach the
    exit code is 7 or 12, and what this machine knows is shown all the same.

    With --check only what the thresholds need is asked, and nothing is printed as long as all is well.

    Examples:
      eclips status
      eclips status -o json --jq .queue.count
      eclips status --check queue-age=4h,queue=50,credits=10%,failed=0,unfinished=0
    """
    session: Session = ctx.obj
    checks = _checks.parse(check or [])
    wanted = [name for name in NAMES if not checks or name in {one.part for one in checks}]
    asks = _asked(session, with_amounts=not checks)
    if session.options.curl:
        return _show_requests(session, [asks[name] for name in wanted if name in asks])
    found, errors = _gather(session, {name: asks[name] for name in wanted if name in asks})
    if "unfinished" in wanted:
        found["unfinished"] = _local(session)
    found = {name: {**found[name], "command": session.options.command(COMMANDS[name])} for name in wanted}
    code = ExitCode.OK
    if checks:
        broken = list(_checks.breaches(checks, found))
        session.output.stream(broken, BREACHES, line=breach_line)
        code = ExitCode.ATTENTION if broken else ExitCode.OK
    else:
        session.output.item(found, STATUS, detail=status_text)
        # what this key may not see is no trouble of the moment: it is told, and the rest counts
        errors = [error for error in errors if not isinstance(error, ScopeMissing)]
    if errors:
        raise errors[0]
    return code


def _asked(session: Session, *, with_amounts: bool) -> Mapping[str, Callable[[], JsonObject]]:
    """By part, what asks the API for it."""
    now = session.clock.now()
    client, missing = _client(session)
    amounts = _parts.Amounts(_sent_by(session), session.settings.amount_field) if with_amounts else None

    def with_key(ask: Callable[[], JsonObject]) -> Callable[[], JsonObject]:
        def asked() -> JsonObject:
            if missing is not None:
                raise missing
            return ask()

        return asked

    return {
        "api": lambda: _parts.api(client),
        "credits": with_key(lambda: _parts.credits_left(client, now)),
        "queue": with_key(lambda: _parts.queue(client, now, amounts)),
        "failed": with_key(lambda: _parts.failed(client, now)),
    }


def _client(session: Session) -> tuple[EclipsClient, KeyMissing | None]:
    """The API; where there is no key, without one: whether it is up can be told all the same."""
    try:
        return session.client, None
    except KeyMissing as error:
        return session.open_client, error


def _gather(
    session: Session, asks: Mapping[str, Callable[[], JsonObject]]
) -> tuple[dict[str, JsonObject], list[EclipsError]]:
    """The parts, asked side by side: each as it was found or as what stood in the way; and the errors, in their order."""
    found: dict[str, JsonObject] = {}
    errors: dict[str, EclipsError] = {}
    for outcome in AtOnce(lambda name: asks[name](), asks):
        if isinstance(outcome.error, EclipsError):
            errors[outcome.thing] = outcome.error
            found[outcome.thing] = outcome.error.as_json()
        elif outcome.error is not None:
            raise outcome.error
        else:
            found[outcome.thing] = outcome.result or {}
    return found, [errors[name] for name in asks if name in errors]


def _local(session: Session) -> JsonObject:
    from eclips_cli.system.paths import state_dir

    return _parts.unfinished(state_dir(session.environ), session.target)


def _sent_by(session: Session) -> _parts.Inputs:
    """What finds the inputs that this machine sent, by their runs."""
    from eclips_cli.records.journal import SentInputs, overview
    from eclips_cli.system.paths import state_dir

    def inputs(runs: Iterable[str]) -> Mapping[str, JsonObject]:
        with overview.opened(state_dir(session.environ)) as journal:
            return {} if journal is None else SentInputs(journal, session.target).of_runs(runs)

    return inputs


def _show_requests(session: Session, asks: list[Callable[[], JsonObject]]) -> int:
    """Print the first request of each part, for --curl."""
    from eclips_cli.api.http.hooks import NotSent

    for ask in asks:
        try:
            ask()
        except NotSent as request:
            session.output.line(request.text)
    return 0
