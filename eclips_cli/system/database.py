"""Small databases of this machine: private from their first byte, durable, of a known version.

One that must not be lost unnoticed leaves a witness beside it: where that knows better, a file that is empty or
gone is no new one.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection, Row

from eclips_cli.errors import Busy, LocalFailure
from eclips_cli.system import witness
from eclips_cli.system.locks import can_lock, cannot_lock
from eclips_cli.system.paths import private_directory

__all__ = ["Connection", "Database", "Row", "Schema", "connect", "is_there", "make", "readable_errors"]

BUSY_SECONDS = 30.0
"""How long one process waits for another's commit."""


@dataclass(frozen=True)
class Schema:
    """One kind of database: what it is called, the scripts that make version n of version n-1, the ways on.

    `PRAGMA user_version` says which version a file has. `unwritable`, `damaged` and `lost` are hints; `lost` may
    name the `{witnesses}`, and a kind without it may be lost. `others` are further files, as a pattern in the
    directory of witnesses, that are made about when the database is; `used` tells of its directory whether it was.
    """

    name: str
    migrations: tuple[str, ...]
    unwritable: str
    damaged: str
    lost: str = ""
    others: str = ""
    used: Callable[[Path], bool] = lambda _folder: True


class Database:
    """The database at `path`, opened or created. Safe to use from several threads; raises LocalFailure.

    One that was deleted or emptied is an error, also while it is open, unless it is to be made `anew` then.
    """

    def __init__(self, path: Path, schema: Schema, *, anew: bool = False) -> None:
        self.path, self._schema = path, schema
        self._lock = threading.RLock()
        self._database = connect(path, schema, anew=anew)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _read(self, query: str, *values: object) -> list[Row]:
        with self._lock, _still_there(self.path, self._schema):
            cursor = self._database.cursor()
            cursor.row_factory = Row
            return cursor.execute(query, values).fetchall()

    @contextmanager
    def _change(self) -> Iterator[Connection]:
        """A transaction that is durable when it has ended."""
        with self._lock, _still_there(self.path, self._schema):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


def connect(path: Path, schema: Schema, *, anew: bool = False) -> Connection:
    """Open or create the database at `path`; its file and its directory are the user's alone.

    Raises LocalFailure when it can't be read, written or understood, and when it was deleted or emptied, unless it
    is to be made `anew` then.
    """
    if not anew:
        is_there(path, schema)
    # no other thread may close the file here between its first connection and the note that it is open
    with _OPENING, readable_errors(path, schema):
        make(path, schema)
        database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _prepare(database, path, schema)
            if schema.lost:
                witness.leave(path, hint=schema.unwritable)
        except BaseException:
            database.close()
            raise
    return database


def is_there(path: Path, schema: Schema) -> bool:
    """Whether there is such a database; nothing is made. Raises LocalFailure when it was deleted or emptied."""
    # before the file: what bears witness is made after it
    known = bool(schema.lost) and witness.is_left(path, schema.others, schema.used)
    size = witness.size(path)
    if known and not size:
        state = "gone" if size is None else "empty"
        raise LocalFailure(
            f"the {schema.name} {path} is {state}, though it has been in use here",
            hint=schema.lost.format(witnesses=witness.directory(path)),
        )
    return size is not None


_OPENING = threading.RLock()
_OPENED: set[tuple[int, int]] = set()
"""files, by device and inode, that this process has opened as databases"""


def make(path: Path, schema: Schema) -> None:
    """Make the file, where it is missing, and see whether it can be locked. Raises LocalFailure.

    A file that this process has open as a database is left alone: to close another handle of it drops all locks that the
    process has on it (POSIX), other processes then take it for unused, and damage it.
    """
    with suppress(OSError):
        if _identity(path.stat()) in _OPENED:
            return
    try:
        private_directory(path.parent)
        # SQLite would create it 0644, and gives its WAL the mode of the main file.
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except LocalFailure as error:
        raise type(error)(
            f"can't write the {schema.name}: {error.message}", hint=error.hint or schema.unwritable
        ) from None
    except OSError as error:
        raise LocalFailure(
            f"can't write the {schema.name} {path}: {(error.strerror or '').lower()}", hint=schema.unwritable
        ) from None
    try:
        can_lock(handle, path)
        _OPENED.add(_identity(os.fstat(handle)))
    finally:
        os.close(handle)


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


@contextmanager
def _still_there(path: Path, schema: Schema) -> Iterator[None]:
    """`readable_errors` for a database that is open: deleted meanwhile, it would be written to without an error."""
    is_there(path, schema)
    with readable_errors(path, schema):
        yield


@contextmanager
def readable_errors(path: Path, schema: Schema) -> Iterator[None]:
    """Turn SQLite's errors into LocalFailure: what is wrong with the file, and the way on."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explained(error, path, schema) from None


def _prepare(database: Connection, path: Path, schema: Schema) -> None:
    database.execute("PRAGMA foreign_keys = ON")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > len(schema.migrations):
        from eclips_cli.system import installation

        raise LocalFailure(
            f"the {schema.name} {path} was written by a newer eclips",
            hint=f"upgrade: {installation.to_upgrade()}",
        )
    _keep_log(database)
    database.execute("PRAGMA synchronous = FULL")
    if version < len(schema.migrations):
        _migrate(database, schema)


def _keep_log(database: Connection) -> None:
    """Let changes go to a log first (WAL). Two that do this at once are told to be busy without SQLite's own waiting."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY not in _TAKEN or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _migrate(database: Connection, schema: Schema) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        # Read again: another process may have migrated it while this one waited for the lock.
        (version,) = database.execute("PRAGMA user_version").fetchone()
        for number, script in enumerate(schema.migrations[version:], start=version + 1):
            for statement in filter(str.strip, script.split(";")):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {number}")
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # SQLite ends it by itself on a full disk
            database.execute("ROLLBACK")
        raise


_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_TAKEN = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_NO_LOCKS = {
    sqlite3.SQLITE_IOERR_LOCK,
    sqlite3.SQLITE_IOERR_RDLOCK,
    sqlite3.SQLITE_IOERR_UNLOCK,
    sqlite3.SQLITE_IOERR_CHECKRESERVEDLOCK,
    sqlite3.SQLITE_IOERR_SHMLOCK,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOLFS,
}
_NO_MAPS = {sqlite3.SQLITE_IOERR_SHMMAP, sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_MMAP}
_PRIMARY = 0xFF
"""the bits of an extended code that are the code it refines"""


def _explained(error: sqlite3.Error, path: Path, schema: Schema) -> LocalFailure:
    """By SQLite's code: only what it calls damaged is called so, for a hint may cost the only record there is."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    name, file = getattr(error, "sqlite_errorname", str(error)), f"the {schema.name} {path}"
    codes = {code, None if code is None else code & _PRIMARY}
    if codes & _NO_ROOM:
        return LocalFailure(f"no room for {file} ({name})", hint="make room and run it again")
    if codes & _NO_LOCKS:
        return cannot_lock(path, name)
    if codes & _NO_MAPS:
        return LocalFailure(
            f"the file system of {file} can't share memory between programs ({name})", hint=schema.unwritable
        )
    if codes & _UNWRITABLE:
        return LocalFailure(f"can't write {file} ({name})", hint=schema.unwritable)
    if codes & _TAKEN:
        return Busy(f"{file} is in use by another process", hint="try again in a moment")
    if codes & _DAMAGED:
        return LocalFailure(f"{file} is damaged ({error})", hint=schema.damaged)
    return LocalFailure(
        f"{file} can't be used ({error}, {name})", hint="it is left as it is: look at the disk it lies on"
    )
