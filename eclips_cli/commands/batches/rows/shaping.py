"""Outcomes as files: flat columns for CSV and workbooks, whole objects for JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from eclips_cli.commands.batches.rows.joining import RowOutcome
from eclips_cli.commands.batches.rows.table import Given, Table, own_names, record
from eclips_cli.output.csv_cells import csv_cell, csv_line

FORMATS = ("csv", "xlsx", "jsonl", "json")


@dataclass(frozen=True)
class Shape:
    """How results are written: `format` of `FORMATS`; `excel` and `raw` concern CSV.

    `excel`: a byte order mark and CRLF, as Excel wants them. `raw`: cells that look like formulas
    stay as they are. `fields`: these members alone, of CSV and workbooks.
    """

    format: str
    excel: bool = False
    raw: bool = False
    fields: Sequence[str] = ()


@dataclass
class Tally:
    """How many rows have which status; filled while results are rendered.

    With `wanted` statuses only rows that have one of them pass; `read` counts all.
    """

    wanted: Container[str] = ()
    statuses: Counter[str] = field(default_factory=Counter)
    read: int = 0

    def counted(self, outcomes: Iterable[RowOutcome]) -> Iterator[RowOutcome]:
        """The outcomes that are wanted, counted as they pass."""
        for outcome in outcomes:
            self.read += 1
            if not self.wanted or outcome.status in self.wanted:
                self.statuses[outcome.status] += 1
                yield outcome


def fill(file: BinaryIO, outcomes: Iterable[RowOutcome], given: Given, shape: Shape) -> None:
    """Write results into a file, in flat memory. Raises what gives the outcomes, NotWritten and UsageError."""
    if shape.format == "xlsx":
        from eclips_cli.commands.batches.rows.workbook import fill_results

        fill_results(file, outcomes, given, shape.fields)
        return
    for piece in rendered(outcomes, given, shape):
        file.write(piece.encode())


def rendered(
    outcomes: Iterable[RowOutcome], given: Given, shape: Shape, *, spool_dir: Path | None = None
) -> Iterator[str]:
    """Results as pieces of text, in flat memory; CSV is spooled in `spool_dir`, to know its columns first."""
    if shape.format == "csv":
        return _csv(outcomes, given, shape, spool_dir)
    found = records(outcomes, given.columns)
    if shape.format == "jsonl":
        return (_json(record) + "\n" for record in found)
    return _array(found)


def records(outcomes: Iterable[RowOutcome], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Each outcome as an object: the input's members, then status, result (whole) and error."""
    names = own_names(columns)
    return (record(outcome, names) for outcome in outcomes)


def _csv(outcomes: Iterable[RowOutcome], given: Given, shape: Shape, spool_dir: Path | None) -> Iterator[str]:
    end = "\r\n" if shape.excel else "\n"

    def line(cells: Iterable[Any], values: Iterable[Any]) -> str:
        """What stood in the file, and behind it what the API said."""
        own = [csv_cell(cell, raw=shape.raw, own=True) for cell in cells]
        said = [csv_cell(value, raw=shape.raw, in_file=True) for value in values]
        return csv_line([*own, *said], delimiter=given.delimiter, end=end)

    with Table(outcomes, given, fields=shape.fields, spool_dir=spool_dir) as table:
        yield ("\ufeff" if shape.excel else "") + line(table.own, table.said)
        for row in table:
            yield line(row.own, row.said)


def _array(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    begun = False
    for each in records:
        yield (",\n  " if begun else "[\n  ") + _json(each)
        begun = True
    yield "\n]\n" if begun else "[]\n"


def _json(record: dict[str, Any]) -> str:
    from eclips_cli.output.formats import to_json

    return to_json(record)
