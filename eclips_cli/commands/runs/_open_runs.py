"""All runs that are not over yet, asked for by status, and how many ended since somebody began to look."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from eclips_cli.api.statuses import RUN_STATUSES, TERMINAL_STATUSES

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.objects import Run

OPEN = tuple(status for status in RUN_STATUSES if status not in TERMINAL_STATUSES)
"""in the order that a run goes through them, so that one that moves on between two lists is in the second"""
STAYS = 60.0
"""seconds that a run is shown after it was seen to end"""
MOST = 2_000
"""runs of each status that are read, the newest"""
NEW_PAGES = 10
"""pages of runs that are read at most to see which began since the last look"""
SINGLES = 10
"""runs no longer listed as open that are asked for one by one in a look; of more of them pages are read"""


class OpenRuns:
    """What is known after each `look`. `agent`: only this one's runs.

    `ended` are the runs that just did, `counts` how many did since the first look, by status; `exact` is
    False once some may have been missed. `unread` says of how many runs of a status only MOST were read.
    """

    def __init__(self, client: EclipsClient, agent: str | None = None) -> None:
        self._client, self._agent = client, agent
        self.open: dict[str, Run] = {}
        self.counts: Counter[str] = Counter()
        self.unread: dict[str, int] = {}
        self.exact = True
        self.requests = 0
        """how many the last look took"""
        self._ended: dict[str, tuple[Run, float]] = {}
        self._newest: set[str] | None = None
        """the newest runs of the last look; what is newer has begun since"""

    def look(self) -> None:
        """Ask the API what there is now. Raises EclipsError."""
        self.requests, now = 0, self._client.clock.monotonic()
        found: dict[str, Run] = {}
        for status in OPEN:
            found |= self._listed(status)
        missing = {run_id: run for run_id, run in self.open.items() if run_id not in found}
        if self.unread:
            self.exact = False  # what is no longer among the newest may have ended, or not
            missing = {run_id: run for run_id, run in missing.items() if run.get("status") not in self.unread}
        pages = self._new_pages(missing)
        asked = list(missing)[:SINGLES]
        singles = {run_id: self._client.runs.get(run_id).json["run"] for run_id in asked}
        self.requests += len(asked)
        for run_id, run in (*pages.items(), *singles.items()):
            if run.get("status") not in TERMINAL_STATUSES:
                found[run_id] = run
            else:
                found.pop(run_id, None)
                self._ended[run_id] = (run, now)
                self.counts[str(run.get("status"))] += 1
        unclear = (run_id for run_id in missing if run_id not in singles)
        self.open = {run_id: missing[run_id] for run_id in unclear} | found
        self._ended = {run_id: (run, at) for run_id, (run, at) in self._ended.items() if now - at < STAYS}

    @property
    def rows(self) -> list[Run]:
        """The open ones, newest first."""
        return sorted(self.open.values(), key=lambda run: str(run.get("created_at")), reverse=True)

    @property
    def ended(self) -> list[Run]:
        """Those that just ended, the last one first."""
        return [run for run, _at in reversed(self._ended.values())]

    def _wanted(self, run: Run) -> bool:
        return not self._agent or run.get("agent_type") == self._agent

    def _listed(self, status: str) -> dict[str, Run]:
        listing = self._client.runs.list(status=status, limit=MOST)
        # a server that does not filter shows all of them
        listed = [run for run in listing if run.get("status") not in TERMINAL_STATUSES]
        self.requests += 1 + listing.fetched // self._client.runs.PAGE
        self.unread.pop(status, None)
        if listing.total is not None and listing.total > listing.fetched == MOST:
            self.unread[status] = listing.total
        return {str(run.get("id")): run for run in listed if self._wanted(run)}

    def _new_pages(self, missing: dict[str, Run]) -> dict[str, Run]:
        """Of the newest runs those that began since the last look, and those of the `missing`, which are taken out."""
        told: dict[str, Run] = {}
        newest: set[str] = set()
        new = self._newest is not None
        for number in range(NEW_PAGES):
            runs, _at = self._client.runs.newest(number)
            self.requests += 1
            for run in runs:
                run_id = str(run.get("id"))
                new = new and run_id not in (self._newest or ())
                over = run.get("status") in TERMINAL_STATUSES
                if missing.pop(run_id, None) is not None or (
                    self._wanted(run) and run_id not in told and (new or not over)
                ):
                    told[run_id] = run
            newest = newest or {str(run.get("id")) for run in runs}
            if len(runs) < self._client.runs.PAGE or (not new and len(missing) <= SINGLES):
                break
        else:
            self.exact = self.exact and not new
        self._newest = newest
        return told
