"""Items that were met, remembered: so that prefixes of their ids, completion and `@last` work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.records.recent import Recent

MOST = 200
"""items of one list that are remembered: nobody types the beginning of an older one"""


def seen(recent: Recent, items: Iterable[JsonObject]) -> Iterator[JsonObject]:
    """`items`, each remembered as it passes, unless it was before."""
    known: set[str] | None = None
    for number, item in enumerate(items):
        if number < MOST and item.get("id"):
            known = {entry.id for entry in recent.candidates("triage")} if known is None else known
            if str(item["id"]) not in known:
                recent.remember("triage", str(item["id"]), label=label(item))
        yield item


def met(recent: Recent, detail: JsonObject) -> JsonObject:
    """`{run, triage_item}` that was looked at alone: its item is `@last` from now on, while it waits."""
    item = detail.get("triage_item")
    if isinstance(item, dict) and item.get("id") and item.get("status", "pending") == "pending":
        recent.remember("triage", str(item["id"]), label=label(item), started=True)
    return detail


def label(item: JsonObject) -> str:
    """A few words by which a person knows an item again."""
    words = [item.get("title"), item.get("triage_reason")]
    return " · ".join(str(word) for word in words if word)
