"""`eclips health`."""

from typing import Annotated

import typer

from eclips_cli.commands import _arguments
from eclips_cli.commands._health_watch import HEALTH, Pace, health_report, watch_health
from eclips_cli.commands._options import Timeout
from eclips_cli.session.session import Session


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
