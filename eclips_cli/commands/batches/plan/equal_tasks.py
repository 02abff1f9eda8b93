"""Rows of one file that have one task: they may be meant, but a person should know of them."""

from __future__ import annotations

from array import array

from eclips_cli.sheets.interface import named_lines

SHOWN = 3
"""Groups of lines that are named."""
AT_ONCE = 50_000
"""Tasks that are compared at a time, so that the set of them stays small."""


class EqualTasks:
    """Notes each row's task in 16 bytes, so that 100,000 rows need no more than the file's own reading."""

    def __init__(self) -> None:
        self._hashes, self._lines = array("q"), array("q")

    def add(self, line: int, task: str) -> None:
        """Note the task of the row on `line`."""
        self._hashes.append(hash(task))
        self._lines.append(line)

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
        parts = 1 + len(self._hashes) // AT_ONCE
        groups: dict[int, list[int]] = {}
        for part in range(parts):
            seen: set[int] = set()
            for each in self._hashes:
                if each % parts == part:
                    if each in seen:
                        groups[each] = []
                    seen.add(each)
        if groups:
            for each, line in zip(self._hashes, self._lines, strict=True):
                if each in groups:
                    groups[each].append(line)
        return sorted(groups.values())
