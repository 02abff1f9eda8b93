"""Outcomes as text: flat columns for CSV, whole objects for JSON. Pure but for a private spool file."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eclips_cli.commands.batches.rows.joining import Outcome
from eclips_cli.errors import NotWritten
from eclips_cli.json_values import json_text, number
from eclips_cli.output.csv_cells import csv_cell, csv_line

FORMATS = ("csv", "jsonl", "json")

MOST_COLUMNS = 500
"""Columns that results may be flattened into; beyond that each result stays one cell of JSON."""


@dataclass(frozen=True)
class Shape:
    """How results are written: `format` of `FORMATS`; `excel` and `raw` concern CSV.

    `excel`: a byte order mark and CRLF, as Excel wants them. `raw`: cells that look like formulas
    stay as they are.
    """

    format: str
    excel: bool = False
    raw: bool = False

    @property
    def encoding(self) -> str:
        """The codec that the text is written with."""
        return "utf-8-sig" if self.format == "csv" and self.excel else "utf-8"


@dataclass
class Tally:
    """How many rows have which status; filled while results are rendered."""

    statuses: Counter[str] = field(default_factory=Counter)

    def counted(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """The same outcomes, counted as they pass."""
        for outcome in outcomes:
            self.statuses[outcome.status] += 1
            yield outcome


def rendered(
    outcomes: Iterable[Outcome], columns: Sequence[str], shape: Shape, *, spool_dir: Path | None = None
) -> Iterator[str]:
    """Results as pieces of text, in flat memory; CSV is spooled in `spool_dir`, to know its columns first."""
    if shape.format == "csv":
        return _csv(outcomes, columns, shape, spool_dir)
    found = records(outcomes, columns)
    if shape.format == "jsonl":
        return (_json(record) + "\n" for record in found)
    return _array(found)


def records(outcomes: Iterable[Outcome], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Each outcome as an object: the input's members, then status, result (whole) and error."""
    names = own_names(columns)
    return (_record(outcome, names) for outcome in outcomes)


def flattened(result: Any, name: str) -> dict[str, Any]:
    """A result as columns: objects by dotted names, anything else as one value."""
    if not isinstance(result, dict) or not result:
        return {name: result}
    flat: dict[str, Any] = {}
    waiting = [(f"{name}.{key}", value) for key, value in result.items()][::-1]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict) and value:
            waiting += [(f"{path}.{key}", inner) for key, inner in value.items()][::-1]
        else:
            flat[path] = value
    return flat


def own_names(columns: Sequence[str]) -> dict[str, str]:
    """What our columns are called; where the input has such a column, `eclips_` stands before ours."""

    def free(name: str) -> str:
        taken = any(column == name or column.startswith(f"{name}.") for column in columns)
        return free(f"eclips_{name}") if taken else name

    return {name: free(name) for name in ("status", "result", "error")}


def _record(outcome: Outcome, names: dict[str, str]) -> dict[str, Any]:
    own = {"status": outcome.status, "result": outcome.result, "error": outcome.error}
    return {**outcome.cells, **{names[name]: value for name, value in own.items()}}


def _csv(
    outcomes: Iterable[Outcome], columns: Sequence[str], shape: Shape, spool_dir: Path | None
) -> Iterator[str]:
    names = own_names(columns)
    with _Spool(spool_dir) as spool:
        found: dict[str, None] = {}
        for outcome in outcomes:
            flat = flattened(outcome.result, names["result"]) if outcome.result is not None else {}
            spool.add([list(map(outcome.cells.get, columns)), outcome.status, outcome.result, outcome.error])
            if len(found) <= MOST_COLUMNS:
                found.update(dict.fromkeys(flat))
        paths = list(found) if 0 < len(found) <= MOST_COLUMNS else [names["result"]]
        end = "\r\n" if shape.excel else "\n"

        def line(cells: Iterable[Any], values: Iterable[Any]) -> str:
            """What stood in the file, and behind it what the API said."""
            own = [csv_cell(cell, raw=shape.raw, own=True) for cell in cells]
            said = [csv_cell(value, raw=shape.raw, in_file=True) for value in values]
            return csv_line([*own, *said], end=end)

        yield line(columns, (names["status"], *paths, names["error"]))
        for cells, status, result, error in spool:
            flat = flattened(result, names["result"]) if paths != [names["result"]] else {paths[0]: result}
            yield line(cells, (status, *map(flat.get, paths), error))


class _Spool:
    """Rows kept on disk for a second look, in a file without a name."""

    def __init__(self, folder: Path | None) -> None:
        try:
            self._file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", dir=folder)  # noqa: SIM115
        except OSError as error:
            raise NotWritten(f"can't write a temporary file: {(error.strerror or '').lower()}") from None

    def add(self, row: list[Any]) -> None:
        self._file.write(json_text(row) + "\n")

    def __iter__(self) -> Iterator[list[Any]]:
        self._file.seek(0)
        return (json.loads(line, parse_float=number) for line in self._file)

    def __enter__(self) -> _Spool:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()


def _array(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    begun = False
    for record in records:
        yield (",\n  " if begun else "[\n  ") + _json(record)
        begun = True
    yield "\n]\n" if begun else "[]\n"


def _json(record: dict[str, Any]) -> str:
    from eclips_cli.output.formats import to_json

    return to_json(record)
