"""Makes calls: the key and the hooks around each, repeats by the rules of `retry`, answers checked."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, cast

from eclips_cli.api.http import connection_errors, error_answers, retry
from eclips_cli.api.http.answer import Unreadable, check_needs, parse_json
from eclips_cli.api.http.call import Call
from eclips_cli.api.http.error_answers import Failure
from eclips_cli.api.http.exchange import Fault, RawResponse
from eclips_cli.api.http.hooks import ChangeOutcome, Hooks, OutgoingRequest, RequestLine, ResponseLine, Wait
from eclips_cli.errors import EclipsError, KeyMissing, OutOfCredits, ProtocolError, RateLimited, UsageError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from eclips_cli.api.http.stream import LiveStream
    from eclips_cli.api.http.transport import Transport
    from eclips_cli.api.waiting import Clock


class Caller:
    """What every resource calls through. `uniform(a, b)` is the source of the back-off's jitter."""

    def __init__(
        self,
        transport: Transport,
        key: str | None,
        max_retries: int,
        hooks: Hooks,
        clock: Clock,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.transport = transport
        self.clock = clock
        self._key = key
        self._max_retries = max_retries
        self._hooks = hooks
        self._uniform = uniform
        self._scrub = error_answers.Scrub(key)

    def json(self, call: Call) -> tuple[JsonObject, int]:
        """The answer's object, with the members that the call needs, and its status; raises EclipsError."""
        answer = self.response(call)
        return self.readable(call, answer), answer.status

    def told_list(self, call: Call, items: list[JsonObject]) -> None:
        """Tell the hooks of the first page of a list."""
        self._hooks.on_list(call.path, items)

    def response(self, call: Call, *, check: bool = True) -> RawResponse:
        """The answer after all repeats; without `check` an answer that is no 2xx is returned, not raised."""
        request = self._ready(call)
        if not call.is_change:
            return self._repeat(call, request, check)
        self._hooks.before_change(request)
        return self._change(call, request, check)

    def check(self, call: Call, answer: RawResponse) -> None:
        """Raise the error that an answer stands for; nothing for a 2xx."""
        failure = error_answers.from_answer(call, answer, self.clock.now(), self._scrub)
        if failure is not None:
            raise failure.error

    def attempt(self, call: Call, patience: float | None = None) -> JsonObject | Failure:
        """One try without repeats or change hooks, for those with a patience of their own (seconds)."""
        request = self._ready(call)
        answer, failure = self._once(call, request, 1, patience)
        if answer is None or failure is not None:
            return cast(Failure, failure)
        try:
            return self.readable(call, answer)
        except ProtocolError as error:
            return Failure(error, retry.Decision.REPEAT)

    def open(self, call: Call, patience: float | None = None) -> LiveStream | Failure:
        """One try to open a stream; its `head` is a 2xx."""
        request = self._ready(call)
        self._hooks.on_request(RequestLine(call.method, request.url, 1))
        begun = self.clock.monotonic()
        try:
            stream = self.transport.open_stream(request.url, self._headers(request), patience)
        except Fault as fault:
            self._told(request, 1, None, self.clock.monotonic() - begun, 0, str(fault))
            return connection_errors.from_fault(
                call, fault, self.transport.host, self.transport.request_timeout
            )
        head = stream.head
        self._told(request, 1, head.status, self.clock.monotonic() - begun, len(head.content))
        failure = error_answers.from_answer(call, head, self.clock.now(), self._scrub)
        if failure is None:
            return stream
        stream.close()
        return failure

    def readable(self, call: Call, answer: RawResponse) -> JsonObject:
        """The object in a 2xx answer; for a change, one that can't be read is an UnknownOutcome."""
        why = ""
        if answer.status == 204 and call.is_change and not call.needs:
            return {}
        try:
            obj = parse_json(answer.content)
            check_needs(obj, dict(call.needs))
            return obj  # type: ignore[no-any-return]
        except Unreadable as error:
            why = str(error)
        if call.is_change:
            raise connection_errors.accepted(call, answer.status, why)
        raise ProtocolError(f"{call.endpoint}: the answer can't be used: {why}", status=answer.status)

    def _change(self, call: Call, request: OutgoingRequest, check: bool) -> RawResponse:
        outcome = ChangeOutcome(None, None, "interrupted", "interrupted")
        try:
            answer = self._repeat(call, request, check)
            outcome = ChangeOutcome(answer.status, _object(answer), None)
            return answer
        except EclipsError as error:
            outcome = ChangeOutcome(error.details.get("status"), None, error.message, error.code)
            raise
        finally:
            self._hooks.after_change(request, outcome)

    def _repeat(self, call: Call, request: OutgoingRequest, check: bool) -> RawResponse:
        attempt = 1
        while True:
            answer, failure = self._once(call, request, attempt, None)
            if failure is None:
                return cast(RawResponse, answer)
            if not failure.passing or attempt > self._max_retries:
                if answer is not None and not check:
                    return answer
                raise self._final(call, failure)
            self._pause(failure, attempt)
            attempt += 1

    def _once(
        self, call: Call, request: OutgoingRequest, attempt: int, patience: float | None
    ) -> tuple[RawResponse | None, Failure | None]:
        """One try: the answer, the failure that it or the connection means, or both."""
        self._hooks.on_request(RequestLine(call.method, request.url, attempt))
        begun = self.clock.monotonic()
        try:
            answer = self.transport.fetch(
                call.method, request.url, self._headers(request), _body(request), patience
            )
        except Fault as fault:
            self._told(request, attempt, fault.status, self.clock.monotonic() - begun, 0, str(fault))
            seconds = self.transport.request_timeout
            return None, connection_errors.from_fault(call, fault, self.transport.host, seconds)
        self._told(request, attempt, answer.status, answer.seconds, len(answer.content))
        return answer, error_answers.from_answer(call, answer, self.clock.now(), self._scrub)

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

    def _pause(self, failure: Failure, attempt: int) -> None:
        seconds = retry.pause(attempt, failure.retry_after, self._uniform)
        self._hooks.on_wait(Wait(seconds, failure.error.message, attempt))
        self.clock.sleep(seconds)

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
        request = self._outgoing(call)
        self._hooks.intercept(request)
        if call.needs_key and self._key is None:
            raise KeyMissing("no API key was given", hint=error_answers.LOGIN)
        return request

    def _outgoing(self, call: Call) -> OutgoingRequest:
        from urllib.parse import urlencode

        url = self.transport.base_url + call.path
        query = urlencode(call.query)
        if query:
            url += ("&" if "?" in call.path else "?") + query
        return OutgoingRequest(
            call.method,
            url,
            call.path,
            _encodable(call.query),
            call.json,
            dict(call.headers),
            call.content,
            call.needs_key,
        )

    def _headers(self, request: OutgoingRequest) -> dict[str, str]:
        from eclips_cli import __version__

        headers = {"accept": "application/json", "user-agent": f"eclips-cli/{__version__}"}
        if request.json_body is not None:
            headers["content-type"] = "application/json"
        headers |= {name.lower(): value for name, value in request.headers_without_key.items()}
        if request.needs_key and self._key is not None:
            headers["authorization"] = f"Bearer {self._key}"
        return headers


def _encodable(query: dict[str, str]) -> dict[str, str]:
    try:
        "".join(query.values()).encode()
    except UnicodeEncodeError:
        raise UsageError("the request holds text that is not UTF-8") from None
    return query


def _body(request: OutgoingRequest) -> bytes | None:
    if request.json_body is None:
        return request.content
    import json

    try:
        text = json.dumps(request.json_body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode()
    except UnicodeEncodeError:
        raise UsageError("the request holds text that is not UTF-8") from None
    except (ValueError, TypeError, RecursionError):
        raise UsageError("the request holds a value that JSON does not have") from None


def _object(answer: RawResponse) -> dict[str, Any] | None:
    try:
        body = parse_json(answer.content)
    except Unreadable:
        return None
    return body if isinstance(body, dict) else None
