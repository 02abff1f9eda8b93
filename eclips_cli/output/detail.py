"""One thing, for a person: what happened, how long it took, how sure the agent was, what came out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from eclips_cli.json_values import JsonObject
from eclips_cli.output import cells, charts, theme
from eclips_cli.output.aligned import aligned
from eclips_cli.output.cells import safe_text
from eclips_cli.output.drawing import confidence, uncut
from eclips_cli.output.json_for_people import document
from eclips_cli.output.theme import Look

if TYPE_CHECKING:
    from rich.text import Text

_OF_THE_JOB = {
    "id", "name", "agent_type", "created_at", "status", "total_rows", "completed_rows", "failed_rows",
}  # fmt: skip


def heading(status: Any, look: Look) -> str:
    """A status with its symbol and colour."""
    word = cells.plain(status)
    mark = theme.mark(word)
    return theme.painted(f"{mark.symbol} {safe_text(word)}", mark.color, on=look.color)


def confidence_words(value: Any) -> Text:
    """A confidence score with its bar and what it leads to; empty when there is none."""
    score = cells.score(value)
    if score is None:
        return uncut(safe_text(cells.plain(value)))
    return confidence(score).append(f"  {theme.band(score)[0]}")


def section(title: str, value: Any, look: Look) -> str:
    """What an agent was given or put out, laid out for reading under a title; nothing where there is nothing."""
    if value is None or value == {} or value == []:
        return ""
    body = "".join(f"{line}\n" for line in document(value, look))
    return f"\n{theme.painted(title, theme.DIM, on=look.color)}\n{body}"


def bare_value(found: JsonObject, _look: Look) -> str:
    """The member `value` alone on its line, for `X=$(…)`."""
    return safe_text(cells.plain(found.get("value"))) + "\n"


def object_detail(found: JsonObject, look: Look) -> str:
    """Any object as a line for each of its members."""
    return "".join(f"{line}\n" for line in document(found, look))


def value_text(value: Any) -> str:
    """A member's value in a line, made safe."""
    return safe_text(cells.plain(value))


def batch_detail(detail: JsonObject, rows_table: str, look: Look) -> str:
    """`{job, rows}` as lines of text: the job, its rows counted by status, and the table of them."""
    job, found = detail["job"], detail["rows"]
    counts = Counter(safe_text(str(row.get("status"))) for row in found)
    counted = ", ".join(f"{count:,} {what}" for what, count in counts.most_common())
    rows: list[tuple[str, str | Text]] = [
        ("batch", value_text(job.get("id"))),
        ("name", value_text(job.get("name"))),
        ("agent", value_text(job.get("agent_type"))),
        ("created", safe_text(cells.when(job.get("created_at"), look.now))),
        ("rows", f"{len(found):,}: {counted}" if found else "none"),
    ]
    rows += [
        (name.replace("_", " "), value_text(value)) for name, value in job.items() if name not in _OF_THE_JOB
    ]
    text = f"{heading(job.get('status'), look)}\n{aligned(rows, look)}"
    chart = charts.by_band([cells.score(row.get("confidence_score")) for row in found], look)
    text += "".join(f"{line}\n" for line in chart)
    return f"{text}\n{rows_table}" if rows_table else text
