"""The rows of a job as the journal keeps them, and what makes a task and data of them at the API.

Plain data: nothing here knows how a file is read or which of its columns a person meant.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from eclips_cli.json_values import JsonObject, json_text, number

Cells: TypeAlias = list[Any] | dict[str, Any]
"""A row's cells in the order of the columns, or by name where the input has members."""

PlannedRow: TypeAlias = tuple[int, str, Cells]
"""A row's line, its task, and its cells as they were read. A plain tuple, for speed."""


class KeptRow(NamedTuple):
    """One input row as the journal keeps it: where it stood, its task, and its cells as read."""

    line: int
    task: str
    cells: Cells


@dataclass(frozen=True)
class Mapping:
    """How a row becomes a task and data.

    Exactly one of `task_column` and `template` is set. `data_columns` is None for "all but the task
    column". `as_given` says that the rows have the API's own form: `{"task": …, "data": {…}}`;
    `allow_empty` that some columns of a template may be empty in a row.
    """

    task_column: str | None = None
    template: str | None = None
    data_columns: tuple[str, ...] | None = None
    as_given: bool = False
    allow_empty: bool = False

    def as_json(self) -> dict[str, Any]:
        """The mapping as it is kept in the journal."""
        kept = {
            "task_column": self.task_column,
            "template": self.template,
            "data_columns": list(self.data_columns) if self.data_columns is not None else None,
            "as_given": self.as_given,
        }
        return kept | {"allow_empty": True} if self.allow_empty else kept

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Mapping:
        """The mapping that `as_json` wrote."""
        columns = kept["data_columns"]
        return cls(
            kept["task_column"],
            kept["template"],
            tuple(columns) if columns is not None else None,
            kept["as_given"],
            kept.get("allow_empty", False),
        )


def body_row(row: PlannedRow, mapping: Mapping, columns: Sequence[str]) -> JsonObject:
    """One row as the API takes it: `{task, data?}`."""
    _, task, cells = row
    if isinstance(cells, dict):
        data = cells.get("data") or {} if mapping.as_given else _members(cells, mapping)
    else:
        data = {name: cell for name, cell in zip(columns, cells, strict=True) if is_data(name, mapping)}
    return {"task": task, "data": data} if data else {"task": task}


def is_data(column: str, mapping: Mapping) -> bool:
    """Whether a column of a table becomes data of its rows."""
    wanted = mapping.data_columns
    return column != mapping.task_column if wanted is None else column in wanted


def job_name(name: str, number: int, count: int, key: str) -> str:
    """A job's name: with its place among several, and at its end the marker it is looked up by."""
    place = f" ({number}/{count})" if count > 1 else ""
    return f"{name}{place} #{key}"


def packed(rows: Sequence[PlannedRow | KeptRow]) -> bytes:
    """Rows as they are stored, numbers with the digits they were written with."""
    return zlib.compress(json_text(rows).encode("utf-8", "surrogatepass"), 1)


def unpacked(stored: bytes) -> list[KeptRow]:
    """The rows that `packed` stored. Raises ValueError when they are damaged."""
    try:
        return [KeptRow(*row) for row in json.loads(zlib.decompress(stored), parse_float=number)]
    except (zlib.error, TypeError) as error:
        raise ValueError(str(error)) from None


def _members(cells: dict[str, Any], mapping: Mapping) -> dict[str, Any]:
    wanted = mapping.data_columns
    if wanted is not None:
        return {name: cells[name] for name in wanted if name in cells}
    return {name: value for name, value in cells.items() if name != mapping.task_column}
