"""Faults that can be ordered, so that a script is tried before money moves.

    KIND[:option=value,…]      rate_limit:path=/v1/run,nth=3     stream_drop:at=12     no_credits:at=37

Which requests a fault meets: `method`, `path` (a prefix), `nth` (only that one of them), `after` (not the first
N), `times` (at most that many).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from eclips_cli.sandbox import BadFault
from eclips_cli.sandbox.store import Store

KINDS = {
    "rate_limit": "429 with Retry-After (retry_after=2; none leaves it out)",
    "no_credits": "429 once `at` runs and rows were started (at=0)",
    "status": "an error of the server (code=502, body=json|html|empty)",
    "unauthorized": "401",
    "scope": "403 for a missing scope",
    "plan": "403 for a plan without API access",
    "drop_before": "the connection is reset before the request is processed",
    "drop_after": "the request is processed, then the connection is reset: the answer is lost",
    "drop_inside": "half of the answer, then a reset",
    "commit_late": "the connection is reset at once, the request is processed seconds=2 later",
    "hang": "no answer, ever",
    "slow": "the answer comes seconds=1 late",
    "drip": "the answer comes a byte at a time",
    "html": "200 with a web page",
    "truncated": "200 with half of the JSON",
    "empty": "200 without a body",
    "wrong_shape": "200 with another object than the manual's",
    "huge": "200 with mb=30 of JSON",
    "redirect": "302 to=URL",
    "stream_drop": "a stream is reset after at=12 seconds of the sandbox's time",
    "stream_silent": "a stream says nothing any more after at=2 seconds",
    "stream_end": "a stream ends without a last event after at=2 seconds",
}
SELECTORS = ("method", "path", "nth", "after", "times")
OPTIONS = ("retry_after", "at", "code", "body", "seconds", "mb", "to")
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

connection: ContextVar[asyncio.StreamWriter] = ContextVar("connection")
"""the connection that the request being answered came by"""


def describe() -> str:
    """The kinds and what they do, a line each."""
    return "\n".join(f"{kind:<14} {about}" for kind, about in KINDS.items())


@dataclass
class Fault:
    """One ordered fault, and how many requests it has seen and met."""

    kind: str
    options: dict[str, str] = field(default_factory=dict)
    seen: int = 0
    met: int = 0

    @classmethod
    def parse(cls, spec: str) -> Fault:
        """From its text. Raises BadFault."""
        kind, _, rest = spec.partition(":")
        if kind not in KINDS:
            raise BadFault(f"no such fault: {kind}; the kinds are {', '.join(KINDS)}")
        options = {}
        for part in filter(None, rest.split(",")):
            name, equals, value = part.partition("=")
            if not equals or name not in (*SELECTORS, *OPTIONS):
                raise BadFault(
                    f"{spec}: {part} is not one of {', '.join((*SELECTORS, *OPTIONS))} with a value"
                )
            options[name] = value
        for name in ("nth", "after", "times", "at", "seconds", "mb", "code"):
            if name in options and not options[name].replace(".", "", 1).isdigit():
                raise BadFault(f"{spec}: {name} must be a number")
        return cls(kind, options)

    def meets(self, method: str, path: str) -> bool:
        """Whether it strikes this request; counts it."""
        if method != self.options.get("method", method).upper() or not path.startswith(
            self.options.get("path", "/v1/")
        ):
            return False
        if self.kind.startswith("stream_") != path.endswith("/stream") and self.kind.startswith("stream_"):
            return False
        self.seen += 1
        due = self.seen > self.number("after", 0) and self.seen == self.number("nth", self.seen)
        if not due or self.met >= self.number("times", float("inf")):
            return False
        self.met += 1
        return True

    def number(self, name: str, default: float) -> float:
        """An option as a number."""
        return float(self.options.get(name, default))


class Faulty:
    """An ASGI app that answers for another one, or spoils its answers, as ordered; counts all requests."""

    def __init__(self, app: App, store: Store, speed: float, faults: Sequence[str]) -> None:
        self.app, self.store, self.speed = app, store, speed
        self.faults = [Fault.parse(spec) for spec in faults]
        self.requests: dict[tuple[str, str], int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        where = (scope["method"], scope["path"])
        if scope["path"].startswith("/__sandbox__/"):
            await self._own(scope, receive, send)
            return
        self.requests[where] = self.requests.get(where, 0) + 1
        fault = next((fault for fault in self.faults if fault.meets(*where)), None)
        if fault is None:
            await self.app(scope, receive, send)
            return
        body = await _read(receive)
        await Strike(self, fault, body).run(scope, _replayed(body), send)

    async def _own(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`GET /__sandbox__/requests` tells what came; `POST /__sandbox__/faults` orders other faults."""
        body = await _read(receive)
        if scope["method"] == "POST":
            self.faults = [Fault.parse(spec) for spec in json.loads(body)["faults"]]
        counted = [{"method": m, "path": p, "count": n} for (m, p), n in self.requests.items()]
        await answer(send, 200, json.dumps({"requests": counted}).encode())


