"""The journal's database: its tables, and what to do when it can't be used."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from eclips_cli.system import database

MIGRATIONS = (
    """
    CREATE TABLE submissions (
        key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, ready INTEGER NOT NULL DEFAULT 0,
        kind TEXT NOT NULL, parent TEXT, created_at REAL NOT NULL, name TEXT NOT NULL, label TEXT NOT NULL,
        format TEXT NOT NULL, agent TEXT NOT NULL, webhook_url TEXT, profile TEXT NOT NULL,
        base_url TEXT NOT NULL, mapping TEXT NOT NULL, columns TEXT NOT NULL,
        rows INTEGER NOT NULL DEFAULT 0, jobs INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX submissions_by_fingerprint ON submissions (fingerprint);
    CREATE INDEX submissions_by_parent ON submissions (parent);
    CREATE TABLE jobs (
        key TEXT NOT NULL REFERENCES submissions (key) ON DELETE CASCADE, number INTEGER NOT NULL,
        first_row INTEGER NOT NULL, row_count INTEGER NOT NULL, state TEXT NOT NULL, batch_id TEXT,
        sent_at REAL, accepted_at REAL, status TEXT, error TEXT, origins TEXT, rows BLOB NOT NULL,
        PRIMARY KEY (key, number)
    );
    CREATE INDEX jobs_by_batch ON jobs (batch_id);
    """,
    """
    CREATE TABLE row_runs (
        batch_id TEXT NOT NULL, row_index INTEGER NOT NULL, row_id TEXT, run_id TEXT, PRIMARY KEY (batch_id, row_index)
    );
    CREATE INDEX row_runs_by_run ON row_runs (run_id);
    CREATE INDEX row_runs_by_row ON row_runs (row_id);
    """,
    """
    ALTER TABLE submissions ADD COLUMN delimiter TEXT;
    """,
)

JOURNAL = database.Kind(
    "journal",
    MIGRATIONS,
    unwritable="nothing was sent; ECLIPS_STATE_DIR names another directory",
    damaged="restore it from a backup; without it nobody knows here which rows were sent "
    "(`eclips batches list` shows the jobs of the API; then move the file away)",
)


def connect(path: Path) -> sqlite3.Connection:
    """Open or create the journal at `path`. Raises LocalFailure."""
    return database.connect(path, JOURNAL)


def readable_errors(path: Path) -> AbstractContextManager[None]:
    """Turn SQLite's errors into LocalFailure."""
    return database.readable_errors(path, JOURNAL)
