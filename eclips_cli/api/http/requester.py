"""Makes calls: repeats by the rules of `retry` or of a wait, hooks around each change, answers checked."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, cast

from eclips_cli.api.http import retry
from eclips_cli.api.http.answer import object_in
from eclips_cli.api.http.call import Call
from eclips_cli.api.http.error_answers import Failure
from eclips_cli.api.http.exchange import RawResponse
from eclips_cli.api.http.fitting import fitting
from eclips_cli.api.http.hooks import ChangeOutcome, OutgoingRequest, Wait
from eclips_cli.errors import EclipsError, OutOfCredits, ProtocolError, RateLimited
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from eclips_cli.api.http.sender import RequestSender
    from eclips_cli.api.http.stream import LiveStream
    from eclips_cli.api.waiting import WaitBudget


class Requester:
    """What every resource calls through. `uniform(a, b)` is the source of the back-off's jitter.

    In a wait, which `budget` bounds, a GET is asked until there is a good answer, and a change goes out until the
    server does not surely refuse to act on it.
    """

    def __init__(
        self,
        sender: RequestSender,
        max_retries: int,
        uniform: Callable[[float, float], float] = random.uniform,
        budget: WaitBudget | None = None,
    ) -> None:
        self.sender = sender
        self.budget = budget
        self._max_retries = max_retries
        self._uniform = uniform

    def within(self, budget: WaitBudget) -> Requester:
        """The same in a wait."""
        return Requester(self.sender, self._max_retries, self._uniform, budget)

    def json(self, call: Call) -> tuple[JsonObject, int]:
        """The answer's object, with the members that the call needs, and its status; raises EclipsError."""
        obj, answer = self.answered(call)
        return obj, answer.status

    def answered(self, call: Call) -> tuple[JsonObject, RawResponse]:
        """The answer's object and the answer itself; raises EclipsError."""
        budget = self.budget
        if budget is not None and budget.max_outage is not None and not call.is_change:
            return budget.ask(lambda seconds: self._tried(call, seconds))
        request = self.sender.ready(call)
        if not call.is_change:
            answer = self._repeat(call, request, True)
            return fitting(call, answer), answer
        self.sender.hooks.before_change(request)
        return self._recorded(request, lambda: self._changed(call, request))

    def told_list(self, call: Call, items: list[JsonObject]) -> None:
        """Tell the hooks of the first page of a list."""
        self.sender.hooks.on_list(call.path, items)

    def response(self, call: Call, *, check: bool = True) -> RawResponse:
        """The answer after all repeats; without `check` an answer that is no 2xx is returned, not raised."""
        request = self.sender.ready(call)
        if not call.is_change:
            return self._repeat(call, request, check)
        self.sender.hooks.before_change(request)
        return self._recorded(request, lambda: self._sent(call, request, check))[1]

    def attempt(self, call: Call, at_most: float | None = None) -> JsonObject | Failure:
        """One try, without repeats or change hooks, which may take `at_most` so many seconds."""
        found = self._tried(call, at_most)
        return found if isinstance(found, Failure) else found[0]

    def _tried(self, call: Call, at_most: float | None) -> tuple[JsonObject, RawResponse] | Failure:
        request = self.sender.ready(call)
        answer, failure = self.sender.once(call, request, 1, at_most)
        if answer is None or failure is not None:
            return cast(Failure, failure)
        try:
            return fitting(call, answer), answer
        except ProtocolError as error:
            return Failure(error, retry.RetryDecision.REPEAT)

    def open(self, call: Call, at_most: float | None = None) -> LiveStream | Failure:
        """One try to open a stream, which may take `at_most` so many seconds; its `head` is a 2xx."""
        return self.sender.open(call, self.sender.ready(call), at_most)

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
            self.sender.hooks.after_change(request, outcome)

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
            answer, failure = self.sender.once(call, request, attempt, at_most)
            if failure is None:
                return cast(RawResponse, answer)
            seconds = retry.pause(attempt, failure.retry_after, self._uniform)
            in_time = at_most is None or self.budget is None or seconds < self.budget.left()
            in_vain = attempt > self._max_retries or not in_time or self.sender.transport.closed
            if not failure.passing or in_vain:
                if answer is not None and not check:
                    return answer
                raise self._final(call, failure)
            self.sender.hooks.on_wait(Wait(seconds, failure.error.message, attempt))
            self.sender.clock.sleep(seconds)
            attempt += 1

    def _changed_once(self, call: Call, request: OutgoingRequest, check: bool) -> RawResponse | Failure:
        """One try of a change in a wait; a Failure where nothing was done, else its error is raised."""
        answer, failure = self.sender.once(call, request, 1, None)
        if failure is None or (answer is not None and not check and not failure.surely_not_done):
            return cast(RawResponse, answer)
        if failure.surely_not_done:
            return failure
        raise self._final(call, failure)

    def _at_most(self, call: Call) -> float | None:
        """How long a try may take; no wait cuts a change short, whose outcome would be unknown then."""
        return None if self.budget is None or call.is_change else self.budget.try_seconds()

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
