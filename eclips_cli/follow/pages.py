"""Following many runs by list pages: a page of the newest runs covers a hundred of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from eclips_cli.api.statuses import is_final
from eclips_cli.errors import NetworkError, RateLimited, ServerError, WaitTimeout
from eclips_cli.follow.outcome import Change, Outcome

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.follow.runs import Patience

EVERY = 2.0
"""seconds between two looks at the list, as often as a stream would say something"""
SINGLES = 10
"""runs too old for the pages that are asked for one by one, at most, in one look"""


def by_pages(client: EclipsClient, run_ids: Sequence[str], patience: Patience) -> Iterator[Change]:
    """Each change of the runs until all of them ended; see `follow.runs.follow` for what it raises."""
    look = _Look(client, run_ids, patience)
    while look.open:
        yield from look.changes()
        if look.open:
            look.rest()


class _Look:
    """What is known of the followed runs, and the next look at the API."""

    def __init__(self, client: EclipsClient, run_ids: Sequence[str], patience: Patience) -> None:
        self.client = client
        self.patience = patience
        self.clock = client.clock
        self.open: dict[str, dict[str, Any]] = {run_id: {} for run_id in run_ids}
        self.last_answer = client.clock.monotonic()

    def changes(self) -> list[Change]:
        """One look: what is new since the last; nothing when the API could not be asked."""
        try:
            found = self._asked()
        except RateLimited as error:
            self.patience.trouble(error.message)
            return []
        except (NetworkError, ServerError) as error:
            if self.clock.monotonic() - self.last_answer > self.patience.max_outage:
                raise
            self.patience.trouble(error.message)
            return []
        self.last_answer = self.clock.monotonic()
        return found

    def rest(self) -> None:
        """Wait until the next look, or raise WaitTimeout when the deadline comes first."""
        deadline = self.patience.deadline
        left = EVERY if deadline is None else min(EVERY, deadline - self.clock.monotonic())
        if left <= 0:
            raise WaitTimeout(f"{len(self.open)} of the runs are not over yet; they go on")
        self.clock.sleep(left)

    def _asked(self) -> list[Change]:
        unseen = set(self.open)
        changes: list[Change] = []
        for run in self.client.runs.list(limit=len(self.open) + 200):
            run_id = str(run.get("id"))
            if run_id in unseen:
                unseen.discard(run_id)
                changes += self._noted(run_id, run)
            if not unseen:
                break
        for run_id in [run_id for run_id in self.open if run_id in unseen][:SINGLES]:
            detail = self.client.runs.get(run_id).json
            changes += self._noted(run_id, detail["run"], detail)
            if run_id in self.open:
                self.open[run_id] = self.open.pop(run_id)
        return changes

    def _noted(self, run_id: str, run: dict[str, Any], detail: dict[str, Any] | None = None) -> list[Change]:
        if run == self.open[run_id]:
            return []
        self.open[run_id] = run
        status = str(run.get("status"))
        outcome = None
        if is_final(status, through_triage=self.patience.through_triage):
            outcome = Outcome(run_id, status, detail or self.client.runs.get(run_id).json)
            del self.open[run_id]
        return [Change(run_id, status, run, self.clock.now(), outcome)]
