"""The newest changes of a long record, in flat memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from typing import Any

from eclips_cli.records.audit.chain import sealed
from eclips_cli.records.audit.reading import Changes


class Long:
    """A record of `count` changes, each approved at once, made as it is read."""

    def __init__(self, count: int) -> None:
        self._count = count

    def raw_lines(self) -> Iterator[bytes]:
        for number in range(self._count):
            for kind, more in (
                ("intent", {"action": "approve", "note": "x" * 200}),
                ("outcome", {"ended": "accepted"}),
            ):
                line = sealed(
                    {"at": "2026-06-06T09:00:00.000Z", "kind": kind, "change": f"{number:x}", **more}, 1, ""
                )
                yield line


def newest(count: int, limit: int | None) -> tuple[Changes, list[dict[str, Any]]]:
    record: Any = Long(count)
    changes = Changes(record, actions=None, limit=limit)
    return changes, list(changes)


def test_the_newest_with_their_outcomes() -> None:
    changes, found = newest(40, 5)
    assert [change["change"] for change in found] == ["27", "26", "25", "24", "23"]
    assert {change["ended"] for change in found} == {"accepted"} and "error" not in found[0]
    assert (changes.total, changes.recorded, changes.more) == (40, 40, True)
    assert len(newest(40, None)[1]) == 40


def test_flat_memory() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        newest(count, 5)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(100)
    # held whole they would take over 6 MB; what other threads of a test process allocate meanwhile counts too
    assert peak(4000) < peak(500) + 3_000_000
