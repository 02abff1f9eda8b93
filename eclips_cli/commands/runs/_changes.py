"""Following runs to their ends: a few by their streams, many by list pages, in one process.

A stream a run would mean two reconnects a minute for each of them; a list page covers a hundred.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from eclips_cli.commands._at_once import next_of
from eclips_cli.commands.runs._outcome import Change, RunOutcome

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.waiting import WaitBudget

STREAMS = 4
"""up to this many runs are followed by a stream each; more of them by list pages"""


def follow(
    client: EclipsClient,
    run_ids: Sequence[str],
    budget: WaitBudget,
    *,
    through_triage: bool = False,
    results: bool = True,
) -> Iterator[Change]:
    """Each change of the runs, as it comes, until every one ended (or, unless `through_triage`, waits for a person).

    The last change of a run carries its outcome; without `results` only as much of it as a list
    shows. Raises WaitTimeout when the time is up, what outlasts the budget, NotFound for an unknown run.
    """
    if len(run_ids) == 1:
        return _by_stream(client, run_ids[0], budget, through_triage)
    if len(run_ids) <= STREAMS:
        return _by_streams(client, run_ids, budget, through_triage)
    from eclips_cli.commands.runs._by_pages import by_pages

    return by_pages(client, run_ids, budget, through_triage=through_triage, results=results)


def _by_stream(
    client: EclipsClient, run_id: str, budget: WaitBudget, through_triage: bool
) -> Iterator[Change]:
    runs = client.within(budget).runs
    for snapshot in runs.tail(run_id, through_triage=through_triage):
        outcome = None
        if snapshot.final:
            # what told of the end is the whole run, or else it is asked for
            detail = snapshot.detail or runs.get(run_id).json
            outcome = RunOutcome(run_id, snapshot.status, detail)
        yield Change(run_id, snapshot.status, snapshot.raw, snapshot.at, outcome)


class _Ended(NamedTuple):
    """A stream's thread is done; with the error that ended it, where one did."""

    error: BaseException | None = None


def _by_streams(
    client: EclipsClient, run_ids: Sequence[str], budget: WaitBudget, through_triage: bool
) -> Iterator[Change]:
    """A thread a stream, all of them into one queue, so that changes come in the order they happen."""
    changes: queue.SimpleQueue[Change | _Ended] = queue.SimpleQueue()

    def pump(run_id: str) -> None:
        try:
            for change in _by_stream(client, run_id, budget.for_another(), through_triage):
                changes.put(change)
            changes.put(_Ended())
        except BaseException as error:
            changes.put(_Ended(error))

    for run_id in run_ids:
        threading.Thread(target=pump, args=(run_id,), daemon=True).start()
    return _merged(changes, len(run_ids))


def _merged(changes: queue.SimpleQueue[Change | _Ended], open_streams: int) -> Iterator[Change]:
    """What the threads say; an error of one run is raised when the others are done."""
    first_error: BaseException | None = None
    while open_streams:
        said = next_of(changes)
        if isinstance(said, Change):
            yield said
            continue
        open_streams -= 1
        first_error = first_error or said.error
    if first_error is not None:
        raise first_error
