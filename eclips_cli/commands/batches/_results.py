"""A batch's results beside its rows: where they come from, and the file that they are written to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eclips_cli.commands.batches.rows import Given, Joiner, ResultsFile, RowOutcome, Tally, file_outcomes
from eclips_cli.commands.batches.rows.joining import foreign_outcomes
from eclips_cli.counting import how_many
from eclips_cli.errors import ProtocolError, UsageError

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.commands.batches._known_rows import JournalRow
    from eclips_cli.commands.batches._submissions import Submissions
    from eclips_cli.records.journal import Submission


FOREIGN = ("row_index", "task")
"""what is known of the rows of another machine's batch"""


def joiner(submissions: Submissions, batches: Batches) -> Joiner:
    """What joins the API's rows to those of the journal, which is opened when it is needed."""
    return Joiner(lambda: submissions.journal, batches)


def outcomes(
    submissions: Submissions, batches: Batches, reference: str, joined: Joiner
) -> tuple[Sequence[str], Iterator[RowOutcome]]:
    """The input's columns, and each row's newest outcome; of a foreign batch, what the API tells.

    Raises UsageError for a submission at another API, and what the API's client raises.
    """
    submission = submissions.find(reference)
    if submission is None:
        return FOREIGN, foreign_outcomes(batches.get(reference).json["rows"])
    submissions.target.check_api(submission)
    return submission.columns, joined.outcomes(submission)


def given_in(submissions: Submissions, reference: str) -> Given:
    """What the rows were in their file; of a foreign batch, what the API tells."""
    submission = submissions.find(reference)
    if submission is None:
        return Given(FOREIGN)
    templated = submission.mapping.template is not None
    return Given(submission.columns, submission.delimiter or ",", templated)


def results_file(
    path: Path | None, *, excel: bool, raw: bool, source: str | None = None
) -> ResultsFile | None:
    """Where `--results` go. Raises UsageError when they can't, for the input itself, and for --excel alone."""
    if path is None:
        if excel:
            raise UsageError("--excel says how --results are written", hint="--results done.csv --excel")
        return None
    if source is not None:
        _check_not_input(path, source)
    return ResultsFile(path, excel=excel, raw=raw)


def check_target(submissions: Submissions, references: Sequence[str], target: ResultsFile | None) -> None:
    """Raise UsageError where results would be written over a file that was submitted."""
    for submission in map(submissions.find, references) if target is not None else ():
        while submission is not None and target is not None:
            for source in _sources(submission):
                _check_not_input(target.path, source)
            parent = submission.parent
            submission = submissions.journal.submission(parent) if parent is not None else None


def _sources(submission: Submission) -> Iterator[str]:
    """Where the submitted file may be: as it was named, and, wherever this is run, where it was."""
    yield submission.label
    if submission.place is not None:
        ending = Path(submission.label).suffix
        yield submission.place + ending
        yield submission.place.rpartition("#")[0] + ending  # behind it stands the sheet


def _check_not_input(path: Path, source: str) -> None:
    if Path(source).exists() and path.exists() and path.samefile(source):
        raise UsageError(f"--results {path} is the file that was submitted", hint="name another file")


def write_results(
    submissions: Submissions,
    batches: Batches,
    reference: str,
    target: ResultsFile,
    note: Callable[[str], None],
    statuses: Sequence[str] = (),
) -> None:
    """Write a batch's results to a file, whole or not at all; with `statuses` the rows that have one of them.

    Raises ProtocolError when rows don't match.
    """
    joined = joiner(submissions, batches)
    _, found = outcomes(submissions, batches, reference, joined)
    _write(target, given_in(submissions, reference), found, joined, note, statuses)


def write_file_results(
    submissions: Submissions,
    batches: Batches,
    given: Given,
    places: Iterable[JournalRow | None],
    target: ResultsFile,
    note: Callable[[str], None],
) -> None:
    """Write the results of a file's rows, each where the journal has it; as `write_results` does."""
    joined = joiner(submissions, batches)
    _write(target, given, file_outcomes(submissions.journal, joined, places), joined, note)


def _write(
    target: ResultsFile,
    given: Given,
    found: Iterator[RowOutcome],
    joined: Joiner,
    note: Callable[[str], None],
    statuses: Sequence[str] = (),
) -> None:
    tally = Tally(statuses)
    target.write(tally.counted(found), given)
    counts = ", ".join(f"{count:,} {status}" for status, count in tally.statuses.most_common())
    note(f"{target.path}: {counts or nothing(tally, statuses)}")
    check_rows(joined)


def nothing(tally: Tally, statuses: Sequence[str]) -> str:
    """Why there are no rows: there are none, or none of them has one of the statuses."""
    return f"none of {how_many(tally.read, 'row')} is {' or '.join(statuses)}" if tally.read else "no rows"


def check_rows(joined: Joiner) -> None:
    """Raise ProtocolError when the API left out rows, or gave them with another task, while they were joined."""
    if joined.wrong:
        raise ProtocolError(
            how_many(
                joined.wrong,
                "row of the API doesn't match the rows that were sent; it has no result",
                "rows of the API don't match the rows that were sent; they have no result",
            ),
            hint="the others are right; see the status `missing` or `mismatch`",
        )
