"""Which runs of the API's list were asked for: the filters the API has, and those of our own."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from eclips_cli.commands._arguments import word
from eclips_cli.durations import parse_instant, parse_iso
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.runs import Runs


class RunFilter(NamedTuple):
    """What `eclips runs list` was asked for; `since` in POSIX seconds."""

    statuses: tuple[str, ...] = ()
    agent: str | None = None
    since: float | None = None
    needs_triage: bool = False

    @classmethod
    def parse(
        cls,
        statuses: list[str] | None,
        agent: str | None,
        since: str | None,
        needs_triage: bool,
        *,
        now: float,
    ) -> RunFilter:
        """The filter from the options as written. Raises UsageError for a bad time and empty words."""
        unique = dict.fromkeys(filter(None, (word(status, "--status") for status in statuses or ())))
        begin = None if since is None else parse_instant(since, now)
        return cls(tuple(unique), word(agent, "--agent"), begin, needs_triage)

    @property
    def is_the_servers(self) -> bool:
        """Whether the API can do all of it, so that its `total` and `offset` hold."""
        return len(self.statuses) <= 1 and not (self.agent or self.since is not None or self.needs_triage)

    def select(self, runs: Runs, *, limit: int | None, offset: int) -> Selection:
        """The matching runs, newest first: at most `limit`, without the `offset` newest ones."""
        return Selection(self, runs, limit, offset)

    def matches(self, run: JsonObject) -> bool:
        """Whether our own filters let `run` through."""
        if self.agent and run.get("agent_type") != self.agent:
            return False
        waits = run.get("requires_triage") is True or run.get("status") == "pending_triage"
        over = run.get("status") in ("completed", "failed", "cancelled")
        return not self.needs_triage or (waits and not over)

    def is_older(self, run: JsonObject) -> bool:
        """Whether `run` began before `since`; the list is newest first, so all after it did too."""
        created = parse_iso(run.get("created_at"))
        return self.since is not None and created is not None and created < self.since


class Selection:
    """The runs that a filter selects, read as they are asked for; `total` where the API knows it."""

    def __init__(self, wanted: RunFilter, runs: Runs, limit: int | None, offset: int) -> None:
        self._wanted = wanted
        self._runs = runs
        self._limit = limit
        self._offset = offset
        self._listing: Any = None
        self.more = False
        """whether more runs match than were shown; known when all were read"""

    @property
    def total(self) -> int | None:
        """How many there are, where the API says it."""
        total = self._listing.total if self._listing is not None else None
        return total if total is None else max(0, total - self._offset)

    def __iter__(self) -> Iterator[JsonObject]:
        """The matching runs, each once."""
        return chain.from_iterable(self.chunks())

    def chunks(self) -> Iterator[list[JsonObject]]:
        """The same, as many at once as are there without waiting."""
        if self._wanted.is_the_servers:
            status = self._wanted.statuses[0] if self._wanted.statuses else None
            self._listing = self._runs.list(status=status, limit=self._limit, offset=self._offset)
            yield from self._listing.chunks()
            return
        matching = islice(self._filtered(), self._offset, None)
        yield from ([run] for run in islice(matching, self._limit))
        self.more = self._limit is not None and next(matching, None) is not None

    def _filtered(self) -> Iterator[JsonObject]:
        lists = [self._newest(status) for status in self._wanted.statuses or (None,)]
        newest_first = heapq.merge(*lists, key=lambda run: str(run.get("created_at")), reverse=True)
        seen: set[str] = set()
        for run in newest_first:
            if len(lists) > 1:
                if str(run.get("id")) in seen:
                    continue
                seen.add(str(run.get("id")))
            if self._wanted.matches(run):
                yield run

    def _newest(self, status: str | None) -> Iterator[JsonObject]:
        for run in self._runs.list(status=status):
            if self._wanted.is_older(run):
                return
            yield run
