"""Following one run to its end: a GET, the stream, reconnects, and polling where streaming fails.

What ended is decided by the status, never by a stream's end. The server closes each stream after
30 s: then the next one is opened at once, for free. Other trouble spends a budget that each good
answer refills.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eclips_cli.api.http import retry
from eclips_cli.api.http.answer import Unreadable, member, parse_json
from eclips_cli.api.http.error_answers import Failure
from eclips_cli.api.http.exchange import FailedTry
from eclips_cli.api.statuses import KNOWN_STATUSES, is_final
from eclips_cli.api.tail.source import Snapshot, State
from eclips_cli.api.tail.sse import SseDecoder
from eclips_cli.errors import ProtocolError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.tail.source import Chunks, Source
    from eclips_cli.api.waiting import WaitBudget

SILENCE = 40.0
"""Seconds without a byte after which a stream is dead: pings come every 15."""

FAILED_STREAMS = 3
"""Reconnects in a row without a good answer after which the run is polled."""

SHORT_BROKEN = 10.0
SHORT_CLEAN = 1.0
"""Seconds: streams that break, or end, sooner than this several times in a row are opened less often."""

FREE_SHORT = 5
"""Streams that ended within a second before we wait (a sandbox may run its clock fast)."""

POLL_FIRST = 2.0
POLL_CAP = 20.0


def follow(source: Source, budget: WaitBudget, *, through_triage: bool = False) -> Iterator[Snapshot]:
    """Each change of a run until it is over; see `Runs.tail`."""
    return _Follower(source, budget, through_triage).changes()


class _Follower:
    """The state of one following: what was seen last, and how often it failed in a row."""

    def __init__(self, source: Source, budget: WaitBudget, through_triage: bool) -> None:
        self._source = source
        self._budget = budget
        self._through_triage = through_triage
        self._last: State | None = None
        self._over = False
        self._failed = 0
        self._short = 0
        self._asks = False
        """whether asking works where streaming does not"""
        self._looked_last = False

    def changes(self) -> Iterator[Snapshot]:
        """GET first (404 early, over already), then stream, and poll where streaming keeps failing."""
        yield from self._polled(self._answer())
        rounds = 1
        while not self._over:
            if self._budget.left() <= 0:
                yield from self._last_look()
                return
            yield from self._stream()
            if self._over or self._failed <= FAILED_STREAMS:
                continue
            yield from self._poll(rounds)
            rounds = min(rounds * 2, 16)
            self._failed = FAILED_STREAMS  # one more failure, and it is polled again

    def _last_look(self) -> Iterator[Snapshot]:
        """What the run is when the time is up; raises WaitTimeout unless it is over."""
        if not self._looked_last:
            yield from self._polled(self._answer())
        if not self._over:
            raise self._budget.over()

    def _answer(self) -> JsonObject:
        """One good answer, however often it takes; raises what is permanent or lasts too long."""
        self._looked_last = self._budget.left() <= 0
        return self._budget.ask(self._source.get)

    def _poll(self, rounds: int) -> Iterator[Snapshot]:
        """Ask by GET, `rounds` good answers long; a change makes the next question come sooner."""
        self._budget.note("streaming does not work; asking for the run's status instead")
        seconds = POLL_FIRST
        for _ in range(rounds):
            found = list(self._polled(self._answer()))
            yield from found
            self._asks = True
            if self._over or self._budget.left() <= 0:
                return
            seconds = POLL_FIRST if found else min(POLL_CAP, seconds * 1.5)
            self._budget.pause(seconds)

    def _polled(self, answer: JsonObject) -> Iterator[Snapshot]:
        run = answer["run"]
        names = {
            "status": "status",
            "confidence": "confidence_score",
            "result": "output",
            "error": "error_message",
        }
        event = {name: run.get(there) for name, there in names.items()}
        yield from self._seen(event, answer)

    def _stream(self) -> Iterator[Snapshot]:
        """One stream to its end, good or bad."""
        begun = self._budget.clock.monotonic()
        stream = self._source.open(self._budget.try_seconds())
        if isinstance(stream, Failure):
            self._failed += 1
            self._survive(stream, self._failed, begun)
            return
        trouble: Failure | None = None
        good_before = self._budget.good_answers
        try:
            yield from self._events(stream)
        except (ProtocolError, FailedTry) as error:
            trouble = Failure(self._source.lost(error), retry.RetryDecision.REPEAT)
        else:
            if self._over:
                return
        finally:
            stream.close()
        self._after_stream(trouble, begun, lively=self._budget.good_answers > good_before)

    def _after_stream(self, trouble: Failure | None, begun: float, *, lively: bool) -> None:
        """A clean close of a stream that spoke is the server's 30-second limit: reconnect at once."""
        self._failed = 0 if lively else self._failed + 1
        self._asks = self._asks and not lively
        if trouble is None and not lively:
            trouble = Failure(ProtocolError("the stream ended without an event"), retry.RetryDecision.REPEAT)
        # streams that keep ending after a moment must not become a busy loop
        lived = self._budget.clock.monotonic() - begun
        self._short = self._short + 1 if lived < (SHORT_CLEAN if trouble is None else SHORT_BROKEN) else 0
        if trouble is not None:
            self._survive(trouble, max(self._failed, self._short))
        elif self._short >= FREE_SHORT:
            self._budget.pause(min(2.0, 0.05 * 2.0 ** min(self._short - FREE_SHORT, 10)))

    def _events(self, stream: Chunks) -> Iterator[Snapshot]:
        """The stream's changes as they arrive; ends at its end, raises when it breaks or falls silent."""
        decoder = SseDecoder()
        while True:
            chunk = stream.next(min(SILENCE, self._budget.left()))
            if chunk == b"" or (chunk is None and self._budget.left() <= 0):
                return
            if chunk is None:
                raise ProtocolError(f"the stream was silent for {SILENCE:g} s")
            comments = decoder.comments
            for event in decoder.feed(chunk):
                yield from self._told(event.data)
                if self._over:
                    return
            if decoder.comments > comments:
                self._budget.good()

    def _told(self, data: str) -> Iterator[Snapshot]:
        try:
            obj = parse_json(data.encode("utf-8", "replace"))
        except Unreadable as error:
            self._budget.note(f"an event of the stream can't be used: {error}")
            return
        status = member(obj, "status")
        if not isinstance(status, str) or not status:
            self._budget.note("an event of the stream has no status")
            return
        self._budget.good()
        yield from self._seen(obj, None)

    def _seen(self, event: JsonObject, detail: JsonObject | None) -> Iterator[Snapshot]:
        """The snapshot, unless it repeats the last one; notes whether the run is over."""
        state: State = (event["status"], event.get("confidence"), event.get("result"), event.get("error"))
        self._over = is_final(state[0], through_triage=self._through_triage)
        if state[0] not in KNOWN_STATUSES:
            self._budget.note(f"the status {state[0]!r} is unknown; waiting for one that is final")
        if state != self._last:
            self._last = state
            yield Snapshot(*state, event, self._budget.clock.now(), self._over, detail)

    def _survive(self, failure: Failure, tries: int, begun: float | None = None) -> None:
        """Pause before the next try, that of `begun` having failed. When the time is up a last look comes first."""
        if self._budget.left() > 0 or not failure.passes_in_a_wait:
            took = 0.0 if begun is None else self._budget.clock.monotonic() - begun
            self._budget.survive(failure, tries, took=took, quietly=self._asks)
