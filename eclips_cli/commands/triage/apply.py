"""`eclips triage apply`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.api.http.hooks import NotSent
from eclips_cli.command_line import repeated, without
from eclips_cli.commands._options import Yes
from eclips_cli.commands.triage._amounts import summed
from eclips_cli.commands.triage._decide import PREVIEWED
from eclips_cli.commands.triage._options import item_reader, source_of
from eclips_cli.commands.triage._view import DECISIONS, queue_text
from eclips_cli.commands.triage._wanted import Wanted
from eclips_cli.counting import how_many
from eclips_cli.errors import ConfirmationRefused, EclipsError, PartialFailure, Terminated, UsageError
from eclips_cli.records.journal.records import way_to
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.commands.triage._apply import Checked, SheetRun
    from eclips_cli.commands.triage._sheet_rows import FilledIn, SheetDecision
    from eclips_cli.output.output import Output

TOLD = 20
"""rows that are named one by one; of more of them there is a count"""


def apply(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A sheet of `triage export`, filled in.")],
    expect: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Refuse unless N decisions are to be sent.")
    ] = None,
    any_profile: Annotated[
        bool, typer.Option("--any-profile", help="Also a sheet that another profile exported from this API.")
    ] = False,
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help="The sheet of a workbook.")] = None,
    delimiter: Annotated[
        str | None, typer.Option(metavar="D", help="What stands between the cells of a .csv; else found out.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="E", help="The encoding of a .csv; else found out.")
    ] = None,
    yes: Yes = False,
) -> int:
    """Send the decisions of a sheet that a person filled in.

    `triage export` makes the sheet.
    The whole sheet is checked before anything is sent: a word other than approve and reject, an item twice, an id
    that a spreadsheet rounded, a sheet of another profile are refused (2). Then it shows counts and sums, and asks.
    A row whose item or output changed since the export is not sent; one that somebody resolved meanwhile is told (13,
    or 14 where nothing else was decided). Decisions go out several at a time, each exactly once: run it again after
    whatever stopped it. Each is in the audit record with file and row.

    Examples:
      eclips triage apply items.xlsx
      eclips triage apply items.csv --dry-run
      eclips triage apply items.xlsx --yes --expect 37 -o json
    """
    from eclips_cli.commands.triage._sheet_rows import read_sheet

    session: Session = ctx.obj
    output = session.output
    filled = read_sheet(Path(file), sheet=sheet, delimiter=delimiter, encoding=encoding)
    for text in filled.notes:
        output.note(text)
    _check_source(filled, source_of(session), any_profile=any_profile)
    if not filled.decisions:
        output.note(f"{filled.label} has no decision in its {how_many(filled.undecided, 'row')}")
        return 0
    if session.options.curl or (session.options.dry_run and not output.is_for_people):
        return _show_requests(session, filled.decisions)
    return _carry_out(session, filled, expect=expect, yes=yes)


def _carry_out(session: Session, filled: FilledIn, *, expect: int | None, yes: bool) -> int:
    from eclips_cli.commands.triage._apply import SheetRun
    from eclips_cli.records.decisions import DecisionJournal
    from eclips_cli.system.paths import state_dir

    output = session.output
    reader = item_reader(session, Wanted(amount_field=session.settings.amount_field))
    api = "the sandbox" if session.settings.sandbox else session.settings.base_url
    with DecisionJournal(state_dir(session.environ), api) as journal:
        run = SheetRun(session.client, reader, journal, filled.label)
        checked = run.check(filled.decisions)
        _tell_refused(output, checked.refused)
        if expect is not None and len(checked.ready) != expect:
            raise ConfirmationRefused(
                f"{how_many(len(checked.ready), 'item')} would be decided, not {expect}: nothing was sent"
            )
        question = _question(checked, filled)
        if checked.ready and (session.options.dry_run or not yes):
            output.aside(lambda look: queue_text([detail for _, detail in checked.ready[:PREVIEWED]], look))
            if len(checked.ready) > PREVIEWED:
                output.note(f"… and {len(checked.ready) - PREVIEWED:,} more")
        if session.options.dry_run:
            output.note(f"would {question}; nothing is sent")
            return 0
        if checked.ready:
            if yes or not output.interactive:
                output.note(question)
            session.confirm(f"{question}?", yes=yes)
        rows = [row for row, _ in checked.ready]
        output.stream(run.send(rows), DECISIONS)
        return _conclusion(output, run, checked, repeated(without(session.args, "--expect")))


def _check_source(filled: FilledIn, here: str, *, any_profile: bool) -> None:
    """Raise UsageError for a sheet that was exported with another profile, or from another API."""
    for row in filled.decisions:
        if row.source == here:
            continue
        api = here.partition(" at ")[2]
        profile, _, from_api = row.source.removeprefix("profile ").partition(" at ")
        if any_profile and from_api == api:
            continue
        way = way_to(profile, from_api, api)
        if from_api == api:
            way = f"the same command with --profile {quote(profile)}"
            way += ", or with --any-profile where it is the same account under another name"
        raise UsageError(
            f"{filled.label}: line {row.line} was exported from {row.source}; this is {here}", hint=way
        )


def _show_requests(session: Session, rows: list[SheetDecision]) -> int:
    """Print what would be sent for each row, as it stands in the sheet."""
    for row in rows:
        try:
            row.decision.send(session.client, row.item)
        except NotSent as request:
            session.output.line(request.text)
    return 0


def _question(checked: Checked, filled: FilledIn) -> str:
    """`approve 30 items: 1,200.00 EUR · reject 2 items (…), 3 decided before, 12 left as they are`."""
    parts = []
    for verb in ("approve", "reject"):
        details = [detail for row, detail in checked.ready if row.decision.verb == verb]
        if details:
            sums = summed(details)
            parts.append(f"{verb} {how_many(len(details), 'item')}" + (f" ({sums})" if sums else ""))
    counts = ((checked.before, "decided before"), (len(checked.refused), "not to be decided any more"))
    others = [f"{count:,} {what}" for count, what in counts if count]
    if filled.undecided:
        others.append(f"{filled.undecided:,} without a decision")
    said = " and ".join(parts) or "decide nothing"
    return f"{said}; {', '.join(others)}" if others else said


def _tell_refused(output: Output, refused: Sequence[tuple[SheetDecision, EclipsError]]) -> None:
    for row, error in refused[:TOLD]:
        error.message = f"row {row.line}: {error.message}"
        output.error(error)
    if len(refused) > TOLD:
        output.announce(f"… and {len(refused) - TOLD:,} more rows")


def _conclusion(output: Output, run: SheetRun, checked: Checked, again: str) -> int:
    """Say what became of the sheet; its exit code. Raises what ended it."""
    _tell_refused(output, run.failed)
    refused = [*checked.refused, *run.failed]
    left = len(checked.ready) - len(run.done) - len(run.failed)
    counts = Counter(row.decision.done for row in run.done)
    counts |= Counter({"decided before": checked.before, "not tried": left})
    counts |= Counter(_outcome(error) for _, error in refused)
    output.note(", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or "nothing to do")
    if run.assumed:
        output.note(
            f"{run.assumed:,} of them may be somebody else's: the answer was lost, and the API does not say who decided"
        )
    stop = run.stop_error(left, again)
    if isinstance(stop, Terminated):
        output.hint(f"stopped; the same command goes on: {again}")
    if stop is not None:
        raise stop
    if not refused:
        return 0
    codes = {error.exit_code for _, error in refused}
    if not run.done and not checked.before and len(codes) == 1:
        return int(codes.pop())
    raise PartialFailure(
        f"{len(refused):,} of {how_many(len(refused) + len(run.done) + checked.before, 'row was', 'rows were')} not decided"
    )


def _outcome(error: EclipsError) -> str:
    from eclips_cli.commands.triage._apply import Changed
    from eclips_cli.errors import AlreadyResolved, ServerError, UnknownOutcome

    kinds = (
        (Changed, "changed since the export"),
        (AlreadyResolved, "resolved by others"),
        ((UnknownOutcome, ServerError), "of unknown outcome"),
    )
    return next((words for kind, words in kinds if isinstance(error, kind)), "failed")
