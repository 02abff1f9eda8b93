"""What was submitted from this machine and not sent to its end, for those who only name it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

NAMED = 3
"""Submissions that are named; of more of them the number is told."""


class Unfinished(NamedTuple):
    """A submission of which `unsent` of its `rows` are not sent yet, or may have been."""

    key: str
    label: str
    rows: int
    unsent: int

    @property
    def words(self) -> str:
        """`#k7f3q2 (june.csv, 703 of 1,203 rows)`."""
        return f"#{self.key} ({self.label}, {self.unsent:,} of {self.rows:,} rows)"


def unfinished(folder: Path) -> list[Unfinished]:
    """The unfinished submissions in the state directory, oldest first; no journal is made. Raises LocalFailure."""
    from eclips_cli.records.journal.reading import FILE, Reader

    if not (folder / FILE).exists():
        return []
    from eclips_cli.records.journal.records import UNSENT

    reader, found = Reader(folder), []
    try:
        for of in reader.submissions()[::-1]:
            unsent = sum(job.row_count for job in reader.jobs(of.key) if job.state in UNSENT)
            if unsent:
                found.append(Unfinished(of.key, of.label, of.rows, unsent))
    finally:
        reader.close()
    return found


def named(found: list[Unfinished]) -> str:
    """The newest of them in a sentence's words."""
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return f"not sent to its end yet: {', '.join(one.words for one in found[-NAMED:])}{more}"
