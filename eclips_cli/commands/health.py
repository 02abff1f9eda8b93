"""`eclips health`: once, and again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from eclips_cli.commands import _arguments
from eclips_cli.commands._options import Timeout
from eclips_cli.durations import parse_duration
from eclips_cli.errors import EclipsError
from eclips_cli.json_values import JsonObject
from eclips_cli.output.columns import Column, View
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient, HealthReport
    from eclips_cli.api.waiting import Clock
    from eclips_cli.output.output import Output

HEALTH = View(
    (
        Column("STATUS", "status", "status", 1),
        Column("VERSION", "version", "text", 2),
        Column("LATENCY MS", "latency_ms", "number", 2),
        Column("CLOCK SKEW S", "clock_skew_seconds", "number", 3),
        Column("TIME", "timestamp", "time", 4),
    ),
    id_path="status",
)


def health(
    ctx: typer.Context,
    watch: Annotated[bool, typer.Option("--watch", help="Ask again and again, until Ctrl-C.")] = False,
    interval: Annotated[str, typer.Option(metavar="DURATION", help="With --watch: how often.")] = "5s",
    timeout: Timeout = None,
) -> int:
    """Is the API up: status, version, latency and clock skew. Needs no key.

    Exit code 0 only for status `ok`.

    Examples:
      eclips health
      eclips health -o json
      eclips health --watch --interval 30s
    """
    session: Session = ctx.obj
    if watch:
        pace = Pace(_arguments.interval(interval), session.deadline(timeout), session.clock)
        return watch_health(session.open_client, session.output, pace)
    report = session.open_client.health.check()
    session.output.item(health_report(report), HEALTH)
    return 0 if report.ok else 1


class Pace(NamedTuple):
    """How often to look, in seconds, and until when (monotonic seconds; None: until Ctrl-C)."""

    every: float
    deadline: float | None
    clock: Clock

    def rest(self) -> bool:
        """Wait for the next look; False when the deadline came."""
        left = (
            self.every if self.deadline is None else min(self.every, self.deadline - self.clock.monotonic())
        )
        if left <= 0:
            return False
        self.clock.sleep(left)
        return True


def health_report(report: HealthReport) -> JsonObject:
    """The API's answer with what was measured: latency in ms, clock skew in seconds (positive: this clock is ahead)."""
    skew = report.clock_skew_s
    measured = {
        "latency_ms": round(report.latency_ms, 1),
        "clock_skew_seconds": None if skew is None else round(skew, 3) + 0.0,  # no -0.0
    }
    return {**report.answer.json, **measured}


def watch_health(client: EclipsClient, output: Output, pace: Pace) -> int:
    """Print a line for each look until the deadline; 0 if the last one was good."""
    last = [1]

    def looks() -> Iterator[JsonObject]:
        while True:
            try:
                report = client.health.check()
                last[0] = 0 if report.ok else 1
                yield health_report(report)
            except EclipsError as error:
                last[0] = int(error.exit_code)
                yield {"status": "unreachable", "error": error.message}
            if not pace.rest():
                return

    try:
        output.stream(looks(), HEALTH)
    except KeyboardInterrupt:
        output.note("stopped")
        raise
    return last[0]
