"""A body that arrives bit by bit, read by a thread, so that a deadline or Ctrl-C never waits for it."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from eclips_cli.api.http.exchange import Exchange, FailedTry, RawResponse, to_fault
from eclips_cli.api.http.retry import Phase

if TYPE_CHECKING:
    import httpx

QUEUED_CHUNKS = 64
"""Chunks read ahead of a slow consumer; then the server has to wait."""

Item = RawResponse | bytes | FailedTry


class LiveStream:
    """One open stream. Make it, look at `head`, then take chunks with `next` until b"" (the end)."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._items: queue.Queue[Item] = queue.Queue(QUEUED_CHUNKS)
        self._closed = threading.Event()
        self._socket: object = None
        threading.Thread(target=self._work, name="eclips-stream", daemon=True).start()
        try:
            self.head = self._await_head()
        except BaseException:
            self.close()
            raise

    def next(self, seconds: float) -> bytes | None:
        """The next chunk; b"" when the server closed the stream, None when `seconds` brought nothing.

        Raises FailedTry when the connection broke.
        """
        try:
            item = self._items.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None
        if isinstance(item, FailedTry):
            raise item
        return item if isinstance(item, bytes) else b""

    def close(self) -> None:
        """Let go of the connection; the reading thread ends by itself."""
        from contextlib import suppress
        from socket import SHUT_RDWR, socket

        self._closed.set()
        # closing a socket does not wake a thread that reads from it; shutting it down does
        if isinstance(self._socket, socket):
            with suppress(OSError):
                self._socket.shutdown(SHUT_RDWR)

    def _await_head(self) -> RawResponse:
        try:
            item = self._items.get(timeout=self._exchange.seconds)
        except queue.Empty:
            item = (
                FailedTry("ConnectTimeout", Phase.BEFORE)
                if self._exchange.abandon()
                else FailedTry("ReadTimeout", Phase.SENT)
            )
        if isinstance(item, RawResponse):
            return item
        raise item if isinstance(item, FailedTry) else FailedTry("RemoteProtocolError", Phase.SENT)

    def _work(self) -> None:
        try:
            response = self._exchange.head()
            self._socket = _socket_of(response)
            if response.is_success:
                self._pass_on(response)
            else:
                self._put(_raw(response, self._exchange.body(response)))
        except FailedTry as fault:
            self._put(fault)

    def _pass_on(self, response: httpx.Response) -> None:
        end: Item = b""
        try:
            self._put(_raw(response, b""))
            for chunk in response.iter_bytes():
                if chunk and not self._put(chunk):
                    break
        except Exception as error:
            end = to_fault(error, Phase.ANSWERED, response.status_code)
        finally:
            response.close()
        self._put(end)

    def _put(self, item: Item) -> bool:
        while not self._closed.is_set():
            try:
                self._items.put(item, timeout=0.5)
            except queue.Full:
                continue
            return True
        return False


def _raw(response: httpx.Response, content: bytes) -> RawResponse:
    return RawResponse(response.status_code, tuple(response.headers.multi_items()), content)


def _socket_of(response: httpx.Response) -> object:
    stream = response.extensions.get("network_stream")
    return stream.get_extra_info("socket") if stream is not None else None
