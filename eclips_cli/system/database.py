"""Small databases of this machine: private from their first byte, durable, of a known version."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eclips_cli.errors import LocalFailure

BUSY_SECONDS = 30.0
"""How long one process waits for another's commit."""


@dataclass(frozen=True)
class Kind:
    """One kind of database: what it is called, the scripts that make version n of version n-1, the ways on.

    `PRAGMA user_version` says which version a file has. `unwritable` and `damaged` are hints.
    """

    name: str
    migrations: tuple[str, ...]
    unwritable: str
    damaged: str


def connect(path: Path, kind: Kind) -> sqlite3.Connection:
    """Open or create the database at `path`; its file and its directory are the user's alone.

    Raises LocalFailure when it can't be read, written or understood.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite would create it 0644, and gives its WAL the mode of the main file.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise LocalFailure(
            f"can't write the {kind.name} {path}: {(error.strerror or '').lower()}", hint=kind.unwritable
        ) from None
    with readable_errors(path, kind):
        database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _prepare(database, path, kind)
        except BaseException:
            database.close()
            raise
    return database


@contextmanager
def readable_errors(path: Path, kind: Kind) -> Iterator[None]:
    """Turn SQLite's errors into LocalFailure: what is wrong with the file, and the way on."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explained(error, path, kind) from None


def _prepare(database: sqlite3.Connection, path: Path, kind: Kind) -> None:
    database.execute("PRAGMA foreign_keys = ON")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > len(kind.migrations):
        raise LocalFailure(
            f"the {kind.name} {path} was written by a newer eclips", hint="upgrade: pip install -U eclips-cli"
        )
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    if version < len(kind.migrations):
        _migrate(database, kind)


def _migrate(database: sqlite3.Connection, kind: Kind) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        # Read again: another process may have migrated it while this one waited for the lock.
        (version,) = database.execute("PRAGMA user_version").fetchone()
        for number, script in enumerate(kind.migrations[version:], start=version + 1):
            for statement in filter(str.strip, script.split(";")):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {number}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def _explained(error: sqlite3.Error, path: Path, kind: Kind) -> LocalFailure:
    words = str(error)
    if "full" in words or "disk I/O" in words:
        return LocalFailure(
            f"no room for the {kind.name} {path} ({words})", hint="make room and run it again"
        )
    if "readonly" in words or "unable to open" in words:
        return LocalFailure(
            f"can't write the {kind.name} {path} ({words})", hint="ECLIPS_STATE_DIR names another directory"
        )
    if "locked" in words:
        return LocalFailure(
            f"the {kind.name} {path} is in use by another process", hint="try again in a moment"
        )
    return LocalFailure(f"the {kind.name} {path} is damaged ({words})", hint=kind.damaged)
