"""Which transitions a listener has taken: what comes again is a repeat, also after a restart."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from eclips_cli.errors import Busy, LocalFailure
from eclips_cli.system.database import Schema, connect, readable_errors
from eclips_cli.system.locks import SingleInstanceLock
from eclips_cli.system.paths import state_dir

MIGRATIONS = ("CREATE TABLE seen (transition TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;",)
SEEN = Schema(
    "listener's memory",
    MIGRATIONS,
    unwritable="ECLIPS_STATE_DIR names another directory",
    damaged="move the file away; a delivery that comes again is then taken for a new one",
)
Transition = tuple[str, str, str]
"""the event, the run, and the triage item where there is one"""


class SeenTransitions:
    """The transitions that were taken, each until a POSIX time, beyond which its age gives a replay away.

    In memory alone until `keep_in` says where; `say` is told, once, why a file can't be used.
    """

    def __init__(self, say: Callable[[str], None] = lambda _why: None) -> None:
        self._until: dict[str, float] = {}
        self._say = say
        self._path = Path()
        self._lock: SingleInstanceLock | None = None
        self._database: Any = None

    def keep_in(self, path: Path) -> None:
        """Know what a listener before this one took, and let one after it know. To be `close`d."""
        lock = SingleInstanceLock(
            path.with_suffix(".lock"), lambda holder: Busy(f"{path}: in use by {holder}")
        )
        try:
            lock.__enter__()
        except Busy:
            return  # two listeners at any free ports: what comes to this one is its own
        except LocalFailure as error:
            self._without_file(error)
            return
        self._path, self._lock = path, lock
        try:
            self._database = connect(path, SEEN)
            with readable_errors(path, SEEN):
                self._until = dict(self._database.execute("SELECT transition, until FROM seen"))
        except LocalFailure as error:
            self._without_file(error)

    def __contains__(self, transition: Transition) -> bool:
        return _text(transition) in self._until

    def add(self, transition: Transition, until: float) -> None:
        """It was taken."""
        self._until[_text(transition)] = until
        self._change("INSERT OR REPLACE INTO seen VALUES (?, ?)", (_text(transition), until))

    def forget_old(self, now: float) -> None:
        """Forget what could not be replayed any more."""
        old = [transition for transition, until in self._until.items() if until < now]
        for transition in old:
            del self._until[transition]
        if old:
            self._change("DELETE FROM seen WHERE until < ?", (now,))

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._lock is not None:
            self._lock.__exit__()
            self._lock = None

    def _change(self, sql: str, values: tuple[object, ...]) -> None:
        if self._database is None:
            return
        try:
            with readable_errors(self._path, SEEN):
                self._database.execute(sql, values)
        except LocalFailure as error:
            self._without_file(error)

    def _without_file(self, error: LocalFailure) -> None:
        """Deliveries go on: only what comes again after a restart is not recognised."""
        self.close()
        self._say(f"{error.message}; repeats are told only until this ends")


def seen_file(environ: Mapping[str, str], port: int, command: str | None) -> Path:
    """The file of a listener: the next one on this port that does the same goes on with it. Raises LocalFailure."""
    digest = sha256(f"{port}\0{command or ''}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return state_dir(environ) / "webhooks" / f"seen-{digest}.db"


def _text(transition: Transition) -> str:
    return json.dumps(transition)
