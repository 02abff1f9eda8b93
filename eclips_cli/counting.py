"""A number with its noun, as a person is told it."""

from __future__ import annotations


def how_many(count: int, one: str, many: str | None = None) -> str:
    """`1 row`, `1,203 rows`; `many` where it is not `one` with an s: `how_many(n, "row was", "rows were")`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
