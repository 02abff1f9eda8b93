"""Which format a file has, by its content and its ending, and the reader for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from eclips_cli.errors import UsageError
from eclips_cli.options import INPUT_FORMATS
from eclips_cli.sheets.inputfile import InputFile, open_input
from eclips_cli.sheets.interface import RowSource
from eclips_cli.sheets.kinds import ZIP, refuse_what_is_no_table

_ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}


class Reading(NamedTuple):
    """How a file is to be read, as far as that was said.

    `header_row` is the line of the column names; `visible_only` leaves out rows that Excel hides.
    """

    format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    visible_only: bool = False


AS_FOUND = Reading()
"""Nothing was said: all of it is found out."""


def open_rows(
    source: Path | BinaryIO, how: Reading = AS_FOUND, *, spool_dir: Path | None = None, **said: Any
) -> RowSource:
    """Open a file (or a binary stream, which is spooled to `spool_dir`) as rows; `said` replaces parts of `how`.

    Reads it once to know that it is sound text; iterating the answer reads it again. What is not
    said is found out: the format by content and ending, delimiter and encoding by content.
    Raises UsageError for whatever is wrong with the file as a whole.
    """
    how = how._replace(**said)
    if how.format is not None and how.format not in INPUT_FORMATS:
        raise UsageError(f"unknown format: {how.format!r}", hint=f"one of {', '.join(INPUT_FORMATS)}")
    file = open_input(source, spool_dir)
    try:
        if not file.head:
            raise UsageError(f"{file.label} is empty", hint="it needs at least one row")
        refuse_what_is_no_table(file)
        kind = how.format or _format_of(file)
        _check_fits(how, kind)
        return _reader(file, kind, how)
    except BaseException:
        file.close()
        raise


def _check_fits(how: Reading, kind: str) -> None:
    """Raise UsageError for an option that says nothing about this kind of file."""
    table, text = kind in ("csv", "tsv", "xlsx"), kind != "xlsx"
    for option, given, fits, meant in (
        ("--sheet", how.sheet is not None, kind == "xlsx", ".xlsx files"),
        ("--visible-only", how.visible_only, kind == "xlsx", ".xlsx files"),
        ("--delimiter", how.delimiter is not None, table and text, "CSV"),
        ("--header-row", how.header_row is not None, table, "CSV and .xlsx files"),
        ("--encoding", how.encoding is not None, text, "text files"),
    ):
        if given and not fits:
            raise UsageError(f"{option} is for {meant}; this is {kind}")


def _reader(file: InputFile, kind: str, how: Reading) -> RowSource:
    if kind == "xlsx":
        if not file.head.startswith(ZIP):
            raise UsageError(f"{file.label} is not an .xlsx workbook", hint="--format says what it is")
        from eclips_cli.sheets.xlsx import SheetRows

        return SheetRows(file, how.sheet, how.header_row, visible_only=how.visible_only)
    if kind in ("csv", "tsv"):
        from eclips_cli.sheets.delimited import DelimitedRows

        return DelimitedRows(file, kind, how.delimiter, how.encoding, how.header_row)
    from eclips_cli.sheets.json_rows import JsonArray, JsonLines

    return (JsonArray if kind == "json" else JsonLines)(file, kind, how.encoding)


def _format_of(file: InputFile) -> str:
    if file.head.startswith(ZIP):
        return "xlsx"
    by_ending = _ENDINGS.get(file.ending)
    if by_ending in ("csv", "tsv", "xlsx"):
        return by_ending
    start = file.head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")[:1]
    if start == b"[":
        return "json"
    if start == b"{":
        return "jsonl"
    return by_ending or "csv"
