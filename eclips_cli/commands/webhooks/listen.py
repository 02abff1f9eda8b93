"""`eclips webhooks listen`: a receiver for people and pipes; each delivery is shown as it comes, its command run."""

import contextlib
import queue
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

import typer

from eclips_cli.commands.webhooks._hook_command import Commands, Exec
from eclips_cli.commands.webhooks._listener import Listener, ListenEvent
from eclips_cli.commands.webhooks._options import SecretEnvs, SecretFiles, SecretOfs
from eclips_cli.commands.webhooks._receiver import ACCEPTED, REFUSED, Received, Receiver
from eclips_cli.commands.webhooks._secret import made_secret, named_secrets
from eclips_cli.commands.webhooks._seen import SeenTransitions, seen_file
from eclips_cli.commands.webhooks._stop_signals import STUCK, OutOfTime, StopSignals
from eclips_cli.commands.webhooks._view import DELIVERIES, delivery_line
from eclips_cli.counting import how_many
from eclips_cli.durations import iso_text, parse_duration
from eclips_cli.errors import NotWritten, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.output.cells import duration
from eclips_cli.output.live import Live
from eclips_cli.output.output import Output
from eclips_cli.session.session import Session

UNREAD = 1000
"""lines of commands that wait to be printed; a command that prints faster has to wait"""
ENDING = 6.0
"""seconds beyond its time-out that a command which does not end by itself may take to be ended"""
NAMED = 5
"""deliveries that are named in one line"""


def listen(
    ctx: typer.Context,
    port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="N", help="The port; any free one unless given.")
    ] = 0,
    secret_file: SecretFiles = None,
    secret_env: SecretEnvs = None,
    secret_of: SecretOfs = None,
    tolerance: Annotated[str, typer.Option(metavar="DURATION", help="How old a delivery may be.")] = "5m",
    exec_: Annotated[
        str | None,
        typer.Option("--exec", metavar="CMD", help="Run this (by sh) for each delivery, its body on stdin."),
    ] = None,
    exec_timeout: Annotated[
        str, typer.Option(metavar="DURATION", help="How long the command may run.")
    ] = "1m",
    exec_at_once: Annotated[
        int, typer.Option(min=1, max=64, metavar="N", help="How many may run at once; 1 keeps the order.")
    ] = 4,
    host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Also take what is sent to this host name: a tunnel's."),
    ] = None,
) -> None:
    """Receive deliveries on 127.0.0.1 until Ctrl-C: each is verified, answered and shown.

    A delivery is answered 2xx when its signature fits, it is not too old, and its command has begun; where
    none can begin within 3 s, or nobody reads what is shown, its sender is asked to come again (503). One that
    comes again is answered 2xx, but is shown as a repeat, also after a restart on the same port, and its
    command is not run again. Ctrl-C, SIGTERM and SIGHUP let the commands that run come to their end. In a
    pipe stdout is jsonl: each delivery once, as it came, plus `received_at`; repeats and what was refused are
    told on stderr. With -o json the first line is {"url"}. The command finds the event in ECLIPS_EVENT and
    the run in ECLIPS_RUN_ID; what it prints goes to stderr. While a secret is being rotated, both may be given.

    Examples:
      eclips webhooks listen --port 8080 --secret-file hook.secret
      eclips webhooks listen --secret-env HOOK_SECRET --exec 'jq -r .data.error >> errors.log'
      eclips webhooks listen --port 8080 --secret-file new.secret --secret-file old.secret --host my.tunnel.example
      eclips webhooks listen -o jsonl | jq -r 'select(.event == "run.failed") | .run_id'
    """
    session: Session = ctx.obj
    seconds = parse_duration(tolerance)
    if seconds <= 0:
        raise UsageError("--tolerance must be more than 0", hint="5m is what senders expect")
    how = Exec.parse(exec_, exec_timeout, exec_at_once)
    output, environ = session.output, session.environ
    named = list(named_secrets(environ, secret_file, secret_env, secret_of).values())
    with contextlib.closing(SeenTransitions(output.note)) as seen:
        if named:  # nobody else has a secret that is made here, so nothing comes again
            seen.keep_in(seen_file(environ, port, exec_))
        receiver = Receiver(named or [made_secret(output.announce)], seconds, session.clock.now, seen)
        _Listening(how, output, environ).run(receiver, port, host or ())


