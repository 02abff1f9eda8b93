"""What was seen or started from this machine lately: for `@last`, for prefixes of ids, for completion.

What was started is a line of an append-only file a kind; what the last lists showed is one small file a kind
and profile. A memory that can't be written never stops a command.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from eclips_cli.errors import EclipsError
from eclips_cli.records import seen
from eclips_cli.system.paths import private_directory, state_dir

KEPT = 500
"""entries that stay when a file is shortened"""
LARGEST = 256 * 1024
"""bytes from which on a file is shortened"""


class Entry(NamedTuple):
    """One thing that was seen: `started` when it was started from here."""

    id: str
    label: str
    profile: str
    started: bool
    at: float


def memory_of(profile: str, *, sandbox: bool) -> str:
    """The name under which a profile's things are kept; those of the sandbox are other things."""
    return f"{profile}@sandbox" if sandbox else profile


class Recent:
    """The memory of one user, by kind (`run`, `triage`, `webhook`, `batch`, `agent`).

    `profile` is what `memory_of` makes of it.
    """

    def __init__(self, environ: Mapping[str, str], profile: str) -> None:
        self._directory = state_dir(environ) / "recent"
        self._profile = profile

    def remember(self, kind: str, id_: str, *, label: str = "", started: bool = False) -> str | None:
        """Note one thing; what stands in the way, in a line, when it can't be noted."""
        line = json.dumps([id_, label[:80], self._profile, started, time.time()]) + "\n"
        path = self._path(kind)
        try:
            private_directory(path.parent)
            # one write to an O_APPEND file: two processes at once never mix their lines
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, line.encode())
                size = os.fstat(handle).st_size
            finally:
                os.close(handle)
            if size > LARGEST:
                self._shorten(path)
        except OSError as error:
            return f"{path}: {error.strerror}; @last will not know of {id_}"
        except EclipsError as error:
            return f"{error.message}; @last will not know of {id_}"
        return None

    def saw(self, path: str, items: list[dict[str, Any]]) -> None:
        """Note the things of a list of the API at `path`; one read, and a write if there is anything new."""
        for kind, things in seen.things(path, items).items():
            seen.note(self._seen(kind), things)

    def newest(self, kind: str) -> str | None:
        """The id started last from this machine with this profile."""
        mine = (e for e in self._newest_first(kind) if e.started and e.profile == self._profile)
        return next((entry.id for entry in mine), None)

    def candidates(self, kind: str, prefix: str = "") -> list[Entry]:
        """What was seen with this profile and begins with `prefix`, newest first, each once."""
        found: dict[str, Entry] = {}
        for entry in chain(self._newest_first(kind), self._listed(kind)):
            if entry.profile == self._profile and entry.id.startswith(prefix):
                found.setdefault(entry.id, entry)
        return list(found.values())

    def _path(self, kind: str) -> Path:
        return self._directory / f"{kind}.jsonl"

    def _seen(self, kind: str) -> Path:
        return self._directory / f"seen-{kind}-{self._profile}.json"

    def _listed(self, kind: str) -> Iterator[Entry]:
        for id_, label in seen.noted(self._seen(kind)).items():
            yield Entry(id_, label, self._profile, False, 0.0)

    def _newest_first(self, kind: str) -> Iterator[Entry]:
        try:
            lines = self._path(kind).read_bytes().splitlines()
        except OSError:
            return
        for line in reversed(lines):
            try:
                id_, label, profile, started, at = json.loads(line)
                yield Entry(str(id_), str(label), str(profile), bool(started), float(at))
            except (ValueError, TypeError):
                continue

    def _shorten(self, path: Path) -> None:
        kept = path.read_bytes().splitlines(keepends=True)[-KEPT:]
        temporary = path.with_suffix(f".{os.getpid()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.writelines(kept)
        temporary.replace(path)


def remember_item(recent: Recent, detail: dict[str, Any]) -> dict[str, Any]:
    """`{run, triage_item}` that was shown alone: its item is `@last` from now on, while it waits; `detail` again."""
    item = detail.get("triage_item")
    if isinstance(item, dict) and item.get("id") and item.get("status", "pending") == "pending":
        words = (item.get("title"), item.get("triage_reason"))
        label = " · ".join(str(word) for word in words if word)
        recent.remember("triage", str(item["id"]), label=label, started=True)
    return detail
