"""Outcomes as a table: results spread over columns of their own, spooled until all of these are known."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from eclips_cli.commands.batches.rows.joining import RowOutcome
from eclips_cli.errors import NotWritten
from eclips_cli.json_values import json_text, number
from eclips_cli.output.columns import member

MOST_COLUMNS = 500
"""Columns that results may be flattened into; beyond that each result stays one cell of JSON."""

_OURS = re.compile(r"(?:eclips_)*(?:(?P<first>status)|result(?:\..*)?|(?P<last>error))", re.DOTALL)
_OUR_TASK = re.compile(r"(?:eclips_)*task")


class Given(NamedTuple):
    """What the rows were in the file they come from.

    `columns` are its own, `delimiter` stood between its cells, and `templated` says that tasks were made of
    columns, so that none of these holds them.
    """

    columns: Sequence[str]
    delimiter: str = ","
    templated: bool = False


class TableRow(NamedTuple):
    """One row: its status, what stood in the file, and what the API says."""

    status: str
    own: list[Any]
    said: list[Any]


class Table:
    """The table of some outcomes: `header` (`own` names of the file's columns, then `said`), then its rows.

    With `fields` (dotted members of `record`) these alone; `with_task` has the task behind the file's columns
    where none of them holds it. `look` sees each outcome as it passes. Use it as a context; raises NotWritten.
    """

    def __init__(
        self,
        outcomes: Iterable[RowOutcome],
        given: Given,
        *,
        fields: Sequence[str] = (),
        with_task: bool = False,
        look: Callable[[RowOutcome], None] = lambda _outcome: None,
        spool_dir: Path | None = None,
    ) -> None:
        self._names, self._fields = own_names(given.columns), list(fields)
        self.own = [] if fields else list(given.columns)
        self._with_task = with_task and given.templated and not fields
        if self._with_task:
            self.own.append(task_name(given.columns))
        self._spool = _Spool(spool_dir)
        try:
            self._paths = self._spooled(outcomes, given.columns, look)
        except BaseException:
            self._spool.close()
            raise
        self.status = self._names["status"]
        self.said = self._fields or [self.status, *self._paths, self._names["error"]]

    def _spooled(
        self, outcomes: Iterable[RowOutcome], columns: Sequence[str], look: Callable[[RowOutcome], None]
    ) -> list[str]:
        found: dict[str, None] = {}
        for outcome in outcomes:
            look(outcome)
            if self._fields:
                shown = record(outcome, self._names)
                self._spool.add([[], outcome.status, [member(shown, path) for path in self._fields]])
                continue
            cells = [outcome.cells.get(column) for column in columns]
            own = [*cells, outcome.task] if self._with_task else cells
            self._spool.add([own, outcome.status, outcome.result, outcome.error])
            if len(found) <= MOST_COLUMNS and outcome.result is not None:
                found.update(dict.fromkeys(flattened(outcome.result, self._names["result"])))
        return list(found) if 0 < len(found) <= MOST_COLUMNS else [self._names["result"]]

    def __iter__(self) -> Iterator[TableRow]:
        whole = self._paths == [self._names["result"]]
        for own, status, result, *error in self._spool:
            if self._fields:
                yield TableRow(status, own, result)
                continue
            flat = {self._paths[0]: result} if whole else flattened(result, self._names["result"])
            yield TableRow(status, own, [status, *map(flat.get, self._paths), *error])

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._spool.close()


def record(outcome: RowOutcome, names: dict[str, str]) -> dict[str, Any]:
    """An outcome as an object: the input's members, then status, result (whole) and error."""
    own = {"status": outcome.status, "result": outcome.result, "error": outcome.error}
    return {**outcome.cells, **{names[name]: value for name, value in own.items()}}


def flattened(result: Any, name: str) -> dict[str, Any]:
    """A result as columns: objects by dotted names, anything else as one value.

    A name that has a dot itself stands in quotes, so that no two values share a column.
    """
    if not isinstance(result, dict) or not result:
        return {name: result}
    flat: dict[str, Any] = {}
    waiting = [(f"{name}.{_part(key)}", value) for key, value in result.items()][::-1]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict) and value:
            waiting += [(f"{path}.{_part(key)}", inner) for key, inner in value.items()][::-1]
        else:
            flat[path] = value
    return flat


def _part(key: str) -> str:
    return json_text(key) if "." in key or '"' in key else key


def own_names(columns: Sequence[str]) -> dict[str, str]:
    """What our columns are called; where the input has such a column, `eclips_` stands before ours."""

    def free(name: str) -> str:
        taken = any(column == name or column.startswith(f"{name}.") for column in columns)
        return free(f"eclips_{name}") if taken else name

    return {name: free(name) for name in ("status", "result", "error")}


def task_name(columns: Sequence[str]) -> str:
    """What the column of tasks is called; no column of the input is, in any case of letters."""
    taken, name = {column.strip().casefold() for column in columns}, "task"
    while name in taken:
        name = f"eclips_{name}"
    return name


def columns_of_results(columns: Sequence[str], *, workbook: bool) -> tuple[list[str], str | None]:
    """The columns of a file without those that results added, and the column with the tasks that were sent.

    All of them, and None, for a file that is no results file; the column of tasks is a `workbook`'s alone.
    """
    first = len(columns)
    kinds = [_OURS.fullmatch(column) for column in columns]
    if not kinds or kinds[-1] is None or not kinds[-1]["last"]:
        return list(columns), None
    for place in range(first - 2, -1, -1):
        kind = kinds[place]
        if kind is None or kind["last"]:
            return list(columns), None
        if kind["first"]:
            first = place
            break
    if len(columns) - first < 3:
        return list(columns), None
    task = columns[first - 1] if first and _OUR_TASK.fullmatch(columns[first - 1]) else None
    return list(columns[:first]), task if workbook else None


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

    def close(self) -> None:
        self._file.close()
