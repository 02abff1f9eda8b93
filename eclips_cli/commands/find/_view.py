"""What was found as a person reads it: a block for each, on one screen of 60 columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from eclips_cli.json_values import JsonObject
from eclips_cli.output import cells, theme
from eclips_cli.output.cells import safe_text
from eclips_cli.output.columns import Column, View
from eclips_cli.output.spans import Line, painted, wrapped
from eclips_cli.output.theme import Look

FOUND = View(
    (
        Column("KIND", "kind", "text", 1),
        Column("AT", "at", "time", 2),
        Column("STATUS", "status", "status", 1),
        Column("AMOUNT", "amount", "text", 2),
        Column("ABOUT", "about", "text", 3),
        Column("FILE", "file", "text", 4),
        Column("LINE", "line", "number", 4),
        Column("BATCH", "batch", "text", 4),
        Column("RUN", "run", "text", 4),
        Column("ITEM", "item", "text", 4),
        Column("DECISION", "decision", "text", 5),
        Column("BY", "by", "text", 5),
        Column("COMMAND", "command", "text", 3),
    ),
    id_path="id",
)
INDENT = "  "


def found_text(found: JsonObject, look: Look) -> str:
    """One thing that was found: what and when, what it is about, where it stands, the command to go on with."""
    return "".join(f"{painted(line, color=look.color)}\n" for line in _lines(found, look))


def _lines(found: JsonObject, look: Look) -> Iterator[Line]:
    mark = theme.mark(str(found["decision"] or found["status"] or "note"))
    head: Line = [(f"{mark.symbol} ", mark.color), (found["kind"], theme.STRONG)]
    facts = [found["decision"] or found["status"], found["amount"], _ago(found, look), _where(found)]
    head += [(f" · {safe_text(str(fact))}", "") for fact in facts if fact]
    yield from wrapped(head, look.width, INDENT)
    for text in (found["about"], found["note"]):
        if text:
            yield from wrapped([(INDENT + safe_text(" ".join(str(text).split())), "")], look.width, INDENT)
    if found["by"]:
        yield from wrapped([(f"{INDENT}by {safe_text(found['by'])}", theme.DIM)], look.width, INDENT)
    # a command is never broken in two, so that it can be pasted
    yield [(INDENT, ""), (safe_text(found["command"]), "cyan")]


def _ago(found: JsonObject, look: Look) -> str:
    return cells.ago(found["at"], look.now) if found["at"] else ""


def _where(found: JsonObject) -> str:
    """File and line, the file without its folders."""
    if not found["file"]:
        return ""
    name = PurePath(str(found["file"])).name
    return f"{name}:{found['line']}" if found["line"] else name
