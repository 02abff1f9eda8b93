"""Serving the sandbox on loopback, in a thread with an event loop of its own."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Event, Updated
from hypercorn.utils import wrap_app

from eclips_cli.sandbox.app import build
from eclips_cli.sandbox.asgi import connection
from eclips_cli.sandbox.endpoints import Context
from eclips_cli.sandbox.fault_injection import FaultMiddleware
from eclips_cli.sandbox.store import SandboxKeys, Store
from eclips_cli.sandbox.trust import Trust

HOST = "127.0.0.1"
LAST_DELIVERIES = 2.0
"""seconds that deliveries under way may take when serving ends"""


class _Connection(TCPServer):
    """One client's connection, which ends when the client leaves.

    Hypercorn's own would go on until it had been idle for long enough, a file descriptor each.
    """

    _is_left = False

    async def _read_data(self) -> None:
        await super()._read_data()
        self._is_left = True
        await self.idle_task.stop()

    async def protocol_send(self, event: Event) -> None:
        if not (self._is_left and isinstance(event, Updated)):
            await super().protocol_send(event)


class RunningSandbox:
    """A sandbox that accepts connections. A context manager; `close` ends it at once, open streams too."""

    def __init__(self, store: Store, listener: socket.socket, faulty: FaultMiddleware) -> None:
        self.url = f"http://{HOST}:{listener.getsockname()[1]}"
        self.keys = SandboxKeys(
            *(store.meta(f"key_{name}") or "" for name in ("full", "read_only", "revoked", "no_plan"))
        )
        self.other_org = store.meta("key_other") or ""
        self._store, self._listener, self._faulty = store, listener, faulty
        self._trust = Trust()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="eclips-sandbox", daemon=True)
        self._thread.start()

    def __enter__(self) -> RunningSandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving and close the store."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
        self._store.close()

    def announce(self) -> None:
        """Note in the store where this sandbox is served, for `status`."""
        self._store.set_meta("served", json.dumps({"url": self.url, "pid": os.getpid()}))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(_quiet)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        from eclips_cli.sandbox.deliveries import Deliveries

        config = Config()
        config.errorlog = None
        config.accesslog = None
        config.keep_alive_timeout = 60
        served: Any = self._faulty
        app, worker = wrap_app(served, config.wsgi_max_body_size, "asgi"), WorkerContext(None)

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection.set(writer)
            await _Connection(app, self._loop, config, worker, {}, reader, writer)

        server = await asyncio.start_server(connected, sock=self._listener)
        deliveries = Deliveries(self._store, self._faulty.speed, self._trust)
        delivering = self._loop.create_task(deliveries.forever())
        await self._stop.wait()
        server.close()
        delivering.cancel()
        await deliveries.finish(LAST_DELIVERIES)
        await _cancel_others()


async def _cancel_others() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _quiet(_loop: asyncio.AbstractEventLoop, _context: dict[str, object]) -> None:
    """A client that goes away in the middle is no event worth a traceback."""


def start(state_file: Path, *, port: int, speed: float, seed: int, faults: Sequence[str]) -> RunningSandbox:
    """See `eclips_cli.sandbox.start`."""
    listener = socket.create_server((HOST, port), backlog=1024)
    # its connections have it from it: asyncio sets it for those alone whose socket it made itself, and an answer in two
    # writes would wait for the other side's delayed ACK, 40 ms
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        store = Store(state_file)
        faulty = FaultMiddleware(build(Context(store, speed, seed)), store, speed, faults)
    except BaseException:
        listener.close()
        raise
    return RunningSandbox(store, listener, faulty)
