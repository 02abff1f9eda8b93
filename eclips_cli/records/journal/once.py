"""What `run --once KEY` knows: for each key of this machine the run that was started under it, or may have been."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from eclips_cli.errors import Busy
from eclips_cli.json_values import JsonObject, json_text, number
from eclips_cli.records.journal.records import Target
from eclips_cli.records.journal.schema import JournalDatabase, is_there
from eclips_cli.system.locks import SingleInstanceLock

DEFAULT_AGENT = "center"
"""the agent of a request that names none (manual: Run an agent)"""
TASK_KEPT = 200
"""characters of a task that are kept, to say what a key was used for"""


@dataclass(frozen=True)
class RunRequest:
    """What a key stands for: the run that is asked for."""

    task: str
    agent: str | None
    data: JsonObject | None

    @property
    def digest(self) -> str:
        """The same for the same task, agent and data, whatever the order of the data's members."""
        what = [self.task, self.agent or DEFAULT_AGENT, self.data or None]
        return sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class OnceRun:
    """What is known of a key: when its run was asked for (POSIX seconds of this machine), and what was answered.

    `run_id` is None as long as no answer is known: the server may have the run. `answer` is the body of the 202.
    """

    key: str
    digest: str
    agent: str | None
    task: str
    sent_at: float
    run_id: str | None = None
    answer: str | None = None
    error: str | None = None

    @property
    def accepted(self) -> JsonObject:
        """The answer that the run was accepted with."""
        found: JsonObject = (
            json.loads(self.answer, parse_float=number) if self.answer else {"run_id": self.run_id}
        )
        return found

    @property
    def anew(self) -> str:
        """The way to another run."""
        return anew(self.key)


def anew(key: str) -> str:
    """The way to another run under a key."""
    return f"the same command with --again starts a new run under {key}"


_COLUMNS = "key, digest, agent, task, sent_at, run_id, answer, error"


class OnceKeys(JournalDatabase):
    """The keys that were used with one profile at one API. Each change is one durable commit; raises LocalFailure."""

    def __init__(self, folder: Path, target: Target) -> None:
        super().__init__(folder)
        self._target = (target.profile, target.base_url)

    def find(self, key: str) -> OnceRun | None:
        """What is known of a key; None for one that was not used."""
        found = self._read(
            f"SELECT {_COLUMNS} FROM once WHERE profile = ? AND base_url = ? AND key = ?", *self._target, key
        )
        return OnceRun(**dict(found[0])) if found else None

    def run_ids(self) -> set[str]:
        """The runs that are known to be of some key."""
        return {row["run_id"] for row in self._read("SELECT run_id FROM once WHERE run_id IS NOT NULL")}

    def sending(self, key: str, asked: RunRequest, at: float) -> None:
        """Record the intent: from here on the server may have a run of this key."""
        self._put(OnceRun(key, asked.digest, asked.agent, asked.task[:TASK_KEPT], at))

    def accepted(self, key: str, answer: JsonObject) -> None:
        """Record the answer: the run of the key."""
        with self._change() as database:
            database.execute(
                "UPDATE once SET run_id = ?, answer = ?, error = NULL WHERE profile = ? AND base_url = ? AND key = ?",
                (str(answer["run_id"]), json_text(answer), *self._target, key),
            )

    def unknown(self, key: str, why: str) -> None:
        """Record why no answer is known."""
        with self._change() as database:
            database.execute(
                "UPDATE once SET error = ? WHERE profile = ? AND base_url = ? AND key = ?",
                (why, *self._target, key),
            )

    def not_sent(self, key: str, before: OnceRun | None) -> None:
        """Record that the server surely got nothing: what was known `before` of the key holds again."""
        if before is not None:
            self._put(before)
            return
        with self._change() as database:
            where = "profile = ? AND base_url = ? AND key = ?"
            database.execute(f"DELETE FROM once WHERE {where}", (*self._target, key))

    def forget_all(self) -> None:
        """Forget all submissions and keys of this API, in one commit."""
        base_url = self._target[1]
        of_jobs = (
            "SELECT batch_id FROM jobs JOIN submissions ON submissions.key = jobs.key WHERE base_url = ?"
        )
        with self._change() as database:
            database.execute(f"DELETE FROM row_runs WHERE batch_id IN ({of_jobs})", (base_url,))
            database.execute("DELETE FROM submissions WHERE base_url = ?", (base_url,))
            for table in ("once", "retried"):
                database.execute(f"DELETE FROM {table} WHERE base_url = ?", (base_url,))

    def _put(self, run: OnceRun) -> None:
        values = (run.key, run.digest, run.agent, run.task, run.sent_at, run.run_id, run.answer, run.error)
        with self._change() as database:
            database.execute(
                f"INSERT OR REPLACE INTO once (profile, base_url, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*self._target, *values),
            )


def known_run(folder: Path, target: Target, key: str) -> OnceRun | None:
    """What is known of a key, to look only: where there is no journal none is made."""
    if not is_there(folder):
        return None
    keys = OnceKeys(folder, target)
    try:
        return keys.find(key)
    finally:
        keys.close()


def forget_all(folder: Path, base_url: str) -> None:
    """Forget all submissions to an API and all keys used there, whatever the profile; where there is no journal, nothing."""
    if not is_there(folder):
        return
    keys = OnceKeys(folder, Target("", base_url))
    try:
        keys.forget_all()
    finally:
        keys.close()


def once_lock(folder: Path, target: Target, key: str, *, since: str) -> SingleInstanceLock:
    """Held while a key's run is looked for and started, so that of two processes only one starts it. Entering raises Busy."""

    def taken(holder: str) -> Busy:
        return Busy(
            f"another eclips is starting the run of --once {key} ({holder}); this one starts nothing",
            hint="run the same command again in a moment: it follows that run",
        )

    name = sha256(json.dumps([target.profile, target.base_url, key]).encode()).hexdigest()[:32]
    return SingleInstanceLock(folder / "locks" / f"once-{name}.lock", taken, since=since)
