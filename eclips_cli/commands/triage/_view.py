"""What a triage item looks like: the columns of lists, and one item for the person who decides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eclips_cli.commands.triage._amounts import DIFFERS, amount_lines
from eclips_cli.commands.triage._item import ItemDetail
from eclips_cli.json_values import JsonObject
from eclips_cli.output import cells, theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.columns import Column, View
from eclips_cli.output.json_for_people import json_lines
from eclips_cli.output.spans import Line, clipped, line_width, painted, wrapped

BAR = 24
LEAST_REASON = 12
"""cells that a reason under a line has, or it is left out"""
_ITEM = {
    "id", "run_id", "status", "triage_reason", "created_at", "agent_runs", "title", "summary", "reasoning", "priority",
    "resolved_at", "resolution_note",
}  # fmt: skip
_RUN = {
    "id", "agent_type", "confidence_score", "task", "data", "output", "error_message", "priority", "created_at",
    "started_at", "completed_at", "status", "requires_triage",
}  # fmt: skip
TRIAGE = View(
    (
        Column("ID", "id", "id", 1),
        Column("REASON", "triage_reason", "text", 2),
        Column("AGENT", "agent_runs.agent_type", "text", 4),
        Column("CONFIDENCE", "agent_runs.confidence_score", "confidence", 4),
        Column("RUN", "run_id", "id", 6),
        Column("AGE", "created_at", "ago", 3),
        Column("ABOUT", "about", "text", 3),
        Column("AMOUNT", "amount", "number", 3),
    ),
    object="TriageItem",
)
"""the queue for machines: the columns of 0.1 in their places, then what an item is about and its amount"""
QUEUE = View(
    (
        Column("ID", "id", "id", 1),
        Column("ABOUT", "about", "text", 1),
        Column("AMOUNT", "amount", "number", 1),
        Column("REASON", "triage_reason", "text", 3),
        Column("AGENT", "agent_runs.agent_type", "text", 5),
        Column("CONFIDENCE", "agent_runs.confidence_score", "confidence", 4),
        Column("AGE", "created_at", "ago", 2),
    ),
    object="TriageItem",
)
"""the queue for a person, where there is room for it"""
STACKED = View(tuple(column for column in QUEUE.columns if column.header not in ("ID", "REASON")))
"""the same where id and reason stand under the line"""
ROOMY = 160
"""cells from which on they stand in it"""
ARRIVALS = View(
    (
        Column("ID", "id", "id", 1),
        Column("CONFIDENCE", "agent_runs.confidence_score", "confidence", 4),
        Column("AGENT", "agent_runs.agent_type", "text", 4),
        Column("REASON", "triage_reason", "text", 2),
    ),
    object="TriageItem",
)
TRIAGE_DETAIL = View(
    (
        Column("ITEM", "triage_item.id", "id", 1),
        Column("STATUS", "triage_item.status", "status", 2),
        Column("REASON", "triage_item.triage_reason", "text", 2),
        Column("AGENT", "run.agent_type", "text", 4),
        Column("CONFIDENCE", "run.confidence_score", "confidence", 4),
        Column("RUN", "run.id", "id", 5),
        Column("OUTPUT", "run.output", "json", 6),
    ),
    id_path="triage_item.id",
    object="RunDetail",
)
DECISIONS = View(
    (
        Column("ID", "id", "id", 1),
        Column("STATUS", "status", "status", 1),
        Column("RESOLVED", "resolved_at", "time", 3),
    )
)
REVIEWED = View(
    (
        Column("ID", "id", "id", 6),
        Column("STATUS", "status", "status", 1),
        Column("AMOUNT", "amounts", "number", 2),
        Column("ITEM", "title", "text", 2),
        Column("NOTE", "note", "text", 4),
        Column("RESOLVED", "resolved_at", "ago", 7),
    )
)


def queue_text(details: Sequence[ItemDetail], look: theme.Look) -> str:
    """Items as a table for a person, the id of each whole: in its line where there is room, else under it."""
    from eclips_cli.output import table

    rows = [detail.as_row for detail in details]
    view = QUEUE if look.width >= ROOMY else STACKED
    text = table.render(rows, view, width=look.width, color=look.color, now=look.now)
    if view is QUEUE:
        return text
    head, *lines = text.splitlines()
    shown = [head]
    for line, row, detail in zip(lines, rows, details, strict=True):
        under: Line = [(f"  {safe_text(cells.plain(row.get('id')))}", ""), (f"  {detail.why}", "")]
        roomy = line_width(under[:1]) + LEAST_REASON <= look.width
        under = clipped(under, look.width) if roomy else under[:1]
        faint = [(part, theme.DIM) for part, _ in under]
        shown += [line, painted(faint, color=look.color).rstrip()]
    return "".join(f"{line}\n" for line in shown)


def detail_text(detail: JsonObject, look: theme.Look) -> str:
    """`{run, triage_item}` as text for a person, long texts wrapped, JSON and ids as they are."""
    shown = ItemDetail.of(detail)
    status = cells.plain(shown.item.get("status")) or "pending"
    mark = theme.mark(status)
    lines: list[Line] = [
        [(f"{mark.symbol} {safe_text(status)}", mark.color), (_decided(shown, look.now), "")],
        [],
    ]
    lines += [*headline(shown, look.width), [], *body(shown, look.width, look.now, whole_json=True)]
    return "".join(f"{painted(line, color=look.color).rstrip()}\n" for line in lines)


def _decided(detail: ItemDetail, now: float) -> str:
    when, note = detail.item.get("resolved_at"), cells.plain(detail.item.get("resolution_note"))
    return (f" {cells.ago(when, now)}" if when else "") + (f": {safe_text(note)}" if note else "")


def headline(detail: ItemDetail, width: int) -> list[Line]:
    """The money, the input's first and each amount under its own name, and the reason why a person has to look."""
    lines: list[Line] = []
    for title, found in (("input", detail.sent), ("output", detail.put_out), ("item", detail.own)):
        lines += amount_lines(title, found, detail.amount, width)
    if detail.differs:
        lines += wrapped([(f"{DIFFERS} input and output differ", "bold yellow")], width, "  ")
    return lines + wrapped([("! ", "bold yellow"), (detail.reason, "bold yellow")], width, "  ")


