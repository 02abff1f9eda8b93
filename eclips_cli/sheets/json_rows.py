"""JSON Lines and a JSON array of objects: rows are objects, their members are the columns.

Memory holds one line or element, not the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, TextIO

from eclips_cli.errors import UsageError
from eclips_cli.sheets import text
from eclips_cli.sheets.header import composed
from eclips_cli.sheets.inputfile import InputFile
from eclips_cli.sheets.interface import Row, RowSource, bad_rows
from eclips_cli.strict_json import check_row, reason, row_decoder

SAMPLE_ROWS = 100
"""Rows whose members are taken as the columns; a later row may have others as well."""

LONGEST_ELEMENT = 16 * 1024 * 1024
_SPACE = " \t\r\n"


class KeyedRows(RowSource):
    """Rows that are JSON objects, their names in NFC. Raises UsageError for no text or no row."""

    keyed = True

    def __init__(self, file: InputFile, kind: str, encoding: str | None) -> None:
        super().__init__(file, kind)
        self.encoding, note = text.settle_encoding(file, encoding)
        self.notes += [note] if note else []
        self.options = {"encoding": self.encoding}
        self.decode = row_decoder()
        self.columns = self._sampled()

    def take(self, line: int, value: Any, source: str) -> Iterator[Row]:
        """The row that `value`, decoded from `source`, is; none when it can't be one (a problem)."""
        wrong = check_row(value, source)
        if wrong is None and not all(map(str.isascii, value)):
            row = {composed(name): member for name, member in value.items()}
            wrong = "two members have one name" if len(row) < len(value) else None
            value = row
        if wrong is None:
            yield line, value
        else:
            self.problems.add(line, wrong)

    def _sampled(self) -> tuple[str, ...]:
        seen: dict[str, None] = {}
        for _, cells in islice(self, SAMPLE_ROWS):
            seen.update(dict.fromkeys(cells))
        if not seen and self.problems.count:
            raise bad_rows(self.label, self.problems)
        if not seen:
            raise UsageError(f"{self.label} is empty", hint='each row is an object: {"task": "…"}')
        return tuple(seen)


class JsonLines(KeyedRows):
    """The objects of a JSON Lines file, one a line; blank lines are skipped."""

    def _rows(self) -> Iterator[Row]:
        with text.stream(self.file, self.encoding) as lines:
            for number, line in enumerate(lines, start=1):
                stripped = line.strip(_SPACE)
                if stripped:
                    yield from self._row(number, stripped)

    def _row(self, number: int, line: str) -> Iterator[Row]:
        try:
            value, end = self.decode(line, 0)
        except ValueError as error:
            self.problems.add(number, reason(error))
            return
        if end == len(line):
            yield from self.take(number, value, line)
        else:
            self.problems.add(number, "something stands behind the object (one object a line)")


class JsonArray(KeyedRows):
    """The objects of one JSON array. What breaks the array itself ends the reading with a problem."""

    def _rows(self) -> Iterator[Row]:
        with text.stream(self.file, self.encoding) as characters:
            window = _Window(characters)
            if not window.peek():
                return
            if window.peek() != "[":
                self.problems.add(window.line, "an array of objects was expected: [ {…}, {…} ]")
                return
            window.take()
            yield from self._elements(window)

    def _elements(self, window: _Window) -> Iterator[Row]:
        if window.peek() == "]":
            window.take()
        else:
            separator = ","
            while separator == ",":
                window.peek()
                line = window.line
                try:
                    value, source = self._element(window)
                except ValueError as error:
                    self.problems.add(line + _lines_into(error, window), _why(error))
                    return
                yield from self.take(line, value, source)
                separator = window.peek()
                if separator not in (",", "]"):
                    self.problems.add(window.line, "a comma or the array's end was expected here")
                    return
                window.take()
        if window.peek():
            self.problems.add(window.line, "something stands behind the array's end")

    def _element(self, window: _Window) -> tuple[Any, str]:
        """The next value and its text. ValueError when there is none: the rest can't be read either."""
        while True:
            try:
                value, end = self.decode(window.text, window.at)
            except ValueError:
                # Not JSON so far may mean: not all of it read yet. Only more text can tell.
                if window.size < LONGEST_ELEMENT and window.more():
                    continue
                raise
            if end < len(window.text) or not window.more():
                return value, window.take_to(end)


def _lines_into(error: ValueError, window: _Window) -> int:
    """How many lines below the element's first one the decoder stopped."""
    return window.text.count("\n", window.at, getattr(error, "pos", window.at))


def _why(error: ValueError) -> str:
    return f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}" if hasattr(error, "msg") else str(error)


class _Window:
    """A moving window over a text: `text[at:]` is what was read and not yet taken."""

    def __init__(self, characters: TextIO) -> None:
        self._characters = characters
        self.text, self.at, self.line = "", 0, 1

    @property
    def size(self) -> int:
        """Characters read and not yet taken."""
        return len(self.text) - self.at

    def more(self) -> bool:
        """Read on, as much again as is there (so that a long element costs no square); False at the end."""
        read = self._characters.read(max(65536, self.size))
        if read:
            self.text, self.at = self.text[self.at :] + read, 0
        return bool(read)

    def peek(self) -> str:
        """The next character that is no white space, not taken; empty at the end."""
        while True:
            while self.at < len(self.text):
                character = self.text[self.at]
                if character not in _SPACE:
                    return character
                self.line += character == "\n"
                self.at += 1
            if not self.more():
                return ""

    def take(self) -> None:
        """Step over the character that `peek` showed."""
        self.at += 1

    def take_to(self, end: int) -> str:
        """Take the text up to `end`, counting its lines."""
        taken = self.text[self.at : end]
        self.line += taken.count("\n")
        self.at = end
        return taken
