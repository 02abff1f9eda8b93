"""A status as a person reads it, on one screen of 60 columns; the columns for programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from eclips_cli.commands.status._parts import SINCE
from eclips_cli.counting import how_many
from eclips_cli.json_values import JsonObject
from eclips_cli.output import cells, theme
from eclips_cli.output.cells import number, safe_text
from eclips_cli.output.columns import Column, View
from eclips_cli.output.spans import hanging
from eclips_cli.output.theme import Look

STATUS = View(
    (
        Column("API", "api.status", "status", 1),
        Column("CREDITS LEFT", "credits.remaining", "number", 2),
        Column("RUN OUT", "credits.runs_out", "text", 3),
        Column("WAITING", "queue.count", "number", 2),
        Column("OLDEST", "queue.oldest_at", "ago", 3),
        Column("FAILED", "failed.count", "number", 2),
        Column("UNFINISHED", "unfinished.count", "number", 2),
    ),
    id_path="api.status",
)
BREACHES = View(
    (
        Column("CHECK", "check", "text", 1),
        Column("FOUND", "found", "text", 1),
        Column("LIMIT", "limit", "text", 1),
        Column("COMMAND", "command", "text", 2),
    ),
    id_path="check",
)
NAMES = {
    "api": "api",
    "credits": "credits",
    "queue": "waiting",
    "failed": "failed",
    "unfinished": "unfinished",
}
INDENT = 2 + max(map(len, NAMES.values())) + 2
"""cells before what is said of a part"""
GOOD, LOOK_AT, BAD, UNKNOWN = ("✓", "green"), ("!", "yellow"), ("✗", "red"), ("?", "yellow")
Said = tuple[tuple[str, str], list[str]]
"""a mark with its colour, and lines of text"""


def breach_line(breach: JsonObject, look: Look) -> str:
    """One broken threshold as a line: what was found, what was allowed, and the command that deals with it."""
    name = theme.painted(f"{breach['check']}:", "red", on=look.color)
    bound = "fewer than" if breach["check"] == "credits" else "more than"
    return f"{name} {safe_text(breach['found'])}, {bound} {safe_text(breach['limit'])}: {breach['command']}\n"


def status_text(found: JsonObject, look: Look) -> str:
    """Each part with its mark, what there is to say of it, and the command that deals with it."""
    told: set[str] = set()
    lines = [line for name in NAMES if name in found for line in _part(name, found[name], look, told)]
    return "".join(f"{line}\n" for line in lines)


def _part(name: str, part: JsonObject, look: Look, told: set[str]) -> Iterator[str]:
    """The lines of one part; what stood in the way of several is `told` once."""
    (symbol, color), texts = _said(name, part, look, told)
    begin = theme.painted(symbol, color, on=look.color) + " " + NAMES[name].ljust(INDENT - 2)
    for text in texts:
        yield from hanging(begin, INDENT, text, look.width, least=20)
        begin = " " * INDENT
    if (symbol, color) not in (GOOD, UNKNOWN):
        # a command is never broken in two, so that it can be pasted
        yield begin + theme.painted(str(part["command"]), "cyan", on=look.color)


def _said(name: str, part: JsonObject, look: Look, told: set[str]) -> Said:
    if "error" not in part:
        said: Said = SAY[name](part, look)
        return said
    message = safe_text(part["error"]["message"])
    text = "not known: see above" if message in told else message
    told.add(message)
    return BAD if name == "api" else UNKNOWN, [text]


def _api(part: JsonObject, look: Look) -> Said:
    word = safe_text(cells.plain(part["status"]))
    version = safe_text(cells.plain(part["version"]))
    said = [word, f"version {version}" if version else "", f"{part['latency_ms']:,.0f} ms"]
    return GOOD if word == "ok" else LOOK_AT, [" · ".join(filter(None, said))]


def _credits(part: JsonObject, look: Look) -> Said:
    if part["unlimited"]:
        return GOOD, ["unlimited"]
    left, total = part["remaining"], part["total"]
    text = f"{number(left)} of {number(total)} left"
    if part["runs_out"] is None:
        enough = " · enough for the period" if part["per_day"] and left > 0 else ""
        return (GOOD if left > 0 else BAD), [text + enough]
    day = date.fromisoformat(part["runs_out"])
    return (LOOK_AT if left > 0 else BAD), [f"{text} · they run out on {day:%-d %B}"]


def _queue(part: JsonObject, look: Look) -> Said:
    count = part["count"]
    if not count:
        return GOOD, ["nothing waits for a decision"]
    age = part["oldest_age_seconds"]
    since = (
        f", {'' if count == 1 else 'the oldest '}for {cells.duration(max(age, 0))}" if age is not None else ""
    )
    sums = [_money(one) for one in part["amounts"]]
    missing = part["without_amount"]
    if sums and missing:
        sums.append(f"{missing:,} without an amount")
    return LOOK_AT, [f"{how_many(count, 'item')}{since}", *([" · ".join(sums)] if sums else [])]


def _money(one: JsonObject) -> str:
    return safe_text(f"{number(one['total'])} {one['currency'] or ''}".rstrip())


def _failed(part: JsonObject, look: Look) -> Said:
    if not part["count"]:
        return GOOD, ["no run since yesterday"]
    return BAD, [f"{how_many(part['count'], 'run')} since yesterday ({SINCE})"]


def _unfinished(part: JsonObject, look: Look) -> Said:
    if not part["count"]:
        return GOOD, ["nothing on this machine"]
    rows = sum(one["rows"] for one in part["submissions"])
    return BAD, [
        f"{how_many(part['count'], 'submission')}: {part['rows']:,} of {how_many(rows, 'row')} unsent"
    ]


SAY: dict[str, Any] = {
    "api": _api,
    "credits": _credits,
    "queue": _queue,
    "failed": _failed,
    "unfinished": _unfinished,
}
