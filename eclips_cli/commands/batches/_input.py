"""From what a person typed to rows and tasks: the file opened, its columns taken as they said."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eclips_cli.commands.batches._record import Order, clean_name
from eclips_cli.commands.batches.plan import choose_mapping
from eclips_cli.commands.batches.plan.mapping import known_column
from eclips_cli.commands.batches.rows.table import columns_of_results
from eclips_cli.errors import UsageError
from eclips_cli.records.journal import Mapping, Target
from eclips_cli.sheets import AS_FOUND, Reading, RowSource, open_rows
from eclips_cli.sheets.header import composed
from eclips_cli.sheets.inputfile import standard_input

STANDARD_INPUT = "-"
DEFAULT_AGENT = "center"


@dataclass(frozen=True)
class Input:
    """A file (`-` is standard input), how to read it, and what its columns are; None where not said.

    `columns` are names with commas between them, quoted where a name has a comma of its own; `typed` are the
    words of the command line, for the command that is suggested where this one can't work.
    """

    file: str
    how: Reading = AS_FOUND
    task: str | None = None
    task_column: str | None = None
    columns: str | None = None
    allow_empty: bool = False
    typed: Sequence[str] = ()
    may_have_results: bool = False
    """whether it may be a results file: its rows then are those that were sent, without what was added"""
    note: Callable[[str], None] = lambda _note: None
    key: str | None = None

    @contextmanager
    def rows(self) -> Iterator[tuple[RowSource, Mapping]]:
        """The opened file and what its columns mean. Raises UsageError for whatever is wrong with them."""
        if not self.file or "\0" in self.file:
            raise UsageError(f"{self.file!r} is not a file name", hint="name a file, or - for standard input")
        given = standard_input() if self.file == STANDARD_INPUT else Path(self.file)
        with open_rows(given, self.how) as source:
            task_column, template, wanted = self._wanted(source)
            mapping = choose_mapping(
                source,
                task_column=task_column,
                template=template,
                data_columns=wanted,
                allow_empty=self.allow_empty,
                typed=self.typed,
            )
            yield source, mapping

    def _wanted(self, source: RowSource) -> tuple[str | None, str | None, Sequence[str] | None]:
        """The column of tasks, the template and the columns of data that were asked for; None where not said."""
        wanted = next(csv.reader([self.columns]), [""]) if self.columns is not None else None
        if not self.may_have_results:
            return self.task_column, self.task, wanted
        given, task = columns_of_results(source.columns, workbook=source.format == "xlsx")
        if len(given) == len(source.columns):
            return self.task_column, self.task, wanted
        if wanted is None:
            self.note(f"{source.label} holds results: what these added to its rows is left out")
        template = self.task if task is None else None
        column = self.task_column or (task if template is None else None)
        sent = [name for name in given if name != task and (column is None or name != column)]
        return column, template, sent if wanted is None else wanted

    @contextmanager
    def order(
        self, target: Target, *, agent: str | None, name: str | None, webhook_url: str | None
    ) -> Iterator[Order]:
        """The order to submit it; the API requires an agent here, so `center` where nothing says another."""
        called = clean_name(name) if name is not None else self.name
        with self.rows() as (source, mapping):
            yield Order(
                source,
                mapping,
                called,
                agent or DEFAULT_AGENT,
                target.profile,
                target.base_url,
                webhook_url,
                called if name is not None else self._place(source),
                key_columns(self.key, source),
            )

    def _place(self, source: RowSource) -> str | None:
        """What the file is known by when it comes again: its real path without the ending, and its sheet."""
        if self.file == STANDARD_INPUT:
            return None
        sheet = source.options.get("sheet", "")
        return str(Path(self.file).resolve().with_suffix("")) + (f"#{sheet}" if sheet else "")

    @property
    def name(self) -> str:
        """What a batch of this file is called where nobody says: signs that can't be printed are blanks."""
        stem = "standard input" if self.file == STANDARD_INPUT else composed(Path(self.file).stem)
        printable = "".join(sign if sign.isprintable() else " " for sign in stem)
        return " ".join(printable.split()) or "batch"


def key_columns(key: str | None, source: RowSource) -> tuple[str, ...]:
    """The columns that `--key` names; none where it is not given. Raises UsageError for one that is not there."""
    if key is None:
        return ()
    return tuple(dict.fromkeys(known_column(name, source) for name in next(csv.reader([key]), [""])))
