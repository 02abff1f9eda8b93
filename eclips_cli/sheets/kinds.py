"""What a file is by its first bytes, where it is none of the formats that are read."""

from __future__ import annotations

import re
from shlex import quote

from eclips_cli.errors import UsageError
from eclips_cli.sheets.inputfile import InputFile

ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

_AS_XLSX = "open it in Excel or LibreOffice and save it as .xlsx, or as CSV UTF-8"
_STARTS = (
    (b"%PDF-", "a PDF document", "a table in it has to be copied to a spreadsheet first"),
    (b"{\\rtf", "a text document (RTF)", _AS_XLSX),
    (
        b"SQLite format 3\0",
        "an SQLite database",
        "export the table as CSV: sqlite3 -csv -header FILE 'SELECT …'",
    ),
    (b"PAR1", "a Parquet file", "export it as CSV or JSONL"),
    (b"\x89PNG", "a picture", "a table in it has to be typed into a spreadsheet first"),
    (b"\xff\xd8\xff", "a picture", "a table in it has to be typed into a spreadsheet first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"\x09\x08\x10\x00", "an Excel file of the nineties", _AS_XLSX),
    (b"MIME-Version:", "a web page (MHTML)", _AS_XLSX),
)
_PACKED = (
    (b"\x1f\x8b", "gzip", "gzip -dk"),
    (b"BZh", "bzip2", "bzip2 -dk"),
    (b"\xfd7zXZ\0", "xz", "xz -dk"),
    (b"\x28\xb5\x2f\xfd", "zstd", "zstd -d"),
)
_IN_ZIP = (
    (
        b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        "an OpenDocument spreadsheet (.ods)",
        _AS_XLSX,
    ),
    (b"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument file", _AS_XLSX),
    (b"xl/workbook.bin", "a binary workbook (.xlsb)", "save it as .xlsx in Excel"),
    (b"word/document.xml", "a Word document", "copy its table to a spreadsheet first"),
    (b"ppt/presentation.xml", "a presentation", "copy its table to a spreadsheet first"),
    (b"Index/Document.iwa", "a Numbers document", "in Numbers: File, Export To, Excel or CSV"),
)
_OLD = (
    ("EncryptedPackage", "protected by a password", "open it in Excel and save it without a password"),
    ("WordDocument", "an old Word document", "copy its table to a spreadsheet first"),
    ("Workbook", "an old Excel workbook (.xls)", _AS_XLSX),
    ("Book", "an old Excel workbook (.xls)", _AS_XLSX),
)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|\?xml)\b", re.IGNORECASE)


def refuse_what_is_no_table(file: InputFile) -> None:
    """Raise UsageError, naming what it is, for a file that no format here can be."""
    found = _named(file)
    if found:
        what, hint = found
        raise UsageError(f"{file.label} is {what}", hint=hint)


def _named(file: InputFile) -> tuple[str, str] | None:
    head = file.head
    for start, what, hint in _STARTS:
        if head.startswith(start):
            return what, hint
    for start, packer, unpack in _PACKED:
        if head.startswith(start):
            piped = file.label == "standard input"
            return (
                f"compressed ({packer})",
                f"{packer} -dc, before it" if piped else f"{unpack} {quote(file.label)}",
            )
    if head.startswith(OLD_OFFICE):
        return _old_office(file)
    if head.startswith(ZIP):
        return _in_zip(file)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and (found := _MARKUP.match(start.replace(b"\0", b""))):
        return _markup(start, found[0])
    return None


def _old_office(file: InputFile) -> tuple[str, str]:
    """Which of the files in Microsoft's old container: its folder names its streams in UTF-16."""
    names, kept = {stream.encode("utf-16-le"): (what, hint) for stream, what, hint in _OLD}, b""
    found: set[bytes] = set()
    for chunk in file.chunks():
        window = kept + chunk
        found.update(name for name in names if name in window)
        kept = window[-64:]
    return next(
        (said for name, said in names.items() if name in found),
        ("an old or a password-protected Excel file", f"{_AS_XLSX}, without a password"),
    )


def _in_zip(file: InputFile) -> tuple[str, str] | None:
    """What another kind of zip archive holds; None for a workbook, or what only its reader can tell."""
    import zipfile

    try:
        with zipfile.ZipFile(file.fresh()) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    for mark, what, hint in _IN_ZIP:
        if mark in file.head[:200] or mark.decode() in names:
            return what, hint
    if any(name.lower().endswith("workbook.xml") or name == "[Content_Types].xml" for name in names):
        return None
    return f"a zip archive, of {_first(names)}", "unpack it first"


def _first(names: list[str]) -> str:
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return ", ".join(names[:2]) + more if names else "nothing"


def _markup(start: bytes, tag: bytes) -> tuple[str, str]:
    if tag.lower() != b"<?xml":
        return "a web page (HTML), whatever it is called", _AS_XLSX
    if b"Excel.Sheet" in start or b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "an XML Spreadsheet 2003", _AS_XLSX
    if b"<html" in start.lower():
        return "a web page (HTML), whatever it is called", _AS_XLSX
    return "an XML file", "make it CSV, JSONL or .xlsx first"
