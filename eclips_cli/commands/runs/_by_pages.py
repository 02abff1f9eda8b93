"""Following many runs by list pages: a page of the newest runs covers a hundred of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eclips_cli.api.statuses import is_final
from eclips_cli.commands.runs._outcome import Change, RunOutcome
from eclips_cli.counting import how_many

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.objects import Run, RunDetail
    from eclips_cli.api.waiting import WaitBudget

EVERY = 2.0
"""seconds between two looks at the list, as often as a stream would say something"""
NEEDS_ITEM = "pending_triage"
"""a status whose triage item a person has to be told, and lists don't show"""
SINGLES = 10
"""runs too old for the pages that are asked for one by one, at most, in one look"""


def by_pages(
    client: EclipsClient,
    run_ids: Sequence[str],
    budget: WaitBudget,
    *,
    through_triage: bool,
    results: bool,
) -> Iterator[Change]:
    """Each change of the runs until all of them ended; see `_changes.follow` for what it raises."""
    look = _Look(client.within(budget), run_ids, through_triage, results)
    while look.open:
        yield from look.changes(last=budget.left() <= 0)
        if look.open:
            budget.rest(EVERY, f"{len(look.open)} of {how_many(len(run_ids), 'run')} not over yet")


class _Look:
    """What is known of the followed runs, and the next look at the API."""

    def __init__(
        self, client: EclipsClient, run_ids: Sequence[str], through_triage: bool, results: bool
    ) -> None:
        self.client = client
        self.clock = client.clock
        self.open: dict[str, Run] = {run_id: {} for run_id in run_ids}
        self._through_triage = through_triage
        self._results = results
        self._to_read: dict[str, Run] = {}
        """runs seen to have ended, as the list shows them, whose results are still to be read"""

    def changes(self, *, last: bool) -> Iterator[Change]:
        """One look: what is new since the one before; the `last` one leaves none of the runs out."""
        yield from self._listed(None if last else SINGLES)
        yield from self._read_results()

    def _listed(self, singles: int | None) -> Iterator[Change]:
        """What the newest runs say, and `singles` of the older ones, each asked for alone."""
        unseen = {run_id: None for run_id in self.open if run_id not in self._to_read}
        for page in self.client.runs.list(limit=len(self.open) + 200).chunks():
            for run in page:
                run_id = str(run.get("id"))
                if run_id in unseen:
                    del unseen[run_id]
                    yield from self._noted(run_id, run)
            if not unseen:
                break
        for run_id in list(unseen)[:singles]:
            detail = self._detail(run_id)
            yield from self._noted(run_id, detail["run"], detail)
            if run_id in self.open:
                self.open[run_id] = self.open.pop(run_id)  # its turn comes again after the others

    def _noted(self, run_id: str, run: Run, detail: RunDetail | None = None) -> Iterator[Change]:
        """The change, if it is one. A run that ended waits for its result, so that a failure loses neither."""
        if run == self.open[run_id]:
            return
        self.open[run_id] = run
        status = str(run.get("status"))
        if not is_final(status, through_triage=self._through_triage):
            yield Change(run_id, status, run, self.clock.now(), None)
        elif detail is not None:
            yield self._ended(run_id, run, detail)
        elif self._results or status == NEEDS_ITEM:
            self._to_read[run_id] = run
        else:
            yield self._ended(run_id, run, {"run": run, "triage_item": None})

    def _read_results(self) -> Iterator[Change]:
        for run_id, run in list(self._to_read.items()):
            detail = self._detail(run_id)
            del self._to_read[run_id]
            yield self._ended(run_id, run, detail)

    def _ended(self, run_id: str, run: Run, detail: RunDetail) -> Change:
        del self.open[run_id]
        status = str(run.get("status"))
        return Change(run_id, status, run, self.clock.now(), RunOutcome(run_id, status, detail))

    def _detail(self, run_id: str) -> RunDetail:
        """`{run, triage_item}`; raises EclipsError."""
        return self.client.runs.get(run_id).json
