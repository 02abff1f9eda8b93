"""What a row is known by: digests of its cells in their canonical form, and of what is sent for it. Pure.

A row is its non-empty cells by name, in no order: neither the file's bytes nor its columns' order, an
empty column or the template tell rows apart. With key columns it is those cells alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import Any, TypeAlias
from unicodedata import is_normalized, normalize

from eclips_cli.sheets.canonical import canonical
from eclips_cli.sheets.interface import Cells

Names: TypeAlias = tuple[str, ...]
"""The columns that a row is known by; none of them for all of its cells."""

ALL: Names = ()
NEAR = "near"
"""What the set of digests that see no blanks and no case is called after."""
SIZE = 16
"""Bytes of a digest."""

_BETWEEN = "\x1f"
_TASK = ""
"""stands for the name of what is no column"""
_DECIMALS = re.compile(r"(?:-?(?:0|[1-9][0-9]{0,11}+)\.[0-9]{1,3}+\n)++")
_NOT_PLAIN = re.compile("[.:+][0-9]")
_IN_TEXT = re.compile(r"(?<![\w.,])-?[0-9]+\.[0-9]+(?:[eE][+-][0-9]{2,3})?(?![\w,]|\.[0-9])")


def set_name(names: Names, *, near: bool = False) -> str:
    """What the digests by these columns are called in the journal."""
    columns = sorted(names)
    return json.dumps({NEAR: columns} if near else columns, ensure_ascii=False)


def digests(
    rows: Sequence[Cells], columns: Sequence[str], names: Names = ALL, *, near: bool = False
) -> list[bytes]:
    """The digest of each row. Lists have their cells in the order of `columns`; columns that are not there are empty.

    `near` sees no difference in case and blanks.
    """
    return RowDigester(columns, names, near=near).of(rows)


class RowDigester:
    """Makes the digests of many rows, some at a time, as `digests` does for few.

    `as_written` is whether the cells of the columns `watched` were their own canonical form so far: rows that
    are the same then have the same text there too.
    """

    def __init__(
        self, columns: Sequence[str], names: Names = ALL, *, watched: Sequence[str] = (), near: bool = False
    ) -> None:
        self._columns, self._names, self._near = columns, names, near
        self._watched = frozenset(watched)
        self.as_written = True

    def of(self, rows: Sequence[Cells]) -> list[bytes]:
        """The digest of each of these rows."""
        if rows and isinstance(rows[0], dict):
            self.as_written = False
            return [self._of_members(row) for row in rows]  # type: ignore[arg-type]
        return self._of_table(rows)

    def _of_table(self, rows: Sequence[Cells]) -> list[bytes]:
        names = self._names
        named = sorted(
            (normalize("NFC", name), name, column)
            for name, column in zip(self._columns, zip(*rows, strict=True), strict=False)
            if not names or name in names
        )
        known_by = tuple(name for name, _, _ in named)
        cells = []
        for _, name, column in named:
            cells.append(_plain_column(column, self._near))
            if cells[-1] is not column and name in self._watched:
                self.as_written = False
        return _of_columns(known_by, cells) if cells else [_of_pairs(())] * len(rows)

    def _of_members(self, row: dict[str, Any]) -> bytes:
        names = self._names
        found = [(normalize("NFC", name), canonical(row[name])) for name in row if not names or name in names]
        return _of_pairs((name, _kept(_folded(cell) if self._near else cell)) for name, cell in sorted(found))


def key_text(cells: Cells, columns: Sequence[str], names: Names) -> str:
    """The key of a row as a person reads it: `INV-77`, `INV-77 / 2`; empty where all its cells are."""
    found = cells if isinstance(cells, dict) else dict(zip(columns, cells, strict=True))
    texts = [canonical(found.get(name)) for name in names]
    return " / ".join(texts) if any(texts) else ""


def content(task: str, data: dict[str, Any]) -> bytes:
    """The digest of what is sent for a row. Numbers are compared as `canonical` does, inside the task too."""
    members = sorted((normalize("NFC", name), _kept(canonical(value))) for name, value in data.items())
    return _of_pairs([(_TASK, _kept(_said(canonical(task)))), *members])


def contents(tasks: Sequence[str], data: Iterable[tuple[str, Sequence[Any]]]) -> list[bytes]:
    """`content` of many rows at once: of their tasks, and of columns of data, each a name and the rows' cells."""
    text = "\n".join(tasks)
    said = _canonical_column(tasks, text)
    if "." in text:
        said = [_said(task) if "." in task else task for task in said]
    named = sorted(((normalize("NFC", name), column) for name, column in data), key=itemgetter(0))
    cells = [_plain_column(column, near=False) for _, column in named]
    return _of_columns((_TASK, *(name for name, _ in named)), [list(map(_kept, said)), *cells])


