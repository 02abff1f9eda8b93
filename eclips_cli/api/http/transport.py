"""Connections to one base URL: the only home of httpx.

Nothing is retried here, and no redirect is followed, so the key goes to the base URL's host alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from eclips_cli.api.http import trust
from eclips_cli.api.http.checks import is_loopback
from eclips_cli.api.http.exchange import WHOLE_ANSWER_FACTOR, Exchange, FailedTry, RawResponse
from eclips_cli.errors import ConfigError

if TYPE_CHECKING:
    import ssl

    import httpx

    from eclips_cli.api.http.stream import LiveStream

T = TypeVar("T")

__all__ = ["FailedTry", "RawResponse", "Transport", "load_httpx"]

KEPT_CONNECTIONS = 8
"""Idle connections kept for further GETs."""

KEPT_SECONDS = 15.0

STREAM_SILENCE = 40.0
"""Seconds without a byte after which a stream is dead (pings come every 15)."""


UNWANTED = ("httpx._main", "h2")
"""httpx's own command line, and the HTTP/2 that we never speak: each is optional to httpx."""


def load_httpx() -> Any:
    """The httpx module, without what it would load merely because it is installed.

    Where click is installed, `import httpx` also loads httpx's command line, and with it rich and
    pygments; where hypercorn is, it loads h2. That would slow down every request. A None in
    `sys.modules` makes such an import fail, and httpx goes on without.
    """
    import sys

    hidden = [name for name in UNWANTED if name not in sys.modules and "httpx" not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        import httpcore  # noqa: F401  httpx would load it a little later, when nothing is hidden any more
        import httpx
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
    return httpx


class Transport:
    """Sends single requests to the host of `base_url`; may be used by several threads at once.

    `request_timeout` bounds, in seconds, making the connection as a whole (name look-up, TCP, TLS)
    and each silence after it.
    """

    def __init__(self, base_url: str, request_timeout: float) -> None:
        from urllib.parse import urlsplit

        parts = urlsplit(base_url)
        self.base_url = base_url
        self.host = parts.netloc
        self.request_timeout = request_timeout
        self._plain = parts.scheme == "http"
        self.is_loopback = is_loopback(parts.hostname or "")
        self._lock = threading.Lock()
        self._contexts = self._certificates()
        self._tls: ssl.SSLContext | None = None
        self._clients: dict[bool, httpx.Client] = {}
        self.closed = False
        """whether nobody wants an answer any more; one that is still being read ahead breaks"""

    def close(self) -> None:
        """Close all connections."""
        self.closed = True
        with self._lock:
            clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            client.close()

    def fetch(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, at_most: float | None
    ) -> RawResponse:
        """One request, its whole answer; raises FailedTry. It takes `at_most` so many seconds.

        A change goes out on a fresh connection: a server may just be closing one that was kept, and
        then nobody knows whether it acted.
        """
        seconds = self.seconds(at_most)
        fresh = method not in ("GET", "HEAD", "OPTIONS")
        # a name look-up ignores time-outs, and so does an answer that comes byte by byte: bounded from outside,
        # on this machine, too
        whole = seconds * WHOLE_ANSWER_FACTOR
        bound = whole if at_most is None else max(seconds, min(at_most, whole))
        return self._trusting(
            fresh, lambda client: Exchange(client, method, url, headers, content, seconds).run_bounded(bound)
        )

    def open_stream(self, url: str, headers: Mapping[str, str], at_most: float | None) -> LiveStream:
        """A GET whose body arrives bit by bit, read by a thread of its own; raises FailedTry.

        The stream's own thread ends when the stream is closed or silent for 40 s.
        """
        from eclips_cli.api.http.stream import LiveStream

        seconds = self.seconds(at_most)

        def opened(client: httpx.Client) -> LiveStream:
            exchange = Exchange(client, "GET", url, headers, None, seconds)
            exchange.read_timeout = max(STREAM_SILENCE, seconds)
            return LiveStream(exchange)

        return self._trusting(True, opened)

    def seconds(self, at_most: float | None) -> float:
        """The time-out of a request that may take `at_most` so many seconds."""
        whole = self.request_timeout
        return whole if at_most is None else max(0.05, min(whole, at_most))

    def _trusting(self, fresh: bool, act: Callable[[httpx.Client], T]) -> T:
        """What `act` gives; once more where there are authorities that were not looked through: nothing was sent yet."""
        client, tls = self._client(fresh)
        try:
            return act(client)
        except FailedTry as fault:
            if fault.cause != trust.UNKNOWN_AUTHORITY or not self._trusts_more_than(tls):
                raise
        return self._trusting(fresh, act)

    def _trusts_more_than(self, tls: ssl.SSLContext) -> bool:
        with self._lock:
            if self._tls is tls:
                more = next(self._contexts, None)
                if more is None:
                    return False
                self._tls, self._clients = more, {}
            return True

    def _client(self, fresh: bool) -> tuple[httpx.Client, ssl.SSLContext]:
        """A client, and what it holds certificates against."""
        with self._lock:
            if self._tls is None:
                self._tls = next(self._contexts)
            if fresh not in self._clients:
                self._clients[fresh] = self._build(fresh, self._tls)
            return self._clients[fresh], self._tls

    def _certificates(self) -> Iterator[ssl.SSLContext]:
        if not self._plain:
            yield from trust.contexts()
            return
        import ssl

        # httpx loads all certificates even for http:// unless it is given a context
        yield ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def _build(self, fresh: bool, tls: ssl.SSLContext) -> httpx.Client:
        lib = load_httpx()
        limits = lib.Limits(
            max_connections=None,
            max_keepalive_connections=0 if fresh else KEPT_CONNECTIONS,
            keepalive_expiry=KEPT_SECONDS,
        )
        try:
            # a proxy has its own idea of "this machine": for loopback the proxy variables do not count
            client: httpx.Client = lib.Client(
                verify=tls,
                trust_env=not self.is_loopback,
                follow_redirects=False,
                limits=limits,
                mounts={} if self.is_loopback else _proxies_over_tls(lib, tls, limits),
            )
        except ImportError:
            from eclips_cli.system import installation

            raise ConfigError(
                "the environment (ALL_PROXY or HTTPS_PROXY) names a SOCKS proxy, which needs socksio",
                hint=f"unset the variable for this command, or: {installation.to_add_library('httpx[socks]')}",
            ) from None
        except (lib.InvalidURL, ValueError):
            raise ConfigError(
                "a proxy variable in the environment can't be used: HTTPS_PROXY, ALL_PROXY or NO_PROXY",
                hint="a proxy is http://host:port; NO_PROXY lists host names, without [ ] or /8",
            ) from None
        return client


def _proxies_over_tls(lib: Any, tls: ssl.SSLContext, limits: Any) -> dict[str, Any]:
    """The environment's https:// proxies, by the scheme of what goes through them: their certificates are held against `tls`.

    httpx by itself holds only the server behind a proxy against it, and the proxy against authorities of its own.
    """
    from urllib.request import getproxies

    named = getproxies()
    if "*" in map(str.strip, named.get("no", "").split(",")):
        return {}
    return {
        f"{scheme}://": lib.HTTPTransport(
            verify=tls, limits=limits, proxy=lib.Proxy(address, ssl_context=tls)
        )
        for scheme, address in named.items()
        if scheme in ("http", "https", "all") and address.lower().startswith("https://")
    }
