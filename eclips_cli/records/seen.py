"""What the last lists of the API showed, for prefixes of ids and for completion: a small file a kind."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from eclips_cli.errors import EclipsError
from eclips_cli.system.paths import private_directory

KEPT = 300
"""things that one file holds, the newest first"""
LISTS = {
    "/v1/runs": ("run", ("agent_type", "created_at")),
    "/v1/triage": ("triage", ("agent_runs.agent_type", "triage_reason")),
    "/v1/webhooks": ("webhook", ("url",)),
    "/v1/batches": ("batch", ("name",)),
}
"""by path: the kind of a list's things, and the members that describe one"""

Things = dict[str, str]


def things(path: str, items: list[dict[str, Any]]) -> dict[str, Things]:
    """By kind, the ids of a list's things and what describes them; and the types of agents among them."""
    if path not in LISTS:
        return {}
    kind, members = LISTS[path]
    found = {str(item["id"]): _label(item, members) for item in items if item.get("id")}
    agents = {str(agent): "" for item in items if (agent := item.get("agent_type"))}
    return {name: some for name, some in ((kind, found), ("agent", agents)) if some}


def _label(item: dict[str, Any], members: tuple[str, ...]) -> str:
    values = (_member(item, path) for path in members)
    return ", ".join(value[:80] for value in values if value)


def _member(item: Any, path: str) -> str:
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else None
    return "" if item is None else str(item)


def noted(file: Path) -> Things:
    """What a file holds, the newest first; nothing where it can't be read."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return {str(k): str(v) for k, v in content.items()} if isinstance(content, dict) else {}


def note(file: Path, new: Things) -> None:
    """Put `new` before what the file holds; written whole, and only if it changes something.

    A memory that can't be written is not worth a word: nothing but completion misses it.
    """
    old = noted(file)
    if new.items() <= old.items():
        return
    merged = {**new, **{id_: label for id_, label in old.items() if id_ not in new}}
    kept = dict(list(merged.items())[:KEPT])
    temporary = file.with_suffix(f".{os.getpid()}")
    try:
        private_directory(file.parent)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(json.dumps(kept))
        temporary.replace(file)
    except (OSError, EclipsError):
        with suppress(OSError):
            temporary.unlink()
