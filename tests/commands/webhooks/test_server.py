"""The listener's bounds, each provoked over real sockets."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from eclips_cli.commands.webhooks._request import ReceivedRequest
from eclips_cli.commands.webhooks._server import DeliveryServer, ServerLimits
from eclips_cli.errors import LocalFailure
from tests.installed import wait_until

SMALL = ServerLimits(connections=4, head_seconds=0.4, request_seconds=0.8, linger_seconds=0.4)
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"


class Listener:
    def __init__(self, limits: ServerLimits) -> None:
        self.got: list[ReceivedRequest] = []
        self.refused: list[int] = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.server = DeliveryServer(
            0,
            self.answer,
            lambda status, _why: self.refused.append(status),
            hosts=["hook.example"],
            limits=limits,
        )
        self.port = int(self.server.url.rpartition(":")[2])

    async def answer(self, request: ReceivedRequest) -> tuple[int, str]:
        self.got.append(request)
        while not self.goes_on.is_set():
            await asyncio.sleep(0.01)
        return 200, "ok"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def ask(self, *pieces: bytes, pause: float = 0.0) -> bytes:
        """Send the pieces and read the answer to its end; b"" when the connection was cut."""
        with self.connect() as sock:
            try:
                for piece in pieces:
                    sock.sendall(piece)
                    time.sleep(pause)
            except OSError:
                pass
            return read_all(sock)


def read_all(sock: socket.socket) -> bytes:
    parts = []
    try:
        while part := sock.recv(65536):
            parts.append(part)
    except OSError:
        pass
    return b"".join(parts)


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    with ExitStack() as stack:

        def start(limits: ServerLimits = SMALL) -> Listener:
            listener = Listener(limits)
            stack.enter_context(listener.server)
            return listener

        yield start


def test_a_delivery_is_read_whole(listen: Callable[..., Listener]) -> None:
    listener = listen()
    assert listener.ask(POST).startswith(b"HTTP/1.1 200 OK\r\n")
    chunked = (
        b"POST /x HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"1\r\n{\r\n",
        b"1\r\n}\r\n0\r\n\r\n",
    )
    assert b" 200 " in listener.ask(*chunked, pause=0.02)
    assert [request.body for request in listener.got] == [b"{}", b"{}"]
    assert listener.got[1].header("x-a") == "1" and listener.got[1].header("x-b") is None


def test_it_is_bound_to_loopback_alone(listen: Callable[..., Listener]) -> None:
    listener = listen()
    name = listener.server._listener.getsockname()
    assert name[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "garbage",
    [b"hello\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 80, b"\0" * 64 + b"\r\n\r\n",
     b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n{",
     b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    ],
)  # fmt: skip
def test_garbage_is_answered_and_never_becomes_a_request(
    listen: Callable[..., Listener], garbage: bytes
) -> None:
    listener = listen()
    answer = listener.ask(garbage)
    assert (
        answer[:11] in (b"HTTP/1.1 40", b"HTTP/1.1 50") and listener.got == [] and len(listener.refused) == 1
    )
    assert b" 200 " in listener.ask(POST)


def test_a_body_over_the_bound_is_refused_by_its_length_or_as_it_comes(
    listen: Callable[..., Listener],
) -> None:
    listener = listen(ServerLimits(body_bytes=1000, linger_seconds=0.4))
    said = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
    assert b" 413 " in listener.ask(said % 2_000_000, b"x" * 2_000_000)
    assert b" 413 " in listener.ask(
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n"
    )
    chunk = b"200\r\n" + b"x" * 512 + b"\r\n"
    assert b" 413 " in listener.ask(
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", *[chunk] * 5
    )
    assert b" 200 " in listener.ask(said % 1000, b"x" * 1000)
    assert len(listener.got) == 1


def test_expecting_100_continue_gets_it_or_the_refusal(listen: Callable[..., Listener]) -> None:
    listener = listen(ServerLimits(body_bytes=1000, linger_seconds=0.4))
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    assert listener.ask(head % 2000).startswith(b"HTTP/1.1 413 ")
    with listener.connect() as sock:
        sock.sendall(head % 2)
        assert sock.recv(100).startswith(b"HTTP/1.1 100 ")
        sock.sendall(b"{}")
        assert b" 200 " in read_all(sock)


def test_a_head_over_the_bound_is_refused(listen: Callable[..., Listener]) -> None:
    listener = listen()
    answer = listener.ask(b"POST / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000)
    assert b" 431 " in answer and listener.got == []


def test_a_slow_head_and_a_slow_body_are_cut_while_others_are_served(
    listen: Callable[..., Listener],
) -> None:
    listener = listen()
    answers: dict[str, bytes] = {}

    def drip(name: str, head: bytes, rest: bytes) -> None:
        pieces = [head, *(bytes([byte]) for byte in rest)]
        answers[name] = listener.ask(*pieces, pause=0.1)

    slow = [
        threading.Thread(
            target=drip, args=("head", b"POST / HT", b"TP/1.1\r\nHost: localhost\r\nX: " + b"x" * 40)
        ),
        threading.Thread(
            target=drip,
            args=("body", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\n", b"x" * 60),
        ),
    ]
    for thread in slow:
        thread.start()
    wait_until(lambda: len(listener.server._open) == 2)
    assert b" 200 " in listener.ask(POST)
    wait_until(lambda: sorted(listener.refused) == [408, 408])
    for thread in slow:
        thread.join()
    assert len(listener.got) == 1
    wait_until(lambda: not listener.server._open)


def test_connections_that_say_nothing_make_room_for_those_that_do(listen: Callable[..., Listener]) -> None:
    listener = listen(ServerLimits(connections=4, head_seconds=30, request_seconds=60))
    idle = [listener.connect() for _ in range(12)]
    assert b" 200 " in listener.ask(POST)
    assert len(listener.server._open) <= 4
    for sock in idle:
        sock.close()
    wait_until(lambda: not listener.server._open)


def test_slow_bodies_make_room_too(listen: Callable[..., Listener]) -> None:
    listener = listen(ServerLimits(connections=4, head_seconds=30, request_seconds=60))
    with ExitStack() as stack:
        for _ in range(12):
            sock = stack.enter_context(listener.connect())
            sock.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
        assert b" 200 " in listener.ask(POST)
        assert len(listener.server._open) <= 4 and len(listener.got) == 1
    wait_until(lambda: not listener.server._open)


def test_too_many_that_are_busy_are_told_so(listen: Callable[..., Listener]) -> None:
    listener = listen(ServerLimits(connections=2, head_seconds=30, request_seconds=60))
    listener.goes_on.clear()
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(listener.connect()).sendall(POST)
        wait_until(lambda: len(listener.got) == 2)
        assert b" 503 " in listener.ask()
        listener.goes_on.set()
    wait_until(lambda: not listener.server._open)
    assert b" 200 " in listener.ask(POST)


def test_an_answer_that_is_under_way_at_the_end_is_given(listen: Callable[..., Listener]) -> None:
    listener = listen(ServerLimits(answer_seconds=20))
    listener.goes_on.clear()
    with listener.connect() as sock:
        sock.sendall(POST)
        wait_until(lambda: listener.got)
        listener.server._loop.call_soon_threadsafe(listener.server._stop.set)
        wait_until(lambda: not accepts(listener.port))
        listener.goes_on.set()
        assert b" 200 " in read_all(sock)


def accepts(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:80", "169.254.0.1", "0.0.0.0", "localhost.x", ""]
)
def test_what_is_sent_to_another_host_is_refused_unread(listen: Callable[..., Listener], host: str) -> None:
    listener = listen()
    answer = listener.ask(POST.replace(b"localhost", host.encode()))
    assert answer.startswith(b"HTTP/1.1 421 ") and listener.got == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1:80", "LOCALHOST:1", "[::1]:80", "localhost.", "Hook.Example", "hook.example:1"]
)
def test_this_machine_and_a_tunnel_s_name_are_taken(listen: Callable[..., Listener], host: str) -> None:
    assert b" 200 " in listen().ask(POST.replace(b"localhost", host.encode()))


def test_one_that_leaves_in_the_middle_is_no_trouble(listen: Callable[..., Listener]) -> None:
    listener = listen()
    for piece in (b"", b"POST", POST[:-1]):
        with listener.connect() as sock:
            sock.sendall(piece)
    wait_until(lambda: not listener.server._open)
    assert b" 200 " in listener.ask(POST) and len(listener.got) == 1


def test_many_at_once(listen: Callable[..., Listener]) -> None:
    listener = listen(ServerLimits())
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: answers.append(listener.ask(POST[:9], POST[9:]))) for _ in range(60)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 60 and all(b" 200 " in answer for answer in answers)


def test_a_port_that_is_taken(listen: Callable[..., Listener]) -> None:
    port = listen().port
    with pytest.raises(LocalFailure, match=f"port {port}: address already in use"):
        Listener.__new__(Listener).server = DeliveryServer(port, Listener.answer, lambda *_: None)  # type: ignore[arg-type]
