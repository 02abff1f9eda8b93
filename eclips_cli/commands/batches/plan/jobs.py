"""From rows to jobs: tasks made and checked, at most 500 rows a job (manual: Batches)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from eclips_cli.commands.batches.plan.equal_tasks import EqualTasks
from eclips_cli.commands.batches.plan.template import Template
from eclips_cli.errors import UsageError
from eclips_cli.json_values import Number
from eclips_cli.records.journal import Cells, Mapping, PlannedRow
from eclips_cli.sheets.interface import BadCell, Problems, RowSource, bad_rows

MAX_ROWS = 500
"""Rows that one job takes (manual: Batches)."""


def planned_jobs(source: RowSource, mapping: Mapping, *, size: int = MAX_ROWS) -> Iterator[list[PlannedRow]]:
    """The rows as lists of at most `size`, one list a job, in the file's order.

    Reads on after a bad row to find the others, and then raises one UsageError for all of them (up
    to 20 by line, then a count); so a job that was yielded is sent only when the iteration ended. Tells
    in the source's remarks which rows have one task.
    Raises UsageError also when there is no row at all.
    """
    problems, rows, any_row = Problems(), [], False
    tasks = EqualTasks()
    for planned in _planned(source, mapping, problems):
        rows.append(planned)
        if len(rows) == size:
            any_row = True
            tasks.add(rows)
            yield rows
            rows = []
    if problems.count or source.problems.count:
        raise bad_rows(source.label, problems, source.problems)
    tasks.add(rows)
    source.remarks += tasks.sentences()
    if rows:
        yield rows
    elif not any_row:
        raise UsageError(f"{source.label} has no rows", hint="there is nothing to submit below its header")


def _planned(source: RowSource, mapping: Mapping, problems: Problems) -> Iterator[PlannedRow]:
    task_of = _task_reader(source, mapping)
    bad_cell = _cell_check(source, mapping)
    for line, cells in source:
        try:
            if bad_cell is not None and (wrong := bad_cell(cells)):
                problems.add(line, wrong)
                continue
            task = task_of(cells)
            if not task or task.isspace():
                if not _is_blank(cells):
                    problems.add(line, _empty_task(mapping))
            else:
                yield line, task, cells
        except KeyError as error:
            problems.add(line, f"the member {error.args[0]!r} is missing")
        except ValueError as error:
            problems.add(line, str(error))


def _task_reader(source: RowSource, mapping: Mapping) -> Callable[[Any], str]:
    all_text = source.format in ("csv", "tsv")
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
    named = Template(mapping.template).names if mapping.template is not None else [mapping.task_column]
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
