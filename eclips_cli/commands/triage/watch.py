"""`eclips triage watch`: each item that begins to wait is shown once, and a command may be run for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.commands import _arguments
from eclips_cli.commands._options import WatchTimeout
from eclips_cli.commands.triage._queue import whole_queue
from eclips_cli.commands.triage._view import ARRIVALS
from eclips_cli.durations import parse_duration
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.session.session import Session
from eclips_cli.system.processes import run_command

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.objects import TriageItem
    from eclips_cli.api.waiting import WaitBudget
    from eclips_cli.output.output import Output

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
    timeout: WatchTimeout = None,
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
    every = _arguments.interval(interval)
    budget = session.wait_budget(timeout, doing="watching")
    seconds = parse_duration(exec_timeout)
    hook = None if exec_ is None else Hook(exec_, session.environ, seconds)
    QueueWatch(session.client, session.output, budget, every, hook).run(backlog=backlog)


@dataclass(frozen=True)
class Hook:
    """A command that is run for each new item: its environment, and how many seconds it may take."""

    command: str
    environ: Mapping[str, str]
    seconds: float

    def __post_init__(self) -> None:
        if not self.command.strip():
            raise UsageError("--exec is empty", hint="give the command to run, or leave --exec out")

    def run(self, item: TriageItem) -> str | None:
        """Run it for `item`; what went wrong, or None."""
        named = {
            "ECLIPS_TRIAGE_ID": str(item.get("id") or ""),
            "ECLIPS_RUN_ID": str(item.get("run_id") or ""),
        }
        given = json.dumps(item, ensure_ascii=True).encode() + b"\n"
        return run_command(self.command, given, {**self.environ, **named}, self.seconds)


class QueueWatch:
    """The queue being watched by one command."""

    def __init__(
        self, client: EclipsClient, output: Output, budget: WaitBudget, every: float, hook: Hook | None
    ) -> None:
        self._client, self._output = client.within(budget), output
        self._budget, self._every, self._hook = budget, every, hook
        self._interrupted = False

    def run(self, *, backlog: bool) -> None:
        """Show each new item until the time is up; with `backlog` also those that wait already.

        Raises what outlasts the budget.
        """
        self._output.stream(self._until_ctrl_c(backlog), ARRIVALS)
        if self._interrupted:
            self._output.stopped("stopped watching")
            raise KeyboardInterrupt

    def _until_ctrl_c(self, backlog: bool) -> Iterator[JsonObject]:
        """The new items; Ctrl-C ends them, so that what is printed is whole."""
        try:
            with self._budget.quiet_end():
                yield from self._new(backlog)
        except KeyboardInterrupt:
            self._interrupted = True

    def _new(self, backlog: bool) -> Iterator[JsonObject]:
        known: dict[str, None] = {}
        first = True
        while True:
            items = whole_queue(self._client)
            if first and not backlog:
                self._output.note(f"watching; {len(items):,} wait already (--backlog shows them too)")
                known = dict.fromkeys(str(item.get("id")) for item in items)
            first = False
            for item in items:
                new = str(item.get("id")) not in known
                # what waits moves behind what has left, which is forgotten first
                known.pop(str(item.get("id")), None)
                known[str(item.get("id"))] = None
                if new:
                    yield item
                    self._run_hook(item)
            while len(known) > REMEMBERED + len(items):
                del known[next(iter(known))]
            self._budget.rest(self._every)

    def _run_hook(self, item: TriageItem) -> None:
        trouble = self._hook.run(item) if self._hook else None
        if trouble is not None:
            self._output.warn(f"the command for item {item.get('id')} {trouble}")
