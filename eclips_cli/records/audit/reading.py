"""The record as people look at it: changes, each with who made it and how it ended; whether it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from eclips_cli.durations import parse_iso
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.records.audit import chain, fields
from eclips_cli.records.audit.record import AuditRecord

UNREADABLE = "the line that says what was asked can't be read"
OPEN = "no outcome was recorded: the program was killed, or is still at it"
_OUTCOME = ("ended", "status", "answer", "error")


class Changes:
    """The changes of a record, newest first unless `oldest_first`, each with how it ended; at most `limit` that match.

    `since` and `until` (POSIX seconds) bound when each was asked for: from the one on, and before the other. After they
    were read: `total` that match, whether there are `more`, and `damaged`, the number of lines that can't be read.
    Raises UsageError for an action that is none.
    """

    def __init__(
        self,
        record: AuditRecord,
        *,
        actions: list[str] | None,
        since: float | None = None,
        until: float | None = None,
        limit: int | None = None,
        oldest_first: bool = False,
    ) -> None:
        self._record = record
        self._actions = _known_actions(actions or [])
        self._since, self._until = since, until
        self._oldest_first = oldest_first
        self._limit = limit
        self.total: int | None = None
        self.more = False
        self.recorded = 0
        self.damaged = 0

    def __iter__(self) -> Iterator[JsonObject]:
        changes = self._read()
        self.more = self._limit is not None and self.total is not None and self.total > self._limit
        for name in list(changes) if self._oldest_first else list(changes)[::-1]:
            change = changes.pop(name)
            yield {**change, **_in_short(change)}

    @property
    def warnings(self) -> list[str]:
        """What is wrong with the record, as far as reading it told."""
        if not self.damaged:
            return []
        return [
            f"{self.damaged:,} of its lines can't be read and are left out; `eclips audit verify` tells more"
        ]

    def _read(self) -> dict[str, dict[str, Any]]:
        """The changes that match and are to be shown, oldest first; no more of them are ever held."""
        changes: dict[str, dict[str, Any]] = {}
        begun: set[str] = set()
        self.recorded = self.total = self.damaged = 0
        for raw in self._record.raw_lines():
            line = chain.opened(raw[:-1]) if raw.endswith(b"\n") else None
            name = "" if line is None else str(line.get("change"))
            if line is None:
                self.damaged += bool(raw.strip())
            elif line.get("kind") == "intent":
                begun.add(name)
                kept = {member: value for member, value in line.items() if member not in ("kind", "prev")}
                self._hold(changes, name, kept | {"ended": "unknown", "error": OPEN})
            elif line.get("kind") == "renewed" and name in changes:
                changes[name]["key"] = line.get("key")
            elif line.get("kind") == "outcome":
                if name not in begun:
                    # what was changed is no less so where the line before it was spoilt
                    lost = {"at": line.get("at"), "change": name, "action": "other", "error": UNREADABLE}
                    self._hold(changes, name, lost)
                begun.discard(name)
                if name in changes:
                    _end(changes[name], line)
        return changes

    def _hold(self, changes: dict[str, dict[str, Any]], name: str, change: dict[str, Any]) -> None:
        self.recorded += 1
        if not self._wanted(change):
            return
        self.total = (self.total or 0) + 1
        full = self._limit is not None and len(changes) >= self._limit
        if not (full and self._oldest_first):
            changes[name] = change
        if full and not self._oldest_first:
            del changes[next(iter(changes))]

    def _wanted(self, change: JsonObject) -> bool:
        at = parse_iso(change.get("at"))
        if self._since is not None and (at is None or at < self._since):
            return False
        if self._until is not None and (at is None or at >= self._until):
            return False
        return not self._actions or change.get("action") in self._actions


def _end(change: dict[str, Any], line: JsonObject) -> None:
    """Add to a change how it ended."""
    if change.get("error") == OPEN:
        del change["error"]
    change |= {"ended_at": line.get("at"), "ended_hash": line.get("hash")}
    change |= {member: line[member] for member in _OUTCOME if member in line}


def _in_short(change: JsonObject) -> JsonObject:
    """The id of what was changed or made, what it was about (a decision's note, a task, a name, a URL), by whom."""
    answer, asked = change.get("answer", {}), change.get("asked", {})
    about = [change.get("note"), *(asked.get(name) for name in ("task", "name", "url"))]
    return {
        "subject": change.get("id") or answer.get("run_id") or answer.get("id"),
        "about": next((text for text in about if text), None),
        "by": _by(change),
    }


def _by(change: JsonObject) -> str | None:
    """`anna@desk`, and what else matters of who it was; None in what was recorded before that was kept."""
    if "user" not in change:
        return None
    agent, terminal = change.get("ai_agent"), change.get("terminal")
    through = f" through {agent}" if agent else "" if terminal else ", no terminal"
    return f"{change['user']}@{change.get('host')}{through}"


def _known_actions(wanted: list[str]) -> set[str]:
    """The actions that were asked for, each also by its beginning (`webhook`, `batch`)."""
    found: set[str] = set()
    for word in wanted:
        matching = [name for name in fields.ACTIONS if name == word or name.startswith(f"{word}-")]
        if not matching:
            near = get_close_matches(word, fields.ACTIONS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(fields.ACTIONS)}"
            raise UsageError(f"there is no action {word!r}", hint=hint)
        found |= set(matching)
    return found


def verify(record: AuditRecord, expect_head: str | None) -> JsonObject:
    """Whether the chain is whole (`ok`), its `head`, and its `problems` by line.

    `expect_head` is a head that is known from before: it must be in the chain, so that lines up to it
    can't have been removed from the end. Raises UsageError when it is no hash, LocalFailure when the
    record can't be read.
    """
    known = None if expect_head is None else _hash(expect_head)
    reader = chain.ChainReader(known)
    unended: set[object] = set()
    changes, first, last = 0, None, None
    for _number, _raw, line in reader.lines(record.raw_lines()):
        if line is None:
            continue
        first, last = first or line.get("at"), line.get("at")
        if line.get("kind") == "intent":
            changes += 1
            unended.add(line.get("change"))
        elif line.get("kind") == "outcome":
            unended.discard(line.get("change"))
    problems = reader.problems
    return {
        "ok": not problems,
        "file": str(record.path),
        "lines": reader.count,
        "changes": changes,
        "without_outcome": len(unended),
        "mended_after_a_crash": reader.torn,
        "first_at": first,
        "last_at": last,
        "head": reader.head if reader.count else None,
        "lines_since_known_head": reader.since_known,
        "problems": [
            {"line": found.line, "problem": found.problem, "detail": found.detail} for found in problems
        ],
    }


def _hash(text: str) -> str:
    found = text.strip().lower()
    if len(found) != 64 or any(char not in "0123456789abcdef" for char in found):
        raise UsageError(
            "--expect-head takes a whole hash: 64 hexadecimal digits", hint="`eclips audit verify` prints it"
        )
    return found
