"""The journal's database: its tables, and what to do when it can't be used."""

from __future__ import annotations

from pathlib import Path

from eclips_cli.system import database

FILE = "batches.sqlite3"

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
    """
    CREATE TABLE once (
        profile TEXT NOT NULL, base_url TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, agent TEXT,
        task TEXT NOT NULL, sent_at REAL NOT NULL, run_id TEXT, answer TEXT, error TEXT,
        PRIMARY KEY (profile, base_url, key)
    );
    CREATE TABLE spent (
        key TEXT PRIMARY KEY REFERENCES submissions (key) ON DELETE CASCADE,
        period TEXT, used_before TEXT NOT NULL, used TEXT, rows INTEGER, ended_at REAL
    );
    CREATE TABLE retried (
        base_url TEXT NOT NULL, batch_id TEXT NOT NULL, row_index INTEGER NOT NULL,
        key TEXT NOT NULL REFERENCES submissions (key) ON DELETE CASCADE,
        PRIMARY KEY (base_url, batch_id, row_index)
    );
    CREATE INDEX retried_by_key ON retried (key);
    """,
    """
    ALTER TABLE submissions ADD COLUMN place TEXT;
    ALTER TABLE submissions ADD COLUMN account INTEGER;
    ALTER TABLE jobs ADD COLUMN marker TEXT;
    ALTER TABLE jobs ADD COLUMN server_time REAL;
    ALTER TABLE jobs ADD COLUMN failed TEXT;
    CREATE INDEX jobs_by_marker ON jobs (marker);
    CREATE TABLE row_digests (
        kind INTEGER NOT NULL, digest BLOB NOT NULL, key TEXT NOT NULL, row INTEGER NOT NULL, content BLOB NOT NULL,
        PRIMARY KEY (kind, digest, key, row)
    ) WITHOUT ROWID;
    CREATE TABLE digest_kinds (kind INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE digested (kind INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
    CREATE TABLE told_changes (digest BLOB NOT NULL, content BLOB NOT NULL, PRIMARY KEY (digest, content)) WITHOUT ROWID;
    CREATE TABLE account_keys (
        digest BLOB NOT NULL, base_url TEXT NOT NULL, account INTEGER NOT NULL,
        PRIMARY KEY (digest, base_url, account)
    ) WITHOUT ROWID;
    CREATE TABLE other_accounts (
        digest BLOB NOT NULL, base_url TEXT NOT NULL, account INTEGER NOT NULL,
        PRIMARY KEY (digest, base_url, account)
    ) WITHOUT ROWID;
    CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL);
    """,
)


def _has_sent(folder: Path) -> bool:
    """Whether a batch was ever sent from here: 0.1 locked before it made a journal, and left no other witness."""
    from eclips_cli.records.audit.record import has_recorded

    return has_recorded(folder, "batch-submit")


JOURNAL = database.Schema(
    "journal",
    MIGRATIONS,
    unwritable="nothing was sent; ECLIPS_STATE_DIR names another directory",
    damaged="restore it from a backup; without it nobody knows here which rows were sent "
    "(`eclips batches list` shows the jobs of the API; then move the file away)",
    lost="restore it from a backup. To begin without it, move {witnesses} away, too: what was sent is then known by "
    "the jobs that `eclips batches list` shows, and runs of `run --once` are not",
    # 32 hexadecimal digits: a submission's lock
    others=f"{'[0-9a-f]' * 32}.lock",
    used=_has_sent,
)


def is_there(folder: Path) -> bool:
    """Whether there is a journal in `folder`, the state directory; none is made.

    Raises LocalFailure when it was deleted or emptied.
    """
    return database.is_there(folder / FILE, JOURNAL)


class JournalDatabase(database.Database):
    """The journal's database in `folder`, the state directory. Safe to use from several threads; raises LocalFailure."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(folder / FILE, JOURNAL)
