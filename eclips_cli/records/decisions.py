"""The journal of decisions that were made through a sheet: what was to be decided, and what became of it.

SQLite in the state directory. The intent is committed before each POST and the answer after it, so that a
command that was killed goes on where it stopped, and no decision is sent twice.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from eclips_cli.system import database

FILE = "decisions.sqlite3"
_MIGRATIONS = (
    """
    CREATE TABLE decisions (
        api TEXT NOT NULL, item TEXT NOT NULL, verb TEXT NOT NULL, note TEXT, file TEXT NOT NULL, line INTEGER NOT NULL,
        state TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (api, item)
    );
    """,
)
DECISIONS = database.Schema(
    "journal of decisions",
    _MIGRATIONS,
    unwritable="nothing was sent; ECLIPS_STATE_DIR names another directory",
    damaged="move the file away: what was decided through sheets is then known by the API and the audit record alone",
    lost="restore it from a backup. To begin without it, move {witnesses} away, too: what was decided through sheets "
    "is then known by the API and the audit record alone",
)
SENDING, DONE = "sending", "done"
"""states: its POST began and no answer is known; it was accepted"""


@dataclass(frozen=True)
class SentDecision:
    """One decision through a sheet: `verb` on `item`, from `line` of `file`, at a POSIX time."""

    item: str
    verb: str
    note: str | None
    file: str
    line: int
    state: str
    at: float


_COLUMNS = ", ".join(field.name for field in fields(SentDecision))
_OURS = "api = ? AND item = ? AND at = ?"


class DecisionJournal(database.Database):
    """The decisions of this machine at one API. Safe to use from several threads; raises LocalFailure.

    `folder` is the state directory, `api` the API's address. A context manager.
    """

    def __init__(self, folder: Path, api: str) -> None:
        super().__init__(folder / FILE, DECISIONS)
        self._api = api

    def __enter__(self) -> DecisionJournal:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def known(self) -> dict[str, SentDecision]:
        """Every decision that was sent, or may have been, by its item."""
        found = self._read(f"SELECT {_COLUMNS} FROM decisions WHERE api = ?", self._api)
        return {row["item"]: SentDecision(*row) for row in found}

    def sending(self, decided: SentDecision, before: SentDecision | None = None) -> bool:
        """Record the intent: from here on the API may have the decision.

        `before` is what was known of the item; False when another process has taken it since.
        """
        values = [getattr(decided, field.name) for field in fields(SentDecision)]
        if before is None:
            marks = ", ".join("?" * (len(values) + 1))
            insert = f"INSERT OR IGNORE INTO decisions (api, {_COLUMNS}) VALUES ({marks})"
            return self._commit(insert, self._api, *values)
        names = ", ".join(f"{field.name} = ?" for field in fields(SentDecision))
        update = f"UPDATE decisions SET {names} WHERE api = ? AND item = ? AND at = ? AND state = ?"
        return self._commit(update, *values, self._api, before.item, before.at, before.state)

    def done(self, decided: SentDecision) -> None:
        """Record that the API accepted it."""
        self._commit(f"UPDATE decisions SET state = ? WHERE {_OURS}", DONE, *self._key(decided))

    def not_sent(self, decided: SentDecision) -> None:
        """Forget the intent: the API surely did nothing."""
        self._commit(f"DELETE FROM decisions WHERE {_OURS}", *self._key(decided))

    def _key(self, decided: SentDecision) -> tuple[str, str, float]:
        return self._api, decided.item, decided.at

    def _commit(self, statement: str, *values: object) -> bool:
        """One durable commit; whether it changed anything."""
        with self._change() as connection:
            return connection.execute(statement, values).rowcount > 0
