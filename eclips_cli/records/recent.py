"""What was seen or started from this machine lately: for `@last`, for prefixes of ids, for completion.

What one verb showed or started alone is a line of an append-only file a kind; what the last lists showed is one
small file a kind and profile. A memory that can't be written never stops a command.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from eclips_cli.errors import EclipsError
from eclips_cli.json_values import JsonObject
from eclips_cli.masking import mask
from eclips_cli.system.paths import private_directory, state_dir

KEPT = 500
"""lines that stay when a file is shortened"""
LARGEST = 256 * 1024
"""bytes from which on a file is shortened"""
LISTED = 300
"""things of lists that one file holds, the newest first"""
LISTS = {
    "/v1/runs": ("run", ("agent_type", "created_at")),
    "/v1/triage": ("triage", ("title", "agent_runs.agent_type", "triage_reason")),
    "/v1/webhooks": ("webhook", ("url",)),
    "/v1/batches": ("batch", ("name",)),
}
"""by path: the kind of a list's things, and the members that describe one"""


class Thing(NamedTuple):
    """One thing that a verb showed or started: by its kind and id, with words that a person knows it by."""

    kind: str
    id: str
    label: str = ""
    started: bool = False
    """whether it is what `@last` means for all that only reads: the newest of this machine"""


class Entry(NamedTuple):
    """One thing that is remembered. `terminal` is the terminal session that it was shown or started in, or ''."""

    id: str
    label: str
    profile: str
    started: bool
    at: float
    terminal: str = ""


def memory_of(profile: str, *, sandbox: bool) -> str:
    """The name under which a profile's things are kept; those of the sandbox are other things."""
    return f"{profile}@sandbox" if sandbox else profile


def triage_item(detail: JsonObject, label: str = "") -> Thing | None:
    """The triage item of `{run, triage_item}`, where there is one. Nobody starts one: the newest is what was met."""
    item = detail.get("triage_item")
    if not isinstance(item, dict) or not item.get("id"):
        return None
    return Thing("triage", str(item["id"]), label or described("/v1/triage", item), started=True)


def described(path: str, item: JsonObject) -> str:
    """A few words for a thing of the list at `path`."""
    words = (_member(item, member) for member in LISTS[path][1])
    return ", ".join(word[:80] for word in words if word)


def _member(item: Any, path: str) -> str:
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else None
    return "" if item is None else str(item)


