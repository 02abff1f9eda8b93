"""`eclips health`: once, and again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.commands import _arguments
from eclips_cli.errors import EclipsError
from eclips_cli.json_values import JsonObject
from eclips_cli.output.columns import Column, View
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient, HealthReport
    from eclips_cli.api.waiting import WaitBudget
    from eclips_cli.output.output import Output
    from eclips_cli.output.theme import Look

SLIGHT_SKEW = 1.0
"""seconds between the two clocks that are not worth a word"""
HEALTH = View(
    (
        Column("STATUS", "status", "status", 1),
        Column("VERSION", "version", "text", 2),
        Column("LATENCY MS", "latency_ms", "number", 2),
        Column("CLOCK SKEW S", "clock_skew_seconds", "number", 3),
        Column("TIME", "timestamp", "time", 4),
    ),
    id_path="status",
    object="Health",
)


def health(
    ctx: typer.Context,
    watch: Annotated[bool, typer.Option("--watch", help="Ask again and again, until Ctrl-C.")] = False,
    interval: Annotated[str, typer.Option(metavar="DURATION", help="With --watch: how often.")] = "5s",
    timeout: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION", help="With --watch: end after this long, with the last look's code."
        ),
    ] = None,
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
        every = _arguments.interval(interval)
        # each look has its own repeats, and an outage is what one watches for: it does not end it
        budget = session.wait_budget(timeout)
        budget.max_outage = None
        return watch_health(session.open_client, session.output, budget, every)
    report = session.open_client.health.check()
    session.output.item(health_report(report), HEALTH)
    return 0 if report.ok else 1


def health_report(report: HealthReport) -> JsonObject:
    """The API's answer with what was measured: latency in ms, clock skew in seconds (positive: this clock is ahead)."""
    skew = report.clock_skew_s
    measured = {
        "latency_ms": round(report.latency_ms, 1),
        "clock_skew_seconds": None if skew is None else round(skew, 3) + 0.0,  # no -0.0
    }
    return {**report.answer.json, **measured}


def watch_health(client: EclipsClient, output: Output, budget: WaitBudget, every: float) -> int:
    """Print a line for each look, every so many seconds, until the time is up; 0 if the last one was good.

    That nobody answers is a line like any other, however long it lasts.
    """
    client = client.within(budget)
    last = [1]

    def looks() -> Iterator[JsonObject]:
        with budget.quiet_end():
            while True:
                last[0], line = _look(client)
                yield line
                budget.rest(every)

    try:
        output.stream(looks(), HEALTH, line=health_line)
    except KeyboardInterrupt:
        output.stopped("stopped")
        raise
    return last[0]


def health_line(report: JsonObject, look: Look) -> str:
    """One look for a person: `09:00:42 CEST  ✓ ok  17 ms`, and what is unusual, as far as there is room for it."""
    from eclips_cli.output import cells, theme

    status = cells.safe_text(cells.plain(report.get("status")))
    mark = theme.mark("ok" if status == "ok" else "failed")
    at = cells.clock(look.now)
    latency, skew = report.get("latency_ms"), report.get("clock_skew_seconds")
    more = [f"{latency:.0f} ms"] if isinstance(latency, float) else []
    if isinstance(skew, float) and abs(skew) >= SLIGHT_SKEW:
        more.append(f"this clock is {abs(skew):.1f} s {'ahead' if skew > 0 else 'behind'}")
    more += [cells.safe_text(str(report[name])) for name in ("version", "error") if report.get(name)]
    while more[1:] and len("  ".join((at, mark.symbol, status, *more))) > look.width:
        more.pop()
    shown = theme.painted(f"{mark.symbol} {status}", mark.color, on=look.color)
    return "  ".join((theme.painted(at, theme.DIM, on=look.color), shown, *more)) + "\n"


def _look(client: EclipsClient) -> tuple[int, JsonObject]:
    """One check: what it means as an exit code, and its line."""
    try:
        report = client.health.check()
    except EclipsError as error:
        return int(error.exit_code), {"status": "unreachable", "error": error.message}
    return 0 if report.ok else 1, health_report(report)
