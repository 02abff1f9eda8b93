"""Faults injected into the app: an answer spoiled as its kind says, or none given at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from eclips_cli.sandbox.asgi import (
    App,
    Message,
    Receive,
    Scope,
    Send,
    answer,
    connection,
    read,
    replayed,
    unheard,
)
from eclips_cli.sandbox.faults import Fault
from eclips_cli.sandbox.shapes import bare
from eclips_cli.sandbox.store import Store


class FaultMiddleware:
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
        body = await read(receive)
        await InjectedFault(self, fault, body).run(scope, replayed(body), send)

    async def _own(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`GET /__sandbox__/requests` tells what came; `POST /__sandbox__/faults` orders other faults."""
        body = await read(receive)
        if scope["method"] == "POST":
            self.faults = [Fault.parse(spec) for spec in json.loads(body)["faults"]]
        counted = [{"method": m, "path": p, "count": n} for (m, p), n in self.requests.items()]
        await answer(send, 200, json.dumps({"requests": counted}).encode())


class InjectedFault:
    """One fault that meets one request."""

    def __init__(self, server: FaultMiddleware, fault: Fault, body: bytes) -> None:
        self.server, self.fault, self.body = server, fault, body

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Spoil the answer as the kind says."""
        kind = self.fault.kind
        if kind.startswith("stream_"):
            await self._spoil_stream(scope, receive, send)
        elif kind in (
            "drop_before",
            "drop_after",
            "drop_inside",
            "commit_late",
            "hang",
            "slow",
            "drip",
            "bare",
        ):
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
        await self.server.app(scope, receive, unheard)
        reset()

    async def _commit_late(self, scope: Scope, receive: Receive, _send: Send) -> None:
        reset()

        async def later() -> None:
            await asyncio.sleep(self.fault.number("seconds", 2))
            await self.server.app(scope, receive, unheard)

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

    async def _bare(self, scope: Scope, receive: Receive, send: Send) -> None:
        told: list[Message] = []

        async def hear(message: Message) -> None:
            told.append(message)

        await self.server.app(scope, receive, hear)
        body = b"".join(message.get("body", b"") for message in told)
        kept = json.dumps(bare(scope["path"], json.loads(body))).encode()
        kinds = [(name, value) for name, value in told[0]["headers"] if name != b"content-length"]
        length = (b"content-length", str(len(kept)).encode())
        await send({**told[0], "headers": [*kinds, length]})
        await send({"type": "http.response.body", "body": kept})

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
