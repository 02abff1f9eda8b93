"""The journal at a glance, for whoever only looks: what is unfinished, and which rows hold a text."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from eclips_cli.counting import how_many
from eclips_cli.records.journal.reading import JournalReader
from eclips_cli.records.journal.records import UNSENT, Job, JobState, Submission, Target
from eclips_cli.records.journal.rows import KeptRow
from eclips_cli.records.journal.schema import is_there

NAMED = 3
"""Submissions that are named; of more of them the number is told."""


@contextmanager
def opened(folder: Path) -> Iterator[JournalReader | None]:
    """The journal in `folder`, the state directory; None where there is none: none is made. Raises LocalFailure."""
    if not is_there(folder):
        yield None
        return
    reader = JournalReader(folder)
    try:
        yield reader
    finally:
        reader.close()


class Unfinished(NamedTuple):
    """A submission that was not sent to its end, and its jobs that are not sent, or of unknown fate."""

    submission: Submission
    jobs: list[Job]

    @property
    def unsent(self) -> int:
        """How many rows these jobs have."""
        return sum(job.row_count for job in self.jobs)

    @property
    def words(self) -> str:
        """`#k7f3q2 (june.csv, 703 of 1,203 rows)`."""
        of = self.submission
        return f"#{of.key} ({of.label}, {self.unsent:,} of {how_many(of.rows, 'row')})"


def unfinished(
    journal: JournalReader, target: Target, states: Container[JobState] = UNSENT
) -> list[Unfinished]:
    """What was begun at this API and has jobs in these states, oldest first: what `batches resume` goes on with.

    The profile does not count: another one may have a key of the same account, which the API alone can tell.
    """
    found = [
        Unfinished(submission, [job for job in journal.jobs(submission.key) if job.state in states])
        for submission in journal.submissions()[::-1]
        if target.is_api_of(submission)
    ]
    return [one for one in found if one.jobs]


def unfinished_in(folder: Path, target: Target) -> list[Unfinished]:
    """What the journal in the state directory has of it; no journal is made. Raises LocalFailure."""
    with opened(folder) as journal:
        return [] if journal is None else unfinished(journal, target)


def named(found: list[Unfinished]) -> str:
    """The newest of them in a sentence's words."""
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return f"not sent to its end yet: {', '.join(one.words for one in found[-NAMED:])}{more}"


class FoundRow(NamedTuple):
    """A row that holds a text, `place` counted in its job from 0."""

    submission: Submission
    job: Job
    place: int
    row: KeptRow
    run: str | None
    """its run, where the API told it"""


def rows_with(journal: JournalReader, target: Target, text: str) -> Iterator[FoundRow]:
    """The rows sent (or to be sent) to this API whose task or one of whose cells holds `text`, newest first.

    Case and the width of blanks do not matter.
    """
    wanted = folded(text)
    for submission in journal.submissions():
        if not target.is_api_of(submission):
            continue
        for job in journal.jobs(submission.key)[::-1]:
            runs: dict[int, str] | None = None
            for place, row in reversed(list(enumerate(journal.rows(job)))):
                if any(wanted in folded(cell) for cell in _texts(row)):
                    runs = journal.runs_of(job.batch_id or "") if runs is None else runs
                    yield FoundRow(submission, job, place, row, runs.get(place))


def folded(text: str) -> str:
    """A text as it is compared: without its case, each blank a single space."""
    return " ".join(text.split()).casefold()


def _texts(row: KeptRow) -> Iterator[str]:
    yield row.task
    cells = row.cells.values() if isinstance(row.cells, dict) else row.cells
    for cell in cells:
        if cell is not None:
            yield cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
