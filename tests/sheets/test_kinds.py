"""What is no table is named for what it is, whatever it is called."""

import bz2
import gzip
import io
import lzma
import shlex
import subprocess
import zipfile

import pytest

from eclips_cli.errors import UsageError
from eclips_cli.sheets import open_rows
from tests.sheets.books import as_bytes

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def refused(content, path):
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        open_rows(path)
    return caught.value


@pytest.mark.parametrize(
    ("content", "named", "way_on"),
    [
        (b"%PDF-1.7\n", "a PDF document", "copied to a spreadsheet"),
        (OLE + "Workbook".encode("utf-16-le") + OLE, "an old Excel workbook (.xls)", "save it as .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password", "without a password"),
        (OLE + "WordDocument".encode("utf-16-le"), "an old Word document", "copy its table"),
        (OLE, "an old or a password-protected Excel file", "save it as .xlsx"),
        (b"<html><body><table><tr><td>1", "a web page (HTML)", "save it as .xlsx"),
        (b"\xef\xbb\xbf\n <TABLE border=1>", "a web page (HTML)", "save it as .xlsx"),
        (b"<!DOCTYPE html>\n<p>", "a web page (HTML)", "save it as .xlsx"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>', "XML Spreadsheet 2003", ".xlsx"),
        (b'<?xml version="1.0"?><invoices/>', "an XML file", "CSV, JSONL or .xlsx"),
        (b"{\\rtf1 x}", "RTF", ".xlsx"),
        (b"SQLite format 3\0", "an SQLite database", "sqlite3"),
        (b"PAR1....", "a Parquet file", "CSV or JSONL"),
        (b"\x89PNG\r\n", "a picture", "typed"),
    ],
)
@pytest.mark.parametrize("name", ["rows.csv", "rows.xlsx", "rows.xls", "rows"])
def test_named_for_what_it_is(tmp_path, content, named, way_on, name):
    error = refused(content, tmp_path / name)
    assert f" is {named}" in error.message or named in error.message
    assert way_on in error.hint


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        (
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""},
            "an OpenDocument spreadsheet (.ods)",
        ),
        ({"[Content_Types].xml": "", "xl/workbook.bin": ""}, "a binary workbook (.xlsb)"),
        ({"[Content_Types].xml": "", "word/document.xml": ""}, "a Word document"),
        ({"Index/Document.iwa": ""}, "a Numbers document"),
        ({"a.csv": "task\n", "b.csv": "", "c.csv": ""}, "a zip archive, of a.csv, b.csv and 1 more"),
        ({}, "a zip archive"),
    ],
)
def test_what_a_zip_holds(tmp_path, parts, named):
    content = as_bytes(parts)
    if parts:
        assert named in refused(content, tmp_path / "rows.xlsx").message


@pytest.mark.parametrize(
    ("pack", "ending"),
    [
        (gzip.compress, "gz"),
        pytest.param(bz2.compress, "bz2", marks=pytest.mark.debian("bzip2")),
        pytest.param(lzma.compress, "xz", marks=pytest.mark.debian("xz")),
    ],
)
def test_what_is_compressed_says_the_command_that_unpacks_it(tmp_path, pack, ending):
    path = tmp_path / f"in voice.csv.{ending}"
    error = refused(pack(b"task\nPay\n"), path)
    assert "is compressed" in error.message
    subprocess.run(shlex.split(error.hint), check=True)
    with open_rows(path.with_suffix("")) as source:
        assert list(source) == [(2, ["Pay"])]


def test_compressed_on_standard_input():
    with pytest.raises(UsageError, match="compressed") as caught:
        open_rows(io.BytesIO(gzip.compress(b"task\n")))
    assert caught.value.hint == "gzip -dc, before it"


def test_what_only_looks_like_markup_is_text(tmp_path):
    (tmp_path / "rows.csv").write_text("<task>,n\nPay,1\n")
    with open_rows(tmp_path / "rows.csv") as source:
        assert source.columns == ("<task>", "n")


def test_a_zip_that_is_cut(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "x" * 1000)
    assert "not a readable" in refused(out.getvalue()[:-30], tmp_path / "rows.xlsx").message
