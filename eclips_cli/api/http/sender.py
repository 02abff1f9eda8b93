"""One request on the wire: the key it goes out with, the hooks around it, and what its answer or its fault means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eclips_cli.api.http import connection_errors, error_answers
from eclips_cli.api.http.call import Call, body_of, headers_of, outgoing
from eclips_cli.api.http.dates import http_date
from eclips_cli.api.http.error_answers import Failure
from eclips_cli.api.http.exchange import FailedTry, RawResponse
from eclips_cli.api.http.hooks import Hooks, OutgoingRequest, RequestLine, ResponseLine
from eclips_cli.api.http.key_in_use import LOGIN, KeyInUse, SentKey
from eclips_cli.errors import KeyMissing, KeyRejected

if TYPE_CHECKING:
    from eclips_cli.api.http.stream import LiveStream
    from eclips_cli.api.http.transport import Transport
    from eclips_cli.api.waiting import Clock


class RequestSender:
    """What a client's requests go out through, in a wait or not."""

    def __init__(self, transport: Transport, keys: KeyInUse, hooks: Hooks, clock: Clock) -> None:
        self.transport = transport
        self.hooks = hooks
        self.clock = clock
        self._keys = keys
        self._last_date: tuple[str, float] | None = None

    def server_now(self) -> float | None:
        """The server's time, by the last `Date` and a clock that can't jump; None where no answer had one."""
        if self._last_date is None:
            return None
        text, at = self._last_date
        date = http_date(text, self.clock.now())
        return None if date is None else date + self.clock.monotonic() - at

    def ready(self, call: Call) -> OutgoingRequest:
        """The request, if nobody objects; what only looks at it (`--curl`) needs no key."""
        request = outgoing(call, self.transport.base_url, self._keys.sent.shown)
        self.hooks.intercept(request)
        if call.needs_key and self._keys.sent.key is None:
            raise KeyMissing("no API key was given", hint=LOGIN)
        return request

    def once(
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
            self.hooks.before_renewed(request, sent.shown)
        self.hooks.on_request(RequestLine(call.method, request.url, attempt))
        begun = self.clock.monotonic()
        try:
            answer = self.transport.fetch(
                call.method, request.url, headers_of(request, sent.key), body_of(request), at_most
            )
        except FailedTry as fault:
            self._told(request, attempt, fault.status, self.clock.monotonic() - begun, 0, str(fault))
            return None, self.failure_of(call, fault, at_most)
        self._told(request, attempt, answer.status, answer.seconds, len(answer.content))
        self._dated(answer)
        failure = error_answers.from_answer(call, answer, self.clock.now(), sent)
        if failure is None and call.needs_key:
            self._keys.good()
        return answer, failure

    def _dated(self, answer: RawResponse) -> None:
        if (date := answer.header("date")) is not None:
            self._last_date = date, self.clock.monotonic()

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
        self.hooks.on_response(line)

    def open(self, call: Call, request: OutgoingRequest, at_most: float | None) -> LiveStream | Failure:
        """One try to open a stream, which may take `at_most` so many seconds; its `head` is a 2xx."""
        sent = self._keys.sent
        opened = self._opened(call, request, at_most, sent)
        if isinstance(opened, Failure) and self._renewed(call, sent, opened):
            opened = self._opened(call, request, at_most, self._keys.sent)
        return opened

    def _opened(
        self, call: Call, request: OutgoingRequest, at_most: float | None, sent: SentKey
    ) -> LiveStream | Failure:
        self.hooks.on_request(RequestLine(call.method, request.url, 1))
        begun = self.clock.monotonic()
        try:
            stream = self.transport.open_stream(request.url, headers_of(request, sent.key), at_most)
        except FailedTry as fault:
            self._told(request, 1, None, self.clock.monotonic() - begun, 0, str(fault))
            return self.failure_of(call, fault, at_most)
        head = stream.head
        self._dated(head)
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

    def check(self, call: Call, answer: RawResponse) -> None:
        """Raise the error that an answer stands for; nothing for a 2xx."""
        failure = error_answers.from_answer(call, answer, self.clock.now(), self._keys.sent)
        if failure is not None:
            raise failure.error
