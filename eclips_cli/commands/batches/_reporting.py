"""The batch commands that show what there is: a job with its rows, results, cancellations, the history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eclips_cli.commands.batches._view import BATCH_ROWS, BATCHES, SUBMISSIONS
from eclips_cli.commands.batches.rows import Shape, Tally, rendered
from eclips_cli.commands.batches.rows.shaping import own_names, records
from eclips_cli.errors import ProtocolError, UsageError
from eclips_cli.exits import ExitCode
from eclips_cli.json_values import JsonObject
from eclips_cli.output.columns import Column, View
from eclips_cli.output.detail import batch_detail
from eclips_cli.output.theme import Look

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.commands.batches._after_sending import Clerk
    from eclips_cli.commands.batches.rows import Joiner, ResultsFile


def job_ids(clerk: Clerk, references: Sequence[str]) -> list[str]:
    """The jobs that references mean: an id that job alone, a submission's key all of its jobs."""
    return [batch_id for reference in references for batch_id in _ids(clerk, reference)]


def _ids(clerk: Clerk, reference: str) -> list[str]:
    known = clerk.desk.find(reference)
    if known is not None and reference.removeprefix("#").lower() == known.key:
        return clerk.desk.batch_ids(reference)
    if known is not None and known.jobs > 1:
        clerk.output.note(f"one of the {known.jobs:,} jobs of #{known.key}, which means all of them")
    return [reference]


def batch_text(clerk: Clerk, found: JsonObject, look: Look) -> str:
    """A batch and its rows for a person."""
    rows = clerk.output.table(found["rows"], BATCH_ROWS) if found["rows"] else ""
    return batch_detail(found, rows, look)


class Newest:
    """At most `limit` jobs, newest first; `more` tells afterwards whether there would be others.

    The API tells no total, so one job more than is wanted is asked for.
    """

    total = None

    def __init__(self, batches: Batches, status: str | None, limit: int | None, offset: int) -> None:
        asked = None if limit is None else limit + 1
        self._jobs = batches.list(status=status, limit=asked, offset=offset)
        self._limit = limit
        self.more = False

    def __iter__(self) -> Iterator[JsonObject]:
        for number, job in enumerate(self._jobs):
            if number == self._limit:
                self.more = True
                return
            yield job


def results_file(
    path: Path | None, *, excel: bool, raw: bool, source: str | None = None
) -> ResultsFile | None:
    """Where `--results` go. Raises UsageError when they can't, for the input itself, and for --excel alone."""
    if path is not None:
        if source is not None and Path(source).exists() and path.exists() and path.samefile(source):
            raise UsageError(f"--results {path} is the file that is submitted", hint="name another file")
        from eclips_cli.commands.batches.rows import ResultsFile

        return ResultsFile(path, excel=excel, raw=raw)
    if excel:
        raise UsageError("--excel says how --results are written", hint="--results done.csv --excel")
    return None


def results_of(clerk: Clerk, reference: str, path: Path | None, *, excel: bool, raw: bool) -> None:
    """Write a batch's results to a file, or show them on stdout."""
    if path is not None:
        target = results_file(path, excel=excel, raw=raw)
        assert target is not None
        write_results(clerk, reference, target)
    elif excel and clerk.output.format != "csv":
        raise UsageError("--excel is for CSV", hint="-o csv --excel, or --results done.csv --excel")
    else:
        show_results(clerk, reference, excel=excel, raw=raw)


def write_results(clerk: Clerk, reference: str, target: ResultsFile) -> None:
    """Write a batch's results to a file, whole or not at all. Raises ProtocolError when rows don't match."""
    joiner = clerk.desk.joiner()
    columns, outcomes = clerk.desk.outcomes(reference, joiner)
    tally = Tally()
    target.write(rendered(tally.counted(outcomes), columns, target.shape))
    counts = ", ".join(f"{count:,} {status}" for status, count in tally.statuses.most_common())
    clerk.output.note(f"{target.path}: {counts or 'no rows'}")
    _check(joiner)


def show_results(clerk: Clerk, reference: str, *, excel: bool, raw: bool) -> None:
    """Show a batch's results on stdout. Raises ProtocolError when rows don't match."""
    joiner, output = clerk.desk.joiner(), clerk.output
    columns, outcomes = clerk.desk.outcomes(reference, joiner)
    if output.format == "csv" and not output.cut:
        shape = Shape("csv", excel, raw)
        mark = "\ufeff" if excel else ""
        pieces = rendered(outcomes, columns, shape)
        output.pieces(piece if number else mark + piece for number, piece in enumerate(pieces))
    else:
        output.items(records(outcomes, columns), _view(columns))
    _check(joiner)


def _check(joiner: Joiner) -> None:
    if joiner.wrong:
        raise ProtocolError(
            f"{joiner.wrong:,} rows of the API don't match the rows that were sent; they have no result",
            hint="the others are right; see the status `missing` or `mismatch`",
        )


def _view(columns: Sequence[str]) -> View:
    """The input's columns, then ours; on a narrow terminal the input's last columns give way first."""
    own = own_names(columns)
    given = [Column(name.upper(), name, "text", 5 + order) for order, name in enumerate(columns)]
    return View(
        (
            *given,
            Column("STATUS", own["status"], "status", 1),
            Column("RESULT", own["result"], "json", 3),
            Column("ERROR", own["error"], "text", 2),
        ),
        id_path=columns[0] if columns else own["status"],
    )


def cancel_batches(clerk: Clerk, references: Sequence[str]) -> int:
    """Cancel batches; the exit code. One that can't be cancelled does not stop the others."""
    from eclips_cli.commands.batches._cancelling import cancel, would_cancel

    if clerk.terms.curl:
        clerk.desk.client.batches.cancel(next(iter(clerk.desk.batch_ids(references[0]))))
    act = would_cancel if clerk.terms.dry_run else cancel
    done = [one for reference in _each_once(clerk, references) for one in act(clerk.desk, reference)]
    failed = [one.error for one in done if one.error is not None]
    if len(done) == 1 and failed:
        raise failed[0]
    for error in failed:
        clerk.output.error(error)
    if clerk.terms.dry_run:
        clerk.output.announce("this is what would become of them; nothing was done")
    shown = [{"id": one.batch_id, "name": one.name, "status": one.what} for one in done]
    clerk.output.items(shown, BATCHES, empty="nothing was left to cancel")
    return int(ExitCode.PARTIAL if failed else ExitCode.OK)


def _each_once(clerk: Clerk, references: Sequence[str]) -> list[str]:
    """The references without those that mean a submission which another one means already."""
    kept: dict[str, str] = {}
    for reference in references:
        known = clerk.desk.find(reference)
        kept.setdefault(known.key if known is not None else reference, reference)
    return list(kept.values())


def show_history(clerk: Clerk) -> None:
    """Show what this machine submitted, newest first."""
    clerk.output.items(clerk.desk.history(), SUBMISSIONS, empty="nothing was submitted from this machine yet")
