"""Cells and lines of CSV: numbers stay numbers, and what a spreadsheet would compute is text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from eclips_cli.output.cells import plain, safe_text

_BLANK = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u3000\u2028\u2029\u200b\u200c\u200d\u2060\ufeff"
"""what a spreadsheet may not see before a formula"""
# full-width signs begin a formula where people write Japanese
_BEGINS = frozenset("=+-@＝＋－＠")
_KEPT = "\t\n"
_KEPT_IN_FILES = "\t\n\u200e\u200f"


def csv_cell(value: Any, *, raw: bool, in_file: bool = False, own: bool = False) -> str:
    """A value as one cell, an apostrophe before it where a spreadsheet would take it for a formula, unless `raw`.

    Line ends and tabs stay (CSV can hold them), with `in_file` marks of direction too; other control characters
    are made visible. `own`: it comes from a file of the user's, and every character of it stays.
    """
    text = plain(value)
    if not raw and is_formula(text):
        text = "'" + text
    if own or (text.isascii() and text.isprintable()):
        return text
    return safe_text(text.replace("\r\n", "\n"), multiline=True, keep=_KEPT_IN_FILES if in_file else _KEPT)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would compute a cell with this text; a signed number is a number, and no formula."""
    if text[:1].isalnum() or not text:
        return False
    begin = text.lstrip(_BLANK)
    return begin[:1] in _BEGINS and bool(begin) and not _number().fullmatch(begin)


@cache
def _number() -> re.Pattern[str]:
    """A signed number as people write it: `-1,234.50`, `-12,50`, `-5%`, `-€5`, `-12 EUR`, `+1e5`."""
    grouped = r"\d{1,3}(?:[.,' \xa0\u202f]\d{3})+(?:[.,]\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?"
    amount = rf"(?:{grouped}|\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?|[.,]\d+)"
    signs = "[$€£¥₹₩₽₺₫₪₴₦฿]"
    before, after = rf"(?:{signs} ?|[A-Z]{{3}} )?", rf"(?: ?%| ?{signs}| [A-Z]{{3}})?"
    return re.compile(rf"[+-] ?{before}{amount}{after} *", re.ASCII)


def csv_line(cells: Iterable[str], *, delimiter: str = ",", end: str = "\n") -> str:
    """Cells as one line, those in quotes that need them."""
    written = [_quoted(cell, delimiter) for cell in cells]
    # a line of one empty cell would be an empty line, which readers skip
    return (delimiter.join(written) if written != [""] else '""') + end


def _quoted(text: str, delimiter: str) -> str:
    if delimiter in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text
