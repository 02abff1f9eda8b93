"""What a list has handed out already, so that an item which moved to another page comes once."""

from __future__ import annotations

from eclips_cli.errors import ProtocolError
from eclips_cli.json_values import JsonObject

REMEMBERED = 5000
"""Ids by which repeats are known: ten full batches may start between two pages."""

STALE_PAGES = 100
"""Full pages of nothing but repeats after which the server is taken to ignore `offset`."""


class SeenIds:
    """The ids of the last few thousand items, to know repeats by."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}
        self._news = 0
        self._stale = 0

    def new(self, items: list[JsonObject]) -> list[JsonObject]:
        """Those of `items` that were not seen before, or have no id to know them by."""
        new, known = [], self._ids
        for item in items:
            identity = item.get("id") if isinstance(item, dict) else None
            if isinstance(identity, str):
                if identity in known:
                    continue
                known[identity] = None
            new.append(item)
        self._news += len(new)
        while len(self._ids) > REMEMBERED:
            del self._ids[next(iter(self._ids))]
        return new

    def end_of_page(self, offset: int) -> None:
        """ProtocolError when page after page held nothing new."""
        self._stale = 0 if self._news else self._stale + 1
        self._news = 0
        if self._stale >= STALE_PAGES:
            raise ProtocolError(f"the list repeats itself: nothing new up to offset {offset}")
