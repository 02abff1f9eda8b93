"""The sheet in which a person decides: its columns, a row for each item, and the fingerprint of what was shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from eclips_cli.commands.triage._amounts import DIFFERS
from eclips_cli.commands.triage._item import ItemDetail
from eclips_cli.durations import parse_iso
from eclips_cli.errors import UsageError
from eclips_cli.json_values import json_text
from eclips_cli.money import Amount, with_decimals
from eclips_cli.output import cells
from eclips_cli.output.cells import safe_text
from eclips_cli.sheets.xlsx_writer import Sheet, SheetColumn, SheetRow, write_workbook
from eclips_cli.system.whole_file import check_place, write_whole

VERBS = ("approve", "reject")
"""the words that count in the column of decisions"""
DECISION, NOTE, RUN, ITEM = "decision", "note", "run", "item"
FINGERPRINT, SOURCE = "fingerprint", "exported from"
COLUMNS = (
    SheetColumn("about", width=42, wrap=True),
    SheetColumn("amount", "money"),
    SheetColumn("currency", width=10),
    SheetColumn("differs", width=9),
    SheetColumn("reason", width=30, wrap=True),
    SheetColumn("agent", width=18),
    SheetColumn("confidence", "number", width=12),
    SheetColumn("waits since (UTC)", "date", width=18),
    SheetColumn(DECISION, width=12, choices=VERBS, color="input"),
    SheetColumn(NOTE, width=36, color="input", wrap=True),
    SheetColumn("input amounts", width=30, wrap=True),
    SheetColumn("output amounts", width=30, wrap=True),
    SheetColumn("output", width=50),
    SheetColumn(RUN, "id"),
    SheetColumn(ITEM, "id"),
    SheetColumn(FINGERPRINT, "id", width=20),
    SheetColumn(SOURCE, "id", width=36),
)
PRINTED = 10
"""columns that a person reads: up to the note"""
LONGEST_OUTPUT = 2000
"""characters of an output that a sheet shows"""
FORMATS = (".xlsx", ".csv")


def check_file(path: Path) -> None:
    """Raise UsageError for a name of no format, or a place where no file can be written."""
    if path.suffix.lower() not in FORMATS:
        raise UsageError(
            f"can't tell the format of {path} by its name", hint="end it in .xlsx or .csv: items.xlsx"
        )
    check_place(path)


def write_sheet(path: Path, details: Iterable[ItemDetail], source: str) -> None:
    """Write the sheet, whole or not at all; its format is that of its ending. Raises LocalFailure and UsageError."""
    rows = (_row(detail, source) for detail in details)
    if path.suffix.lower() == ".xlsx":
        write_workbook(path, [Sheet("Triage", COLUMNS, rows, frozen=1, printed=PRINTED)])
        return

    def write(file: BinaryIO) -> None:
        # with a mark at the beginning, or Excel takes UTF-8 for something else
        file.write(b"\xef\xbb\xbf")
        for line in _csv(rows):
            file.write(line.encode("utf-8", "backslashreplace"))

    write_whole(path, write)


def fingerprint(detail: ItemDetail, *, with_run: bool) -> str:
    """What the API told of an item when it was shown, as a short text: `r` with its run, `q` of the queue alone.

    Nothing of this machine is in it (the journal), so that a colleague's machine makes the same.
    """
    item, run = detail.item, detail.run
    shown = {
        "item": [item.get(name) for name in ("title", "triage_reason", "summary", "reasoning", "data")],
        "agent": [run.get(name) for name in ("agent_type", "confidence_score")],
    }
    if with_run:
        shown["run"] = [run.get(name) for name in ("task", "data", "output", "error_message")]
    text = json_text(_in_order(shown)).encode("utf-8", "surrogatepass")
    return ("r" if with_run else "q") + hashlib.sha256(text).hexdigest()[:16]


def _in_order(value: Any) -> Any:
    """JSON with the members of its objects in one order; numbers keep their digits."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value)}
    return [_in_order(inner) for inner in value] if isinstance(value, list) else value


def _row(detail: ItemDetail, source: str) -> SheetRow:
    amount = detail.amount
    score = cells.score(detail.run.get("confidence_score"))
    begun = parse_iso(detail.item.get("created_at"))
    found = (
        detail.about,
        _number(amount),
        amount.currency if amount else None,
        DIFFERS if detail.differs else None,
        detail.item.get("triage_reason"),
        detail.run.get("agent_type"),
        None if score is None else Decimal(str(detail.run["confidence_score"])),
        None if begun is None else datetime.fromtimestamp(begun, UTC),
        None,
        None,
        _listed(detail.sent),
        _listed(detail.put_out),
        _output(detail.run.get("output")),
        detail.run_id,
        detail.item.get("id"),
        fingerprint(detail, with_run=detail.read),
        source,
    )
    return SheetRow(found, "yellow" if detail.differs else None)


def _number(amount: Amount | None) -> Decimal | str | None:
    if amount is None or amount.value is None:
        return amount.shown if amount else None
    return with_decimals(amount.value, amount.currency)


def _listed(found: list[Amount]) -> str:
    return "\n".join(f"{amount.name}: {amount.shown}" for amount in found)


def _output(value: Any) -> str:
    text = safe_text(cells.plain(value))
    return text if len(text) <= LONGEST_OUTPUT else text[:LONGEST_OUTPUT] + "…"


def _csv(rows: Iterable[SheetRow]) -> Iterator[str]:
    from eclips_cli.output.csv_cells import csv_cell, csv_line

    yield csv_line((column.name for column in COLUMNS), end="\r\n")
    for row in rows:
        texts = (csv_cell(_text(value), raw=False, in_file=True) for value in row.cells)
        yield csv_line(texts, end="\r\n")


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return f"{value:f}" if isinstance(value, Decimal) else cells.plain(value)
