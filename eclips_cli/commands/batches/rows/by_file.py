"""The outcomes of a file's rows, wherever they were sent: each row of the file once, in its order.

Each job is read once, whatever order its rows have in the file: outcomes wait in a private spool file.
"""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from eclips_cli import json_values
from eclips_cli.commands.batches.rows.joining import Joiner, RowOutcome
from eclips_cli.errors import NotWritten

if TYPE_CHECKING:
    from eclips_cli.commands.batches._known_rows import JournalRow
    from eclips_cli.records.journal import Journal


def file_outcomes(
    journal: Journal, joiner: Joiner, places: Iterable[JournalRow | None]
) -> Iterator[RowOutcome]:
    """The outcome of each row whose place in the journal is given; a row without one is left out."""
    wanted: dict[tuple[str, int], list[tuple[int, int]]] = {}
    seen: dict[tuple[str, int], JournalRow] = {}
    rows = 0
    for number, place in enumerate(places):
        rows = number + 1
        if place is not None:
            of = (place.submission.key, place.job.number)
            seen.setdefault(of, place)
            wanted.setdefault(of, []).append((number, place.place))
    at = array("q", [-1]) * rows
    try:
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as spool:
            for of, numbers in wanted.items():
                place = seen[of]
                kept = journal.rows(place.job)
                for number, index in numbers:
                    found = joiner.outcome(number, place.submission.columns, kept[index], place.job, index)
                    at[number] = spool.tell()
                    spool.write(json_values.json_text(found) + "\n")
            for start in at:
                if start >= 0:
                    spool.seek(start)
                    yield RowOutcome(*json.loads(spool.readline(), parse_float=json_values.number))
    except OSError as error:
        raise NotWritten(f"no room to put results together: {(error.strerror or '').lower()}") from None
