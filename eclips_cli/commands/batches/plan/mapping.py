"""What to make of a file's columns: which is the task, or a template of them, and which are data."""

from __future__ import annotations

from collections.abc import Sequence

from eclips_cli.command_line import repeated, without
from eclips_cli.commands.batches.plan.template import Template, columns_seen
from eclips_cli.errors import UsageError
from eclips_cli.records.journal import Mapping
from eclips_cli.sheets.header import composed, folded, looks_like_data, near
from eclips_cli.sheets.interface import RowSource


def choose_mapping(
    source: RowSource,
    *,
    task_column: str | None = None,
    template: str | None = None,
    data_columns: Sequence[str] | None = None,
    allow_empty: bool = False,
    typed: Sequence[str] = (),
) -> Mapping:
    """What to make of the columns: as said, or the column `task` (any case).

    Raises UsageError when a name is no column, or when nothing says what the task is; its hint is a
    command that would work, made of the words that were `typed`.
    """
    if task_column is not None and template is not None:
        raise UsageError("--task and --task-column together", hint="give one of them")
    try:
        chosen = (
            tuple(known_column(name, source) for name in data_columns) if data_columns is not None else None
        )
        if template is not None:
            parsed = Template(template)
            parsed.check(source.columns)
            return Mapping(template=template, data_columns=chosen, allow_empty=allow_empty)
        column = known_column(task_column, source) if task_column is not None else _column_called_task(source)
    except UsageError as error:
        raise _with_way_on(error, source, typed, template or task_column) from None
    as_given = (
        source.keyed and chosen is None and task_column is None and set(source.columns) == {"task", "data"}
    )
    return Mapping(task_column=column, data_columns=chosen, as_given=as_given)


def known_column(name: str, source: RowSource) -> str:
    """The column that a person means by `name`; UsageError when it is none."""
    columns = source.columns
    if composed(name) in columns:
        return composed(name)
    same = [column for column in columns if folded(column) == folded(name)]
    if len(same) == 1:
        return same[0]
    raise UsageError(f"no column {name!r}{near(name, columns, '{!r}')}", hint=columns_seen(columns))


def _column_called_task(source: RowSource) -> str:
    found = [column for column in source.columns if folded(column) == "task"]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{source.label}: the columns {' and '.join(map(repr, found))} differ only in case",
            hint=f"say which is the task: --task-column {found[0]}",
        )
    raise UsageError(
        f"{source.label}: nothing says what the task of a row is ({columns_seen(source.columns)})"
    )


def _with_way_on(error: UsageError, source: RowSource, typed: Sequence[str], said: str | None) -> UsageError:
    """The error with the command that would work: names on another line, another sheet, a task of columns."""
    words = list(typed) or ["batches", "submit", "-" if source.label == "standard input" else source.label]
    message, options = error.message, {}
    better = source.better_header()
    if better is not None:
        line, names = better
        message = f"{message}; the names seem to be on line {line}"
        options["--header-row"] = str(line)
        if said is None and not any(folded(name) == "task" for name in names):
            options["--task"] = _described(names)
    elif source.other_sheets and len(source.columns) == 1:
        options["--sheet"] = source.other_sheets[0]
    elif said is None and not error.hint:
        if looks_like_data(source.columns):
            return UsageError(
                message, hint="its first line looks like data: add a line of column names above it"
            )
        options["--task"] = _described(source.columns)
    if source.other_sheets:
        message = f"{message}; other sheets: {', '.join(map(repr, source.other_sheets))}"
    return UsageError(message, hint=_command(words, options) if options else error.hint)


def _described(columns: Sequence[str]) -> str:
    names = [name for name in map(str.strip, columns) if name.isprintable() and not set(name) & set("{}")]
    described = " ".join(f"{name} {{{name}}}" for name in filter(None, names[:2])) or "{column}"
    return f"Process {described}"


def _command(typed: Sequence[str], options: dict[str, str]) -> str:
    """A command line that would work: the words that were typed with these options set, quoted for a shell."""
    words = list(typed)
    for option in options:
        words = without(words, option)
    return repeated(words, *(word for pair in options.items() for word in pair))
