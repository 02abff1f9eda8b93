"""What can go wrong between a command and the API, and what must follow from it, as two tables.

The rules are written from the contract: a read may be repeated, a change only when the server surely
did not act on it, a follower outlasts whatever can pass.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from functools import cache

import pytest
import trustme

from tests.faults.healthy import Healthy
from tests.servers.raw import (
    Action,
    Conversation,
    RawServer,
    Received,
    json_reply,
    let_it_be_read,
    raw,
    reply,
    reset_now,
    silent,
    then,
)

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>"
SCOPES = {"error": "Insufficient scope", "required": "agents:run", "provided": ["agents:read"]}
NAMELESS = "api.eclips.invalid"
Spoil = Callable[[Received, Healthy], Action]


@dataclass
class Place:
    """Where a command is sent; `connections` made and `requests` received there, as far as they are known."""

    url: str
    requests: list[Received] = field(default_factory=list)
    connections: list[int] = field(default_factory=list)
    knows_connections: bool = False
    fault: str = ""
    """the one that it suffers from now"""


@dataclass(frozen=True)
class Fault:
    """A trouble: `spoil` makes the answer to the requests it is meant for, or `place` is all there is.

    `slow` ones are waited for, so the command gets a short time-out.
    """

    spoil: Spoil | None = None
    place: Callable[[], AbstractContextManager[Place]] | None = None
    slow: bool = False


def _always(action: Action) -> Spoil:
    return lambda _request, _api: action


def _cut(request: Received, api: Healthy) -> Action:
    body = api.object(request)
    return json_like(body[: len(body) // 2])


def _cut_connection(request: Received, api: Healthy) -> Action:
    body = api.object(request)
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    )
    return then(raw(head + body[: len(body) // 2], close=False), let_it_be_read, reset_now)


def _of_another(request: Received, api: Healthy) -> Action:
    """The whole, healthy answer to a request about something else of the same kind."""
    asked = next(part for part in request.path.split("/") if len(part) == len(ANOTHER))
    body = json.loads(api.object(request).replace(asked.encode(), ANOTHER.encode()))
    holder = next((body[name] for name in ("run", "job", "data") if isinstance(body.get(name), dict)), body)
    holder["id"] = ANOTHER
    return json_reply(body)


def _from_a_cache(request: Received, api: Healthy) -> Action:
    return reply(200, api.object(request), [("content-type", "application/json"), ("age", "3600")])


def json_like(body: bytes, status: int = 200) -> Action:
    return reply(status, body, [("content-type", "application/json")])


@cache
def _thirty_megabytes() -> bytes:
    return b"x" * 30_000_000


def _huge(request: Received, api: Healthy) -> Action:
    return json_like(api.object(request)[:-1] + b', "note": "' + _thirty_megabytes() + b'"}')


def _drip(request: Received, api: Healthy) -> Action:
    body = api.object(request)
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    )
    size = max(40, len(body) // 20)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return then(raw(head, close=False), *(_after_a_while(piece) for piece in pieces))


def _after_a_while(piece: bytes) -> Action:
    def act(talk: Conversation) -> None:
        talk.server.stopping.wait(0.005)
        talk.send(piece)

    return act


@contextmanager
def _refused() -> Iterator[Place]:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    yield Place(f"http://127.0.0.1:{port}")


@contextmanager
def _nameless() -> Iterator[Place]:
    known = socket.getaddrinfo

    def look_up(host: object, *rest: object, **more: object) -> object:
        if host in (NAMELESS, NAMELESS.encode()):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return known(host, *rest, **more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look_up)
        yield Place(f"https://{NAMELESS}")


@cache
def _strange_certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


@contextmanager
def _untrusted() -> Iterator[Place]:
    with RawServer(reply(200, b"{}"), tls=_strange_certificate()) as server:
        yield Place(server.url, server.requests)


@contextmanager
def _full_backlog() -> Iterator[Place]:
    """A port whose queue is full: the system drops what asks for a connection, as a firewall does."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
        yield Place(f"http://127.0.0.1:{listening.getsockname()[1]}")
        for each in waiting:
            each.close()


@contextmanager
def _reset_unread() -> Iterator[Place]:
    """Whoever sends something is reset before it is read."""
    connections: list[int] = []
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)

    def accept() -> None:
        while True:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            connections.append(1)
            sock.recv(1, socket.MSG_PEEK)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield Place(
        f"http://127.0.0.1:{listening.getsockname()[1]}", connections=connections, knows_connections=True
    )
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)


REDIRECTED = RawServer(json_reply({"status": "ok"}))
"""where the redirect points; nobody may ever come here"""


def _redirect(request: Received, _api: Healthy) -> Action:
    return reply(307, b"", [("location", f"http://localhost:{REDIRECTED.port}{request.target}")])


ANOTHER = "0ther000-0000-4000-8000-000000000000"
LIMITED = {"error": "Too many requests"}

