"""The rows of a worksheet as they stand in its XML, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from eclips_cli.sheets.workbook import archive as parts
from eclips_cli.sheets.workbook.archive import MAIN, Archive, WithoutEnd

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
LONGEST_ROW = 64 * 1024**2
"""Characters in one row: it is held in memory."""

_ROW, _CELL, _VALUE, _FORMULA = (f"{MAIN}}}{name}" for name in ("row", "c", "v", "f"))
_INLINE, _TEXT, _PHONETIC = (f"{MAIN}}}{name}" for name in ("is", "t", "rPh"))


class RawCell(NamedTuple):
    """A cell as it is stored: its column from 0, the kind of its value (`t`), its style's number.

    `text` is None where no value is stored.
    """

    column: int
    kind: str
    style: str
    formula: bool
    text: str | None


class RawRow(NamedTuple):
    """A row with its number in the sheet; `wrong` says why it can't be trusted."""

    number: int
    hidden: bool
    cells: list[RawCell]
    wrong: str | None


def raw_rows(archive: Archive, part: str) -> Iterator[RawRow]:
    """The rows of a worksheet's part. Raises UsageError where it is broken."""
    reader = _SheetReader()
    for _ in archive.parse(part, reader, largest=parts.LARGEST_SHEET):
        yield from reader.rows
        reader.rows = []


def column_letters(column: int) -> str:
    """A column's letters: 0 is A, 26 is AA."""
    letters = ""
    while column >= 0:
        letters = chr(65 + column % 26) + letters
        column = column // 26 - 1
    return letters


def _column_of(reference: str) -> int | None:
    """The column that a cell's reference names, from 0; None for what is no reference."""
    letters = reference.rstrip("0123456789")
    return None if len(letters) == len(reference) else _column_called(letters)


@lru_cache(LAST_COLUMN)
def _column_called(letters: str) -> int | None:
    if not 0 < len(letters) <= 3 or not all("A" <= letter <= "Z" for letter in letters):
        return None
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1 if column <= LAST_COLUMN else None


class _SheetReader:
    """Takes the parser's events; finished rows are in `rows`."""

    def __init__(self) -> None:
        self.rows: list[RawRow] = []
        self._number = 0
        self._in_row = self._in_value = self._phonetic = self._formula = False
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _CELL and self._in_row:
            self._begin_cell(attributes)
        elif name == _VALUE or (name == _TEXT and not self._phonetic):
            self._in_value = self._in_row
            self._text = self._text if self._in_row and self._text is not None else []
        elif name == _FORMULA:
            self._formula = True
        elif name == _ROW:
            self._begin_row(attributes)
        elif name == _INLINE:
            self._text = []
        elif name == _PHONETIC:
            self._phonetic = True

    def end(self, name: str) -> None:
        if name in (_VALUE, _TEXT):
            self._in_value = False
        elif name == _CELL and self._in_row:
            text = None if self._text is None else "".join(self._text)
            self._cells.append(RawCell(self._column, self._kind, self._style, self._formula, text))
        elif name == _ROW:
            self._in_row = False
            self.rows.append(RawRow(self._number, self._hidden, self._cells, self._wrong))
        elif name == _PHONETIC:
            self._phonetic = False

    def text(self, data: str) -> None:
        if self._in_value and self._text is not None:
            self._size += len(data)
            if self._size > LONGEST_ROW:
                raise WithoutEnd("a row without an end")
            self._text.append(data)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        before, given = self._number, attributes.get("r")
        self._cells: list[RawCell] = []
        self._in_row, self._wrong, self._size, self._column = True, None, 0, -1
        self._text, self._formula = None, False
        self._hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") == "0"
        if given is None:
            self._number = before + 1
        elif given.isascii() and given.isdigit() and len(given) <= 7 and 0 < int(given) <= LAST_ROW:
            self._number = int(given)
        else:
            self._wrong = f"{given[:20]!r} is no row number"
        if self._number <= before and self._wrong is None:
            self._wrong = f"row {self._number} stands below row {before}: the sheet is damaged"

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._formula, self._text = False, None
        reference, before = attributes.get("r"), self._column
        column = before + 1 if reference is None else _column_of(reference)
        if column is None or column >= LAST_COLUMN:
            self._wrong = self._wrong or f"{(reference or '')[:20]!r} is no cell of a sheet"
            return
        if column <= before:
            twice = f"the cell {column_letters(column)}{self._number} stands behind a later one"
            self._wrong = self._wrong or f"{twice}: the sheet is damaged"
        self._column = column
