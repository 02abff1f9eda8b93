"""Rows of one file that have one task: they may be meant, but a person should know of them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Any

from eclips_cli.sheets.interface import named_lines

SHOWN = 3
"""Groups of lines that are named."""
BUCKETS = 32
AT_ONCE = 8_000
"""Hashes that are sorted at a time."""


class EqualTasks:
    """Notes each row's task in 12 bytes: 100,000 rows need a MiB."""

    def __init__(self) -> None:
        self._hashes, self._lines = array("q"), array("I")

    def add(self, rows: Sequence[tuple[int, str, Any]]) -> None:
        """Note rows, each with its line and its task."""
        self._hashes.extend([hash(row[1]) for row in rows])
        self._lines.extend([row[0] for row in rows])

    def sentences(self) -> list[str]:
        """How many rows have the task of another one, and on which lines; nothing where none has."""
        groups = self._groups()
        if not groups:
            return []
        rows = sum(map(len, groups))
        shown = "; ".join(named_lines(lines) for lines in groups[:SHOWN])
        more = f"; and {len(groups) - SHOWN:,} more tasks" if len(groups) > SHOWN else ""
        return [f"{rows:,} rows have the same task as another row: {shown}{more}"]

    def _groups(self) -> list[list[int]]:
        """The lines of each task that comes more than once, in the order of their first lines."""
        again = repeated(self._hashes)
        groups: dict[int, list[int]] = {each: [] for each in again}
        for each, line in zip(self._hashes, self._lines, strict=True) if groups else ():
            if each in groups:
                groups[each].append(line)
        return sorted(groups.values())


def repeated(hashes: Sequence[int]) -> set[int]:
    """The numbers of 64 bits that come more than once, in little memory."""
    return {each for bucket in _buckets(hashes) if len(set(bucket)) < len(bucket) for each in _twice(bucket)}


def _buckets(hashes: Sequence[int]) -> list[array[int]]:
    """The hashes by their size, so that each bucket can be compared alone: the set of all is large."""
    edges = [(number - BUCKETS // 2) * (2**64 // BUCKETS) for number in range(1, BUCKETS)]
    buckets = [array("q") for _ in range(BUCKETS)]
    for start in range(0, len(hashes), AT_ONCE):
        found = sorted(hashes[start : start + AT_ONCE])
        places = [0, *(bisect_left(found, edge) for edge in edges), len(found)]
        for bucket, first, end in zip(buckets, places, places[1:], strict=False):
            bucket.extend(found[first:end])
    return buckets


def _twice(bucket: array[int]) -> list[int]:
    return [each for each, count in Counter(bucket).items() if count > 1]
