"""`eclips batches cancel`."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.commands._confirm import Sure, ids_to_change
from eclips_cli.commands._each import Shown, for_each
from eclips_cli.commands._options import Expect, Yes
from eclips_cli.commands.batches import _options as o
from eclips_cli.commands.batches._canceller import Canceller
from eclips_cli.commands.batches._stopped import Stopped
from eclips_cli.commands.batches._view import BATCHES
from eclips_cli.counting import how_many
from eclips_cli.errors import EclipsError, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.records.journal import UNSENT, JobState
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.api.objects import BatchJob
    from eclips_cli.commands.batches._submissions import Submissions


def cancel(
    ctx: typer.Context,
    ids: o.Ids,
    unsent: Annotated[
        bool,
        typer.Option("--unsent", help="Give up what was not sent yet, and only that; what runs goes on."),
    ] = False,
    rotated_key: o.RotatedKey = False,
    yes: Yes = False,
    expect: Expect = None,
) -> int:
    """Cancel batches: what runs is stopped, and what was not sent yet never will be.

    A job of a submission of this machine means all of its jobs. One that can't be cancelled does not stop
    the others (exit 13). On a terminal it asks, with the number of rows that it stops; elsewhere ids from standard
    input need --yes or --expect. At its end it says how many rows it stopped, and how many were done before.
    @last is what this terminal session submitted or showed last. Where nobody can tell yet whether the API has a
    job, it ends with 11, and the same command looks again.

    Examples:
      eclips batches cancel @last
      eclips batches list --status running -o id | eclips batches cancel - --yes
    """
    session: Session = ctx.obj
    submissions, output = o.submissions(session), session.output
    chosen = ids_to_change(
        session,
        "batch",
        ids,
        Sure(yes, expect),
        ("cancel", "cancelling"),
        is_ours=submissions.is_ours,
        asks=True,
        about=lambda written: at_stake(submissions, session.client.batches, written, unsent_only=unsent),
    )
    references = _each_once(submissions, chosen)
    shown = Shown("batch", BATCHES, done="cancelled", look="eclips batches list")
    if session.options.curl:
        batch_ids = [batch_id for reference in references for batch_id in submissions.batch_ids(reference)]
        return for_each(output, batch_ids, lambda id_: session.client.batches.cancel(id_).json, shown)
    if unsent and (foreign := [one for one in references if submissions.find(one) is None]):
        raise UsageError(f"--unsent is for submissions of this machine: {foreign[0]} is none")
    if session.options.dry_run:
        output.announce("this is what would become of them; nothing was done")
    canceller = Canceller(
        submissions, lambda: session.client, output.note, unsent_only=unsent, rotated=rotated_key
    )
    act = canceller.would_cancel if session.options.dry_run else canceller.cancel

    stopped = Stopped(lambda batch_id: session.client.batches.get(batch_id).json)

    def cancelled(reference: str) -> Iterator[JsonObject | EclipsError]:
        for one in act(reference):
            told = {} if session.options.dry_run or one.error is not None else one.counted(stopped)
            yield one.error or {"id": one.batch_id, "name": one.name, "status": one.what, **told}

    code = for_each(output, references, cancelled, shown, empty="nothing was left to cancel")
    if (words := stopped.words()) is not None:
        output.note(words)
    return code


def at_stake(
    submissions: "Submissions", batches: "Batches", references: Sequence[str], *, unsent_only: bool = False
) -> str:
    """What cancelling would stop: its names, and how many rows are not done yet, as far as that can be told."""
    names: list[str] = []
    running, unsent, unknown = 0, 0, False
    listed = cache(lambda: _listed(batches))
    for reference in references:
        submission = submissions.find(reference)
        if submission is None:
            job = listed().get(reference) or _read(batches, reference)
            names.append(str(job.get("name") or f"batch {reference}"))
            running += _left(job, 0)
            unknown = unknown or not job.get("total_rows")
            continue
        names.append(f"{submission.name} #{submission.key}")
        jobs = submissions.jobs(submission) if submissions.target.is_api_of(submission) else []
        unsent += sum(job.row_count for job in jobs if job.state in UNSENT)
        running += sum(
            _left(listed().get(job.batch_id or "", {}), job.row_count)
            for job in jobs
            if job.state is JobState.ACCEPTED and not unsent_only
        )
    told = "; ".join(dict.fromkeys(names))
    rows = how_many(running + unsent, "row")
    if unknown:
        return f"{told}, which stops what is left of it"
    return f"{told}, which stops {rows}" + (f" ({unsent:,} of them not sent yet)" if unsent else "")


def _listed(batches: "Batches") -> "dict[str, BatchJob]":
    """The newest jobs by their ids; none where they can't be read: a cancellation does not wait for that."""
    try:
        return {str(job.get("id")): job for job in batches.list(limit=100)}
    except EclipsError:
        return {}


def _read(batches: "Batches", batch_id: str) -> "BatchJob":
    """One job that is not among the newest; nothing where it can't be read."""
    try:
        job = batches.get(batch_id).json["job"]
    except EclipsError:
        return {}
    return job if isinstance(job, dict) else {}


def _left(job: "BatchJob", otherwise: int) -> int:
    """The rows of a job that are not done yet; `otherwise` where the API does not tell."""
    counts = [job.get(name) for name in ("total_rows", "completed_rows", "failed_rows")]
    total, *done = [count if type(count) is int else 0 for count in counts]
    return max(total - sum(done), 0) if total else otherwise


def _each_once(submissions: "Submissions", references: Sequence[str]) -> list[str]:
    """The references without those that mean a submission which another one means already."""
    kept: dict[str, str] = {}
    for reference in references:
        known = submissions.find(reference)
        kept.setdefault(known.key if known is not None else reference, reference)
    return list(kept.values())
