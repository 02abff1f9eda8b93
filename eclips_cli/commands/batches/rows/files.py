"""A results file: its place and format are checked before anything is sent, and it is written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from shlex import quote

from eclips_cli.commands.batches.rows.joining import RowOutcome
from eclips_cli.commands.batches.rows.shaping import FORMATS, Shape, fill
from eclips_cli.commands.batches.rows.table import Given
from eclips_cli.errors import NotWritten, UsageError
from eclips_cli.system.whole_file import check_place, write_whole


class ResultsFile:
    """Where results go. Checked when made, before anything is sent; raises UsageError then.

    `shape` says how; the format comes from the name's ending when `format` is None. `typed` are the options
    that name it on a command line.
    """

    def __init__(
        self, path: Path, *, format: str | None = None, excel: bool = False, raw: bool = False
    ) -> None:
        kind = format or path.suffix.lower().removeprefix(".")
        if kind not in FORMATS:
            raise UsageError(
                f"can't tell the format of {path} by its name",
                hint="end it in .csv, .xlsx, .jsonl or .json, as in --results results.csv",
            )
        if excel and kind != "csv":
            raise UsageError(f"--excel is for CSV; {path} is {kind}")
        if kind == "xlsx":
            from eclips_cli.sheets.xlsx_writer import check_installed

            check_installed()
        self.typed = (
            f"--results {quote(str(path))}" + (" --excel" if excel else "") + (" --raw" if raw else "")
        )
        # A link is followed now: the rename is to replace the file, not the link.
        self.path = path.resolve()
        self.shape = Shape(kind, excel, raw)
        check_place(self.path)

    def write(self, outcomes: Iterable[RowOutcome], given: Given) -> None:
        """Write it. A failure, also of what gives the outcomes, leaves the old file as it was; NotWritten."""
        write_whole(
            self.path,
            partial(fill, outcomes=outcomes, given=given, shape=self.shape),
            failure=NotWritten,
            hint="what was there is as it was; `eclips batches results` writes the results again",
        )
