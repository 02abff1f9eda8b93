"""The sandbox's state: one SQLite file that several processes may use at once.

A run's row holds the moments at which its status changes, so that its status at any time, and lists
filtered by status, are questions to SQL and nothing has to run in the background.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eclips_cli.sandbox.cards import fate

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, org TEXT NOT NULL, agent_type TEXT NOT NULL, task TEXT NOT NULL,
  data TEXT, priority TEXT NOT NULL, webhook_url TEXT, created REAL NOT NULL, started REAL NOT NULL,
  odd_from REAL, odd_status TEXT, ended REAL NOT NULL, final TEXT NOT NULL, confidence REAL, output TEXT, error TEXT,
  triage_id TEXT, triage_reason TEXT, resolution TEXT, resolved REAL, note TEXT,
  batch TEXT, row_index INTEGER, credits INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS runs_by_org ON runs (org, seq);
CREATE INDEX IF NOT EXISTS runs_by_batch ON runs (batch, row_index) WHERE batch IS NOT NULL;
CREATE INDEX IF NOT EXISTS runs_in_triage ON runs (org, triage_id) WHERE triage_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS runs_by_end ON runs (ended);
CREATE INDEX IF NOT EXISTS runs_with_url ON runs (ended) WHERE webhook_url IS NOT NULL;
CREATE INDEX IF NOT EXISTS runs_by_resolution ON runs (resolved) WHERE resolved IS NOT NULL;
CREATE TABLE IF NOT EXISTS batches (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, org TEXT NOT NULL, name TEXT, agent_type TEXT NOT NULL,
  webhook_url TEXT, created REAL NOT NULL, starts REAL NOT NULL, cancelled REAL, total INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS webhooks (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, org TEXT NOT NULL, url TEXT NOT NULL, events TEXT NOT NULL,
  secret TEXT NOT NULL, created REAL NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
  seq INTEGER PRIMARY KEY, run TEXT NOT NULL, event TEXT NOT NULL, receiver TEXT NOT NULL, url TEXT NOT NULL,
  secret TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'owed', tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL,
  UNIQUE (run, event, receiver));
CREATE INDEX IF NOT EXISTS outbox_owed ON outbox (receiver, run, seq) WHERE state = 'owed';
"""
STATUS = """CASE
  WHEN resolution = 'approved' THEN 'completed' WHEN resolution = 'rejected' THEN 'cancelled'
  WHEN :t < started THEN 'queued'
  WHEN :t < ended AND odd_from IS NOT NULL AND :t >= odd_from THEN odd_status
  WHEN :t < ended THEN 'running' ELSE final END"""
"""a run's status at the time :t (POSIX seconds)"""

ORG, OTHER_ORG = "org_sandbox", "org_other"
KEYS = {"full": ORG, "read_only": ORG, "revoked": ORG, "no_plan": ORG, "other": OTHER_ORG}
RUN_CREDITS, ROW_CREDITS = 12, 8
BATCH_ROWS_AT_ONCE = 25
Row = dict[str, Any]


@dataclass(frozen=True)
class SandboxKeys:
    """The keys of a sandbox: all scopes, reading only, refused with 401, and of a plan without API access."""

    full: str
    read_only: str
    revoked: str
    no_plan: str


