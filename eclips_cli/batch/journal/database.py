"""Opening the journal's database: private from its first byte, durable, of a known version."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eclips_cli.errors import LocalFailure

BUSY_SECONDS = 30.0
"""How long one process waits for another's commit."""

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
)
"""Scripts that make version n of version n-1; `PRAGMA user_version` says which one a file has."""


def connect(path: Path) -> sqlite3.Connection:
    """Open or create the journal at `path`; its file and its directory are the user's alone.

    Raises LocalFailure when it can't be read, written or understood.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite would create it 0644, and gives its WAL the mode of the main file.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise LocalFailure(
            f"can't write the journal {path}: {(error.strerror or '').lower()}",
            hint="nothing was sent; ECLIPS_STATE_DIR names another directory",
        ) from None
    with readable_errors(path):
        database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _prepare(database, path)
        except BaseException:
            database.close()
            raise
    return database


@contextmanager
def readable_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into LocalFailure: what is wrong with the file, and the way on."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explained(error, path) from None


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    database.execute("PRAGMA foreign_keys = ON")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise LocalFailure(
            f"the journal {path} was written by a newer eclips", hint="upgrade: pip install -U eclips-cli"
        )
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    if version < len(MIGRATIONS):
        _migrate(database)


def _migrate(database: sqlite3.Connection) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        # Read again: another process may have migrated it while this one waited for the lock.
        (version,) = database.execute("PRAGMA user_version").fetchone()
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in filter(str.strip, script.split(";")):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {number}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def _explained(error: sqlite3.Error, path: Path) -> LocalFailure:
    words = str(error)
    if "full" in words or "disk I/O" in words:
        return LocalFailure(f"no room for the journal {path} ({words})", hint="make room and run it again")
    if "readonly" in words or "unable to open" in words:
        return LocalFailure(
            f"can't write the journal {path} ({words})", hint="ECLIPS_STATE_DIR names another directory"
        )
    if "locked" in words:
        return LocalFailure(f"the journal {path} is in use by another process", hint="try again in a moment")
    return LocalFailure(
        f"the journal {path} is damaged ({words})",
        hint="restore it from a backup; without it nobody knows here which rows were sent "
        "(`eclips batches list` shows the jobs of the API; then move the file away)",
    )
