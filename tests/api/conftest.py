from collections.abc import Callable, Iterator
from typing import Any

import pytest

from eclips_cli.api import EclipsClient
from tests.servers.raw import RawServer

KEY = "eck_live_canary0123456789"


class FakeClock:
    """Time that passes only when somebody sleeps; `slept` holds each sleep."""

    def __init__(self, now: float = 1_780_000_000.0) -> None:
        self.wall = now
        self.passed = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.wall + self.passed

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        assert 0 <= seconds < 1e6
        self.slept.append(seconds)
        self.passed += seconds


def longest(_low: float, high: float) -> float:
    """Jitter at its most, so that waits are known."""
    return high


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines preset proxies and certificates; each test sets its own."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def connect(clock: FakeClock) -> Iterator[Callable[..., EclipsClient]]:
    """A client of a server or URL whose waits are recorded instead of waited for."""
    clients: list[EclipsClient] = []

    def make(server: RawServer | str, **options: Any) -> EclipsClient:
        url = server if isinstance(server, str) else server.url
        options = {"api_key": KEY, "clock": clock, "uniform": longest, "request_timeout": 5.0} | options
        clients.append(EclipsClient(base_url=url, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()
