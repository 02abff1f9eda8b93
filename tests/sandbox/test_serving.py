"""How the sandbox is served over HTTP."""

import socket
from pathlib import Path

from eclips_cli.sandbox.serve import start


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
