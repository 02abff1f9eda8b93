"""Following runs to their ends: a few by their streams, many by list pages, in one process.

A stream a run would mean two reconnects a minute for each of them; a list page covers a hundred.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from eclips_cli.commands.runs._outcome import Change, Outcome
from eclips_cli.errors import WaitTimeout

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.tail.source import Snapshot

STREAMS = 4
"""up to this many runs are followed by a stream each; more of them by list pages"""


class Patience(NamedTuple):
    """How long a follower waits: `deadline` in monotonic seconds, `max_outage` in seconds."""

    deadline: float | None = None
    max_outage: float = 300.0
    through_triage: bool = False
    on_trouble: Callable[[str], None] | None = None
    """told, once for each, what is passing trouble or an unknown status"""

    def trouble(self, message: str) -> None:
        """Pass on what was survived."""
        if self.on_trouble is not None:
            self.on_trouble(message)


def follow(
    client: EclipsClient, run_ids: Sequence[str], patience: Patience, *, results: bool = True
) -> Iterator[Change]:
    """Each change of the runs, as it comes, until every one ended (or waits for a person).

    The last change of a run carries its outcome; without `results` only as much of it as a list
    shows. Raises WaitTimeout at the deadline, NetworkError or ServerError after an outage longer than
    `max_outage`, NotFound for an unknown run.
    """
    if len(run_ids) == 1:
        return _by_stream(client, run_ids[0], patience)
    if len(run_ids) <= STREAMS:
        return _by_streams(client, run_ids, patience)
    from eclips_cli.commands.runs._by_pages import by_pages

    return by_pages(client, run_ids, patience, results=results)


def _by_stream(client: EclipsClient, run_id: str, patience: Patience) -> Iterator[Change]:
    snapshots = client.runs.tail(
        run_id,
        max_outage=patience.max_outage,
        through_triage=patience.through_triage,
        deadline=patience.deadline,
        on_trouble=lambda trouble: patience.trouble(trouble.message),
    )
    for snapshot in snapshots:
        outcome = _outcome(client, run_id, patience, snapshot) if snapshot.final else None
        yield Change(run_id, snapshot.status, snapshot.raw, snapshot.at, outcome)


def _outcome(client: EclipsClient, run_id: str, patience: Patience, last: Snapshot) -> Outcome:
    """How a run ended: from the answer that told so, else asked for with the same patience."""
    detail = (
        last.detail
        or client.runs.outcome(
            run_id,
            max_outage=patience.max_outage,
            deadline=patience.deadline,
            on_trouble=lambda trouble: patience.trouble(trouble.message),
        ).json
    )
    return Outcome(run_id, last.status, detail)


class _Ended(NamedTuple):
    """A stream's thread is done; with the error that ended it, where one did."""

    error: BaseException | None = None


def _by_streams(client: EclipsClient, run_ids: Sequence[str], patience: Patience) -> Iterator[Change]:
    """A thread a stream, all of them into one queue, so that changes come in the order they happen."""
    changes: queue.SimpleQueue[Change | _Ended] = queue.SimpleQueue()

    def pump(run_id: str) -> None:
        try:
            for change in _by_stream(client, run_id, patience):
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
        said = changes.get()
        if isinstance(said, Change):
            yield said
            continue
        open_streams -= 1
        first_error = first_error or said.error
        if isinstance(said.error, WaitTimeout):
            break
    if first_error is not None:
        raise first_error
