"""`eclips batches get`."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import typer

from eclips_cli.commands._each import Shown, for_each
from eclips_cli.commands._lists import status_words
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._view import BATCH, BATCH_LINES, BATCH_ROWS, ROW_STATUSES
from eclips_cli.json_values import JsonObject
from eclips_cli.output.detail import batch_detail
from eclips_cli.output.output import Output
from eclips_cli.output.theme import Look
from eclips_cli.records.recent import Thing
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.commands.batches._submissions import Submissions


def get_batches(ctx: typer.Context, ids: o.Ids, status: o.RowStatus = None) -> int:
    """Show batch jobs with their rows: the API's {job, rows}. A submission's key means all its jobs.

    In the table rows are numbered by their line in the file that was submitted, where this machine knows it.

    Examples:
      eclips batches get @last
      eclips batches get @last --status failed
      eclips batches get @last --jq '.rows[] | select(.status == "failed")'
    """
    session: Session = ctx.obj
    submissions = o.submissions(session)
    statuses = status_words(status, ROW_STATUSES, session.output.warn)
    references = session.ids("batch", submissions.is_ours).many(ids)
    wanted = [id_ for reference in references for id_ in _job_ids(session.output, submissions, reference)]
    shown = Shown(
        "batch",
        BATCH,
        partial(_text, session.output, submissions),
        thing=lambda found: Thing("batch", wanted[0], str(found["job"].get("name") or "")),
    )
    return for_each(
        session.output,
        wanted,
        lambda id_: _with_status(session.client.batches.get(id_).json, statuses),
        shown,
        remember=session.remember,
    )


def _job_ids(output: Output, submissions: "Submissions", reference: str) -> list[str]:
    """The jobs that a reference means: an id that job alone, a submission's key all of its jobs."""
    known = submissions.find(reference)
    if known is not None and reference.removeprefix("#").lower() == known.key:
        return submissions.batch_ids(reference)
    if known is not None and known.jobs > 1:
        output.note(f"one of the {known.jobs:,} jobs of #{known.key}, which means all of them")
    return [reference]


def _with_status(found: JsonObject, statuses: Sequence[str]) -> JsonObject:
    """A batch with those of its rows alone that have one of the statuses; with all where none was named."""
    if not statuses:
        return found
    return {**found, "rows": [row for row in found["rows"] if row.get("status") in statuses]}


def _text(output: Output, submissions: "Submissions", found: JsonObject, look: Look) -> str:
    """A batch and its rows for a person."""
    lines = submissions.lines(str(found["job"].get("id")))
    rows: list[JsonObject] = [{**row, "line": lines.get(row.get("row_index"))} for row in found["rows"]]
    shown = output.table(rows, BATCH_LINES if lines else BATCH_ROWS) if rows else ""
    return batch_detail(found, shown, look)
