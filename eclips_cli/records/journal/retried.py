"""Which rows of batches of other machines were sent again from here: a row is remembered by its batch and its index."""

from __future__ import annotations

from collections.abc import Iterable

from eclips_cli.records.journal.schema import JournalDatabase


class Retried(JournalDatabase):
    """Rows of batches that this machine's journal does not have. Raises LocalFailure."""

    def rows(self, base_url: str, batch_id: str) -> dict[int, str]:
        """The rows of a batch that were sent again, by index, each with the key of the submission that has it."""
        found = self._read(
            "SELECT row_index, retried.key FROM retried JOIN submissions ON submissions.key = retried.key "
            "WHERE ready = 1 AND retried.base_url = ? AND batch_id = ?",
            base_url,
            batch_id,
        )
        return {row["row_index"]: row["key"] for row in found}

    def note(self, base_url: str, batch_id: str, indexes: Iterable[int], key: str) -> None:
        """Note rows of a draft; they count from the moment when it is ready."""
        with self._change() as database:
            database.executemany(
                "INSERT OR REPLACE INTO retried (base_url, batch_id, row_index, key) VALUES (?, ?, ?, ?)",
                [(base_url, batch_id, index, key) for index in indexes],
            )
