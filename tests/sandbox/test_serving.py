"""How the sandbox is served over HTTP."""

import socket
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from eclips_cli.api import EclipsClient
from eclips_cli.sandbox.serve import RunningSandbox, start
from tests.installed import wait_until


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def leave(running: RunningSandbox, line: str, *, answered: bool) -> None:
    """Connect, send a request (or nothing), read its answer or not, and go."""
    host, port = running._listener.getsockname()
    with closing(HTTPConnection(host, port, timeout=20)) as connection:
        connection.connect()
        if line:
            method, path = line.split()
            connection.request(method, path, headers={"authorization": f"Bearer {running.keys.full}"})
        if answered:
            connection.getresponse().read(10 if "stream" in path else None)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    "line", ["", "GET /v1/health", "GET /v1/usage", "GET /v1/runs/{run}/stream", "POST /v1/run"]
)
def test_whoever_leaves_is_forgotten_at_once(tmp_path: Path, line: str) -> None:
    """Each that is kept costs a file descriptor: after a thousand commands in a minute nobody could connect."""
    faults = ["slow:path=/v1/usage,seconds=0.1"]
    with start(tmp_path / "sandbox", port=0, speed=1, seed=0, faults=faults) as running:
        with EclipsClient(running.keys.full, base_url=running.url) as client:
            run = client.runs.start("[slow] Count the stock", agent_type="center").json["run_id"]
        before = descriptors() + 1  # a connection of the client's may be on its way out
        for answered in (False, True) if line else (False,):
            for _ in range(5):
                leave(running, line.format(run=run), answered=answered)
        wait_until(lambda: descriptors() <= before)


def test_an_answer_in_two_writes_waits_for_no_acknowledgement(tmp_path: Path) -> None:
    """The other side may take 40 ms for one (delayed ACK), which each request over a kept connection would cost."""
    with (
        start(tmp_path / "sandbox", port=0, speed=1, seed=0, faults=()) as running,
        socket.create_connection(running._listener.getsockname()),
    ):
        assert running._listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_what_is_said_of_a_listener_holds_for_its_connections() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
