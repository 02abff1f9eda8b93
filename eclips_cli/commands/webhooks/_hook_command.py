"""`--exec`: a command of the user's for each delivery, a few at a time, each for a bounded time."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NamedTuple

from eclips_cli.commands.webhooks._receiver import Received
from eclips_cli.durations import parse_duration
from eclips_cli.errors import UsageError
from eclips_cli.system.processes import Children, run_command

LONGEST_LINE = 4096
LAST_WORDS = 0.5
"""seconds that are waited for the last lines of commands that have ended"""


@dataclass(frozen=True)
class Exec:
    """What to run, for how many seconds at most, and how many of them at once."""

    command: str
    seconds: float
    at_once: int

    @classmethod
    def parse(cls, command: str | None, timeout: str, at_once: int) -> Exec | None:
        """From the options as written; None without a command. Raises UsageError."""
        seconds = parse_duration(timeout)
        if command is None:
            return None
        if not command.strip():
            raise UsageError("--exec is empty")
        if seconds <= 0:
            raise UsageError("--exec-timeout must be more than 0")
        return cls(command, seconds, at_once)


class _Job(NamedTuple):
    received: Received
    begun: Future[None]


class Commands:
    """Runs the command for what it is offered. `said` is told each line that a command prints, and each failure."""

    def __init__(self, how: Exec, environ: Mapping[str, str], said: Callable[[str], None]) -> None:
        self._how, self._environ, self._said = how, environ, said
        self._queue: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._running: dict[int, Received] = {}
        self._stopping = False
        self._children = Children()
        self._reading, self._writing = os.pipe()
        self._closed = False
        self._reader = threading.Thread(target=self._read, name="eclips-exec-output", daemon=True)
        self._reader.start()
        for number in range(how.at_once):
            threading.Thread(target=self._work, args=(number,), name="eclips-exec", daemon=True).start()

    def offer(self, received: Received) -> Future[None]:
        """Take a delivery: done when its command begins; until then it may be cancelled."""
        begun: Future[None] = Future()
        if self._stopping:
            begun.cancel()
        else:
            self._queue.put(_Job(received, begun))
        return begun

    def running(self) -> list[Received]:
        """The deliveries whose command is running."""
        return list(self._running.values())

    def begin_no_more(self) -> None:
        """Cancel what was offered and is not begun."""
        self._stopping = True
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait().begun.cancel()

    def all_said(self) -> bool:
        """Whether none runs any more; then, once nothing more begins, all they printed has been said, too."""
        if self._running:
            return False
        if self._stopping and not self._closed:
            self._closed = True
            os.close(self._writing)
            # something that a command left behind may have it open
            self._reader.join(LAST_WORDS)
        return True

    def end(self) -> None:
        """End what is running now, and take nothing up any more."""
        self._stopping = True
        self._children.end()

    def _work(self, number: int) -> None:
        while True:
            received, begun = self._queue.get()
            # known to be running before anybody is told so
            self._running[number] = received
            try:
                if begun.set_running_or_notify_cancel():
                    begun.set_result(None)
                    self._carry_out(received)
            finally:
                del self._running[number]

    def _carry_out(self, received: Received) -> None:
        trouble = self._run(received)
        if trouble is not None:
            self._said(f"the command for {received.name} {trouble}")

    def _run(self, received: Received) -> str | None:
        environ = {
            **self._environ,
            "ECLIPS_EVENT": received.said["event"],
            "ECLIPS_RUN_ID": received.said["run_id"],
        }
        return run_command(
            self._how.command,
            received.body,
            environ,
            self._how.seconds,
            out=self._writing,
            children=self._children,
        )

    def _read(self) -> None:
        """Pass on what the commands print, line by line, none of it longer than a screen."""
        with os.fdopen(self._reading, "rb") as lines:
            while line := lines.readline(LONGEST_LINE):
                self._said(line.decode("utf-8", "replace").rstrip("\r\n").expandtabs())
