"""A sheet that a person filled in, read and checked as a whole before anything is asked or sent. No network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eclips_cli.commands.triage._decide import Decision, check_note
from eclips_cli.commands.triage._sheet import DECISION, FINGERPRINT, ITEM, NOTE, RUN, SOURCE, VERBS
from eclips_cli.errors import UsageError
from eclips_cli.sheets import Problems, RowSource, open_rows
from eclips_cli.sheets.interface import bad_rows

NEEDED = (ITEM, DECISION, FINGERPRINT, SOURCE)
_ROUNDED = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_WORDS = f"the words that count are {' and '.join(VERBS)}; an empty cell leaves the item as it is"


@dataclass(frozen=True)
class SheetDecision:
    """One row with a decision: where it stands, which item (and run, where the sheet says it), what was shown."""

    line: int
    item: str
    run: str | None
    decision: Decision
    fingerprint: str
    source: str


@dataclass(frozen=True)
class FilledIn:
    """What a sheet asks for: its decisions in their order, how many rows have none, what a person should know."""

    label: str
    decisions: list[SheetDecision]
    undecided: int
    notes: list[str]


def read_sheet(
    path: Path, *, sheet: str | None = None, delimiter: str | None = None, encoding: str | None = None
) -> FilledIn:
    """Read a sheet that `triage export` wrote; columns may have been moved, hidden or added, rows deleted.

    Raises UsageError, for bad rows with each of them.
    """
    with open_rows(path, sheet=sheet, delimiter=delimiter, encoding=encoding) as source:
        if source.keyed:
            raise UsageError(f"{source.label} is {source.format}: a sheet is an .xlsx or a .csv file")
        return _SheetReading(source).whole()


class _SheetReading:
    """One sheet being read."""

    def __init__(self, source: RowSource) -> None:
        self._source = source
        self._problems = Problems()
        self._columns = {name.strip().casefold(): at for at, name in reversed([*enumerate(source.columns)])}
        missing = [name for name in NEEDED if name not in self._columns]
        if missing:
            raise UsageError(
                f"{source.label} has no column {missing[0]!r}; it has: {', '.join(source.columns)}",
                hint="`eclips triage export FILE.xlsx` makes a sheet to decide in",
            )

    def whole(self) -> FilledIn:
        """All of it. Raises UsageError for bad rows."""
        seen: dict[str, int] = {}
        decisions: list[SheetDecision] = []
        undecided = 0
        for line, cells in self._source:
            item = self._id(line, self._cell(cells, ITEM))
            word = self._cell(cells, DECISION)
            if item and item in seen:
                self._problems.add(line, f"item {item} stands on line {seen[item]} too")
            seen.setdefault(item, line)
            if word:
                decisions += self._decided(line, item, word, cells)
            else:
                undecided += 1
        if self._problems.count or self._source.problems.count:
            raise bad_rows(self._source.label, self._source.problems, self._problems)
        return FilledIn(self._source.label, decisions, undecided, list(self._source.notes))

    def _decided(self, line: int, item: str, word: str, cells: Any) -> Iterator[SheetDecision]:
        note = self._cell(cells, NOTE) or None
        print_, source = self._cell(cells, FINGERPRINT), self._cell(cells, SOURCE)
        before = self._problems.count
        if word not in VERBS:
            self._problems.add(line, f"{word!r} is no decision: {_WORDS}")
        if not item:
            self._problems.add(line, "a decision without an item")
        if not print_ or not source:
            name = SOURCE if print_ else FINGERPRINT
            self._problems.add(line, f"the cell {name!r} is empty: it says what the decision is about")
        try:
            if note is not None:
                check_note(note, "the note")
        except UsageError as error:
            self._problems.add(line, error.message)
        if self._problems.count == before:
            run = self._cell(cells, RUN) or None
            yield SheetDecision(line, item, run, Decision(word, note), print_, source)

    def _id(self, line: int, text: str) -> str:
        text = text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text
        if _ROUNDED.fullmatch(text):
            self._problems.add(
                line,
                f"item {text} is an id that the spreadsheet rounded as a number: export it anew as .xlsx, "
                "or import the .csv with this column as text",
            )
        return text

    def _cell(self, cells: Any, name: str) -> str:
        at = self._columns.get(name)
        value = None if at is None else cells[at]
        return "" if value is None else str(value).strip()
