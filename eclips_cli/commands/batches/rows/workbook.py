"""Outcomes as a workbook: a sheet of rows, coloured by their status, and a sheet of counts and sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from itertools import chain, islice
from typing import Any, BinaryIO

from eclips_cli import money
from eclips_cli.commands.batches.rows.joining import MISMATCH, MISSING, RowOutcome
from eclips_cli.commands.batches.rows.table import Given, Table, TableRow, own_names
from eclips_cli.json_values import JsonObject
from eclips_cli.output.csv_cells import csv_cell
from eclips_cli.sheets.xlsx_writer import Painted, Sheet, SheetColumn, SheetRow, fill_workbook

COLORS = {
    "completed": "green",
    **dict.fromkeys(("failed", MISSING, MISMATCH), "red"),
    **dict.fromkeys(("pending_triage", "unknown"), "yellow"),
    **dict.fromkeys(("cancelled", "not_sent"), "grey"),
}
"""by status; a row that completed is as it is, but for its status"""
MEASURED = 200
"""rows that the widths of columns are made by"""
NARROWEST, WIDEST = 9, 60
"""characters in a column's width"""
DIGITS = 100
"""digits of a sum"""


def fill_results(
    file: BinaryIO, outcomes: Iterable[RowOutcome], given: Given, fields: Sequence[str] = ()
) -> None:
    """Write a workbook of results into `file`, in flat memory. Raises what `Table` and `fill_workbook` raise."""
    counts = _Counts(own_names(given.columns)["result"])
    with Table(outcomes, given, fields=fields, with_task=True, look=counts.add) as table:
        header = [*table.own, *table.said]
        fill_workbook(file, [_results(table, header, len(table.own)), counts.sheet(header)])


def _results(table: Table, header: Sequence[str], own: int) -> Sheet:
    paid = [money.means_money(name) for name in header]
    rows = iter(table)
    first = list(islice(rows, MEASURED))
    longest = [
        max(map(len, map(str, cells)))
        for cells in zip(header, *([*r.own, *r.said] for r in first), strict=True)
    ]
    columns = [
        SheetColumn(name, "money" if is_money else "number", min(max(width + 3, NARROWEST), WIDEST))
        for name, is_money, width in zip(header, paid, longest, strict=True)
    ]
    status = own + table.said.index(table.status) if table.status in table.said else None
    return Sheet("Results", columns, (_row(row, paid, own, status) for row in chain(first, rows)))


def _row(row: TableRow, paid: Sequence[bool], own: int, status: int | None) -> SheetRow:
    """A row's cells: text as it was, what the API said made safe, numbers as numbers."""
    said = [
        csv_cell(value, raw=True, in_file=True) if isinstance(value, str) else value for value in row.said
    ]
    cells = [_cell(value, paid=is_money) for value, is_money in zip([*row.own, *said], paid, strict=True)]
    color = COLORS.get(row.status)
    if status is not None:
        cells[status] = Painted(cells[status], color)
    return SheetRow(cells, color if row.status != "completed" else None)


def _cell(value: Any, *, paid: bool) -> Any:
    """A value as the writer takes it: numbers exactly, JSON as its text; text of `paid` columns as its number."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, str):
        return (money.plain_number(value) if paid else None) or value
    return csv_cell(value, raw=True, in_file=True)


@dataclass
class _Counts:
    """Rows by status, and the sums of their amounts by column and currency; `result` is what results are called."""

    result: str
    rows: dict[str, int] = field(default_factory=dict)
    sums: dict[tuple[str, str], dict[str, Decimal]] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)

    def add(self, outcome: RowOutcome) -> None:
        """Count one row."""
        self.rows[outcome.status] = self.rows.get(outcome.status, 0) + 1
        self._sum(outcome.cells, outcome.status, "")
        if isinstance(outcome.result, dict):
            self._sum(outcome.result, outcome.status, f"{self.result}.")

    def _sum(self, members: JsonObject, status: str, before: str) -> None:
        for amount in money.amounts(members):
            name = before + amount.name
            if amount.value is None:
                self.unread[name] = self.unread.get(name, 0) + 1
                continue
            by_status = self.sums.setdefault((name, amount.currency), {})
            by_status[status] = _plus(by_status.get(status), amount.value)

    def sheet(self, header: Sequence[str]) -> Sheet:
        """A row for each status and one for all, with the sums of the columns that the other sheet has."""
        shown = [key for name in header for key in self.sums if key[0] == name]
        unread = {name: count for name, count in self.unread.items() if name in header}
        columns = [SheetColumn("status", width=18), SheetColumn("rows", "number")]
        sums = [f"sum of {' '.join(filter(None, key))}" for key in shown]
        columns += [SheetColumn(name, "money", max(len(name) + 4, 16)) for name in sums]
        left_out = [f"{name}: not in the sum" for name in unread]
        columns += [SheetColumn(name, "number", len(name) + 4) for name in left_out]
        return Sheet("Counts and sums", columns, self._rows(shown, unread), filtered=False)

    def _rows(self, shown: Sequence[tuple[str, str]], unread: dict[str, int]) -> Iterator[SheetRow]:
        nothing = [None] * len(unread)
        for status, count in sorted(self.rows.items(), key=lambda found: -found[1]):
            sums = [self.sums[key].get(status) for key in shown]
            yield SheetRow((Painted(status, COLORS.get(status)), count, *sums, *nothing))
        sums = [_plus(*self.sums[key].values()) for key in shown]
        yield SheetRow(("all", sum(self.rows.values()), *sums, *unread.values()), "grey")


def _plus(*values: Decimal | None) -> Decimal:
    with localcontext(prec=DIGITS):
        return sum((value for value in values if value is not None), Decimal(0))
