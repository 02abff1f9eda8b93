"""Between the server and those who show and run what came: a delivery is answered with 2xx once it is taken.

Taken means: its command has begun, where there is one, and it is about to be shown. A sender is asked to
come again (503) where that takes too long, so that a listener that ends owes little.
"""

from __future__ import annotations

import asyncio
import queue
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from eclips_cli.commands.webhooks._hook_command import Commands
from eclips_cli.commands.webhooks._receiver import ACCEPTED, REFUSED, UNFIT, Received, Receiver
from eclips_cli.commands.webhooks._request import ReceivedRequest
from eclips_cli.commands.webhooks._server import DeliveryServer

T = TypeVar("T")
ListenEvent = Received | str | signal.Signals
"""a request and what became of it, a line that a command printed, or a signal to stop"""
TAKE_SECONDS = 3.0
"""that a delivery may wait to be taken; the API waits 10 s for the answer as a whole"""
UNSHOWN = 16
"""deliveries that may wait to be shown: nobody reads what is printed"""
UNTOLD = 200
"""news after which refusals and repeats are counted alone"""


class Listener:
    """Receives while entered; what came of it is put into `news`."""

    def __init__(
        self,
        receiver: Receiver,
        commands: Commands | None,
        news: queue.SimpleQueue[ListenEvent],
        port: int,
        hosts: Iterable[str],
    ) -> None:
        self.untold = 0
        """refusals and repeats that were too many to be told"""
        self.shown = 0
        """deliveries that were shown; whoever shows them counts"""
        self._receiver, self._commands, self._news = receiver, commands, news
        self._taken, self._ending = 0, False
        # HMAC and JSON of a megabyte take a while: not in the server's loop; guesses at a cause not before others
        self._judges = ThreadPoolExecutor(1, "eclips-judge")
        self._explainer = ThreadPoolExecutor(1, "eclips-explain")
        self._explaining: Future[None] | None = None
        self._server = DeliveryServer(port, self._answer, self._turned_away, hosts=hosts)
        self.url = self._server.url

    def __enter__(self) -> Listener:
        self._server.__enter__()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ending = True
        if self._commands is not None:
            self._commands.begin_no_more()
        self._server.__exit__()
        for threads in (self._judges, self._explainer):
            threads.shutdown()

    async def _answer(self, request: ReceivedRequest) -> tuple[int, str]:
        received = await self._judged(self._receiver.judge, request)
        if received.verdict == ACCEPTED:
            why_not = await self._take(received)
            received = await self._judged(self._receiver.settle, received, why_not)
        if received.reason == UNFIT and (self._explaining is None or self._explaining.done()):
            self._explaining = self._explainer.submit(self._explain, received, request)
        else:
            self._tell(received)
        return received.status, received.reason or received.verdict

    async def _judged(self, judge: Callable[..., Received], *about: object) -> Received:
        return await asyncio.get_running_loop().run_in_executor(self._judges, judge, *about)

    async def _take(self, received: Received) -> str:
        """Wait until it is taken; why it was not, or nothing."""
        loop = asyncio.get_running_loop()
        until = loop.time() + TAKE_SECONDS
        while self._taken - self.shown >= UNSHOWN:
            if self._ending or loop.time() > until:
                return "what came before it is not read yet"
            await asyncio.sleep(0.05)
        self._taken += 1
        if self._commands is None:
            return ""
        begun = self._commands.offer(received)
        try:
            if not begun.done():
                await asyncio.wait([asyncio.wrap_future(begun)], timeout=max(0.0, until - loop.time()))
        finally:
            cancelled = begun.cancel()
        if cancelled:
            self._taken -= 1
            return "the listener ends" if self._ending else "too many commands are running"
        return ""

    def _explain(self, received: Received, request: ReceivedRequest) -> None:
        self._tell(replace(received, reason=f"{received.reason}: {self._receiver.likely_cause(request)}"))

    def _turned_away(self, status: int, why: str) -> None:
        self._tell(Received(REFUSED, status, self._receiver.now(), why))

    def _tell(self, received: Received) -> None:
        if received.verdict != ACCEPTED and self._news.qsize() >= UNTOLD:
            self.untold += 1
        else:
            self._news.put(received)