FAULTS: dict[str, Fault] = {
    "refused": Fault(place=_refused),
    "name unknown": Fault(place=_nameless),
    "certificate untrusted": Fault(place=_untrusted),
    "connect timeout": Fault(place=_full_backlog, slow=True),
    "reset unread": Fault(place=_reset_unread),
    "reset after reading": Fault(_always(reset_now)),
    "reset inside the answer": Fault(_cut_connection),
    "read timeout": Fault(_always(silent()), slow=True),
    "400": Fault(_always(json_reply({"error": "that is no task", "field": "task"}, 400))),
    "401": Fault(_always(json_reply({"error": "Invalid API key"}, 401))),
    "403 scope": Fault(_always(json_reply(SCOPES, 403))),
    "403 plan": Fault(_always(json_reply({"error": "Your plan has no API access"}, 403))),
    "404": Fault(_always(json_reply({"error": "Not found"}, 404))),
    "422": Fault(_always(json_reply({"error": "can't be done"}, 422))),
    "429 with Retry-After": Fault(_always(json_reply(LIMITED, 429, [("retry-after", "7")]))),
    "429 without": Fault(_always(json_reply(LIMITED, 429))),
    "429 out of credits": Fault(_always(json_reply({"error": "Out of credits"}, 429))),
    "500": Fault(_always(json_reply({"error": "boom"}, 500))),
    "502 of HTML": Fault(_always(reply(502, HTML, [("content-type", "text/html")]))),
    "503": Fault(_always(json_reply({"error": "maintenance"}, 503))),
    "200 of HTML": Fault(_always(reply(200, HTML, [("content-type", "text/html")]))),
    "truncated JSON": Fault(_cut),
    "wrong shape": Fault(_always(json_like(b"[1, 2, 3]"))),
    "30 MB": Fault(_huge),
    "redirect elsewhere": Fault(_redirect),
    "slow drip": Fault(_drip),
    "another object's answer": Fault(_of_another),
    "a 2xx that says no": Fault(_always(json_reply({"success": False, "error": "it is locked"}))),
    "a cached answer": Fault(_from_a_cache),
}

BY_ID = frozenset({"another object's answer"})
"""faults of requests that name one thing: no other answer can be somebody else's"""

EVERY = -1
"""each try that there is"""


@dataclass(frozen=True)
class Rule:
    """What follows: (exit code, tries) of a read and of a change; whether it can pass by itself."""

    read: tuple[int, int]
    change: tuple[int, int]
    passing: bool


OK, AUTH, PERMISSION, NOT_FOUND, NETWORK, LIMIT, UNKNOWN, SERVER = 0, 4, 5, 6, 7, 10, 11, 12
REJECTED = 14

RULES: dict[str, Rule] = {
    # nothing was sent: both may be tried again, and nothing was accepted
    "refused": Rule((NETWORK, EVERY), (NETWORK, EVERY), True),
    "name unknown": Rule((NETWORK, EVERY), (NETWORK, EVERY), True),
    "certificate untrusted": Rule((NETWORK, 1), (NETWORK, 1), False),
    "connect timeout": Rule((NETWORK, EVERY), (NETWORK, EVERY), True),
    # something was sent: a read is repeated, of a change nobody knows
    "reset unread": Rule((NETWORK, EVERY), (UNKNOWN, 1), True),
    "reset after reading": Rule((NETWORK, EVERY), (UNKNOWN, 1), True),
    "reset inside the answer": Rule((NETWORK, EVERY), (UNKNOWN, 1), True),
    "read timeout": Rule((NETWORK, EVERY), (UNKNOWN, 1), True),
    # refused for good
    "400": Rule((REJECTED, 1), (REJECTED, 1), False),
    "401": Rule((AUTH, 1), (AUTH, 1), False),
    "403 scope": Rule((PERMISSION, 1), (PERMISSION, 1), False),
    "403 plan": Rule((PERMISSION, 1), (PERMISSION, 1), False),
    "404": Rule((NOT_FOUND, 1), (NOT_FOUND, 1), False),
    "422": Rule((REJECTED, 1), (REJECTED, 1), False),
    # refused for now; only where the server says when, it surely did not act
    "429 with Retry-After": Rule((LIMIT, EVERY), (LIMIT, EVERY), True),
    "429 without": Rule((LIMIT, EVERY), (LIMIT, 1), True),
    "429 out of credits": Rule((LIMIT, 1), (LIMIT, 1), False),
    "500": Rule((SERVER, EVERY), (SERVER, 1), True),
    "502 of HTML": Rule((SERVER, EVERY), (SERVER, 1), True),
    "503": Rule((SERVER, EVERY), (SERVER, 1), True),
    # answered, and not to be understood: a change was accepted all the same
    "200 of HTML": Rule((SERVER, 1), (UNKNOWN, 1), True),
    "truncated JSON": Rule((SERVER, 1), (UNKNOWN, 1), True),
    "wrong shape": Rule((SERVER, 1), (UNKNOWN, 1), True),
    "redirect elsewhere": Rule((SERVER, 1), (SERVER, 1), True),
    # whole and well, and not the answer to what was asked
    "another object's answer": Rule((SERVER, 1), (UNKNOWN, 1), True),
    "a 2xx that says no": Rule((SERVER, 1), (UNKNOWN, 1), True),
    # a read is asked for past caches, and what comes is believed; a change that a cache answered was never made
    "a cached answer": Rule((OK, 1), (UNKNOWN, 1), True),
    # odd, and nothing wrong with it
    "30 MB": Rule((OK, 1), (OK, 1), True),
    "slow drip": Rule((OK, 1), (OK, 1), True),
}
