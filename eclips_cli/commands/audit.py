"""`eclips audit`: what was changed from this machine, from a chained local record."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eclips_cli.commands import _arguments, _lists
from eclips_cli.commands._options import All, Limit
from eclips_cli.commands._period import Period, Since, Until
from eclips_cli.counting import how_many
from eclips_cli.durations import parse_iso
from eclips_cli.json_values import JsonObject
from eclips_cli.options import WORKBOOK
from eclips_cli.output import theme
from eclips_cli.output.cells import plain, safe_text
from eclips_cli.output.columns import Column, View, member, of_object
from eclips_cli.output.output import Output
from eclips_cli.records.audit import reading
from eclips_cli.session.audit_hook import record_of
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.sheets.xlsx_writer import Sheet

CHANGES_MADE = View(
    (
        Column("AT", "at", "ago", 2),
        Column("ACTION", "action", "text", 1),
        Column("ENDED", "ended", "status", 1),
        Column("ID", "subject", "id", 2),
        Column("ABOUT", "about", "text", 3),
        Column("BY", "by", "text", 4),
        Column("PROFILE", "profile", "text", 6),
        Column("KEY", "key", "text", 7),
        Column("STATUS", "status", "text", 8),
        Column("ERROR", "error", "text", 9),
    ),
    id_path="change",
)

EXPORTED = View(
    tuple(
        Column(path.upper(), path, "text", order)
        for order, path in enumerate(
            (
                "at", "action", "subject", "about", "ended", "ended_at", "status", "error", "note", "user", "host",
                "terminal", "ai_agent", "profile", "key", "base_url", "command", "method", "path", "asked.task",
                "asked.agent_type", "asked.name", "asked.rows.count", "asked", "answer", "from.file", "from.row",
                "body.sha256", "change", "seq", "hash", "ended_hash",
            ),
            1,
        )
    ),
    id_path="change",
)  # fmt: skip

Actions = Annotated[
    list[str] | None,
    typer.Option(
        "--action",
        metavar="ACTION",
        help="Only run, approve, reject, webhook-create, webhook-delete, batch-submit, batch-cancel or other; "
        "webhook and batch mean both of theirs; may be given again.",
    ),
]
TIMES = ("at", "ended_at")
WIDE = ("subject", "about", "error", "note")
"""members whose texts need a wide column of a workbook"""
PRINTED = 11
"""columns of a workbook that a person reads: up to who made the change"""
ENDED = {
    "accepted": "green",
    "refused": "red",
    "server-error": "red",
    "unknown": "yellow",
    "not-sent": "grey",
}
"""the colours of how a change ended"""


def list_changes(
    ctx: typer.Context,
    action: Actions = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    all_: All = False,
) -> None:
    """List the changes made from this machine, newest first.

    Each with when, who (user and host, whether a terminal was there, the AI agent that says that it ran the command),
    profile, key (its last four), what was asked, the note, and how it ended: accepted, refused, not-sent, server-error,
    or unknown where the answer was lost. It is this machine's record, not the server's. What is sent to the sandbox has
    a record of its own: add --sandbox.

    Examples:
      eclips audit list
      eclips audit list --action approve --action reject --since 7d
      eclips audit list --all -o jsonl | jq -r 'select(.ended == "unknown") | .path'
    """
    session: Session = ctx.obj
    limit = _arguments.how_many(limit, all_)
    changes, words = _changes(session, action, since, until, limit=limit)
    _lists.show(session.output, changes, CHANGES_MADE, words)
    for warning in changes.warnings:
        session.output.warn(warning)


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
    session.output.item(found, of_object(found), detail=verdict)
    return 0 if found["ok"] else 1


def export(ctx: typer.Context, action: Actions = None, since: Since = None, until: Until = None) -> None:
    """Every change as one record, for finance and auditors: oldest first, with who made it and how it ended.

    A month is --since 2026-06-01 --until 2026-07-01, by this machine's local time. As csv the cells that a spreadsheet
    would take for a formula are neutralised, unless --raw. `hash` and `ended_hash` are those of the record's two lines
    for the change, which `eclips audit verify` checks; the record itself is the file that it names.
    A workbook (-o xlsx, into a file or a pipe) has a second sheet that counts them.

    Examples:
      eclips audit export -o xlsx > changes.xlsx
      eclips audit export -o csv > changes.csv
      eclips audit export --since 2026-06-01 --until 2026-07-01 --action approve -o csv
      eclips audit export -o jsonl > changes.jsonl
    """
    session: Session = ctx.obj
    output = session.output
    changes, words = _changes(session, action, since, until, oldest_first=True)
    if output.format == WORKBOOK:
        _write_workbook(output, changes, words.empty)
    else:
        _lists.show(output, changes, EXPORTED, words)
    for warning in changes.warnings:
        output.warn(warning)


def _changes(
    session: Session,
    action: list[str] | None,
    since: str | None,
    until: str | None,
    *,
    limit: int | None = None,
    oldest_first: bool = False,
) -> tuple[reading.Changes, _lists.ListWords]:
    """The changes that are asked for, and what is said of them."""
    record = record_of(session.settings, session.environ)
    begin, end = Period(since, until, session.clock.now()).bounds
    changes = reading.Changes(
        record, actions=action, since=begin, until=end, limit=limit, oldest_first=oldest_first
    )
    filters = _lists.typed({"--action": action, "--since": since, "--until": until})
    return changes, _lists.ListWords("changes", record.nothing, lambda: f"{changes.recorded:,}", filters)


def _write_workbook(output: Output, changes: Iterable[JsonObject], nothing: str) -> None:
    """Changes as a workbook with their counts on a second sheet."""
    from eclips_cli.sheets.xlsx_writer import check_installed, fill_workbook

    check_installed()
    found = list(output.watched(changes, EXPORTED, lambda change: change))
    shown = output.fields or [column.path for column in EXPORTED.columns]
    output.document(partial(fill_workbook, sheets=_sheets(found, shown)))
    if not found:
        output.note(nothing)


def _sheets(changes: Sequence[JsonObject], paths: Sequence[str]) -> list["Sheet"]:
    """Changes as a sheet, oldest first, coloured by how each ended; and their counts by action and that."""
    from eclips_cli.sheets.xlsx_writer import Painted, Sheet, SheetColumn, SheetRow

    def column(path: str) -> SheetColumn:
        if path in TIMES:
            return SheetColumn(f"{path} (UTC)", "date")
        return SheetColumn(path, "number", 38 if path in WIDE else 18)

    def cell(change: JsonObject, path: str) -> Any:
        value = member(change, path)
        if path in TIMES and (at := parse_iso(value)) is not None:
            return datetime.fromtimestamp(at, UTC)
        value = value if isinstance(value, (int, float)) else safe_text(plain(value), multiline=True)
        return Painted(value, ENDED.get(str(value))) if path == "ended" else value

    def counts(action: str | None) -> list[int]:
        counted = [change.get("ended") for change in changes if action in (None, change.get("action"))]
        return [len(counted), *(counted.count(ended) for ended in ENDED)]

    rows = (SheetRow([cell(change, path) for path in paths]) for change in changes)
    actions = dict.fromkeys(str(change.get("action")) for change in changes)
    totals = [SheetRow((action, *counts(action))) for action in actions]
    heads = [SheetColumn("action"), *(SheetColumn(name, "number") for name in ("changes", *ENDED))]
    summary = Sheet("Counts", heads, [*totals, SheetRow(("all", *counts(None)), "grey")], filtered=False)
    changed = Sheet("Changes", [*map(column, paths)], rows, printed=min(PRINTED, len(paths)))
    return [changed, summary]


def verdict(found: JsonObject, look: theme.Look) -> str:
    """What `audit verify` found as lines of text: the verdict, each problem by its line, the head."""
    size = f"{how_many(found['lines'], 'line')}, {how_many(found['changes'], 'change')}"
    if not found["lines"] and found["ok"]:
        return f"nothing is recorded yet in {safe_text(found['file'])}\n"
    sign, word = ("✓", "the chain is whole") if found["ok"] else ("✗", "the chain is broken")
    shown = [theme.painted(f"{sign} {word}: {size}", "green" if found["ok"] else "red", on=look.color)]
    for problem in found["problems"]:
        where = f"line {problem['line']}" if problem["line"] else "all of it"
        shown.append(f"  {where}: {problem['problem']}: {problem['detail']}")
    if found["without_outcome"]:
        shown.append(
            f"  {how_many(found['without_outcome'], 'change')} without an outcome: killed, or still at it"
        )
    if found["mended_after_a_crash"]:
        shown.append(
            f"  {how_many(found['mended_after_a_crash'], 'line')} cut short by a crash, noted by the lines after"
        )
    since = found["lines_since_known_head"]
    if since is not None:
        shown.append(f"  the known head is in it; {how_many(since, 'line was', 'lines were')} added since")
    if found["head"]:
        shown.append(f"  head  {found['head']}")
    return "\n".join(shown) + "\n"
