"""What would be sent, to look at: the first two rows and the last, because sums and notes stand at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eclips_cli.commands.batches._record import Order, chosen_jobs
from eclips_cli.commands.batches._view import PREVIEW
from eclips_cli.commands.batches.plan import MAX_ROWS
from eclips_cli.counting import how_many
from eclips_cli.json_values import JsonObject
from eclips_cli.output.cells import safe_text
from eclips_cli.output.columns import Column, View
from eclips_cli.output.theme import Look
from eclips_cli.records.journal import body_row

if TYPE_CHECKING:
    from eclips_cli.output.output import Output

FIRST = 2
"""Rows that are shown of the beginning."""


@dataclass(frozen=True)
class Preview:
    """How much there is, and rows as the API would get them: the first ones and, if there are more, the last.

    `lines` are those of the first rows and of the last, where they come from a file.
    """

    rows: int
    jobs: int
    first: list[JsonObject]
    last: JsonObject | None
    lines: tuple[int, ...] = ()

    @classmethod
    def of_bodies(cls, bodies: list[JsonObject]) -> Preview:
        """A preview of rows that come from the journal."""
        last = bodies[-1] if len(bodies) > FIRST else None
        return cls(len(bodies), -(-len(bodies) // MAX_ROWS), bodies[:FIRST], last)

    def as_json(self) -> JsonObject:
        """The members that show rows."""
        return {"first_rows": self.first[:FIRST], "last_row": self.last}


def preview(order: Order, sends: Callable[[int], bool], *, shown: int = FIRST) -> Preview:
    """Read and check the file's rows of which `sends` is true as a submission does; nothing is kept. Raises UsageError."""
    source, mapping = order.source, order.mapping
    first: list[Any] = []
    last: list[Any] = []
    rows = jobs = 0
    for job in chosen_jobs(order, sends):
        first = first or job[:shown]
        last = job[-1:]
        rows, jobs = rows + len(job), jobs + 1
    seen = first[:FIRST] + (last if rows > FIRST else [])
    bodies = [body_row(row, mapping, source.columns) for row in first]
    ending = body_row(last[0], mapping, source.columns) if rows > FIRST else None
    return Preview(rows, jobs, bodies, ending, tuple(line for line, _, _ in seen))


def show_preview(output: Output, name: str, agent: str, seen: Preview) -> None:
    """`--dry-run`: how much would go where, and rows as they would be sent."""
    shown = {"name": name, "agent_type": agent, "rows": seen.rows, "jobs": seen.jobs, **seen.as_json()}
    output.item(shown, PREVIEW, detail=lambda _shown, look: preview_table(seen, look))
    rows, jobs = how_many(seen.rows, "row"), how_many(seen.jobs, "job")
    what = f"{rows} would go to {agent} as {jobs}" if seen.rows else f"no row would go to {agent}"
    output.announce(f"{what}; nothing was sent")


def preview_table(seen: Preview, look: Look) -> str:
    """The rows as a table for a person: their lines, tasks and columns, as many as fit."""
    from eclips_cli.output import table

    bodies = seen.first[:FIRST] + ([seen.last] if seen.last is not None else [])
    if not bodies:
        return ""
    names = list(dict.fromkeys(name for body in bodies for name in body.get("data", {})))
    # Numbers as members: a column may have any name, also with dots in it.
    columns = [Column("LINE", "line", "text", 1)] if seen.lines else []
    columns.append(Column("TASK", "task", "text", 2))
    columns += [Column(safe_text(name), str(place), "text", 3 + place) for place, name in enumerate(names)]
    items: list[JsonObject] = []
    for place, body in enumerate(bodies):
        item = {str(number): body.get("data", {}).get(name) for number, name in enumerate(names)}
        items.append(item | {"task": body["task"], "line": str(seen.lines[place]) if seen.lines else None})
    text = table.render(items, View(tuple(columns)), width=look.width, color=look.color, now=0)
    between = seen.rows - len(bodies)
    if not between:
        return text
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:-1], f"… {between:,} more …\n", lines[-1]])
