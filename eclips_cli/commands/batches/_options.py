"""The options that the batch commands share, spelled once."""

from pathlib import Path
from typing import Annotated

import typer

Ids = Annotated[
    list[str],
    typer.Argument(
        metavar="BATCH...",
        help="Batch ids or submissions' keys; also @last, a prefix of 4 or more characters, or - (stdin).",
    ),
]
Id = Annotated[
    str, typer.Argument(metavar="BATCH", help="A batch id or a submission's key; also @last or a prefix.")
]
Task = Annotated[
    str | None,
    typer.Option(
        metavar="TEMPLATE", help="The task of each row, columns in braces: 'Process invoice {number}'."
    ),
]
TaskColumn = Annotated[
    str | None, typer.Option(metavar="COL", help="The column that is the task. [the one called task]")
]
Columns = Annotated[
    str | None, typer.Option(metavar="A,B,...", help="The columns to send as data. [all but the task column]")
]
Format = Annotated[
    str | None, typer.Option(metavar="F", help="csv, tsv, jsonl, json or xlsx. [by content and ending]")
]
Sheet = Annotated[str | None, typer.Option(metavar="S", help="The sheet of a workbook. [the first]")]
Delimiter = Annotated[
    str | None, typer.Option(metavar="D", help="What stands between cells: ';', tab, pipe. [found out]")
]
Encoding = Annotated[
    str | None,
    typer.Option(metavar="E", help="The text's encoding, such as cp1252. [UTF-8 or the file's mark]"),
]
Results = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Write the results there at the end: .csv, .jsonl or .json, whole or not at all."
    ),
]
Excel = Annotated[bool, typer.Option("--excel", help="Write CSV as Excel wants it.")]
Keep = Annotated[
    int | None,
    typer.Option(
        min=0, metavar="N", help="Stop before the job that would leave fewer than N credits (exit 10)."
    ),
]
Detach = Annotated[bool, typer.Option("--detach", "-d", help="Send all jobs and do not follow them.")]
