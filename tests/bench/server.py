"""A small fast server for lists, streams and batches: `python -m tests.bench.server --runs 10000 --delay 5`.

It speaks just enough of the API to be listed and followed, answers every request after a fixed delay in
milliseconds, and prints its port. It is no sandbox: nothing is checked, and nothing can be started but batches.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import ssl
import time
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl


def run_id(number: int) -> str:
    """The id of the run with this number."""
    return f"{number:08x}-5b1e-4c7a-9d3f-{number:012x}"


class Runs:
    """Runs that were all there from the start; with `life` they go queued, running, completed as it passes."""

    def __init__(self, count: int, life: float) -> None:
        self.count = count
        self.life = life
        self.begun: float | None = None

    def status(self, number: int) -> str:
        """Each run keeps each status for `life` seconds; they change one after another, not all at once."""
        if not self.life:
            return "running" if self.count == 1 else "completed"
        if self.begun is None:
            return "queued"
        age = time.monotonic() - self.begun - self.life * number / self.count
        return ("queued", "running", "completed")[min(2, max(0, int(age / self.life)))]

    def run(self, number: int) -> dict[str, Any]:
        """A run as the API shows it in a list."""
        status = self.status(number)
        return {
            "id": run_id(number),
            "status": status,
            "agent_type": "procurement_specialist",
            "confidence_score": 0.65 + number % 35 / 100 if status == "completed" else None,
            "requires_triage": False,
            "priority": "normal",
            "created_at": f"2026-06-06T09:{number // 60 % 60:02d}:{number % 60:02d}.123Z",
            "started_at": f"2026-06-06T10:{number // 60 % 60:02d}:{number % 60:02d}.456Z",
            "completed_at": f"2026-06-06T11:{number // 60 % 60:02d}:{number % 60:02d}.789Z",
            "error_message": None,
        }


class Api:
    """Answers by path. Pages of a list that does not change are made once."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.batches: list[dict[str, Any]] = []
        self.requests = 0
        self.page = lru_cache(maxsize=4096)(self._page) if not runs.life else self._page

    def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body."""
        self.requests += 1
        if path == "/v1/health":
            return 200, b'{"status":"ok","version":"1.0.0","timestamp":"2026-06-06T09:00:00.000Z"}'
        if path.startswith("/v1/runs") and self.runs.begun is None:
            self.runs.begun = time.monotonic()
        if path == "/v1/runs":
            return 200, self.page(int(query.get("limit", "20")), int(query.get("offset", "0")))
        if path.startswith("/v1/runs/"):
            number = int(path[9:17], 16)
            return 200, _dump({"run": self.runs.run(number), "triage_item": None})
        if path == "/v1/triage":
            return 200, self._triage(int(query.get("limit", "20")), int(query.get("offset", "0")))
        if path.startswith("/v1/triage/"):
            decided = {
                "id": path.split("/")[3],
                "status": "approved",
                "resolved_at": "2026-06-06T12:00:00.000Z",
            }
            return 200, _dump({"data": decided})
        if path == "/v1/batches":
            return (
                (201, _dump({"job": self._batch(json.loads(body))}))
                if method == "POST"
                else (200, self._batches(query))
            )
        if path.startswith("/v1/batches/"):
            return 200, _dump({"job": self.batches[int(path[12:20], 16)], "rows": []})
        if path == "/bench":
            used = resource.getrusage(resource.RUSAGE_SELF)
            return 200, _dump(
                {"requests": self.requests, "cpu": used.ru_utime + used.ru_stime, "batches": self.batches}
            )
        return 404, b'{"error":"Not found"}'

    def _page(self, limit: int, offset: int) -> bytes:
        newest_first = range(self.runs.count - 1 - offset, max(-1, self.runs.count - 1 - offset - limit), -1)
        data = [self.runs.run(number) for number in newest_first]
        return _dump({"data": data, "total": self.runs.count, "limit": limit, "offset": offset})

    def _triage(self, limit: int, offset: int) -> bytes:
        """The queue: an item for each run, which stays there whatever is decided."""
        ids = [run_id(number) for number in range(offset, min(offset + limit, self.runs.count))]
        same = {"status": "pending", "triage_reason": "Amount above auto-approval threshold"}
        same |= {"created_at": "2026-06-06T09:00:42.000Z", "agent_runs": {"confidence_score": 0.71}}
        data = [{"id": one, "run_id": one, **same} for one in ids]
        return _dump({"data": data, "total": self.runs.count, "limit": limit, "offset": offset})

    def _batch(self, asked: dict[str, Any]) -> dict[str, Any]:
        rows = len(asked["rows"])
        job = {
            "id": run_id(len(self.batches)),
            "name": asked.get("name"),
            "agent_type": asked["agent_type"],
            "status": "completed",
            "total_rows": rows,
            "completed_rows": rows,
            "failed_rows": 0,
            "created_at": "2026-06-06T09:00:00.000Z",
        }
        self.batches.append(job)
        return job

    def _batches(self, query: dict[str, str]) -> bytes:
        limit, offset = int(query.get("limit", "20")), int(query.get("offset", "0"))
        found = self.batches[::-1]
        return _dump(
            {"data": found[offset : offset + limit], "total": len(found), "limit": limit, "offset": offset}
        )


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Connection(asyncio.Protocol):
    """One connection: requests answered in their order, each `delay` seconds after it came."""

    def __init__(self, api: Api, delay: float) -> None:
        self._api, self._delay = api, delay
        self._buffer = b""
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].decode("latin-1")
            length = _length(head)
            if len(self._buffer) < end + 4 + length:
                return
            body = self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            method, target, _version = head.split("\r\n", 1)[0].split(" ")
            if target.endswith("/stream"):
                self._stream(int(target.split("/")[3][:8], 16))
                return
            asyncio.get_running_loop().call_later(self._delay, self._reply, method, target, body)

    def _reply(self, method: str, target: str, body: bytes) -> None:
        path, _, query = target.partition("?")
        status, content = self._api.answer(method, path, dict(parse_qsl(query)), body)
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        self._transport.write(head.encode() + content)

    def _stream(self, number: int) -> None:
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n"
        )
        if self._api.runs.life:
            self._status(number)
        else:
            self._event(0)

    def _status(self, number: int) -> None:
        """What the run is at, every second until it is over."""
        if self._transport.is_closing():
            return
        status = self._api.runs.status(number)
        self._send({"status": status, "confidence": None, "result": None, "error": None})
        if status == "completed":
            self._transport.close()
        else:
            asyncio.get_running_loop().call_later(1.0, self._status, number)

    def _event(self, number: int) -> None:
        """An event that says when it was sent; the system's monotonic clock is the same in all processes."""
        if self._transport.is_closing():
            return
        last = number == EVENTS
        status = "completed" if last else "running"
        self._send({"status": status, "confidence": number / 1000, "sent": time.monotonic()})
        if last:
            self._transport.close()
        else:
            asyncio.get_running_loop().call_later(EVENT_EVERY, self._event, number + 1)

    def _send(self, event: dict[str, Any]) -> None:
        self._transport.write(b"data: " + _dump(event) + b"\n\n")


EVENTS = 100
EVENT_EVERY = 0.02


def _length(head: str) -> int:
    for line in head.split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0


async def serve(runs: Runs, delay: float, port: int, tls: ssl.SSLContext | None = None) -> None:
    """Serve until killed; the port goes to stdout."""
    api = Api(runs)
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(api, delay), "127.0.0.1", port, ssl=tls
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    if runs.count and not runs.life:
        for offset in range(0, min(runs.count, 10_000), 100):
            api.page(100, offset)
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(1)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=100)
    options.add_argument("--delay", type=float, default=0.0, help="milliseconds")
    options.add_argument("--life", type=float, default=0.0, help="seconds that a run keeps each status")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--certificate", help="serve over TLS with this certificate and key, one PEM file")
    given = options.parse_args()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if given.certificate else None
    if tls is not None:
        tls.load_cert_chain(given.certificate)
    asyncio.run(serve(Runs(given.runs, given.life), given.delay / 1000, given.port, tls))
