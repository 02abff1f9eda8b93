"""Following one run to its end: a GET, the stream, reconnects, and polling where streaming fails.

What ended is decided by the status, never by a stream's end. The server closes each stream after
30 s: then the next one is opened at once, for free. Other trouble spends a patience that each good
answer refills.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from eclips_cli.api.http import retry
from eclips_cli.api.http.answer import Unreadable, member, parse_json
from eclips_cli.api.http.error_answers import Failure
from eclips_cli.api.http.exchange import Fault
from eclips_cli.api.statuses import KNOWN_STATUSES, is_final
from eclips_cli.api.tail.source import Snapshot, State, Trouble
from eclips_cli.api.tail.sse import SseDecoder
from eclips_cli.errors import EclipsError, ProtocolError, RateLimited, ServerError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.patience import Patience
    from eclips_cli.api.tail.source import Chunks, Source

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


def follow(
    run_id: str,
    source: Source,
    patience: Patience,
    *,
    through_triage: bool = False,
    on_trouble: Callable[[Trouble], None] | None = None,
    uniform: Callable[[float, float], float] | None = None,
) -> Iterator[Snapshot]:
    """Each change of a run until it is over; see `Runs.tail`."""
    import random

    follower = _Follower(source, patience, through_triage, on_trouble or (lambda _: None))
    follower.uniform = uniform or random.uniform
    try:
        yield from follower.changes()
    except EclipsError as error:
        if error.hint is None:
            error.hint = f"to go on following it: eclips runs tail {run_id}"
        raise


def ask(
    source: Source,
    patience: Patience,
    *,
    on_trouble: Callable[[Trouble], None] | None = None,
    uniform: Callable[[float, float], float] | None = None,
) -> JsonObject:
    """`{run, triage_item}`, asked for until there is a good answer; raises as `follow` does."""
    import random

    follower = _Follower(source, patience, False, on_trouble or (lambda _: None))
    follower.uniform = uniform or random.uniform
    return follower.answer()


class _Follower:
    """The state of one following: what was seen last, and how often it failed in a row."""

    def __init__(
        self, source: Source, patience: Patience, through_triage: bool, on_trouble: Callable[[Trouble], None]
    ) -> None:
        self.source = source
        self.patience = patience
        self.uniform: Callable[[float, float], float]
        self._through_triage = through_triage
        self._on_trouble = on_trouble
        self._last: State | None = None
        self._over = False
        self._failed = 0
        self._short = 0
        self._warned: set[str] = set()

    def changes(self) -> Iterator[Snapshot]:
        """GET first (404 early, over already), then stream, and poll where streaming keeps failing."""
        yield from self._polled(self.answer())
        rounds = 1
        while not self._over:
            yield from self._stream()
            if self._over or self._failed <= FAILED_STREAMS:
                continue
            yield from self._poll(rounds)
            rounds = min(rounds * 2, 16)
            self._failed = FAILED_STREAMS  # one more failure, and it is polled again

    def answer(self) -> JsonObject:
        """One good answer, however often it takes; raises what is permanent or lasts too long."""
        attempt = 0
        while True:
            answer = self.source.get(self._seconds())
            self.patience.left()
            if not isinstance(answer, Failure):
                self.patience.refill()
                return answer
            attempt += 1
            self._survive(answer, attempt)

    def _seconds(self) -> float:
        """How long one try may take."""
        return min(self.patience.left(), max(1.0, self.patience.outage_left()))

    def _poll(self, rounds: int) -> Iterator[Snapshot]:
        """Ask by GET, `rounds` good answers long; a change makes the next question come sooner."""
        self._on_trouble(Trouble("streaming does not work; asking for the run's status instead"))
        seconds = POLL_FIRST
        for _ in range(rounds):
            found = list(self._polled(self.answer()))
            yield from found
            if self._over:
                return
            seconds = POLL_FIRST if found else min(POLL_CAP, seconds * 1.5)
            self.patience.sleep(seconds)

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
        begun = self.patience.clock.monotonic()
        stream = self.source.open(self._seconds())
        if isinstance(stream, Failure):
            self._failed += 1
            self._survive(stream, self._failed)
            return
        trouble: Failure | None = None
        good_before = self.patience.good_answers
        try:
            yield from self._events(stream)
        except (ProtocolError, Fault) as error:
            trouble = Failure(self.source.lost(error), retry.Decision.REPEAT)
        else:
            if self._over:
                return
        finally:
            stream.close()
        self._after_stream(trouble, begun, lively=self.patience.good_answers > good_before)

    def _after_stream(self, trouble: Failure | None, begun: float, *, lively: bool) -> None:
        """A clean close of a stream that spoke is the server's 30-second limit: reconnect at once."""
        self._failed = 0 if lively else self._failed + 1
        if trouble is None and not lively:
            trouble = Failure(ProtocolError("the stream ended without an event"), retry.Decision.REPEAT)
        # streams that keep ending after a moment must not become a busy loop
        lived = self.patience.clock.monotonic() - begun
        self._short = self._short + 1 if lived < (SHORT_CLEAN if trouble is None else SHORT_BROKEN) else 0
        if trouble is not None:
            self._survive(trouble, max(self._failed, self._short))
        elif self._short >= FREE_SHORT:
            self.patience.sleep(min(2.0, 0.05 * 2.0 ** min(self._short - FREE_SHORT, 10)))

    def _events(self, stream: Chunks) -> Iterator[Snapshot]:
        """The stream's changes as they arrive; ends at its end, raises when it breaks or falls silent."""
        decoder = SseDecoder()
        while True:
            chunk = stream.next(min(SILENCE, self.patience.left()))
            if chunk == b"":
                return
            if chunk is None:
                self.patience.left()
                raise ProtocolError(f"the stream was silent for {SILENCE:g} s")
            comments = decoder.comments
            for event in decoder.feed(chunk):
                yield from self._told(event.data)
                if self._over:
                    return
            if decoder.comments > comments:
                self.patience.refill()

    def _told(self, data: str) -> Iterator[Snapshot]:
        try:
            obj = parse_json(data.encode("utf-8", "replace"))
        except Unreadable as error:
            self._warn(f"an event of the stream can't be used: {error}")
            return
        status = member(obj, "status")
        if not isinstance(status, str) or not status:
            self._warn("an event of the stream has no status")
            return
        self.patience.refill()
        yield from self._seen(obj, None)

    def _seen(self, event: JsonObject, detail: JsonObject | None) -> Iterator[Snapshot]:
        """The snapshot, unless it repeats the last one; notes whether the run is over."""
        state: State = (event["status"], event.get("confidence"), event.get("result"), event.get("error"))
        self._over = is_final(state[0], through_triage=self._through_triage)
        if state[0] not in KNOWN_STATUSES:
            self._warn(f"the status {state[0]!r} is unknown; waiting for one that is final")
        if state != self._last:
            self._last = state
            yield Snapshot(*state, event, self.patience.clock.now(), self._over, detail)

    def _warn(self, message: str) -> None:
        if message not in self._warned and len(self._warned) < 100:
            self._warned.add(message)
            self._on_trouble(Trouble(message))

    def _survive(self, failure: Failure, attempt: int) -> None:
        """Wait before the next try; raise when the failure is permanent or the outage has lasted too long."""
        self.patience.left()
        # whoever waits has more patience than a single request
        if not failure.passing and not isinstance(failure.error, (RateLimited, ServerError)):
            raise failure.error
        left = self.patience.outage_left()
        if left <= 0:
            raise failure.error
        seconds = failure.retry_after or 0.0
        if attempt > 1 and not seconds:
            seconds = retry.backoff(attempt, self.uniform)
        if failure.retry_after is not None and failure.retry_after > left:
            raise failure.error
        seconds = min(seconds, left)
        self._on_trouble(Trouble(failure.error.message, seconds))
        self.patience.sleep(seconds)
