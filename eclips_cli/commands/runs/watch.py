"""`eclips runs watch`: a live table of the runs that are not over yet, for a person to leave open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.commands._options import WatchTimeout
from eclips_cli.commands.runs._open_runs import MOST, OpenRuns
from eclips_cli.commands.runs._view import RUNS
from eclips_cli.counting import how_many
from eclips_cli.output import charts, theme
from eclips_cli.output.cells import clock, safe_text
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.objects import Run
    from eclips_cli.api.waiting import WaitBudget
    from eclips_cli.output.output import Output
    from eclips_cli.output.theme import Look

EVERY = 2.0
"""seconds between two looks"""
SECONDS_A_REQUEST = 0.3
"""at least so long is waited for each request of a look: about 200 a minute at most"""


def watch_runs(
    ctx: typer.Context,
    agent: Annotated[
        str | None, typer.Option("--agent", "-a", metavar="TYPE", help="Only this agent's runs.")
    ] = None,
    timeout: WatchTimeout = None,
) -> None:
    """A live table of the runs that are not over yet, and of those that just ended, until Ctrl-C.

    All of them, however many there are: the newest 2,000 of each status. Above the table stands how many are open,
    when they were started, and how many ended since the watch began. In a pipe, or with -o json or jsonl, each run that
    is new or changed is printed as it is seen.

    Examples:
      eclips runs watch
      eclips runs watch --agent ap_specialist
    """
    session: Session = ctx.obj
    budget = session.wait_budget(timeout, doing="watching")
    watch_open_runs(session.client, session.output, budget, agent=agent)


def watch_open_runs(client: EclipsClient, output: Output, budget: WaitBudget, *, agent: str | None) -> None:
    """Show the table until the time is up; in a pipe, and as JSON, what is new in it.

    Passing trouble is shown. Raises what outlasts the budget.
    """
    if not output.draws:
        runs = OpenRuns(client.within(budget), agent)
        output.stream(_news(runs, _looks(runs, budget), output), RUNS)
        return
    began = client.clock.now()
    with output.screen() as screen:

        def draw() -> None:
            screen.show(
                runs.rows,
                RUNS,
                last=runs.ended,
                empty="",  # the title says it
                trouble=shown.trouble,
                title=lambda look: title(runs, agent, began, look),
                above=lambda look: charts.started_by_status(runs.rows, look),
            )

        shown = budget.for_another(lambda _message: draw())
        runs = OpenRuns(client.within(shown), agent)
        for _ in _looks(runs, shown):
            draw()


def title(runs: OpenRuns, agent: str | None, began: float, look: Look) -> list[str]:
    """What the table counts: open runs by status, and those that ended since `began` (POSIX seconds)."""
    open_ = Counter(str(run.get("status")) for run in runs.open.values())
    if not agent:
        open_ |= Counter(runs.unread)
    of = f" of {agent}" if agent else ""
    some = [f"{count:,} {status}" for status, count in open_.most_common()]
    about = "" if runs.exact else "at least "
    ended = [f"{about}{count:,} {status}" for status, count in runs.counts.most_common()]
    cut = [f"the newest {MOST:,} of {total:,} {status} are read" for status, total in runs.unread.items()]
    lines = [
        *wrapped(f"{how_many(open_.total(), 'open run')}{of}", some, look.width),
        *wrapped(f"since {clock(began)}", ended or ["none ended"], look.width),
        *(line for text in cut for line in wrapped("", [text], look.width)),
    ]
    gap = [""] if runs.rows or runs.ended else []
    return [theme.painted(safe_text(line), theme.DIM, on=look.color) for line in lines] + gap


def wrapped(head: str, parts: list[str], width: int) -> list[str]:
    """`head: part · part`, on as many lines as it takes; what follows is indented."""
    lines = [head + ": " if head and parts else head]
    begun = False
    for part in parts:
        joined = f"{lines[-1]} · {part}" if begun else lines[-1] + part
        if len(joined) > width and lines[-1].strip():
            lines[-1] = lines[-1].rstrip()
            joined = f"  {part}"
            lines.append("")
        lines[-1], begun = joined, True
    return lines


def _looks(runs: OpenRuns, budget: WaitBudget) -> Iterator[None]:
    """A look after the other, until the time is up."""
    with budget.quiet_end():
        while True:
            runs.look()
            yield
            budget.rest(max(EVERY, runs.requests * SECONDS_A_REQUEST))


def _news(runs: OpenRuns, looks: Iterator[None], output: Output) -> Iterator[Run]:
    """Rows that are new or changed."""
    last: dict[str, Run] = {}
    told: dict[str, int] = {}
    for _ in looks:
        rows = runs.rows + runs.ended
        for status in runs.unread.keys() - told.keys():
            output.announce(f"watching the newest {MOST:,} of {runs.unread[status]:,} runs that are {status}")
        told |= runs.unread
        yield from [row for row in rows if last.get(str(row.get("id"))) != row]
        last = {str(row.get("id")): row for row in rows}