class Strike:
    """One fault striking one request."""

    def __init__(self, server: Faulty, fault: Fault, body: bytes) -> None:
        self.server, self.fault, self.body = server, fault, body

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Spoil the answer as the kind says."""
        kind = self.fault.kind
        if kind.startswith("stream_"):
            await self._spoil_stream(scope, receive, send)
        elif kind in ("drop_before", "drop_after", "drop_inside", "commit_late", "hang", "slow", "drip"):
            await getattr(self, f"_{kind}")(scope, receive, send)
        elif kind == "no_credits" and not self._out_of_credits():
            await self.server.app(scope, receive, send)
        else:
            await answer(send, *self._canned())

    def _out_of_credits(self) -> bool:
        row = self.server.store.one("SELECT count(*) AS n FROM runs")
        try:
            rows = len(json.loads(self.body).get("rows", [1]))
        except (ValueError, AttributeError):
            rows = 0
        return row is not None and rows > 0 and row["n"] + rows > self.fault.number("at", 0)

    def _canned(self) -> tuple[int, bytes, dict[str, str]]:
        options = self.fault.options
        error: dict[str, Any] = {"error": self.fault.kind}
        page = b"<!doctype html><html><body><h1>Bad gateway</h1></body></html>"
        if self.fault.kind == "status":
            code = int(self.fault.number("code", 502))
            bodies = {"html": page, "empty": b"", "json": json.dumps({"error": f"Status {code}"}).encode()}
            kind = {"content-type": "text/html"} if options.get("body") == "html" else {}
            return code, bodies.get(options.get("body", "json"), bodies["json"]), kind
        wait = options.get("retry_after", "2")
        canned: dict[str, tuple[int, bytes, dict[str, str]]] = {
            "rate_limit": (
                429,
                b'{"error":"Rate limit exceeded"}',
                {} if wait == "none" else {"retry-after": wait},
            ),
            "no_credits": (429, b'{"error":"Insufficient credits"}', {}),
            "unauthorized": (401, b'{"error":"Invalid or revoked API key"}', {}),
            "scope": (403, b'{"error":"Insufficient scope","required":"agents:run","provided":[]}', {}),
            "plan": (403, b'{"error":"API access is not available on your plan"}', {}),
            "html": (200, page, {"content-type": "text/html"}),
            "truncated": (200, b'{"data": [{"id": "a1b2c3d4-0000', {}),
            "empty": (200, b"", {}),
            "wrong_shape": (200, b'{"unexpected": true}', {}),
            "redirect": (302, b"", {"location": options.get("to", "https://elsewhere.example/")}),
        }
        if self.fault.kind == "huge":
            return 200, b'{"data": [], "pad": "' + b"x" * int(self.fault.number("mb", 30) * 2**20) + b'"}', {}
        return canned.get(self.fault.kind, (500, json.dumps(error).encode(), {}))

    async def _drop_before(self, _scope: Scope, _receive: Receive, _send: Send) -> None:
        reset()

    async def _drop_after(self, scope: Scope, receive: Receive, _send: Send) -> None:
        await self.server.app(scope, receive, _unheard)
        reset()

    async def _commit_late(self, scope: Scope, receive: Receive, _send: Send) -> None:
        reset()

        async def later() -> None:
            await asyncio.sleep(self.fault.number("seconds", 2))
            await self.server.app(scope, receive, _unheard)

        # the connection's own tasks end with it; this one must not
        task = asyncio.get_running_loop().create_task(later())
        _late.add(task)
        task.add_done_callback(_late.discard)

    async def _drop_inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def half(message: Message) -> None:
            if message["type"] == "http.response.body":
                body = message.get("body", b"")
                await send({**message, "body": body[: len(body) // 2], "more_body": True})
                await asyncio.sleep(0.02)
                reset()
            else:
                await send(message)

        await self.server.app(scope, receive, half)

    async def _hang(self, _scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.sleep(3600)

    async def _slow(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(self.fault.number("seconds", 1))
        await self.server.app(scope, receive, send)

    async def _drip(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def bytewise(message: Message) -> None:
            if message["type"] == "http.response.body":
                for byte in message.get("body", b""):
                    await send({"type": "http.response.body", "body": bytes([byte]), "more_body": True})
                    await asyncio.sleep(0.001)
                message = {**message, "body": b""}
            await send(message)

        await self.server.app(scope, receive, bytewise)

    async def _spoil_stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        streaming = asyncio.ensure_future(self.server.app(scope, receive, send))
        default = 12 if self.fault.kind == "stream_drop" else 2
        await asyncio.wait([streaming], timeout=self.fault.number("at", default) / self.server.speed)
        if streaming.done():
            return
        streaming.cancel()
        await asyncio.wait([streaming])
        if self.fault.kind == "stream_drop":
            reset()
        elif self.fault.kind == "stream_silent":
            await asyncio.sleep(3600)
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


_late: set[asyncio.Task[None]] = set()


def reset() -> None:
    """Cut the connection with a TCP reset."""
    import socket
    import struct

    writer = connection.get()
    raw = writer.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def answer(send: Send, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    """Send a whole answer."""
    head = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    lines = [(name.encode(), value.encode()) for name, value in head.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _unheard(_message: Message) -> None:
    """Where the answer goes that nobody gets."""


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def _replayed(body: bytes) -> Receive:
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            await asyncio.sleep(3600)
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
