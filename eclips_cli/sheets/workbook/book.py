"""A workbook's sheets, where its parts lie, and the number formats of its cells."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from eclips_cli.errors import UsageError
from eclips_cli.sheets.workbook.archive import Archive, unreadable
from eclips_cli.sheets.workbook.formats import NumberFormat, built_in, parsed_format

_STRICT = "http://purl.oclc.org/ooxml/"
_REL_ID = "}id"


@dataclass(frozen=True)
class SheetPart:
    """One worksheet: its title, its part, and whether a person sees it."""

    title: str
    part: str
    visible: bool


@dataclass
class Book:
    """What a workbook says of itself; `uncalculated` where Excel never calculated its formulas.

    `formats` has one number format for each style that a cell can name.
    """

    sheets: list[SheetPart] = field(default_factory=list)
    strings: str | None = None
    date1904: bool = False
    uncalculated: bool = False
    formats: list[NumberFormat] = field(default_factory=list)


def read_book(archive: Archive) -> Book:
    """The workbook of an archive. Raises UsageError where there is none, or it is Strict Open XML."""
    links = _links(archive, "_rels/.rels", "")
    main = next((part for kind, part in links.values() if kind == "officeDocument"), "xl/workbook.xml")
    if main not in archive:
        raise unreadable(archive.file, "it has no workbook")
    folder, name = posixpath.split(main)
    links = _links(archive, f"{folder}/_rels/{name}.rels", folder)
    book = Book()

    def visit(_parent: str, element: str, attributes: dict[str, str]) -> None:
        if element == "sheet":
            target = next((value for key, value in attributes.items() if key.endswith(_REL_ID)), "")
            kind, part = links.get(target, ("", ""))
            if kind == "worksheet":
                visible = attributes.get("state", "visible") == "visible"
                book.sheets.append(SheetPart(attributes.get("name", ""), part, visible))
        elif element == "workbookPr":
            book.date1904 = _is_true(attributes.get("date1904"))
        elif element == "calcPr":
            book.uncalculated = _is_true(attributes.get("fullCalcOnLoad"))

    archive.walk(main, visit)
    by_kind = dict(links.values())
    book.strings = by_kind.get("sharedStrings")
    if by_kind.get("styles", "") in archive:
        book.formats = _formats(archive, by_kind["styles"])
    return book


def _links(archive: Archive, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """The relations that a part names: id → (kind, the part it leads to)."""
    found: dict[str, tuple[str, str]] = {}

    def visit(_parent: str, element: str, attributes: dict[str, str]) -> None:
        if element != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "")
        if kind.startswith(_STRICT):
            raise UsageError(
                f"{archive.file.label} is a Strict Open XML workbook",
                hint="in Excel: Save As, Excel Workbook (*.xlsx), not Strict Open XML Spreadsheet",
            )
        target = attributes.get("Target", "").replace("\\", "/")
        path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[attributes.get("Id", "")] = (kind.rpartition("/")[2], path)

    if part in archive:
        archive.walk(part, visit)
    return found


def _formats(archive: Archive, part: str) -> list[NumberFormat]:
    codes: dict[str, str] = {}
    used: list[str] = []

    def visit(parent: str, element: str, attributes: dict[str, str]) -> None:
        if element == "numFmt" and parent == "numFmts":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif element == "xf" and parent == "cellXfs":
            used.append(attributes.get("numFmtId", "0"))

    archive.walk(part, visit)
    made = {number: parsed_format(codes[number]) if number in codes else built_in(number) for number in used}
    return [made[number] for number in used]


def _is_true(value: str | None) -> bool:
    return value in ("1", "true")
