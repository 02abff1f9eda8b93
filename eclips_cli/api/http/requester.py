"""Makes calls: the key and the hooks around each, repeats by the rules of `retry` or of a wait, answers checked."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, cast

from eclips_cli.api.http import connection_errors, error_answers, retry
from eclips_cli.api.http.answer import object_in
from eclips_cli.api.http.call import Call, body_of, headers_of, outgoing
from eclips_cli.api.http.dates import http_date
from eclips_cli.api.http.error_answers import Failure
from eclips_cli.api.http.exchange import FailedTry, RawResponse
from eclips_cli.api.http.fitting import fitting
from eclips_cli.api.http.hooks import ChangeOutcome, Hooks, OutgoingRequest, RequestLine, ResponseLine, Wait
from eclips_cli.api.http.key_in_use import LOGIN, KeyInUse, SentKey
from eclips_cli.errors import EclipsError, KeyMissing, KeyRejected, OutOfCredits, ProtocolError, RateLimited
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from eclips_cli.api.http.stream import LiveStream
    from eclips_cli.api.http.transport import Transport
    from eclips_cli.api.waiting import Clock, WaitBudget


class Requester:
    """What every resource calls through. `uniform(a, b)` is the source of the back-off's jitter.

    In a wait, which `budget` bounds, a GET is asked until there is a good answer, and a change goes out until the
    server does not surely refuse to act on it.
    """

    def __init__(
        self,
        transport: Transport,
        keys: KeyInUse,
        max_retries: int,
        hooks: Hooks,
        clock: Clock,
        uniform: Callable[[float, float], float] = random.uniform,
        budget: WaitBudget | None = None,
    ) -> None:
        self.transport = transport
        self.clock = clock
        self._keys = keys
        self._max_retries = max_retries
        self._hooks = hooks
        self._uniform = uniform
        self.budget = budget
        self._last_date: tuple[str, float] | None = None

    def server_now(self) -> float | None:
        """The server's time, by the last `Date` and a clock that can't jump; None where no answer had one."""
        if self._last_date is None:
            return None
        text, at = self._last_date
        date = http_date(text, self.clock.now())
        return None if date is None else date + self.clock.monotonic() - at

    def within(self, budget: WaitBudget) -> Requester:
        """The same in a wait."""
        return Requester(
            self.transport, self._keys, self._max_retries, self._hooks, self.clock, self._uniform, budget
        )

    def json(self, call: Call) -> tuple[JsonObject, int]:
        """The answer's object, with the members that the call needs, and its status; raises EclipsError."""
        obj, answer = self.answered(call)
        return obj, answer.status

    def answered(self, call: Call) -> tuple[JsonObject, RawResponse]:
        """The answer's object and the answer itself; raises EclipsError."""
        budget = self.budget
        if budget is not None and budget.max_outage is not None and not call.is_change:
            return budget.ask(lambda seconds: self._tried(call, seconds))
        request = self._ready(call)
        if not call.is_change:
            answer = self._repeat(call, request, True)
            return fitting(call, answer), answer
        self._hooks.before_change(request)
        return self._recorded(request, lambda: self._changed(call, request))

    def told_list(self, call: Call, items: list[JsonObject]) -> None:
        """Tell the hooks of the first page of a list."""
        self._hooks.on_list(call.path, items)

    def response(self, call: Call, *, check: bool = True) -> RawResponse:
        """The answer after all repeats; without `check` an answer that is no 2xx is returned, not raised."""
        request = self._ready(call)
        if not call.is_change:
            return self._repeat(call, request, check)
        self._hooks.before_change(request)
        return self._recorded(request, lambda: self._sent(call, request, check))[1]

    def check(self, call: Call, answer: RawResponse) -> None:
        """Raise the error that an answer stands for; nothing for a 2xx."""
        failure = error_answers.from_answer(call, answer, self.clock.now(), self._keys.sent)
        if failure is not None:
            raise failure.error

    def attempt(self, call: Call, at_most: float | None = None) -> JsonObject | Failure:
        """One try, without repeats or change hooks, which may take `at_most` so many seconds."""
        found = self._tried(call, at_most)
        return found if isinstance(found, Failure) else found[0]

    def _tried(self, call: Call, at_most: float | None) -> tuple[JsonObject, RawResponse] | Failure:
        request = self._ready(call)
        answer, failure = self._once(call, request, 1, at_most)
        if answer is None or failure is not None:
            return cast(Failure, failure)
        try:
            return fitting(call, answer), answer
        except ProtocolError as error:
            return Failure(error, retry.RetryDecision.REPEAT)

    def open(self, call: Call, at_most: float | None = None) -> LiveStream | Failure:
        """One try to open a stream, which may take `at_most` so many seconds; its `head` is a 2xx."""
        request = self._ready(call)
        sent = self._keys.sent
        opened = self._opened(call, request, at_most, sent)
        if isinstance(opened, Failure) and self._renewed(call, sent, opened):
            opened = self._opened(call, request, at_most, self._keys.sent)
        return opened

    def _opened(
        self, call: Call, request: OutgoingRequest, at_most: float | None, sent: SentKey
    ) -> LiveStream | Failure:
        self._hooks.on_request(RequestLine(call.method, request.url, 1))
        begun = self.clock.monotonic()
        try:
            stream = self.transport.open_stream(request.url, headers_of(request, sent.key), at_most)
        except FailedTry as fault:
            self._told(request, 1, None, self.clock.monotonic() - begun, 0, str(fault))
            return self.failure_of(call, fault, at_most)
        head = stream.head
        self._told(request, 1, head.status, self.clock.monotonic() - begun, len(head.content))
        failure = error_answers.from_answer(call, head, self.clock.now(), sent)
        if failure is None:
            return stream
        stream.close()
        return failure

    def failure_of(self, call: Call, fault: FailedTry, at_most: float | None = None) -> Failure:
        """What a fault of the connection means, of a try that could take `at_most` so many seconds."""
        seconds = self.transport.seconds(at_most)
        return connection_errors.from_fault(call, fault, self.transport.host, seconds, self.clock.now())

    def _recorded(
        self, request: OutgoingRequest, act: Callable[[], tuple[JsonObject, RawResponse]]
    ) -> tuple[JsonObject, RawResponse]:
        """What a change gave; the hooks are told how it ended, whatever that is."""
        outcome = ChangeOutcome(None, None, "interrupted", "interrupted")
        try:
            obj, answer = act()
            outcome = ChangeOutcome(answer.status, obj, None)
            return obj, answer
        except EclipsError as error:
            outcome = ChangeOutcome(error.details.get("status"), None, error.message, error.code)
            raise
        finally:
            self._hooks.after_change(request, outcome)

    def _changed(self, call: Call, request: OutgoingRequest) -> tuple[JsonObject, RawResponse]:
        answer = self._repeat(call, request, True)
        return fitting(call, answer), answer

    def _sent(self, call: Call, request: OutgoingRequest, check: bool) -> tuple[JsonObject, RawResponse]:
        answer = self._repeat(call, request, check)
        return object_in(answer.content) or {}, answer

    def _repeat(self, call: Call, request: OutgoingRequest, check: bool) -> RawResponse:
        budget = self.budget
        if budget is not None and budget.max_outage is not None and call.is_change:
            return budget.ask(lambda _seconds: self._changed_once(call, request, check))
        attempt = 1
        while True:
            at_most = self._at_most(call)
            answer, failure = self._once(call, request, attempt, at_most)
            if failure is None:
                return cast(RawResponse, answer)
            seconds = retry.pause(attempt, failure.retry_after, self._uniform)
            in_time = at_most is None or self.budget is None or seconds < self.budget.left()
            in_vain = attempt > self._max_retries or not in_time or self.transport.closed
            if not failure.passing or in_vain:
                if answer is not None and not check:
                    return answer
                raise self._final(call, failure)
            self._hooks.on_wait(Wait(seconds, failure.error.message, attempt))
            self.clock.sleep(seconds)
            attempt += 1

    def _changed_once(self, call: Call, request: OutgoingRequest, check: bool) -> RawResponse | Failure:
        """One try of a change in a wait; a Failure where nothing was done, else its error is raised."""
        answer, failure = self._once(call, request, 1, None)
        if failure is None or (answer is not None and not check and not failure.surely_not_done):
            return cast(RawResponse, answer)
        if failure.surely_not_done:
            return failure
        raise self._final(call, failure)

    def _at_most(self, call: Call) -> float | None:
        """How long a try may take; no wait cuts a change short, whose outcome would be unknown then."""
        return None if self.budget is None or call.is_change else self.budget.try_seconds()

    def _once(
        self, call: Call, request: OutgoingRequest, attempt: int, at_most: float | None
    ) -> tuple[RawResponse | None, Failure | None]:
        """One try: the answer, the failure that it or the connection means, or both.

        A key that is rejected is looked for once more where it came from; a 401 has done nothing.
        """
        sent = self._keys.sent
        answer, failure = self._sent_once(call, request, attempt, at_most, sent)
        if failure is not None and self._renewed(call, sent, failure):
            answer, failure = self._sent_once(call, request, attempt, at_most, self._keys.sent)
        return answer, failure

    def _renewed(self, call: Call, sent: SentKey, failure: Failure) -> bool:
        error = failure.error
        return call.needs_key and isinstance(error, KeyRejected) and self._keys.renewed(sent, error)

    def _sent_once(
        self, call: Call, request: OutgoingRequest, attempt: int, at_most: float | None, sent: SentKey
    ) -> tuple[RawResponse | None, Failure | None]:
        if request.is_change and sent.shown != request.key:
            self._hooks.before_renewed(request, sent.shown)
        self._hooks.on_request(RequestLine(call.method, request.url, attempt))
        begun = self.clock.monotonic()
        try:
            answer = self.transport.fetch(
                call.method, request.url, headers_of(request, sent.key), body_of(request), at_most
            )
        except FailedTry as fault:
            self._told(request, attempt, fault.status, self.clock.monotonic() - begun, 0, str(fault))
            return None, self.failure_of(call, fault, at_most)
        self._told(request, attempt, answer.status, answer.seconds, len(answer.content))
        if (date := answer.header("date")) is not None:
            self._last_date = date, self.clock.monotonic()
        failure = error_answers.from_answer(call, answer, self.clock.now(), sent)
        if failure is None and call.needs_key:
            self._keys.good()
        return answer, failure

    def _told(
        self,
        request: OutgoingRequest,
        attempt: int,
        status: int | None,
        seconds: float,
        size: int,
        trouble: str | None = None,
    ) -> None:
        line = ResponseLine(request.method, request.url, attempt, status, seconds, size, trouble)
        self._hooks.on_response(line)

    def _final(self, call: Call, failure: Failure) -> EclipsError:
        """The error to raise; the credits left tell what kind of 429 it was, if it does not say so."""
        error = failure.error
        if not isinstance(error, RateLimited) or failure.retry_after is not None or not call.is_change:
            return error
        usage = self.attempt(Call("GET", "/v1/usage", "GET /v1/usage"))
        left = None if isinstance(usage, Failure) else usage.get("credits_remaining")
        if isinstance(left, (int, float)) and left <= 0:
            return OutOfCredits(
                "out of credits", hint="waiting does not help; to see them: eclips usage", status=429
            )
        return error

    def _ready(self, call: Call) -> OutgoingRequest:
        """The request, if nobody objects; what only looks at it (`--curl`) needs no key."""
        request = outgoing(call, self.transport.base_url, self._keys.sent.shown)
        self._hooks.intercept(request)
        if call.needs_key and self._keys.sent.key is None:
            raise KeyMissing("no API key was given", hint=LOGIN)
        return request
