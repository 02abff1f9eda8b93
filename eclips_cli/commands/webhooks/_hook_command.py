"""`--exec`: a command of the user's for each delivery, a few at a time, each for a bounded time."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eclips_cli.commands.webhooks._receiver import Received
from eclips_cli.durations import parse_duration
from eclips_cli.errors import UsageError
from eclips_cli.system.processes import Children, run_command

WAITING = 1000
"""deliveries that may wait for their command; the sender of one more is asked to try again later"""
LONGEST_LINE = 4096


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


class Commands:
    """Runs the command for what it is offered. `said` is told each line that a command prints, and each failure."""

    def __init__(self, how: Exec, environ: Mapping[str, str], said: Callable[[str], None]) -> None:
        self._how, self._environ, self._said = how, environ, said
        self._queue: queue.Queue[Received] = queue.Queue(WAITING)
        self._children = Children()
        self._reading, self._writing = os.pipe()
        threading.Thread(target=self._read, name="eclips-exec-output", daemon=True).start()
        for _ in range(how.at_once):
            threading.Thread(target=self._work, name="eclips-exec", daemon=True).start()

    def offer(self, received: Received) -> bool:
        """Take a delivery, unless too many are waiting."""
        try:
            self._queue.put_nowait(received)
        except queue.Full:
            return False
        return True

    @property
    def open(self) -> int:
        """How many deliveries wait for their command, or have it running."""
        return self._queue.unfinished_tasks

    def end(self) -> None:
        """End what is running now, and take nothing up any more."""
        self._children.end()

    def _work(self) -> None:
        while True:
            received = self._queue.get()
            trouble = self._run(received)
            if trouble is not None:
                self._said(
                    f"the command for {received.said['event']} of run {received.said['run_id']} {trouble}"
                )
            self._queue.task_done()

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