class _Listening:
    """One `webhooks listen`, until Ctrl-C, SIGTERM or SIGHUP, or until its reader has enough."""

    def __init__(self, how: Exec | None, output: Output, environ: Mapping[str, str]) -> None:
        self._how, self._output = how, output
        self._news: queue.SimpleQueue[ListenEvent] = queue.SimpleQueue()
        self._unread = threading.Semaphore(UNREAD)
        self._commands = Commands(how, environ, self._said) if how is not None else None
        self._signals = StopSignals(self._news.put)
        self._count, self._last = 0, 0.0
        self._showing: list[Received] = []

    def run(self, receiver: Receiver, port: int, hosts: Iterable[str]) -> None:
        """Say where it listens, then show what comes. What was answered with 2xx is not dropped at the end."""
        self._listener = Listener(receiver, self._commands, self._news, port, hosts)
        trouble: BaseException | None = None
        with self._signals:
            try:
                with self._listener:
                    self._say_ready()
                    self._show()
            except (BrokenPipeError, NotWritten, OutOfTime) as error:
                trouble = error
            self._drain(trouble)
        if trouble is not None and self._signals.came is None:
            raise trouble
        self._signals.raise_it()

    def _said(self, line: str) -> None:
        self._unread.acquire()
        self._news.put(line)

    def _say_ready(self) -> None:
        url = self._listener.url
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
                return
            if news is not None:
                yield from self._told(news)

    def _next(self, live: Live) -> ListenEvent | None:
        """The next news, if any comes within a second: the age on a terminal is to be right then.

        Nor is a signal lost that comes right before the wait begins: Python sees it when the wait ends.
        """
        if live.moving and self._count:
            many = how_many(self._count, "delivery", "deliveries")
            age = duration(time.monotonic() - self._last)
            live.status("listening", f"{many}, the last {age} ago · up for")
        with contextlib.suppress(queue.Empty):
            return self._news.get(timeout=1.0)
        return None

    def _told(self, news: Received | str) -> Iterator[JsonObject]:
        if isinstance(news, str):
            self._say_line(news)
            return
        if news.verdict != REFUSED:
            self._count += 1
            self._last = time.monotonic()
        if news.verdict == ACCEPTED:
            # a pipe gets each delivery once, whole; the rest is talk
            self._showing = [news]
            person = self._output.endless_format == "table"
            yield delivery_line(news) if person else {**news.said, "received_at": iso_text(news.at)}
            self._showing = []
            self._listener.shown += 1
        elif self._output.endless_format == "table":
            yield delivery_line(news)
        else:
            name = f"{news.name}: " if news.name else ""
            self._output.warn(f"{news.verdict} ({news.status}): {name}{news.reason}")
        if self._listener.untold:
            untold, self._listener.untold = self._listener.untold, 0
            self._output.warn(f"{untold:,} more were refused, or had come before")

    def _say_line(self, line: str) -> None:
        self._unread.release()
        self._output.announce(f"  {line}")

    def _drain(self, trouble: BaseException | None) -> None:
        """End what was begun, each command within its own time; what is left then is named."""
        unshown: list[Received] = []
        self._signals.bound(STUCK if self._how is None else self._how.seconds + ENDING)
        try:
            with contextlib.suppress(OutOfTime):
                if trouble is not None:
                    self._output.leave_unread()
                if running := self._running():
                    counted = f"{how_many(len(running), 'command is', 'commands are')} not done yet {_names(running)}"
                    self._output.announce(f"{counted}; Ctrl-C again ends them")
                if trouble is None:
                    with contextlib.suppress(BrokenPipeError, NotWritten):
                        self._output.endless(self._rest(), DELIVERIES)
                        self._output.note("stopped")
                unshown = self._showing + self._without_showing()
        finally:
            self._output.leave_unread()
            if running := self._running():
                self._output.warn(f"{how_many(len(running), 'command')} ended unfinished {_names(running)}")
            if unshown and not isinstance(trouble, BrokenPipeError):
                counted = how_many(len(unshown), "delivery was", "deliveries were")
                self._output.warn(f"{counted} answered, and could not be shown {_names(unshown)}")
            if self._commands is not None:
                self._commands.end()

    def _running(self) -> list[Received]:
        return self._commands.running() if self._commands is not None else []

    def _left(self) -> Iterator[Received | str]:
        """What came and was not shown yet, and what the commands that are left say."""
        # in this order: what a command says is there before it is over
        while not (self._commands is None or self._commands.all_said()) or not self._news.empty():
            with contextlib.suppress(queue.Empty):
                news = self._news.get(timeout=0.1)
                if not isinstance(news, signal.Signals):
                    yield news

    def _rest(self) -> Iterator[JsonObject]:
        for news in self._left():
            yield from self._told(news)

    def _without_showing(self) -> list[Received]:
        """Wait for the rest where nothing can be written to stdout any more; the deliveries in it."""
        unshown = []
        for news in self._left():
            if isinstance(news, str):
                self._say_line(news)
            elif news.verdict == ACCEPTED:
                unshown.append(news)
        return unshown


def _names(some: list[Received]) -> str:
    return f"({', '.join(received.name for received in some[:NAMED])}{', …' if len(some) > NAMED else ''})"
