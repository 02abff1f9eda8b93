"""`eclips audit`: what was changed from this machine, from a chained local record."""

from typing import Annotated

import typer

from eclips_cli.commands import _arguments, _lists
from eclips_cli.commands._options import All, Limit
from eclips_cli.json_values import JsonObject
from eclips_cli.output import theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.columns import Column, View, of_object
from eclips_cli.records.audit import reading
from eclips_cli.session.audit_hook import record_of
from eclips_cli.session.session import Session

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
Since = Annotated[
    str | None, typer.Option(metavar="WHEN", help="Only changes newer than 2h, 3d or an ISO time.")
]
Until = Annotated[
    str | None, typer.Option(metavar="WHEN", help="Only changes older than 2h, 3d or an ISO time.")
]


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
    record = record_of(session.settings, session.environ)
    changes = reading.Changes(
        record, actions=action, since=since, until=until, limit=_arguments.how_many(limit, all_),
        now=session.clock.now(),
    )  # fmt: skip
    _lists.show(
        session.output,
        changes,
        CHANGES_MADE,
        things="changes",
        empty=record.nothing,
        whole=lambda: f"{changes.recorded:,}",
        filters=_lists.typed({"--action": action, "--since": since, "--until": until}),
    )
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

    A month is --since 2026-06-01 --until 2026-07-01. As csv the cells that a spreadsheet would take for a formula are
    neutralised, unless --raw. `hash` and `ended_hash` are those of the record's two lines for the change, which
    `eclips audit verify` checks; the record itself is the file that it names.

    Examples:
      eclips audit export -o csv > changes.csv
      eclips audit export --since 2026-06-01 --until 2026-07-01 --action approve -o csv
      eclips audit export -o jsonl > changes.jsonl
    """
    session: Session = ctx.obj
    record = record_of(session.settings, session.environ)
    changes = reading.Changes(
        record, actions=action, since=since, until=until, oldest_first=True, now=session.clock.now()
    )
    _lists.show(
        session.output,
        changes,
        EXPORTED,
        things="changes",
        empty=record.nothing,
        whole=lambda: f"{changes.recorded:,}",
        filters=_lists.typed({"--action": action, "--since": since, "--until": until}),
    )
    for warning in changes.warnings:
        session.output.warn(warning)


def verdict(found: JsonObject, look: theme.Look) -> str:
    """What `audit verify` found as lines of text: the verdict, each problem by its line, the head."""
    counted = f"{found['lines']:,} lines, {found['changes']:,} changes"
    if not found["lines"] and found["ok"]:
        return f"nothing is recorded yet in {safe_text(found['file'])}\n"
    sign, word = ("✓", "the chain is whole") if found["ok"] else ("✗", "the chain is broken")
    shown = [theme.painted(f"{sign} {word}: {counted}", "green" if found["ok"] else "red", on=look.color)]
    for problem in found["problems"]:
        where = f"line {problem['line']}" if problem["line"] else "all of it"
        shown.append(f"  {where}: {problem['problem']}: {problem['detail']}")
    if found["without_outcome"]:
        shown.append(f"  {found['without_outcome']:,} changes without an outcome: killed, or still at it")
    if found["mended_after_a_crash"]:
        shown.append(
            f"  {found['mended_after_a_crash']:,} lines cut short by a crash, noted by the lines after them"
        )
    since = found["lines_since_known_head"]
    if since is not None:
        shown.append(f"  the known head is in it; {since:,} lines were added since")
    if found["head"]:
        shown.append(f"  head  {found['head']}")
    return "\n".join(shown) + "\n"
