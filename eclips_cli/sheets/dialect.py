"""Which character separates the cells of a delimited file: said by the user, the file, or its header."""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TextIO

from eclips_cli.errors import UsageError

_CANDIDATES = (",", ";", "\t", "|")
_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " ", "colon": ":"}
_SAMPLE_LINES = 50
_LONGEST_SAMPLE_LINE = 20_000


def named_delimiter(text: str) -> str:
    """The one character that `--delimiter` names. Raises UsageError when it can't be one."""
    character = _NAMES.get(text.lower(), text)
    if len(character) != 1 or character in '"\r\n\0' or character.isalnum():
        raise UsageError(
            f"not a delimiter: {text!r}", hint="one character, such as --delimiter ';' or --delimiter tab"
        )
    return character


def skip_preamble(lines: TextIO) -> tuple[int, str | None]:
    """Step over Excel's `sep=;` line, if the first line is one: (lines read, its delimiter)."""
    start = lines.tell()
    found = re.fullmatch(r'"?sep=(.)"?[\r\n]*', lines.readline(100), re.IGNORECASE)
    if found:
        return 1, found[1]
    lines.seek(start)
    return 0, None


def guess_delimiter(lines: TextIO) -> str:
    """The delimiter that splits the header into most columns and fits the rows below it; else a comma.

    Only `, ; tab |` are looked for: csv.Sniffer takes a letter where a file has one column.
    """
    sample = [line[:_LONGEST_SAMPLE_LINE] for line in islice(lines, _SAMPLE_LINES)]
    return max(_CANDIDATES, key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: list[str], delimiter: str) -> tuple[float, int]:
    """How well `delimiter` explains the sample: the share of rows as wide as the header, its width."""
    widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
    if not widths or widths[0] < 2:
        return (-1.0, 0)
    below = widths[1:]
    share = sum(width == widths[0] for width in below) / len(below) if below else 1.0
    return (round(share, 1), widths[0])
