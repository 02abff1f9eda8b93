"""The shared strings of a workbook, kept on disk once they are many: memory holds 8 bytes for each."""

from __future__ import annotations

import tempfile
from array import array

from eclips_cli.sheets.canonical import unescaped
from eclips_cli.sheets.inputfile import no_room
from eclips_cli.sheets.workbook import archive as parts
from eclips_cli.sheets.workbook.archive import MAIN, Archive, WithoutEnd

IN_MEMORY = 4 * 1024**2
"""Bytes of strings that are kept in memory; more go to a file without a name."""
LONGEST_STRING = 16 * 1024**2

_ITEM, _TEXT, _PHONETIC = f"{MAIN}}}si", f"{MAIN}}}t", f"{MAIN}}}rPh"


class SharedStrings:
    """The strings by their number. Reads them all when it is made; IndexError for a number that is none."""

    def __init__(self, archive: Archive, part: str) -> None:
        self._spool = tempfile.SpooledTemporaryFile(  # noqa: SIM115
            IN_MEMORY, dir=str(archive.file.spool_dir) if archive.file.spool_dir else None
        )
        self._ends = array("Q", [0])
        reader = _StringsReader()
        try:
            for _ in archive.parse(part, reader, largest=parts.LARGEST_STRINGS):
                self._keep(reader.items)
                reader.items.clear()
        except BaseException:
            self.close()
            raise

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        start, end = self._ends[number], self._ends[number + 1]
        self._spool.seek(start)
        return self._spool.read(end - start).decode()

    def close(self) -> None:
        """Forget the strings."""
        self._spool.close()

    def _keep(self, items: list[str]) -> None:
        try:
            for item in items:
                data = unescaped(item).encode()
                self._spool.write(data)
                self._ends.append(self._ends[-1] + len(data))
        except OSError as error:
            raise no_room(error) from None


class _StringsReader:
    """Collects the text of each item: all its runs, without the phonetic ones."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self._parts: list[str] = []
        self._size = 0
        self._in_text = self._phonetic = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == _TEXT:
            self._in_text = not self._phonetic
        elif name == _ITEM:
            self._parts, self._size = [], 0
        elif name == _PHONETIC:
            self._phonetic = True

    def end(self, name: str) -> None:
        if name == _TEXT:
            self._in_text = False
        elif name == _ITEM:
            self.items.append("".join(self._parts))
        elif name == _PHONETIC:
            self._phonetic = False

    def text(self, data: str) -> None:
        if self._in_text:
            self._size += len(data)
            if self._size > LONGEST_STRING:
                raise WithoutEnd("a text without an end")
            self._parts.append(data)
