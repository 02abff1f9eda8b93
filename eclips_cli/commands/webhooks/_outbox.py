"""What a forwarder knows and owes, in a file: killed at any moment it goes on where it stopped.

A run is known while it may still change. What happened to it is held in the same transaction as what is
known of it; what is held is released in the order in which it happened, and then its turn comes: a delivery
is marked before and after each try.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from eclips_cli.json_values import JsonObject, json_text, number
from eclips_cli.system.database import Database, Schema

MIGRATIONS = (
    """
    CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE runs (id TEXT PRIMARY KEY, created REAL NOT NULL, status TEXT NOT NULL, over INTEGER NOT NULL);
    CREATE TABLE deliveries (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, event TEXT NOT NULL, item TEXT NOT NULL,
        at REAL NOT NULL, content TEXT, state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
        UNIQUE (run, event, item)
    );
    CREATE INDEX deliveries_open ON deliveries (seq) WHERE state IN ('noted', 'sending');
    """,
    """
    ALTER TABLE runs ADD COLUMN item TEXT NOT NULL DEFAULT '';
    CREATE TABLE held (
        run TEXT NOT NULL, event TEXT NOT NULL, item TEXT NOT NULL, at REAL NOT NULL, content TEXT NOT NULL
    );
    """,
)
OUTBOX = Schema(
    "forwarder's outbox",
    MIGRATIONS,
    unwritable="nothing was sent; ECLIPS_STATE_DIR names another directory",
    damaged="move the file away; `--since WHEN` says from when on to forward then",
    lost="what was delivered, and what is still owed, is not known any more: `--since WHEN` says from when on to "
    "forward, and may deliver again what was; `--since 0s` begins now",
)
KEPT_SECONDS = 90 * 86400.0
"""for which it is remembered that a transition was delivered"""


@dataclass(frozen=True)
class KnownRun:
    """What is known of a run: when it was created (POSIX seconds), its status, whether that is its last.

    `item` is the id of the newest wait for a person that is known of, or empty.
    """

    id: str
    created: float
    status: str
    over: bool
    item: str = ""


@dataclass(frozen=True)
class Transition:
    """Something that happened to a run at the POSIX time `at`; `item` tells one wait for a person from another."""

    run_id: str
    event: str
    item: str
    at: float
    content: JsonObject


@dataclass(frozen=True)
class OutboxEntry:
    """A delivery that was not made yet. `in_doubt`: a try was begun, and nobody knows how it ended."""

    seq: int
    run_id: str
    event: str
    content: JsonObject
    tries: int
    in_doubt: bool


class Outbox(Database):
    """The file of one forwarder. Every method is one transaction; raises LocalFailure.

    One that was deleted or emptied is made `anew` where a person said from when on.
    """

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        super().__init__(path, OUTBOX, anew=anew)

    def fact(self, name: str) -> float | None:
        """A point in time that is remembered: `horizon`, from which on transitions count, or `mark`."""
        rows = self._read("SELECT value FROM facts WHERE name = ?", name)
        return float(rows[0][0]) if rows else None

    def begin(self, horizon: float, mark: float, runs: Iterable[KnownRun]) -> None:
        """Count transitions from `horizon` on; look at runs created from `mark` on, and at `runs`.

        What was noted and happened before the horizon is dropped.
        """
        with self._change():
            self._set_facts(horizon=horizon, mark=mark)
            self._database.execute("DELETE FROM runs WHERE over")
            self._keep(runs)
            self._database.execute("DELETE FROM held WHERE at < ?", (horizon,))
            self._database.execute(
                "UPDATE deliveries SET state = 'dropped', content = NULL "
                "WHERE state IN ('noted', 'sending') AND at < ?",
                (horizon,),
            )
            self._database.execute("DELETE FROM deliveries WHERE at < ?", (horizon - KEPT_SECONDS,))

    def known(self) -> dict[str, KnownRun]:
        """The runs that may still change, and those that were over lately."""
        rows = self._read("SELECT id, created, status, over, item FROM runs ORDER BY created, id")
        return {row[0]: KnownRun(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows}

    def hold(self, runs: Iterable[KnownRun], transitions: Iterable[Transition] = ()) -> None:
        """Know `runs`, and hold what happened to them: both or nothing."""
        with self._change():
            self._keep(runs)
            self._database.executemany(
                "INSERT INTO held VALUES (?, ?, ?, ?, ?)",
                [(one.run_id, one.event, one.item, one.at, json_text(one.content)) for one in transitions],
            )

    def release(self) -> None:
        """Note what is held, in the order in which it happened. What was noted before stays as it is."""
        held = self._read("SELECT run, event, item, at, content FROM held ORDER BY at, rowid")
        if not held:
            return
        with self._change():
            for run, event, item, at, content in held:
                if not self._is_named_now(run, event, item):
                    self._database.execute(
                        "INSERT OR IGNORE INTO deliveries (run, event, item, at, content, state) "
                        "VALUES (?, ?, ?, ?, ?, 'noted')",
                        (run, event, item, at, content),
                    )
            self._database.execute("DELETE FROM held")

    def _is_named_now(self, run: str, event: str, item: str) -> bool:
        """Whether that is a wait which was noted when its item could not be seen yet; it has its name now."""
        if not item:
            return False
        sql = "UPDATE OR IGNORE deliveries SET item = ? WHERE run = ? AND event = ? AND item = ''"
        return self._database.execute(sql, (item, run, event)).rowcount > 0

    def looked(self, mark: float, forget_before: float) -> None:
        """A look came to its end: the next one need not go back beyond `mark`."""
        with self._change():
            self._set_facts(mark=mark)
            self._database.execute("DELETE FROM runs WHERE over AND created < ?", (forget_before,))

    def first(self) -> OutboxEntry | None:
        """The delivery whose turn it is."""
        rows = self._read(
            "SELECT seq, run, event, content, tries, state FROM deliveries "
            "WHERE state IN ('noted', 'sending') ORDER BY seq LIMIT 1"
        )
        if not rows:
            return None
        seq, run, event, content, tries, state = rows[0]
        return OutboxEntry(
            seq, run, event, json.loads(content, parse_float=number), tries, state == "sending"
        )

    def waiting(self) -> int:
        """How many deliveries are not made yet."""
        return int(self._read("SELECT count(*) FROM deliveries WHERE state IN ('noted', 'sending')")[0][0])

    def sending(self, entry: OutboxEntry) -> None:
        """It is about to go out."""
        self._set("UPDATE deliveries SET state = 'sending', tries = tries + 1 WHERE seq = ?", entry.seq)

    def not_sent(self, entry: OutboxEntry) -> None:
        """The try surely did not reach the receiver, or was answered with a no."""
        self._set("UPDATE deliveries SET state = 'noted' WHERE seq = ?", entry.seq)

    def delivered(self, entry: OutboxEntry) -> None:
        """It was answered with a yes; what it said is forgotten."""
        self._set("UPDATE deliveries SET state = 'delivered', content = NULL WHERE seq = ?", entry.seq)

    def given_up(self, entry: OutboxEntry) -> None:
        """It was answered with a no too often."""
        self._set("UPDATE deliveries SET state = 'given up', content = NULL WHERE seq = ?", entry.seq)

    def _keep(self, runs: Iterable[KnownRun]) -> None:
        self._database.executemany(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status, "
            "over = excluded.over, item = excluded.item",
            [(run.id, run.created, run.status, run.over, run.item) for run in runs],
        )

    def _set_facts(self, **facts: float) -> None:
        self._database.executemany(
            "INSERT OR REPLACE INTO facts VALUES (?, ?)",
            [(name, repr(value)) for name, value in facts.items()],
        )

    def _set(self, sql: str, seq: int) -> None:
        with self._change() as database:
            database.execute(sql, (seq,))
