"""`eclips triage watch`: each item that begins to wait is shown once, and a command may be run for it."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.commands.triage._queue import whole_queue
from eclips_cli.commands.triage._view import ARRIVALS
from eclips_cli.durations import parse_duration
from eclips_cli.errors import NetworkError, RateLimited, ServerError, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.session.session import Session
from eclips_cli.system.processes import run_command

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.output.output import Output

SHORTEST_INTERVAL = 0.1
REMEMBERED = 50_000
"""ids of items that have left the queue and would not be new if they came back"""


def watch_items(
    ctx: typer.Context,
    exec_: Annotated[
        str | None, typer.Option("--exec", metavar="CMD", help="Run this by the shell for each new item.")
    ] = None,
    exec_timeout: Annotated[
        str, typer.Option(metavar="DURATION", help="How long that may take for one item.")
    ] = "60s",
    interval: Annotated[str, typer.Option(metavar="DURATION", help="How often to look.")] = "5s",
    timeout: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Watch for this long, then end with 0.")
    ] = None,
    backlog: Annotated[
        bool, typer.Option("--backlog", help="Also what waits already, the oldest first.")
    ] = False,
) -> None:
    """Print new items as they arrive, until Ctrl-C.

    The command of --exec gets the item as JSON on its standard input, ECLIPS_TRIAGE_ID and ECLIPS_RUN_ID in
    its environment; what it prints goes to stderr. Its failure is a warning. Commands run one at a time.
    Passing trouble does not end it before --max-outage.

    Examples:
      eclips triage watch
      eclips triage watch -o jsonl >> triage.jsonl
      eclips triage watch --exec 'notify-send "Eclips" "$(jq -r .triage_reason)"'
    """
    session: Session = ctx.obj
    patience = session.patience(timeout, False)
    pace = Pace(parse_duration(interval), patience.deadline, patience.max_outage)
    seconds = parse_duration(exec_timeout)
    hook = None if exec_ is None else Hook(exec_, session.environ, seconds)
    Watch(session.client, session.output, pace, hook).run(backlog=backlog)


@dataclass(frozen=True)
class Pace:
    """How often to look and how long to bear trouble, in seconds; until when, on the monotonic clock."""

    every: float
    deadline: float | None
    max_outage: float

    def __post_init__(self) -> None:
        if self.every < SHORTEST_INTERVAL:
            raise UsageError(f"--interval must be at least {SHORTEST_INTERVAL:g}s")


@dataclass(frozen=True)
class Hook:
    """A command that is run for each new item: its environment, and how many seconds it may take."""

    command: str
    environ: Mapping[str, str]
    seconds: float

    def __post_init__(self) -> None:
        if not self.command.strip():
            raise UsageError("--exec is empty", hint="give the command to run, or leave --exec out")

    def run(self, item: JsonObject) -> str | None:
        """Run it for `item`; what went wrong, or None."""
        named = {
            "ECLIPS_TRIAGE_ID": str(item.get("id") or ""),
            "ECLIPS_RUN_ID": str(item.get("run_id") or ""),
        }
        given = json.dumps(item, ensure_ascii=True).encode() + b"\n"
        return run_command(self.command, given, {**self.environ, **named}, self.seconds)


class Watch:
    """The queue being watched by one command."""

    def __init__(self, client: EclipsClient, output: Output, pace: Pace, hook: Hook | None) -> None:
        self._client, self._output, self._clock = client, output, client.clock
        self._pace, self._hook = pace, hook
        self._last_answer = self._clock.monotonic()
        self._troubled = False
        self._interrupted = False

    def run(self, *, backlog: bool) -> None:
        """Show each new item until the deadline; with `backlog` also those that wait already.

        Raises NetworkError, ServerError or RateLimited after an outage longer than `max_outage`.
        """
        self._output.stream(self._until_ctrl_c(backlog), ARRIVALS)
        if self._interrupted:
            self._output.note("stopped watching")
            raise KeyboardInterrupt

    def _until_ctrl_c(self, backlog: bool) -> Iterator[JsonObject]:
        """The new items; Ctrl-C ends them, so that what is printed is whole."""
        try:
            yield from self._new(backlog)
        except KeyboardInterrupt:
            self._interrupted = True

    def _new(self, backlog: bool) -> Iterator[JsonObject]:
        known: dict[str, None] = {}
        first = True
        while self._left() != 0:
            items = self._look()
            if items is not None and first and not backlog:
                self._output.note(f"watching; {len(items):,} wait already (--backlog shows them too)")
                known = dict.fromkeys(str(item.get("id")) for item in items)
            first = first and items is None
            for item in items or ():
                new = str(item.get("id")) not in known
                # what waits moves behind what has left, which is forgotten first
                known.pop(str(item.get("id")), None)
                known[str(item.get("id"))] = None
                if new:
                    yield item
                    self._run_hook(item)
            while len(known) > REMEMBERED + len(items or ()):
                del known[next(iter(known))]
            self._rest()

    def _look(self) -> list[JsonObject] | None:
        """The queue, oldest first; None when it could not be read, or the deadline came."""
        try:
            items = self._read()
        except (NetworkError, ServerError, RateLimited) as error:
            if self._clock.monotonic() - self._last_answer > self._pace.max_outage:
                raise
            if not self._troubled:
                self._output.note(f"{error.message}; watching goes on")
            self._troubled = True
            return None
        if items is not None:
            if self._troubled:
                self._output.note("the API answers again")
            self._troubled, self._last_answer = False, self._clock.monotonic()
        return items

    def _read(self) -> list[JsonObject] | None:
        """Read in a thread of its own, so that the deadline comes through whatever the API does."""
        answered: queue.SimpleQueue[list[JsonObject] | BaseException] = queue.SimpleQueue()

        def read() -> None:
            try:
                answered.put(whole_queue(self._client))
            except BaseException as error:
                answered.put(error)

        threading.Thread(target=read, name="eclips-watch", daemon=True).start()
        try:
            found = answered.get(timeout=self._left())
        except queue.Empty:
            return None
        if isinstance(found, BaseException):
            raise found
        return found

    def _run_hook(self, item: JsonObject) -> None:
        trouble = self._hook.run(item) if self._hook else None
        if trouble is not None:
            self._output.warn(f"the command for item {item.get('id')} {trouble}")

    def _left(self) -> float | None:
        deadline = self._pace.deadline
        return None if deadline is None else max(deadline - self._clock.monotonic(), 0.0)

    def _rest(self) -> None:
        left = self._left()
        self._clock.sleep(self._pace.every if left is None else min(self._pace.every, left))
