"""Keys of new rows that nearly are the key of a row that was sent before: other blanks, other case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from eclips_cli.commands.batches._known_rows import KnownRows, add_missing
from eclips_cli.commands.batches.plan.decision import RowKind
from eclips_cli.commands.batches.plan.repeats import Repeats
from eclips_cli.commands.batches.plan.row_digests import Names, key_text, set_name
from eclips_cli.records.journal.known import AT_ONCE

if TYPE_CHECKING:
    from eclips_cli.commands.batches._submissions import Submissions


def near_to_sent(
    submissions: Submissions, known: KnownRows, kinds: Sequence[int], near: Repeats, names: Names, most: int
) -> dict[int, str]:
    """For at most so many new rows, by their indexes: the key that theirs nearly is, and where it was sent."""
    if not names or not known.any:
        return {}
    add_missing(submissions, names, near=True)
    return dict(islice(_found(submissions, known, kinds, near, names), most))


def _found(
    submissions: Submissions, known: KnownRows, kinds: Sequence[int], near: Repeats, names: Names
) -> Iterator[tuple[int, str]]:
    journal, new = submissions.journal, [index for index, kind in enumerate(kinds) if kind == RowKind.NEW]
    for start in range(0, len(new), AT_ONCE):
        indexes = new[start : start + AT_ONCE]
        made = [near[index] for index in indexes]
        rows = journal.rows_by_digest(set_name(names, near=True), made)
        for index, place in zip(indexes, known.latest(rows.get(one, ()) for one in made), strict=True):
            if place is not None and place.job.is_sent:
                cells = journal.rows(place.job)[place.place].cells
                key = key_text(cells, place.submission.columns, names)
                yield index, f"{key!r} (sent before, in #{place.submission.key})"
