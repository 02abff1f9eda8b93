"""`eclips triage list`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.commands import _arguments, _lists
from eclips_cli.commands._options import All, Limit
from eclips_cli.commands.triage._options import MinConfidence, OneAgent
from eclips_cli.commands.triage._queue import Wanted, whole_queue
from eclips_cli.commands.triage._view import TRIAGE
from eclips_cli.json_values import JsonObject
from eclips_cli.records.recent import OneAlone, triage_item
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient


def list_items(
    ctx: typer.Context,
    limit: Limit = None,
    all_: All = False,
    oldest_first: Annotated[
        bool, typer.Option("--oldest-first", help="What has waited longest first (reads the whole queue).")
    ] = False,
    agent: OneAgent = None,
    min_confidence: MinConfidence = None,
) -> None:
    """List what waits for a decision.

    Options marked * are filters of this program's own: the API has none, so pages are read until enough match.

    Examples:
      eclips triage list --oldest-first
      eclips triage list --all -o jsonl
      eclips triage list --agent ap_specialist --min-confidence 0.65 --all
    """
    session: Session = ctx.obj
    limit = _arguments.how_many(limit, all_)
    wanted = Wanted(agent, min_confidence)
    _lists.show(
        session.output,
        OneAlone(
            Selection(session.client, wanted, limit=limit, oldest=oldest_first),
            lambda item: session.remember(triage_item({"triage_item": item})),
        ),
        TRIAGE,
        things="items",
        empty="nothing waits for a decision",
        whole=lambda: _lists.counted(session.client.triage.list(limit=1)),
        filters=wanted.typed,
    )


class Selection:
    """The items that a list shows, read as they are asked for; `total` where it is known."""

    def __init__(self, client: EclipsClient, wanted: Wanted, *, limit: int | None, oldest: bool) -> None:
        self._client, self._wanted, self._limit, self._oldest = client, wanted, limit, oldest
        self.total: int | None = None
        self.more = False
        """whether more items match than were shown"""

    def __iter__(self) -> Iterator[JsonObject]:
        """The matching items, each once."""
        if self._oldest:
            items = whole_queue(self._client, self._wanted)
            self.total = len(items)
            yield from items[: self._limit]
            return
        # one more than is shown, to know whether there are more where the API gives no total
        ask = self._limit + 1 if self._limit is not None and self._wanted.everything else None
        listing = self._client.triage.list(limit=ask)
        matching = (item for item in listing if self._wanted.matches(item))
        yield from islice(matching, self._limit)
        self.more = self._limit is not None and next(matching, None) is not None
        self.total = listing.total if self._wanted.everything else None
