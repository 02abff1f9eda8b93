"""Which format a file has, by its content and its ending, and the reader for it."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from eclips_cli.errors import UsageError
from eclips_cli.sheets.inputfile import InputFile, open_input
from eclips_cli.sheets.interface import RowSource

FORMATS = ("csv", "tsv", "jsonl", "json", "xlsx")

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
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def open_rows(
    source: Path | BinaryIO,
    *,
    format: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    spool_dir: Path | None = None,
) -> RowSource:
    """Open a file (or a binary stream, which is spooled to `spool_dir`) as rows.

    Reads it once to know that it is sound text; iterating the answer reads it again. What is not
    said is found out: the format by content and ending, delimiter and encoding by content.
    Raises UsageError for whatever is wrong with the file as a whole.
    """
    if format is not None and format not in FORMATS:
        raise UsageError(f"unknown format: {format!r}", hint=f"one of {', '.join(FORMATS)}")
    file = open_input(source, spool_dir)
    try:
        return _reader(file, format or _format_of(file), delimiter, encoding, sheet)
    except BaseException:
        file.close()
        raise


def _reader(
    file: InputFile, kind: str, delimiter: str | None, encoding: str | None, sheet: str | None
) -> RowSource:
    if not file.head:
        raise UsageError(f"{file.label} is empty", hint="it needs at least one row")
    if kind == "xlsx":
        return _sheet_rows(file, sheet)
    if sheet is not None:
        raise UsageError(f"--sheet is for .xlsx files; this is {kind}")
    if kind in ("csv", "tsv"):
        from eclips_cli.sheets.delimited import DelimitedRows

        return DelimitedRows(file, kind, delimiter, encoding)
    if delimiter is not None:
        raise UsageError(f"--delimiter is for CSV; this is {kind}")
    if kind == "json":
        from eclips_cli.sheets.json_rows import JsonArray

        return JsonArray(file, kind, encoding)
    from eclips_cli.sheets.jsonl import JsonLines

    return JsonLines(file, kind, encoding)


def _sheet_rows(file: InputFile, sheet: str | None) -> RowSource:
    if file.head.startswith(_OLD_OFFICE):
        raise UsageError(
            f"{file.label} is an old or a password-protected Excel file",
            hint="save it as an .xlsx workbook without a password, or as CSV UTF-8",
        )
    if not file.head.startswith(_ZIP):
        raise UsageError(f"{file.label} is not an .xlsx workbook", hint="--format says what it is")
    from eclips_cli.sheets.xlsx import SheetRows

    return SheetRows(file, sheet)


def _format_of(file: InputFile) -> str:
    if file.head.startswith((_ZIP, _OLD_OFFICE)):
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
