"""Where a run's state comes from while it is followed (a GET and a stream, each tried once), and what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from eclips_cli.api.http import retry
from eclips_cli.api.http.error_answers import Failure
from eclips_cli.api.http.exchange import FailedTry
from eclips_cli.errors import EclipsError, ProtocolError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.http.call import Call
    from eclips_cli.api.http.requester import Requester


State = tuple[str, Any, Any, Any]
"""Status, confidence, result, error: a repeat of the same four is dropped."""


class Snapshot(NamedTuple):
    """A run's state as one answer told it.

    `raw` is the stream's event as the API sent it, or its four members made from a GET; then
    `detail` is that GET's whole `{run, triage_item}`. `at` is when it arrived (seconds since 1970);
    `final` marks the last one.
    """

    status: str
    confidence: Any
    result: Any
    error: Any
    raw: JsonObject
    at: float
    final: bool
    detail: JsonObject | None = None


class Chunks(Protocol):
    """An open stream: see `stream.LiveStream`."""

    def next(self, seconds: float) -> bytes | None:
        """The next bytes, b"" at the end, None when `seconds` brought nothing; raises FailedTry."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Source(Protocol):
    """Where a run's state comes from."""

    def get(self, seconds: float) -> JsonObject | Failure:
        """`{run, triage_item}`, asked once, which may take so many seconds."""
        ...

    def open(self, seconds: float) -> Chunks | Failure:
        """The stream, opened once, which may take so many seconds."""
        ...

    def lost(self, error: Exception) -> EclipsError:
        """What a broken stream would be reported as."""
        ...


class RunSource:
    """A run at the API, as a source."""

    def __init__(self, requester: Requester, get: Call, stream: Call) -> None:
        self._requester = requester
        self._get = get
        self._stream = stream

    def get(self, seconds: float) -> JsonObject | Failure:
        """`GET /v1/runs/:id`, once."""
        return self._requester.attempt(self._get, seconds)

    def open(self, seconds: float) -> Chunks | Failure:
        """`GET /v1/runs/:id/stream`, once; an answer that is no event stream is a failure."""
        stream = self._requester.open(self._stream, seconds)
        if isinstance(stream, Failure):
            return stream
        kind = (stream.head.header("content-type") or "").split(";", 1)[0].strip().lower()
        if kind == "text/event-stream":
            return stream
        stream.close()
        error = ProtocolError(f"{self._stream.endpoint}: the answer is no event stream")
        return Failure(error, retry.RetryDecision.REPEAT)

    def lost(self, error: Exception) -> EclipsError:
        """The stream's fault as one of our errors."""
        if isinstance(error, FailedTry):
            return self._requester.sender.failure_of(self._stream, error).error
        return error if isinstance(error, EclipsError) else ProtocolError(str(error))
