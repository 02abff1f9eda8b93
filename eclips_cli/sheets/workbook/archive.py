"""The zip archive of a workbook and its XML, parsed as a stream; everything bounded."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol
from xml.parsers import expat

from eclips_cli.errors import UsageError
from eclips_cli.sheets.inputfile import InputFile

LARGEST_SHEET = 4 * 1024**3
"""Bytes of a worksheet's XML, unpacked: it is streamed, so only time is at stake."""
LARGEST_STRINGS = 1024**3
"""Bytes of the shared strings, unpacked: they are spooled to disk."""
LARGEST_PART = 256 * 1024**2
"""Bytes of any other part, unpacked."""
LONGEST_TOKEN = 64 * 1024**2
"""Bytes of one tag: the parser holds it whole."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_CHUNK = 1 << 18
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


class WithoutEnd(Exception):
    """Something that is held in memory goes on and on: what it is."""


class Handler(Protocol):
    """What is told of a part's elements; names are `namespace}local`."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Text within an element: character data and CDATA alike."""


class Archive:
    """An opened workbook's parts by name. Raises UsageError for whatever is wrong with the archive."""

    def __init__(self, file: InputFile) -> None:
        self.file = file
        try:
            self._zip = zipfile.ZipFile(file.fresh())
        except _BROKEN as error:
            raise unreadable(file, type(error).__name__) from None
        self._parts = {part.filename.replace("\\", "/").lower(): part for part in self._zip.infolist()}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def close(self) -> None:
        """Close the archive, not the file."""
        self._zip.close()

    def parse(self, name: str, handler: Handler, *, largest: int | None = None) -> Iterator[None]:
        """Parse a part; yields now and then, so that the caller can take what `handler` has made.

        Raises UsageError for a part that is missing, broken, too large or declares entities.
        """
        part = self._parts.get(name.lower())
        if part is None:
            raise unreadable(self.file, f"{name} is missing")
        if part.file_size > (largest or LARGEST_PART):
            raise UsageError(
                f"{self.file.label}: {name} unpacks to {part.file_size:,} bytes; that is too much"
            )
        try:
            with self._zip.open(part) as stream:
                yield from _fed(_parser(handler, self.file.label, name), stream)
        except WithoutEnd as error:
            raise unreadable(self.file, str(error)) from None
        except _BROKEN as error:
            raise unreadable(self.file, type(error).__name__) from None

    def walk(self, name: str, visit: Callable[[str, str, dict[str, str]], None]) -> None:
        """Call `visit(parent, element, attributes)` for each element of a part, names without namespaces."""
        for _ in self.parse(name, _Walk(visit)):
            continue


class _Walk:
    def __init__(self, visit: Callable[[str, str, dict[str, str]], None]) -> None:
        self._visit = visit
        self._parents = [""]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition("}")[2]
        self._visit(self._parents[-1], local, attributes)
        self._parents.append(local)

    def end(self, _name: str) -> None:
        self._parents.pop()

    def text(self, _data: str) -> None:
        return


def unreadable(file: InputFile, why: str) -> UsageError:
    """The error for a workbook that can't be read as one."""
    return UsageError(
        f"{file.label} is not a readable .xlsx workbook ({why})",
        hint="save it again as .xlsx, or as CSV UTF-8",
    )


def _parser(handler: Handler, label: str, part: str) -> Any:
    def refused(*_declaration: Any) -> None:
        raise UsageError(f"{label}: {part} declares entities, as no workbook does")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = refused
    return parser


def _fed(parser: Any, stream: Any) -> Iterator[None]:
    fed = 0
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)
        fed += len(chunk)
        if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
            raise WithoutEnd("a tag without an end")
        yield
    parser.Parse(b"", True)
    yield
