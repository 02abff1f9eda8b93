"""One request on its way: how far it got, its answer, or what became of it.

Failures leave as a `FailedTry`, which names what happened and never holds httpx's text: that can quote
a header, and with it the key.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from eclips_cli.api.http import other_protocols, trust
from eclips_cli.api.http.retry import Phase

if TYPE_CHECKING:
    import httpx

MAX_ANSWER = 64 * 1024 * 1024
"""Bytes: a larger answer is refused."""

WHOLE_ANSWER_FACTOR = 20
"""An answer may take this many request timeouts from its first to its last byte."""


class FailedTry(Exception):
    """A request without a usable answer; `kind` and `phase` are rows of `retry.FAULTS`.

    `cause` refines it (dns, refused, tls …); `status` is the one that was seen, if any.
    """

    def __init__(self, kind: str, phase: Phase, cause: str = "", status: int | None = None) -> None:
        super().__init__(f"{kind} {phase.value}")
        self.kind = kind
        self.phase = phase
        self.cause = cause
        self.status = status


class RawResponse(NamedTuple):
    """An answer as it came: status, header lines in their order, body (decompressed), seconds it took."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes
    seconds: float = 0.0

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case; None if it is not there."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Exchange:
    """One try of one request. `seconds` bounds connecting as a whole, and each silence after it."""

    def __init__(
        self,
        client: httpx.Client,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes | None,
        seconds: float,
    ) -> None:
        self.method = method
        self.url = url
        self.seconds = seconds
        self.read_timeout = seconds
        self._client = client
        self._headers = headers
        self._content = content
        self._lock = threading.Lock()
        self._sent = False
        self._abandoned = False

    def run(self) -> RawResponse:
        """Send it and read the whole answer in this thread; raises FailedTry."""
        begun = time.perf_counter()
        response = self.head()
        content = self.body(response)
        headers = tuple(response.headers.multi_items())
        return RawResponse(response.status_code, headers, content, time.perf_counter() - begun)

    def run_bounded(self, total: float) -> RawResponse:
        """The same in a thread that is left alone when it takes too long; raises FailedTry.

        Connecting may take `self.seconds`, all of it `total`.
        """
        outcome: list[RawResponse | Exception] = []
        done = threading.Event()

        def work() -> None:
            try:
                outcome.append(self.run())
            except Exception as error:
                outcome.append(error)
            done.set()

        threading.Thread(target=work, name="eclips-exchange", daemon=True).start()
        if not done.wait(self.seconds) and self.abandon():
            raise FailedTry("ConnectTimeout", Phase.BEFORE)
        if not done.wait(max(0.0, total - self.seconds)):
            raise FailedTry("ReadTimeout", Phase.SENT)
        if isinstance(outcome[0], Exception):
            raise outcome[0]
        return outcome[0]

    def abandon(self) -> bool:
        """Give up while nothing was sent: True if so, and then nothing will be; False if it is too late."""
        with self._lock:
            self._abandoned = self._abandoned or not self._sent
            return self._abandoned

    def head(self) -> httpx.Response:
        """Send it and wait for status and headers; raises FailedTry."""
        try:
            request = self._client.build_request(
                self.method, self.url, headers=dict(self._headers), content=self._content
            )
            request.extensions["timeout"] = {
                "connect": self.seconds,
                "pool": self.seconds,
                "write": self.seconds,
                "read": self.read_timeout,
            }
            request.extensions["trace"] = self._trace
            return self._client.send(request, stream=True)
        except Exception as error:
            fault = to_fault(error, Phase.SENT if self._sent else Phase.BEFORE)
        raise fault  # outside of the handler: httpx's exception, which may quote the key, is not kept

    def body(self, response: httpx.Response) -> bytes:
        """The answer's body; a lost body of an answer that is not 2xx is as good as an empty one.

        Raises FailedTry (phase ANSWERED) when it breaks off, takes too long or is too large.
        """
        fault: FailedTry | None = None
        parts: list[bytes] = []
        try:
            self._read(response, parts)
        except FailedTry as error:
            fault = error
        except Exception as error:
            fault = to_fault(error, Phase.ANSWERED, response.status_code)
        if fault is not None and response.is_success:
            raise fault
        return b"".join(parts)

    def _read(self, response: httpx.Response, parts: list[bytes]) -> None:
        end = time.monotonic() + self.seconds * WHOLE_ANSWER_FACTOR
        size = 0
        try:
            for part in response.iter_bytes():
                size += len(part)
                if size > MAX_ANSWER:
                    raise FailedTry("TooLarge", Phase.ANSWERED, status=response.status_code)
                parts.append(part)
                if time.monotonic() > end:
                    raise FailedTry("ReadTimeout", Phase.ANSWERED, status=response.status_code)
        finally:
            response.close()

    def _trace(self, name: str, info: dict[str, Any]) -> None:
        # a proxy's CONNECT goes through the same code, and carries nothing of the request
        if name == "http11.send_request_headers.started" and info["request"].method != b"CONNECT":
            with self._lock:
                if self._abandoned:
                    raise TimeoutError
                self._sent = True
        elif name.endswith(("connect_tcp.complete", "start_tls.complete")):
            other_protocols.watch(info["return_value"])


def to_fault(error: Exception, phase: Phase, status: int | None = None) -> FailedTry:
    """The fault that stands for an exception of httpx; its text is read only where it holds a status."""
    import socket
    import ssl

    kind = type(error).__name__
    chain = list(_chain(error))
    for link in chain:
        if isinstance(link, ssl.SSLCertVerificationError):
            return FailedTry("CertificateError", phase, trust.cause_of(link), status)
        if isinstance(link, ssl.SSLError) and phase is Phase.BEFORE and other_protocols.is_no_tls(link):
            return FailedTry(other_protocols.OTHER_PROTOCOL, phase, other_protocols.NO_TLS)
        if isinstance(link, other_protocols.NotHttp) and link.protocol:
            return FailedTry(other_protocols.OTHER_PROTOCOL, phase, link.protocol)
    if isinstance(error, other_protocols.NotHttp) or _is_malformed(kind, phase, chain):
        return FailedTry(other_protocols.NOT_HTTP, phase)
    if kind == "ProxyError":
        return FailedTry(_proxy_kind(str(error)), phase, "proxy", status)
    causes = (
        ("dns", socket.gaierror),
        ("refused", ConnectionRefusedError),
        ("tls", ssl.SSLError),
        ("reset", ConnectionResetError),
    )
    for cause, exception in causes:
        if any(isinstance(link, exception) for link in chain):
            return FailedTry(kind, phase, cause, status)
    return FailedTry(kind, phase, "", status)


def _is_malformed(kind: str, phase: Phase, chain: list[BaseException]) -> bool:
    """Whether the parser refused an answer's head: a connection that only ended has no error of h11's in its chain."""
    by_parser = any(type(link).__module__.startswith("h11") for link in chain)
    return kind == "RemoteProtocolError" and phase is not Phase.ANSWERED and by_parser


def _chain(error: BaseException | None) -> Any:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _proxy_kind(text: str) -> str:
    """A proxy's refusal by its status: 407 and other 4xx are permanent, the rest is passing."""
    status = text[:3]
    if status == "407":
        return "ProxyLogin"
    return "ProxyRefused" if status.isdigit() and status[0] == "4" else "ProxyError"
