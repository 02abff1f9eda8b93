"""The tests' one server: scripted, on loopback, it answers with any bytes at any time, resets, or says nothing.

    with RawServer(json_reply({"ok": True}), Reset()) as server:
        ...  server.url, server.requests

Each request takes the next action of the script; the last one is repeated. An action is a callable
that gets a `Conversation`. Instead of a script, `answer` may be a function from request to action;
`greeting` is said to whoever connects, as a server that is no HTTP server would.

What an API answers is a function, and lies with the tests that need it: `tests/faults/healthy.py` (the manual's examples),
`tests/commands/batches/server.py`, `tests/commands/runs/api.py`, `tests/commands/webhooks/world.py` (state that a test
moves). Apart remain the sandbox, which is part of the product and a second reading of the manual; `tests/bench/server.py`,
a process of its own, so that it takes no time from what is measured; and bare sockets that never answer HTTP.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.servers.sockets import wait_until_read


@dataclass(frozen=True)
class Received:
    """One request as it came in; `connection` counts the connections, `at` is time.monotonic()."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int
    at: float

    @property
    def path(self) -> str:
        return self.target.split("?", 1)[0]

    @property
    def query(self) -> dict[str, str]:
        from urllib.parse import parse_qsl

        return dict(parse_qsl(self.target.partition("?")[2]))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Conversation:
    """The server's end of one request: `send` bytes, `reset` or `close` the connection, `wait`."""

    def __init__(self, server: RawServer, sock: socket.socket, request: Received) -> None:
        self.server = server
        self.request = request
        self.sock = sock
        self.keep = True

    def send(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except OSError:
            self.keep = False

    def close(self) -> None:
        self.keep = False

    def reset(self) -> None:
        """End the connection with a RST, as a crashed server or a firewall does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.keep = False

    def wait(self, seconds: float) -> None:
        """Say nothing for so long, or until the server is stopped or the client leaves."""
        end = time.monotonic() + seconds
        self.sock.settimeout(0.02)
        while time.monotonic() < end and not self.server.stopping.is_set():
            try:
                if self.sock.recv(1, socket.MSG_PEEK) == b"":
                    break
                time.sleep(0.02)
            except TimeoutError:
                continue
            except OSError:
                break
        self.sock.settimeout(10)


Action = Callable[[Conversation], None]


def reply(
    status: int = 200, body: bytes = b"", headers: Iterable[tuple[str, str]] = (), reason: str = "X"
) -> Action:
    """A whole answer with its length."""
    lines = [f"HTTP/1.1 {status} {reason}", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    data = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body
    return lambda talk: talk.send(data)


def json_reply(obj: Any, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Action:
    """A whole answer of JSON."""
    return reply(status, json.dumps(obj).encode(), [("content-type", "application/json"), *headers])


def raw(data: bytes, *, close: bool = True) -> Action:
    """These bytes and nothing else."""

    def act(talk: Conversation) -> None:
        talk.send(data)
        talk.keep = not close

    return act


def reset_now(talk: Conversation) -> None:
    """A RST instead of an answer."""
    talk.reset()


def close_now(talk: Conversation) -> None:
    """The connection is closed without an answer."""
    talk.close()


def let_it_be_read(talk: Conversation) -> None:
    """Wait until the client has read what was said: a reset throws away what was not."""
    wait_until_read(talk.sock)


def silent(seconds: float = 30.0) -> Action:
    """Nothing is said."""

    def act(talk: Conversation) -> None:
        talk.wait(seconds)
        talk.close()

    return act


def then(*actions: Action) -> Action:
    """Several actions in one answer."""

    def act(talk: Conversation) -> None:
        for action in actions:
            action(talk)

    return act


def stream_head(kind: str = "text/event-stream") -> Action:
    """The head of an answer that has no length: it ends when the connection is closed."""
    return raw(f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n\r\n".encode(), close=False)


def events(*objects: Any) -> Action:
    """Events, one `data:` line each."""
    return raw(b"".join(b"data: " + json.dumps(obj).encode() + b"\n\n" for obj in objects), close=False)


class RawServer:
    """A context manager; `url`, `port`, `requests` (in the order of their arrival), `connections`."""

    def __init__(
        self,
        *script: Action,
        answer: Callable[[Received], Action] | None = None,
        tls: ssl.SSLContext | None = None,
        greeting: bytes = b"",
    ) -> None:
        self.requests: list[Received] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._script = list(script)
        self._answer = answer
        self._tls = tls
        self._greeting = greeting
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(0.1)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> RawServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop: whoever connects from now on is refused."""
        self.stopping.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # a mere close leaves it open for who waits in accept
        self._socket.close()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                sock, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with self._lock:
                self.connections += 1
                number = self.connections
            threading.Thread(target=self._serve, args=(sock, number), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with sock:
            sock.settimeout(10)
            try:
                if self._greeting:
                    sock.sendall(self._greeting)
                    return
                if self._tls is not None:
                    sock = self._tls.wrap_socket(sock, server_side=True)
                while not self.stopping.is_set():
                    request = _read_request(sock, number)
                    if request is None:
                        return
                    talk = Conversation(self, sock, request)
                    self._next(request)(talk)
                    if not talk.keep:
                        return
            except OSError:
                return
            finally:
                sock.close()

    def _next(self, request: Received) -> Action:
        with self._lock:
            self.requests.append(request)
            if self._answer is not None:
                return self._answer(request)
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]


def _read_request(sock: socket.socket, connection: int) -> Received | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        more = sock.recv(65536)
        if not more:
            return None
        body += more
    method, target, _version = first.split(" ")
    return Received(method, target, headers, body, connection, time.monotonic())