def body(detail: ItemDetail, width: int, now: float, *, whole_json: bool = False) -> list[Line]:
    """Everything else, a section after the other; with `whole_json` JSON is not wrapped."""
    run, item = detail.run, detail.item
    lines = [*wrapped([(detail.name, "bold")], width), *wrapped(_circumstances(detail, now), width), []]
    lines += [*_confidence(run.get("confidence_score"), width), []]
    lines += _section("What the agent did", _said(detail), width)
    for title, value in (
        ("Error", run.get("error_message")),
        ("Output", run.get("output")),
        ("Input", run.get("data")),
    ):
        if isinstance(value, str):
            lines += _section(title, json_lines(value), width)
        elif value is not None:
            lines += _section(title, json_lines(value), 1_000_000 if whole_json else width, hang=4)
    rows = [(name, value) for name, value in item.items() if name not in _ITEM]
    rows += [(f"run {name}", value) for name, value in run.items() if name not in _RUN]
    rows += [("item", item.get("id")), ("run", item.get("run_id") or run.get("id"))]
    return lines + _rows(rows, width)


def _circumstances(detail: ItemDetail, now: float) -> Line:
    waits = cells.ago(detail.item.get("created_at"), now)
    parts = [cells.plain(detail.run.get("agent_type")), f"asked {waits}" if waits else ""]
    priority = cells.plain(detail.item.get("priority") or detail.run.get("priority"))
    parts.append(f"{priority} priority" if priority else "")
    return [(safe_text(" · ".join(part for part in parts if part)), theme.DIM)]


def _confidence(value: Any, width: int) -> list[Line]:
    score = cells.score(value)
    if score is None:
        return [[("confidence not given", theme.DIM)]]
    words, style = theme.band(score)
    filled, track = theme.bar(score, max(min(BAR, width // 5), 5))
    spans = [("confidence  ", theme.DIM), (filled, style), (track, theme.DIM), (f"  {score:.2f}", "bold")]
    return wrapped([*spans, (f"  {words}", "")], width)


def _said(detail: ItemDetail) -> list[Line]:
    """The agent's task, and what it says of its work, each once."""
    lines: list[Line] = []
    task = cells.plain(detail.run.get("task"))
    texts = ["" if " ".join(task.split()) == detail.name else task]
    texts += [cells.plain(detail.item.get(name)) for name in ("summary", "reasoning")]
    for text in dict.fromkeys(text.strip() for text in texts):
        lines += [[(part, "")] for part in safe_text(text, multiline=True).split("\n")] if text else []
    return lines


def _section(title: str, lines: list[Line], width: int, *, hang: int = 0) -> list[Line]:
    """A title over indented lines; where one is wrapped, it goes on `hang` cells behind its beginning."""
    if not lines:
        return []
    found: list[Line] = [[(title, theme.DIM)]]
    for line in lines:
        begin = len(line[0][0]) - len(line[0][0].lstrip(" ")) + 2 if line else 0
        found += wrapped([("  ", ""), *line], width, " " * min(begin + hang, width // 2))
    return [*found, []]


def _rows(rows: list[tuple[str, Any]], width: int) -> list[Line]:
    texts = [(safe_text(name.replace("_", " ")), safe_text(cells.plain(value))) for name, value in rows]
    shown = [(name, text) for name, text in texts if text]
    across = min(max((len(name) for name, _ in shown), default=0), 24)
    lines: list[Line] = []
    for name, text in shown:
        if " " not in text and across + 2 + line_width([(text, "")]) > width >= 2 + line_width([(text, "")]):
            lines += [[(name, theme.DIM)], [("  ", ""), (text, "")]]  # an id is not cut
            continue
        lines += wrapped(
            [(name.ljust(across) + "  ", theme.DIM), (text, "")], width, " " * min(across + 2, width // 3)
        )
    return lines
