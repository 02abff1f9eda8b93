"""What every input format offers: columns, rows that can be read again, complaints by line."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from eclips_cli.errors import UsageError

if TYPE_CHECKING:
    from eclips_cli.sheets.inputfile import InputFile

Cells: TypeAlias = list[Any] | dict[str, Any]
"""One row: a list in the order of the columns (tables), or a member's name to its value (JSON)."""

Row: TypeAlias = tuple[int, Cells]
"""The line a row begins on (from 1; a sheet's row number) and its cells. A plain tuple, for speed."""

Part: TypeAlias = tuple[Sequence[int], Sequence[Cells]]
"""The lines of some rows, and their cells."""

AT_ONCE = 500
"""Rows that are read at once where that is quicker than one by one."""


class BadCell(str):
    """A cell that can't be sent: the text it shows (`#N/A`), and in `why` what is wrong with it."""

    __slots__ = ("why",)
    why: str

    def __new__(cls, shown: str, why: str) -> BadCell:
        """A cell that shows `shown`; `why` ends a sentence that begins with the column's name."""
        cell = super().__new__(cls, shown)
        cell.why = why
        return cell


class RowProblem(NamedTuple):
    """Why the row that begins on `line` can't be sent."""

    line: int
    message: str


class Problems:
    """The complaints of one reading: the first ones kept, the rest counted."""

    SHOWN = 20

    def __init__(self) -> None:
        self.first: list[RowProblem] = []
        self.count = 0

    def add(self, line: int, message: str) -> None:
        """Note that the row on `line` is bad because of `message`."""
        self.count += 1
        if len(self.first) < self.SHOWN:
            self.first.append(RowProblem(line, message))


def named_lines(lines: Sequence[int], shown: int = 5) -> str:
    """`line 2`, `lines 2, 5 and 9`, and after the first `shown` how many more."""
    words = [str(line) for line in lines[:shown]]
    if len(lines) > shown:
        return f"lines {', '.join(words)} and {len(lines) - shown:,} more"
    return f"line {words[0]}" if len(words) == 1 else f"lines {', '.join(words[:-1])} and {words[-1]}"


def bad_rows(label: str, *found: Problems) -> UsageError:
    """The error for all bad rows: its details have the first ones (`problems`) and the count (`bad_rows`)."""
    first = sorted(problem for problems in found for problem in problems.first)[: Problems.SHOWN]
    count = sum(problems.count for problems in found)
    line, why = first[0]
    message = (
        f"{label}: line {line}: {why}"
        if count == 1
        else f"{label}: {count:,} bad rows; the first, line {line}: {why}"
    )
    shown = [{"line": problem.line, "message": problem.message} for problem in first]
    return UsageError(
        message, hint="nothing was sent; mend the file and run it again", problems=shown, bad_rows=count
    )


class RowSource(ABC):
    """An opened input file. Iterating reads it from its start, each time anew, in flat memory.

    Iteration yields good rows only; what is wrong with the others is in `problems` afterwards
    (which each new iteration empties).
    """

    keyed = False
    """Whether cells are members by name (JSON) rather than a list in the order of `columns`."""

    def __init__(self, file: InputFile, kind: str) -> None:
        self.file = file
        self.format = kind
        self.columns: tuple[str, ...] = ()
        self.problems = Problems()
        self.notes: list[str] = []
        """What a person should know about how the file was taken, a sentence each."""
        self.remarks: list[str] = []
        """The same about its rows: known when all of them were read, made anew by each reading."""
        self.other_sheets: list[str] = []
        """The sheets of a workbook that could be meant as well, where nobody said which."""
        self.options: dict[str, str] = {}
        """How the bytes were understood (delimiter, encoding, sheet): part of what a rerun must match."""

    def __iter__(self) -> Iterator[Row]:
        for lines, rows in self.parts():
            yield from zip(lines, rows, strict=True)

    def parts(self) -> Iterator[Part]:
        """The rows as iteration has them, some hundred at a time: the lines of these rows, and their cells."""
        self.problems, self.remarks = Problems(), []
        yield from self._parts()
        self.file.check_unchanged()

    def _parts(self) -> Iterator[Part]:
        rows = iter(self._rows())
        while part := list(islice(rows, AT_ONCE)):
            lines, cells = zip(*part, strict=True)
            yield lines, cells

    @abstractmethod
    def _rows(self) -> Iterator[Row]:
        """Read the file from its start: yield the good rows, add the others to `problems`."""

    def better_header(self) -> tuple[int, list[str]] | None:
        """The line where the column names seem to stand, and they, if it is another one than was taken."""
        return None

    @property
    def label(self) -> str:
        """What to call the file in messages: its name, or `standard input`."""
        return self.file.label

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes, in hex."""
        return self.file.digest

    def key(self, column: str) -> Any:
        """What to index a row's cells with to get `column`: a position, or its name."""
        return column if self.keyed else self.columns.index(column)

    def close(self) -> None:
        """Close the file; what was spooled is gone with it."""
        self.file.close()

    def __enter__(self) -> RowSource:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
