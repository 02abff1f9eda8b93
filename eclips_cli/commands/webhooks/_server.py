"""A small HTTP server for deliveries, on 127.0.0.1 alone, in a thread with an event loop of its own.

Everything that a stranger could use up has a bound: connections, the size of heads and bodies, the time
for each. One request a connection; h11 does the parsing.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

import h11

from eclips_cli.commands.webhooks._request import ReceivedRequest, Unacceptable, host_name
from eclips_cli.errors import LocalFailure

HOST = "127.0.0.1"
LOCAL = (HOST, "localhost", "[::1]")


@dataclass(frozen=True)
class ServerLimits:
    """What one stranger, or all of them, may use: counts, bytes and seconds."""

    connections: int = 128
    head_bytes: int = 16 * 1024
    head_seconds: float = 5.0
    body_bytes: int = 1024 * 1024
    request_seconds: float = 6.0
    """from the first byte to the last; the API waits 10 s in all, and an answer takes a while, too"""
    answer_seconds: float = 1.0
    """how long answers that are under way are waited for at the end"""
    linger_seconds: float = 1.0
    """how long what a refused sender still sends is read and dropped, so that it sees the answer"""


Answer = Callable[[ReceivedRequest], Awaitable[tuple[int, str]]]
"""the status and the text for a request; awaited in the event loop of the server"""


class DeliveryServer:
    """Listens while entered. `refused` is told the status and the reason of what never became a request.

    It takes what is sent to this machine by its name or address, or to one of `hosts`: a page in a browser
    that had its own name point here would send that.
    """

    def __init__(
        self,
        port: int,
        answer: Answer,
        refused: Callable[[int, str], None],
        *,
        hosts: Iterable[str] = (),
        limits: ServerLimits | None = None,
    ) -> None:
        try:
            self._listener = socket.create_server((HOST, port), backlog=128)
        except OSError as error:
            raise LocalFailure(
                f"can't listen on port {port}: {os.strerror(error.errno or errno.EINVAL).lower()}",
                hint="without --port any free one is taken",
            ) from None
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        self._answer, self._refused, self._limits = answer, refused, limits or ServerLimits()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._hosts = {*LOCAL, *map(host_name, hosts)}
        self._open: set[asyncio.Task[Any]] = set()
        self._reading: dict[asyncio.Task[Any], None] = {}
        """the connections whose request is not whole yet, the oldest first"""
        self._thread = threading.Thread(target=self._run, name="eclips-listener", daemon=True)

    def __enter__(self) -> DeliveryServer:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        with contextlib.suppress(RuntimeError):  # it has ended already
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        # a sender that goes away in the middle is no event worth a traceback
        self._loop.set_exception_handler(lambda _loop, _context: None)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._listener)
        await self._stop.wait()
        server.close()
        answering = self._open - self._reading.keys()
        if answering:
            await asyncio.wait(answering, timeout=self._limits.answer_seconds)
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        full = len(self._open) >= self._limits.connections and not self._evicted()
        self._open.add(task)
        self._reading[task] = None
        try:
            if full:
                await self._say(writer, *self._not_taken(503, "too many connections"))
            else:
                await self._serve_one(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            self._reading.pop(task, None)
            writer.close()

    def _evicted(self) -> bool:
        """Make room: the connection that has kept its request to itself for longest has to go."""
        slowest = next(iter(self._reading), None)
        if slowest is None:
            return False
        self._forget(slowest)
        slowest.cancel()
        return True

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._reading.pop(task, None)
        self._open.discard(task)

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(self._limits.request_seconds):
                request = await self._request(reader, writer)
            if request is not None:
                self._whole()
                await self._say(writer, *await self._answer(request), head_only=request.method == "HEAD")
        except TimeoutError:
            await self._turn_away(reader, writer, 408, "too slow")
        except Unacceptable as error:
            await self._turn_away(reader, writer, error.status, error.why)
        except h11.RemoteProtocolError as error:
            await self._turn_away(reader, writer, error.error_status_hint, "that is no HTTP request")

    def _whole(self) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._reading.pop(task, None)

    def _not_taken(self, status: int, why: str) -> tuple[int, str]:
        self._refused(status, why)
        return status, why

    async def _turn_away(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: int, why: str
    ) -> None:
        self._not_taken(status, why)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.linger_seconds):
                await self._say(writer, status, why)
                # closing with unread bytes would reset the connection before the answer is read
                while await reader.read(65536):
                    pass

    async def _request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> ReceivedRequest | None:
        parser = h11.Connection(h11.SERVER, max_incomplete_event_size=self._limits.head_bytes)
        try:
            async with asyncio.timeout(self._limits.head_seconds):
                head = await self._next(parser, reader, writer)
        except TimeoutError:
            raise Unacceptable(408, "the head of the request did not come in time") from None
        if not isinstance(head, h11.Request):
            return None
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
        request = ReceivedRequest(head.method.decode("latin-1"), headers, b"")
        host = request.header("host") or "no host"
        if host_name(host) not in self._hosts:
            raise Unacceptable(
                421, f"it is meant for {host[:100]}, not for this machine; --host takes a tunnel's name"
            )
        return replace(request, body=await self._body(parser, headers, reader, writer))

    async def _body(
        self,
        parser: h11.Connection,
        headers: tuple[tuple[str, str], ...],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bytes:
        most = self._limits.body_bytes
        too_large = Unacceptable(413, f"the body is larger than {most} bytes")
        if any(int(value) > most for name, value in headers if name == "content-length"):
            raise too_large
        body = bytearray()
        while isinstance(event := await self._next(parser, reader, writer), h11.Data):
            body += event.data
            if len(body) > most:
                raise too_large
        return bytes(body)

    async def _next(
        self, parser: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Any:
        """The parser's next event; more is read until there is one."""
        while (event := parser.next_event()) is h11.NEED_DATA:
            if parser.they_are_waiting_for_100_continue:
                go_on = parser.send(h11.InformationalResponse(status_code=100, headers=[]))
                writer.write(go_on or b"")
                await writer.drain()
            parser.receive_data(await reader.read(65536))
        return event

    async def _say(
        self, writer: asyncio.StreamWriter, status: int, text: str, *, head_only: bool = False
    ) -> None:
        body = f"{text}\n".encode()
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + (b"" if head_only else body))
        await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
