"""What to make of a file's columns: which is the task, or a template of them, and which are data."""

from __future__ import annotations

from collections.abc import Sequence

from eclips_cli.commands.batches.plan.template import Template, columns_seen
from eclips_cli.errors import UsageError
from eclips_cli.records.journal import Mapping
from eclips_cli.sheets.header import looks_like_data
from eclips_cli.sheets.interface import RowSource


def choose_mapping(
    source: RowSource,
    *,
    task_column: str | None = None,
    template: str | None = None,
    data_columns: Sequence[str] | None = None,
) -> Mapping:
    """What to make of the columns: as said, or the column `task` (any case).

    Raises UsageError when a name is no column, or when nothing says what the task is.
    """
    if task_column is not None and template is not None:
        raise UsageError("--task and --task-column together", hint="give one of them")
    columns = source.columns
    chosen = tuple(_known(name, columns) for name in data_columns) if data_columns is not None else None
    if template is not None:
        parsed = Template(template)
        parsed.check(columns)
        return Mapping(template=template, data_columns=chosen)
    column = _known(task_column, columns) if task_column is not None else _column_called_task(source)
    as_given = source.keyed and chosen is None and task_column is None and set(columns) == {"task", "data"}
    return Mapping(task_column=column, data_columns=chosen, as_given=as_given)


def _known(name: str, columns: Sequence[str]) -> str:
    if name in columns:
        return name
    folded = [column for column in columns if column.casefold() == name.strip().casefold()]
    if len(folded) == 1:
        return folded[0]
    raise UsageError(f"no column {name!r}", hint=columns_seen(columns))


def _column_called_task(source: RowSource) -> str:
    found = [column for column in source.columns if column.casefold() == "task"]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{source.label}: the columns {' and '.join(map(repr, found))} differ only in case",
            hint=f"say which is the task: --task-column {found[0]}",
        )
    raise UsageError(
        f"{source.label}: nothing says what the task of a row is ({columns_seen(source.columns)})",
        hint=_command_that_works(source),
    )


def _command_that_works(source: RowSource) -> str:
    if looks_like_data(source.columns):
        return "its first line looks like data: add a line of column names above it"
    names = [name for name in source.columns if not set(name) & set("{}'")]
    described = " ".join(f"{name} {{{name}}}" for name in names[:2]) or "{column}"
    file = (
        "-"
        if source.label == "standard input"
        else f"'{source.label}'"
        if " " in source.label
        else source.label
    )
    return f"eclips batches submit {file} --task 'Process {described}'"
