"""A cell's value as a person sees it in the sheet, in a form that JSON can carry."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from eclips_cli.sheets.canonical import unescaped
from eclips_cli.sheets.interface import BadCell
from eclips_cli.sheets.workbook.formats import NumberFormat
from eclips_cli.sheets.workbook.rows import RawCell, column_letters

DIGITS = 15
"""Significant digits of a number that Excel keeps and shows; what comes behind is binary noise."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,30}")
_DAY = 86_400_000
_MIDNIGHT = time()
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}
_PLAIN = NumberFormat()


class CellReader:
    """Makes values of stored cells: text, numbers, booleans, ISO dates; None for nothing, or a BadCell.

    `strings` gives a shared string by its number and raises IndexError for one that is none.
    """

    def __init__(
        self, strings: Callable[[int], str], formats: list[NumberFormat], *, date1904: bool = False
    ) -> None:
        self._strings = strings
        self._formats = formats
        self._date1904 = date1904

    def value(self, cell: RawCell, row: int) -> Any:
        """The value of a cell of the row with this number."""
        _, kind, style, formula, text = cell
        if formula and (text is None or (not text and kind != "str")):
            place = f"{column_letters(cell.column)}{row}"
            return BadCell(
                "",
                f"holds a formula without a stored value ({place}; Excel and LibreOffice store it on saving)",
            )
        if kind == "e":
            return BadCell(text or "#ERROR", f"holds the error {text or 'of an error cell'}")
        if text is None:
            return None
        if kind == "s":
            return self._shared(text)
        if kind == "n":
            return self._number(text.strip(), self.format(style))
        if kind in ("str", "inlineStr"):
            return unescaped(text)
        if kind == "d":
            return text.strip()
        if kind == "b" and text.strip() in _BOOLEANS:
            return _BOOLEANS[text.strip()]
        return BadCell(text, f"holds {text[:40]!r}, which is no value of the kind {kind!r}")

    def format(self, style: str) -> NumberFormat:
        """The number format of a style's number."""
        try:
            return self._formats[int(style)]
        except (ValueError, IndexError):
            return _PLAIN

    def _shared(self, text: str) -> Any:
        try:
            return self._strings(int(text)) if text else None
        except (ValueError, IndexError):
            return BadCell(text, f"names the shared string {text[:20]!r}, which the workbook does not have")

    def _number(self, text: str, how: NumberFormat) -> Any:
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            return BadCell(text, f"holds {text[:40]!r}, which is no number")
        number = float(text)
        if number in (float("inf"), float("-inf")):
            return BadCell(text, f"holds {text[:40]}, which is too large for a number")
        if how.kind == "number":
            return int(text) if _WHOLE.fullmatch(text) else rounded(number)
        if how.kind == "duration":
            return _duration(number)
        return self._moment(number, how)

    def _moment(self, serial: float, how: NumberFormat) -> Any:
        """A date, a time of day, or both; midnight is no time."""
        days, milliseconds = divmod(round(serial * _DAY), _DAY)
        clock = _clock(milliseconds)
        # Excel has counted 29 February 1900, which never was, since Lotus 1-2-3 did
        first = date(1904, 1, 1) if self._date1904 else date(1899, 12, 31 if days < 60 else 30)
        if days == 0 and (how.kind == "time" or clock != _MIDNIGHT):
            return _as_text(clock)
        unknown = days < 0 or (not self._date1904 and days in (0, 60))
        if unknown or days > (date.max - first).days:
            return BadCell(f"{serial:.15g}", f"holds {serial:.15g} as a date, which is none")
        day = first + timedelta(days=days)
        return day.isoformat() if clock == _MIDNIGHT else f"{day.isoformat()}T{_as_text(clock)}"


def rounded(number: float) -> int | float:
    """A number with the 15 digits that Excel shows; whole ones below 10^21 as whole numbers."""
    shown = f"{number:.{DIGITS}g}"
    if abs(number) < 1e21 and (exact := Decimal(shown)) == exact.to_integral_value():
        return int(exact)
    return float(shown)


def _clock(milliseconds: int) -> time:
    seconds, fraction = divmod(milliseconds, 1000)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, fraction * 1000)


def _as_text(clock: time) -> str:
    return clock.isoformat("milliseconds" if clock.microsecond else "seconds")


def _duration(days: float) -> str:
    """Hours beyond a day, minutes, seconds: `30:00:00`."""
    seconds, fraction = divmod(abs(round(days * _DAY)), 1000)
    behind = f".{fraction:03}" if fraction else ""
    sign = "-" if days < 0 and (seconds or fraction) else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{behind}"
