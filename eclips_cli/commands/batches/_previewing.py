"""`--dry-run` and `--curl`: what would be sent, and nothing is sent or written down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eclips_cli.commands.batches._history import described
from eclips_cli.commands.batches._view import PREVIEW, SUBMISSIONS
from eclips_cli.commands.batches.plan import MAX_ROWS
from eclips_cli.exits import ExitCode
from eclips_cli.json_values import JsonObject
from eclips_cli.output.cells import safe_text
from eclips_cli.output.formats import to_json
from eclips_cli.output.theme import Look
from eclips_cli.records.journal.records import UNSENT

if TYPE_CHECKING:
    from eclips_cli.commands.batches._after_sending import Clerk
    from eclips_cli.commands.batches._ordering import Input
    from eclips_cli.commands.batches._record import Order
    from eclips_cli.records.journal import Submission

SHOWN = 3
"""Rows that a preview shows."""


def preview_order(clerk: Clerk, order: Order) -> int:
    """The first rows of a file as they would be sent, and how many jobs there would be; the exit code."""
    from eclips_cli.commands.batches._record import clean_name, preview

    name = clean_name(order.name)
    seen = preview(order.source, order.mapping, shown=MAX_ROWS if clerk.terms.curl else SHOWN)
    if clerk.terms.curl:
        clerk.output.note(f"the first of {seen.jobs:,} requests")
        clerk.desk.client.batches.create(order.agent, seen.first, name, order.webhook_url)
    return _show(clerk, name, order.agent, seen.rows, seen.first)


def preview_retry(clerk: Clerk, reference: str, file: Input | None) -> int:
    """The first of the failed rows that a retry would send; the exit code."""
    from eclips_cli.commands.batches._retrying import would_retry, would_retry_from_file

    if file is None or clerk.desk.find(reference) is not None:
        of, rows = would_retry(clerk.desk, reference)
    else:
        with file.rows() as (source, mapping):
            of, rows = would_retry_from_file(clerk.desk, reference, source, mapping)
    return _show(clerk, of.name, of.agent, len(rows), rows)


def preview_unsent(clerk: Clerk, wanted: Sequence[Submission]) -> int:
    """The submissions that would be gone on with; with --curl the first request; the exit code."""
    found = [(of, [job for job in clerk.desk.jobs(of) if job.state in UNSENT]) for of in wanted]
    for of, unsent in found:
        rows = sum(job.row_count for job in unsent)
        clerk.output.announce(f"#{of.key}: {rows:,} of {of.rows:,} rows would be sent; nothing was sent")
        if clerk.terms.curl and unsent:
            body = of.body_rows(clerk.desk.journal.rows(unsent[0]))
            clerk.desk.client.batches.create(of.agent, body, of.name_of(unsent[0]), of.webhook_url)
    clerk.output.items((described(of, clerk.desk.jobs(of)) for of in wanted), SUBMISSIONS)
    return int(ExitCode.OK)


def _show(clerk: Clerk, name: str, agent: str, rows: int, first: list[JsonObject]) -> int:
    jobs = -(-rows // MAX_ROWS)
    shown = {"name": name, "agent_type": agent, "rows": rows, "jobs": jobs, "first_rows": first[:SHOWN]}
    clerk.output.item(shown, PREVIEW, detail=_text)
    many = "1 row" if rows == 1 else f"{rows:,} rows"
    noun = "1 job" if jobs == 1 else f"{jobs:,} jobs"
    clerk.output.announce(f"{many} would go to {agent} as {noun}; nothing was sent")
    return int(ExitCode.OK)


def _text(shown: JsonObject, _look: Look) -> str:
    """The first rows for a person, each as the API would get it."""
    lines = [safe_text(to_json(row)) for row in shown["first_rows"]]
    more = shown["rows"] - len(lines)
    return "\n".join([*lines, *([f"… and {more:,} more"] if more > 0 else [])]) + "\n"