def _said(task: str) -> str:
    return _IN_TEXT.sub(lambda number: canonical(number[0]), task)


def _of_columns(names: Names, columns: Sequence[Sequence[str]]) -> list[bytes]:
    """The digest of each row of a table of canonical cells, in which nothing reads as the end of a cell."""
    if any("" in column for column in columns):
        return [_of_pairs(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    begun = _begun(names).copy  # a copy is quicker than a new one
    found = []
    for text in map(_BETWEEN.join, zip(*columns, strict=True)):
        made = begun()
        made.update(text.encode("utf-8", "surrogatepass"))
        found.append(made.digest())
    return found


def _of_pairs(pairs: Iterable[tuple[str, str]]) -> bytes:
    """The digest of cells with their names, in the order of the names; what is empty is not there."""
    filled = [pair for pair in pairs if pair[1]]
    made = _begun(tuple(name for name, _ in filled)).copy()
    made.update(_BETWEEN.join(cell for _, cell in filled).encode("utf-8", "surrogatepass"))
    return made.digest()


@lru_cache(maxsize=256)
def _begun(names: Names) -> blake2b:
    """A hash that knows the names of the cells to come."""
    return blake2b(json.dumps(names).encode(), digest_size=SIZE)


def _plain_column(column: Sequence[Any], near: bool) -> Sequence[str]:
    """The canonical cells of a column, in which nothing reads as the end of a cell."""
    try:
        text = "\n".join(column)
    except TypeError:  # not all of it is text
        cells: Sequence[str] = [canonical(cell) for cell in column]
    else:
        cells = _canonical_column(column, text)
        if not near and _BETWEEN not in text and "\\" not in text:
            return cells
    if near:
        cells = [_folded(cell) for cell in cells]
    return [_kept(cell) for cell in cells]


def _canonical_column(column: Sequence[str], text: str) -> Sequence[str]:
    """`canonical` of each cell of a column, whose joined text says what can be in it: mostly nothing that changes.

    This is what makes 100,000 rows quick: a look at 500 cells at once, for single characters first, since
    finding two in a row takes sixty times as long.
    """
    each_one_line = "." in text and text.count("\n") == len(column) - 1
    if each_one_line and _DECIMALS.fullmatch(text + "\n") and "-0.0" not in text:
        return [cell.rstrip("0").rstrip(".") for cell in column]
    if "\r" in text or ("_" in text and "_x" in text) or not _is_composed(text):
        return [canonical(cell) for cell in column]
    if ("." in text or ":" in text or "+" in text) and _NOT_PLAIN.search(text):
        return [canonical(cell) for cell in column]
    if "-" in text and ("\n-0" in text or text.startswith("-0")):
        return [canonical(cell) for cell in column]
    if "e" in text or "E" in text:  # as in true, false and 1e-5
        folded = text.lower()
        if "true" in folded or "false" in folded or ("-" in text and "e-" in folded):
            return [canonical(cell) for cell in column]
    return column


def _is_composed(text: str) -> bool:
    """Whether text is in NFC: all of Latin-1 is, which is told much quicker."""
    if text.isascii():
        return True
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return is_normalized("NFC", text)
    return True


def _kept(text: str) -> str:
    """Text in which nothing reads as the end of a cell."""
    return text.replace("\\", "\\\\").replace(_BETWEEN, "\\-")


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()
