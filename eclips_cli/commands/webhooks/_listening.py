"""`webhooks listen`: a receiver for people and pipes: each delivery shown as it comes, and its command run."""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eclips_cli.commands.webhooks._hook_command import Commands, Exec
from eclips_cli.commands.webhooks._receiver import ACCEPTED, REFUSED, Received, Receiver
from eclips_cli.commands.webhooks._server import DeliveryServer, Request
from eclips_cli.commands.webhooks._view import DELIVERIES
from eclips_cli.durations import iso_text, parse_duration
from eclips_cli.errors import Terminated, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.output.cells import duration

if TYPE_CHECKING:
    from eclips_cli.api.waiting import Clock
    from eclips_cli.output.live import Live
    from eclips_cli.output.output import Output

News = Received | str | signal.Signals
"""a request and what became of it, a line that a command printed, or a signal to stop"""
UNREAD = 1000
"""lines of commands that wait to be printed; a command that prints faster has to wait"""


@dataclass(frozen=True)
class Listen:
    """What to listen for: how old a delivery may be in seconds, on which port, and the command for each."""

    tolerance: float
    port: int
    exec: Exec | None

    @classmethod
    def parse(cls, tolerance: str, port: int, exec_: Exec | None) -> Listen:
        """From the options as written. Raises UsageError for a tolerance that is no time at all."""
        seconds = parse_duration(tolerance)
        if seconds <= 0:
            raise UsageError("--tolerance must be more than 0", hint="5m is what senders expect")
        return cls(seconds, port, exec_)


class Listening:
    """One `webhooks listen`, until Ctrl-C or SIGTERM."""

    def __init__(
        self, how: Listen, secret: bytes, output: Output, clock: Clock, environ: Mapping[str, str]
    ) -> None:
        self._output = output
        self._news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self._stopped_by: signal.Signals | None = None
        self._unread = threading.Semaphore(UNREAD)
        self._commands = Commands(how.exec, environ, self._said) if how.exec is not None else None
        take = self._commands.offer if self._commands is not None else lambda _received: True
        self._receiver = Receiver(secret, how.tolerance, clock.now, take)
        self._clock = clock
        self._server = DeliveryServer(how.port, self._answer, self._turned_away)
        self._count, self._last = 0, 0.0

    def run(self) -> None:
        """Say where it listens, then show what comes."""
        try:
            with _SignalsAsNews(self._news):
                with self._server:
                    self._say_ready()
                    self._show()
                if self._stopped_by == signal.SIGTERM:
                    raise Terminated
                self._finish()
                if self._stopped_by == signal.SIGINT:
                    raise KeyboardInterrupt
        finally:
            if self._commands is not None:
                self._commands.end()

    def _answer(self, request: Request) -> tuple[int, str]:
        received = self._receiver.judge(request)
        self._news.put(received)
        return received.status, received.reason.partition(":")[0] or received.verdict

    def _turned_away(self, status: int, why: str) -> None:
        self._news.put(Received(REFUSED, status, self._clock.now(), why))

    def _said(self, line: str) -> None:
        self._unread.acquire()
        self._news.put(line)

    def _say_ready(self) -> None:
        url = self._server.url
        text = f"listening on {url} until Ctrl-C"
        if self._output.format == "json":
            self._output.ready({"url": url}, text)
        else:
            self._output.announce(text)

    def _show(self) -> None:
        with self._output.live() as live:
            if live.moving:
                live.status("listening", "nothing came yet · up for")
            self._output.endless(self._rows(live), DELIVERIES)

    def _rows(self, live: Live) -> Iterator[JsonObject]:
        """What goes to stdout; what else comes is told on stderr meanwhile."""
        while True:
            news = self._next(live)
            if isinstance(news, signal.Signals):
                self._stopped_by = news
                return
            if news is not None:
                yield from self._told(news)

    def _next(self, live: Live) -> News | None:
        """The next news; on a terminal at most a second is waited for it, for the age to be right."""
        if live.moving and self._count:
            counted = f"{self._count:,} deliver{'y' if self._count == 1 else 'ies'}"
            age = duration(time.monotonic() - self._last)
            live.status("listening", f"{counted}, the last {age} ago · up for")
        with contextlib.suppress(queue.Empty):
            return self._news.get(timeout=1.0 if live.moving else None)
        return None

    def _told(self, news: Received | str) -> Iterator[JsonObject]:
        if isinstance(news, str):
            self._unread.release()
            self._output.announce(f"  {news}")
            return
        if news.verdict != REFUSED:
            self._count += 1
            self._last = time.monotonic()
        if self._output.endless_format == "table":
            yield _line(news)
        elif news.verdict == ACCEPTED:
            # a pipe gets each delivery once, whole; the rest is talk
            yield {**news.said, "received_at": iso_text(news.at)}
        else:
            what = f"{news.said['event']} of run {news.said['run_id']}: " if news.said else ""
            self._output.warn(f"{news.verdict} ({news.status}): {what}{news.reason}")

    def _finish(self) -> None:
        """What was answered with 2xx is not dropped: its command still runs, unless Ctrl-C comes again."""
        if self._commands is not None and self._commands.open:
            self._output.announce(f"{self._commands.open} commands are not done yet; Ctrl-C again ends them")
        self._output.endless(self._rest(), DELIVERIES)
        self._output.note("stopped")

    def _rest(self) -> Iterator[JsonObject]:
        """What came and was not shown yet, and what the commands that are left say."""
        while not self._news.empty() or (self._commands is not None and self._commands.open):
            with contextlib.suppress(queue.Empty):
                news = self._news.get(timeout=0.1)
                if not isinstance(news, signal.Signals):
                    yield from self._told(news)


class _SignalsAsNews:
    """While entered, the first Ctrl-C or SIGTERM takes its turn behind what came before it; the next acts at once."""

    def __init__(self, news: queue.SimpleQueue[News]) -> None:
        self._news = news
        main = threading.current_thread() is threading.main_thread()
        self._numbers = (signal.SIGINT, signal.SIGTERM) if main else ()

    def __enter__(self) -> None:
        self._before = [signal.signal(number, self._note) for number in self._numbers]

    def __exit__(self, *_exception: object) -> None:
        self._restore()

    def _note(self, number: int, _frame: object) -> None:
        self._restore()
        self._news.put(signal.Signals(number))

    def _restore(self) -> None:
        for number, handler in zip(self._numbers, self._before, strict=True):
            signal.signal(number, handler)


def _line(news: Received) -> JsonObject:
    """A delivery as a line for a person."""
    refused = news.verdict == REFUSED
    return {
        "at": iso_text(news.at),
        "verdict": news.verdict,
        "event": f"{news.status} {news.reason}" if refused else news.said["event"].ljust(19),
        "run_id": None if refused else news.said["run_id"],
        "what": None if refused else news.said.get("agent_type"),
    }
