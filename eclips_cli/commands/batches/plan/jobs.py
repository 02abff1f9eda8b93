"""From rows to jobs: tasks made and checked, at most 500 rows a job (manual: Batches)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from eclips_cli.commands.batches.plan.repeats import EqualTasks
from eclips_cli.commands.batches.plan.template import Template
from eclips_cli.errors import UsageError
from eclips_cli.json_values import Number
from eclips_cli.records.journal import Cells, Mapping, PlannedRow
from eclips_cli.sheets.interface import BadCell, Problems, Row, RowSource, bad_rows

MAX_ROWS = 500
"""Rows that one job takes (manual: Batches)."""
TEXT_FORMATS = ("csv", "tsv")
"""Formats of which each cell is text."""


def planned_jobs(
    source: RowSource, mapping: Mapping, *, size: int = MAX_ROWS, tasks: EqualTasks | None = None
) -> Iterator[list[PlannedRow]]:
    """The rows as lists of at most `size`, one list a job, in the file's order; noted in `tasks`.

    Reads on after a bad row to find the others, and then raises one UsageError for all of them (up
    to 20 by line, then a count); so a job that was yielded is sent only when the iteration ended.
    Raises UsageError also when there is no row at all.
    """
    problems, rows, any_row = Problems(), [], False
    for planned in _planned(source, mapping, problems):
        rows += planned
        while len(rows) >= size:
            any_row = True
            job, rows = rows[:size], rows[size:]
            if tasks is not None:
                tasks.add(job)
            yield job
    if problems.count or source.problems.count:
        raise bad_rows(source.label, problems, source.problems)
    if rows:
        if tasks is not None:
            tasks.add(rows)
        yield rows
    elif not any_row:
        raise UsageError(f"{source.label} has no rows", hint="there is nothing to submit below its header")


def task_columns(mapping: Mapping) -> Sequence[str]:
    """The columns that a task is made of."""
    return Template(mapping.template).names if mapping.template is not None else [mapping.task_column or ""]


def _planned(source: RowSource, mapping: Mapping, problems: Problems) -> Iterator[list[PlannedRow]]:
    """The good rows with their tasks, some at a time: all at once where all is text and nothing is blank."""
    one_by_one, at_once = _Tasks(source, mapping, problems), _columns_of_tasks(source, mapping)
    for lines, cells in source.parts():
        tasks = at_once(cells) if at_once is not None and cells else None
        if tasks is None:
            yield list(one_by_one.planned(zip(lines, cells, strict=True)))
        else:
            yield list(zip(lines, tasks, cells, strict=True))


class _Tasks:
    """The task of each row, looked at one by one; bad ones are added to `problems`."""

    def __init__(self, source: RowSource, mapping: Mapping, problems: Problems) -> None:
        self._mapping, self._problems = mapping, problems
        self._task_of = _task_reader(source, mapping)
        self._bad_cell = _cell_check(source, mapping)

    def planned(self, rows: Iterable[Row]) -> Iterator[PlannedRow]:
        """The good ones of these rows."""
        for line, cells in rows:
            try:
                if self._bad_cell is not None and (wrong := self._bad_cell(cells)):
                    self._problems.add(line, wrong)
                    continue
                task = self._task_of(cells)
                if not task or task.isspace():
                    if not _is_blank(cells):
                        self._problems.add(line, _empty_task(self._mapping))
                else:
                    yield line, task, cells
            except KeyError as error:
                self._problems.add(line, f"the member {error.args[0]!r} is missing")
            except ValueError as error:
                self._problems.add(line, str(error))


def _columns_of_tasks(
    source: RowSource, mapping: Mapping
) -> Callable[[Sequence[Any]], Sequence[str] | None] | None:
    """A function from many rows to their tasks, None of them where a cell that makes a task is blank.

    None where not all cells are text. Columns are looked at, not cells: this is what makes 100,000 rows quick.
    """
    if source.format not in TEXT_FORMATS:
        return None
    template = None if mapping.template is None else Template(mapping.template)
    keys = [source.key(name) for name in task_columns(mapping)]

    def tasks(rows: Sequence[Any]) -> Sequence[str] | None:
        columns = list(zip(*rows, strict=True))
        wanted = [columns[key] for key in keys]
        if not all(all(map(str.strip, column)) for column in wanted):
            return None
        return template.filled(zip(*wanted, strict=True)) if template else wanted[0]

    return tasks


def _task_reader(source: RowSource, mapping: Mapping) -> Callable[[Any], str]:
    all_text = source.format in TEXT_FORMATS
    if mapping.template is not None:
        plain = None if all_text else _as_text
        template = Template(mapping.template)
        return template.filler(source.key, plain=plain, allow_empty=mapping.allow_empty)
    key = source.key(mapping.task_column or "")
    if all_text:
        return lambda cells: str(cells[key])
    return lambda cells: _task_text(cells[key])


def _as_text(value: Any) -> str:
    """A cell as a template writes it."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Number):
        return value.text
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and "e" in text:
        from eclips_cli.sheets.canonical import number_text

        return number_text(value)
    return text


def _task_text(value: Any) -> str:
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return _as_text(value)
    raise ValueError("the task is not text")


def _cell_check(source: RowSource, mapping: Mapping) -> Callable[[Cells], str | None] | None:
    """What to look for in the cells of a format where not all is text; None for CSV."""
    if source.format == "xlsx":
        used = [(name, source.key(name)) for name in _used(source, mapping)]

        def bad_cell(cells: Cells) -> str | None:
            for name, key in used:
                if isinstance(cell := cells[key], BadCell):
                    return f"the column {name!r} {cell.why}"
            return None

        return bad_cell
    return _check_as_given if mapping.as_given else None


def _used(source: RowSource, mapping: Mapping) -> list[str]:
    """The columns of which anything is sent, in the file's order."""
    named = task_columns(mapping)
    data = source.columns if mapping.data_columns is None else mapping.data_columns
    return [name for name in source.columns if name in data or name in named]


def _check_as_given(cells: Cells) -> str | None:
    data = cells.get("data") if isinstance(cells, dict) else None
    return None if data is None or isinstance(data, dict) else "the member 'data' is not an object"


def _is_blank(cells: Cells) -> bool:
    """Whether a row of a table holds blanks alone, as no-break spaces are, and is no row at all."""
    return isinstance(cells, list) and not any(
        cell.strip() if isinstance(cell, str) else cell is not None for cell in cells
    )


def _empty_task(mapping: Mapping) -> str:
    if mapping.template is not None:
        return "all columns of the task are empty"
    return f"the task is empty (column {mapping.task_column!r})"