class Store:
    """The state in one file. A context manager."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite would create it readable by everybody
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        self._db.row_factory = _as_dict
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)
        for name in KEYS:
            self._db.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (f"key_{name}", _new_key(name)))
        self._db.execute(
            "INSERT OR IGNORE INTO meta VALUES ('signing_secret', ?)", (f"whsec_{secrets.token_hex(16)}",)
        )

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def all(self, sql: str, **values: Any) -> list[Row]:
        """The rows of a question; `:t` is now unless given."""
        return self._db.execute(sql, {"t": time.time(), **values}).fetchall()

    def one(self, sql: str, **values: Any) -> Row | None:
        """The first row of a question, or None."""
        found: Row | None = self._db.execute(sql, {"t": time.time(), **values}).fetchone()
        return found

    def change(self, sql: str, **values: Any) -> int:
        """Change something; how many rows were."""
        return self._db.execute(sql, {"t": time.time(), **values}).rowcount

    def meta(self, name: str) -> str | None:
        """A value of this sandbox's own."""
        row = self.one("SELECT value FROM meta WHERE name = :name", name=name)
        return row["value"] if row else None

    def set_meta(self, name: str, value: str | None) -> None:
        """Keep a value, or forget it with None."""
        self.change("DELETE FROM meta WHERE name = :name", name=name)
        if value is not None:
            self.change("INSERT INTO meta VALUES (:name, :value)", name=name, value=value)

    def add_run(self, org: str, run: Row, *, speed: float, seed: int) -> Row:
        """Start a run; its row."""
        row = _run_row(org, run, time.time(), speed, seed, RUN_CREDITS)
        self._insert_runs([row])
        return row

    def add_batch(self, org: str, batch: Row, rows: list[Row], *, speed: float, seed: int) -> Row:
        """Start a job with all its rows, in one transaction; the job's row."""
        now = time.time()
        job = {
            "id": str(uuid.uuid4()), "org": org, "name": batch["name"], "agent_type": batch["agent_type"],
            "webhook_url": batch["webhook_url"], "created": now, "starts": now + 1 / speed, "total": len(rows),
        }  # fmt: skip
        runs = []
        for index, row in enumerate(rows):
            begins = now + (index // BATCH_ROWS_AT_ONCE) * 2 / speed
            run = {
                **row,
                "agent_type": batch["agent_type"],
                "priority": "normal",
                "webhook_url": batch["webhook_url"],
            }
            runs.append(
                _run_row(org, run, begins, speed, seed, ROW_CREDITS)
                | {"created": now, "batch": job["id"], "row_index": index}
            )
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.execute(
                "INSERT INTO batches (id, org, name, agent_type, webhook_url, created, starts, total) VALUES "
                "(:id, :org, :name, :agent_type, :webhook_url, :created, :starts, :total)", job,
            )  # fmt: skip
            self._insert_runs(runs)
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return job

    def _insert_runs(self, rows: Iterable[Row]) -> None:
        listed = list(rows)
        names = list(listed[0])
        marks = ", ".join(f":{name}" for name in names)
        self._db.executemany(f"INSERT INTO runs ({', '.join(names)}) VALUES ({marks})", listed)

    def forget(self) -> None:
        """Delete everything but the keys."""
        for table in ("runs", "batches", "webhooks", "outbox"):
            self._db.execute(f"DELETE FROM {table}")

    def seed(self, count: int) -> None:
        """Add `count` completed runs, a second apart."""
        now = time.time()
        task = {"task": "Process invoice [instant]", "agent_type": "ap_specialist", "priority": "normal"}
        template = _run_row(ORG, task, now, 1.0, 0, RUN_CREDITS)
        moments = ((now - count + number) for number in range(count))
        self._db.execute("BEGIN")
        self._insert_runs(
            {**template, "id": str(uuid.uuid4()), "created": at, "started": at, "ended": at} for at in moments
        )
        self._db.execute("COMMIT")


def _run_row(org: str, run: Row, begins: float, speed: float, seed: int, credits_: int) -> Row:
    end = fate(run["task"], run["agent_type"], seed)
    started = begins + end.queued / speed
    ended = started + end.running / speed
    return {
        "id": str(uuid.uuid4()),
        "org": org,
        "agent_type": run["agent_type"],
        "task": run["task"],
        "data": None if run.get("data") is None else json.dumps(run["data"]),
        "priority": run["priority"],
        "webhook_url": run.get("webhook_url"),
        "created": begins,
        "started": started,
        "odd_from": (started + ended) / 2 if end.odd_status else None,
        "odd_status": end.odd_status,
        "ended": ended,
        "final": end.final,
        "confidence": end.confidence,
        "output": None if end.output is None else json.dumps(end.output),
        "error": end.error,
        "triage_id": str(uuid.uuid4()) if end.final == "pending_triage" else None,
        "triage_reason": end.triage_reason,
        "batch": None,
        "row_index": None,
        "credits": credits_,
    }


def _new_key(name: str) -> str:
    return f"eck_live_sandbox_{name}_{secrets.token_hex(12)}"


def _as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}
