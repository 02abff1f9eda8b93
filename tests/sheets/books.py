"""Workbooks made for a test: raw XML in a zip, as odd as wanted."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PKG = "http://schemas.openxmlformats.org/package/2006/relationships"


def raw_book(
    path: Path,
    rows: str = "",
    *,
    strings: str = "",
    book: str = "",
    formats: tuple[str, ...] = (),
    changed: dict[str, str] | None = None,
) -> Path:
    """A workbook whose one sheet has `rows` as its XML; `strings` are `<si>` items, `formats` format codes.

    Styles 1 to 4 are a date, a date with its time, a time and a duration; from 5 on they are `formats`.
    """
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": links(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": links(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "styles", "styles.xml"),
            ("rId3", "sharedStrings", "/xl/sharedStrings.xml"),
        ),
        "xl/workbook.xml": f'<workbook xmlns="{SPACE}" xmlns:r="{DOC}">{book}<sheets>'
        '<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/styles.xml": styles(formats),
        "xl/sharedStrings.xml": f'<sst xmlns="{SPACE}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>',
    } | (changed or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return path


def links(*wanted: tuple[str, str, str], kinds: str = DOC) -> str:
    found = "".join(f'<Relationship Id="{i}" Type="{kinds}/{kind}" Target="{to}"/>' for i, kind, to in wanted)
    return f'<Relationships xmlns="{PKG}">{found}</Relationships>'


def styles(formats: tuple[str, ...]) -> str:
    codes = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(formats))
    used = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(formats)))
    dates = '<xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/><xf numFmtId="46"/>'
    return (
        f'<styleSheet xmlns="{SPACE}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{dates}{used}</cellXfs></styleSheet>'
    )


def text(ref: str, value: str) -> str:
    return f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'


def table(*cells: str, names: str = "task n") -> str:
    """Rows below a header: each of `cells` is the XML of the cell in column B of its row."""
    header = "".join(text(f"{chr(65 + n)}1", name) for n, name in enumerate(names.split()))
    rows = "".join(f'<row r="{n}">{text(f"A{n}", "Pay")}{cell}</row>' for n, cell in enumerate(cells, 2))
    return f'<row r="1">{header}</row>{rows}'


def as_bytes(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
