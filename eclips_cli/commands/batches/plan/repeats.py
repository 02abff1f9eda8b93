"""Which of many digests come more than once, in memory that hardly grows with them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from eclips_cli.commands.batches.plan.equal_tasks import repeated
from eclips_cli.commands.batches.plan.row_digests import SIZE


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

    def groups(self) -> list[list[int]]:
        """The indexes of the digests that come more than once, a list for each, in the order of the first ones."""
        with memoryview(self._kept) as view, view.cast("q") as halves, halves[::2] as firsts:
            again = repeated(firsts)
            wanted = [index for index, first in enumerate(firsts) if first in again] if again else []
        found: dict[bytes, list[int]] = {}
        for index in wanted:
            found.setdefault(self[index], []).append(index)
        return [indexes for indexes in found.values() if len(indexes) > 1]
