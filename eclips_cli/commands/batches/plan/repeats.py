"""What of a file's rows comes more than once, rows by their digests and tasks by their text, in little memory. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from eclips_cli.commands.batches.plan.row_digests import SIZE
from eclips_cli.sheets.interface import named_lines

SHOWN = 3
"""Groups of lines that are named."""
AT_ONCE = 8_000
"""Numbers that are looked at at a time."""
BITS_EACH = 16
"""Bits of the map a number: one in 32 of the numbers that come once is looked at twice."""

_BIT = tuple(1 << place for place in range(8))


class Repeats:
    """Takes digests as they come and keeps them, 16 bytes each; `groups` says at the end which come again."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def __len__(self) -> int:
        return len(self._kept) // SIZE

    def __getitem__(self, index: int) -> bytes:
        return bytes(self._kept[index * SIZE : (index + 1) * SIZE])

    def add(self, digests: Sequence[bytes]) -> None:
        """Take the next digests."""
        self._kept += b"".join(digests)

    def groups(self, among: Iterable[int] | None = None) -> list[list[int]]:
        """The indexes of the digests that come more than once, a list for each, in the order of the first ones.

        `among` are indexes, in order, beside which no digest is known to come again.
        """
        if among is not None:
            return self._grouped(among)
        with (
            memoryview(self._kept) as view,
            view.cast("I") as parts,
            parts[:: SIZE // parts.itemsize] as firsts,
        ):
            return self._grouped(_perhaps_repeated(firsts))

    def _grouped(self, indexes: Iterable[int]) -> list[list[int]]:
        found: dict[bytes, list[int]] = {}
        for index in indexes:
            found.setdefault(self[index], []).append(index)
        return [group for group in found.values() if len(group) > 1]


class EqualTasks:
    """Notes each row's task in 8 bytes. Rows of one task may be meant, but a person should know of them."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._lines: list[Sequence[int]] = []

    def add(self, rows: Sequence[tuple[int, str, Any]]) -> None:
        """Note rows, each with its line and its task."""
        self._hashes.extend([hash(row[1]) for row in rows])
        first, last = (rows[0][0], rows[-1][0]) if rows else (1, 0)
        each_on_the_next = last - first + 1 == len(rows)
        self._lines.append(
            range(first, last + 1) if each_on_the_next else array("I", [row[0] for row in rows])
        )

    def groups(self) -> list[list[int]]:
        """The indexes of the rows of each task that comes more than once, in the order of the first ones."""
        found: dict[int, list[int]] = {}
        with memoryview(self._hashes).cast("B") as view, view.cast("I") as parts, parts[::2] as halves:
            for index in _perhaps_repeated(halves):
                found.setdefault(self._hashes[index], []).append(index)
        return [indexes for indexes in found.values() if len(indexes) > 1]

    def sentences(self, groups: Sequence[Sequence[int]]) -> list[str]:
        """How many rows have the task of another one, and on which lines; nothing where none has."""
        if not groups:
            return []
        named = {index for indexes in groups[:SHOWN] for index in indexes}
        line_of = {n: line for n, line in enumerate(chain.from_iterable(self._lines)) if n in named}
        shown = "; ".join(named_lines([line_of[n] for n in indexes]) for indexes in groups[:SHOWN])
        more = f"; and {len(groups) - SHOWN:,} more tasks" if len(groups) > SHOWN else ""
        return [f"{sum(map(len, groups)):,} rows have the same task as another row: {shown}{more}"]


def _perhaps_repeated(numbers: memoryview) -> list[int]:
    """The indexes, in order, of numbers of 32 bits among which are all that come more than once, and few others.

    A map of bits finds them: a set of all would take 60 bytes a number.
    """
    seen = bytearray(1 << max(10, (len(numbers) * BITS_EACH).bit_length()) - 3)
    mask, again = len(seen) - 1, set()
    for number in _each(numbers):
        place, bit = number >> 3 & mask, _BIT[number & 7]
        byte = seen[place]
        if byte & bit:
            again.add(number)
        else:
            seen[place] = byte | bit
    return [index for index, number in enumerate(_each(numbers)) if number in again] if again else []


def _each(numbers: memoryview) -> Iterator[int]:
    starts = range(0, len(numbers), AT_ONCE)
    return chain.from_iterable(numbers[start : start + AT_ONCE].tolist() for start in starts)
