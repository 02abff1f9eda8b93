"""Rows of the journal by their digests: what was submitted before, whatever file it came from.

Digests are made of the rows that the journal keeps, by whoever knows how (`commands/batches`), and can be
made anew at any time: a submission without any, of 0.1 for instance, gets them when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from eclips_cli.records.journal.reading import JournalReader

AT_ONCE = 500
"""Digests that one query asks for."""


class Found(NamedTuple):
    """A row of a submission: its key, the row's index in it, and the digest of what was (to be) sent for it."""

    key: str
    row: int
    content: bytes


class RowDigests(JournalReader):
    """Digests of submitted rows. `kind` names the columns that they are made of."""

    def without_digests(self, kind: str) -> list[str]:
        """The keys of submissions that have no digests of this kind yet, oldest first."""
        found = self._read(
            "SELECT key FROM submissions WHERE ready = 1 AND key NOT IN "
            "(SELECT key FROM digested JOIN digest_kinds USING (kind) WHERE name = ?) ORDER BY created_at, rowid",
            kind,
        )
        return [row["key"] for row in found]

    def add_digests(self, kind: str, key: str, rows: Iterable[tuple[bytes, int, bytes]]) -> None:
        """Keep the digests of a whole submission: of each row its digest, its index and its content's digest."""
        with self._change() as database:
            database.execute("INSERT OR IGNORE INTO digest_kinds (name) VALUES (?)", (kind,))
            ((number,),) = database.execute(
                "SELECT kind FROM digest_kinds WHERE name = ?", (kind,)
            ).fetchall()
            database.executemany(
                "INSERT OR IGNORE INTO row_digests (kind, digest, key, row, content) VALUES (?, ?, ?, ?, ?)",
                ((number, digest, key, row, content) for digest, row, content in rows),
            )
            database.execute("INSERT OR IGNORE INTO digested (kind, key) VALUES (?, ?)", (number, key))

    def has_digests(self, kind: str) -> bool:
        """Whether any row has a digest of this kind."""
        return bool(
            self._read(
                "SELECT 1 FROM row_digests JOIN digest_kinds USING (kind) WHERE name = ? LIMIT 1", kind
            )
        )

    def digest_kinds(self) -> list[str]:
        """The names of all kinds of digests that rows have here."""
        return [row["name"] for row in self._read("SELECT name FROM digest_kinds ORDER BY kind")]

    def rows_by_digest(self, kind: str, digests: Sequence[bytes]) -> dict[bytes, list[Found]]:
        """The submitted rows that have one of these digests; digests that none has are not there."""
        found: dict[bytes, list[Found]] = {}
        for row in self._matching(kind, digests):
            found.setdefault(row[0], []).append(Found(row[1], row[2], row[3]))
        return found

    def _matching(self, kind: str, digests: Sequence[bytes]) -> Iterator[tuple[bytes, str, int, bytes]]:
        for start in range(0, len(digests), AT_ONCE):
            part = digests[start : start + AT_ONCE]
            marks = ", ".join("?" * len(part))
            yield from self._read(  # type: ignore[misc]
                "SELECT digest, key, row, content FROM row_digests "
                f"WHERE kind = (SELECT kind FROM digest_kinds WHERE name = ?) AND digest IN ({marks})",
                kind,
                *part,
            )

    # -- changes that a person was told of

    def told(self, changes: Sequence[tuple[bytes, bytes]]) -> set[tuple[bytes, bytes]]:
        """Those of the (digest, content) pairs that `tell` noted."""
        return {
            change
            for change in changes
            if self._read("SELECT 1 FROM told_changes WHERE digest = ? AND content = ?", *change)
        }

    def tell(self, changes: Iterable[tuple[bytes, bytes]]) -> None:
        """Note that these rows, with this content, were told of as changed and not sent."""
        with self._change() as database:
            database.executemany("INSERT OR IGNORE INTO told_changes VALUES (?, ?)", changes)