class Recent:
    """The memory of one user, by kind (`run`, `triage`, `webhook`, `batch`, `agent`).

    `profile` is what `memory_of` makes of it. `terminal` names this terminal session, None where there is none.
    One that does not `keep` remembers nothing new: a dry run's.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        profile: str,
        *,
        keep: bool = True,
        terminal: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._directory = state_dir(environ) / "recent"
        self._profile, self._keep, self._terminal = profile, keep, terminal

    def remember(self, thing: Thing) -> str | None:
        """Note what one verb showed or started alone; what stands in the way, in a line, where that matters."""
        if not self._keep:
            return None
        terminal = self._terminal() or ""
        path = self._path(thing.kind)
        noted = [thing.id, thing.label[:120], self._profile, thing.started, time.time(), terminal]
        try:
            _append(path, mask(json.dumps(noted)) + "\n")
        except OSError as error:
            trouble = f"{path}: {error.strerror}; @last will not know of {thing.id}"
        except EclipsError as error:
            trouble = f"{error.message}; @last will not know of {thing.id}"
        else:
            return None
        return trouble if terminal or (thing.started and thing.kind != "triage") else None

    def remember_listed(self, path: str, items: list[JsonObject]) -> None:
        """Note the things of a list of the API at `path`; one read, and a write if there is anything new."""
        if not self._keep or path not in LISTS:
            return
        found = {str(item["id"]): described(path, item) for item in items if item.get("id")}
        agents = {str(agent): "" for item in items if (agent := item.get("agent_type"))}
        for kind, things in ((LISTS[path][0], found), ("agent", agents)):
            if things:
                _put_before(self._list(kind), things)

    def newest(self, kind: str) -> str | None:
        """The id started last from this machine with this profile."""
        mine = (e for e in self._newest_first(kind) if e.started and e.profile == self._profile)
        return next((entry.id for entry in mine), None)

    @property
    def in_terminal(self) -> bool:
        """Whether a terminal controls this process: only there is something that a person saw last."""
        return self._terminal() is not None

    def newest_here(self, kind: str) -> str | None:
        """The id that this terminal session showed or started last, alone; never what another process met."""
        terminal = self._terminal()
        mine = (e for e in self._newest_first(kind) if (e.terminal, e.profile) == (terminal, self._profile))
        return next((entry.id for entry in mine), None)

    def candidates(self, kind: str, prefix: str = "") -> list[Entry]:
        """What was seen with this profile and begins with `prefix`, newest first, each once."""
        found: dict[str, Entry] = {}
        for entry in chain(self._newest_first(kind), self._listed(kind)):
            if entry.profile != self._profile or not entry.id.startswith(prefix):
                continue
            # one that was remembered without a word keeps the words of before
            if entry.id not in found or (entry.label and not found[entry.id].label):
                found[entry.id] = entry
        return list(found.values())

    def _path(self, kind: str) -> Path:
        return self._directory / f"{kind}.jsonl"

    def _list(self, kind: str) -> Path:
        return self._directory / f"seen-{kind}-{self._profile}.json"

    def _listed(self, kind: str) -> Iterator[Entry]:
        for id_, label in _held(self._list(kind)).items():
            yield Entry(id_, label, self._profile, False, 0.0)

    def _newest_first(self, kind: str) -> Iterator[Entry]:
        try:
            lines = self._path(kind).read_bytes().splitlines()
        except OSError:
            return
        for line in reversed(lines):
            with suppress(ValueError, TypeError, RecursionError):
                id_, label, profile, started, at, *terminal = json.loads(line)
                yield Entry(str(id_), str(label), str(profile), bool(started), float(at), *map(str, terminal))


class OneAlone:
    """A list as it is shown: when it held one thing alone, that is told to `alone` at its end."""

    def __init__(self, items: Any, alone: Callable[[Any], None]) -> None:
        self._items, self._alone = items, alone

    def __getattr__(self, name: str) -> Any:
        """What the list says of itself: its `total`, whether there is `more`."""
        return getattr(self._items, name)

    def __iter__(self) -> Iterator[JsonObject]:
        return chain.from_iterable(self.chunks())

    def chunks(self) -> Iterator[list[JsonObject]]:
        """What is there at once, at once."""
        count, first = 0, None
        at_once: Callable[[], Iterable[list[JsonObject]]] | None = getattr(self._items, "chunks", None)
        for chunk in at_once() if at_once else ([item] for item in self._items):
            first = chunk[0] if chunk and first is None else first
            count += len(chunk)
            yield chunk
        if count == 1 and first is not None:
            self._alone(first)


def _append(path: Path, line: str) -> None:
    private_directory(path.parent)
    # one write to an O_APPEND file: two processes at once never mix their lines
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode())
        size = os.fstat(handle).st_size
    finally:
        os.close(handle)
    if size > LARGEST:
        replace_file(path, b"".join(path.read_bytes().splitlines(keepends=True)[-KEPT:]))


def _held(file: Path) -> dict[str, str]:
    """What a file of lists holds, the newest first; nothing where it can't be read."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return {str(k): str(v) for k, v in content.items()} if isinstance(content, dict) else {}


def _put_before(file: Path, new: dict[str, str]) -> None:
    """Put `new` before what the file holds; written whole, and only if it changes something.

    A list that can't be remembered is not worth a word: nothing but completion misses it.
    """
    old = _held(file)
    if new.items() <= old.items():
        return
    merged = {**new, **{id_: label for id_, label in old.items() if id_ not in new}}
    with suppress(OSError, EclipsError):
        private_directory(file.parent)
        replace_file(file, mask(json.dumps(dict(list(merged.items())[:LISTED]))).encode())


def replace_file(file: Path, content: bytes) -> None:
    """Write a file of the memory anew, whole. Raises OSError."""
    temporary = file.with_suffix(f".{os.getpid()}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.replace(file)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
