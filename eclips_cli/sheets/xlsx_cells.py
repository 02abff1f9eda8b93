"""What a workbook's cell can hold: text in its own notation, numbers with the digits that Excel keeps."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

DIGITS = 15
"""digits of a number that Excel keeps"""
LONGEST = 32_767
"""characters that a cell holds"""
MOST_DECIMALS = 30
"""decimals that a number's format can have"""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]|_x[0-9A-Fa-f]{4}_")
_SURROGATES = re.compile("[\ud800-\udfff\ufffe\uffff]")


def number_format(value: Decimal | int, *, thousands: bool) -> str:
    """Excel's format for a number: as many decimals as it was written with, `thousands` for an amount."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    if decimals > MOST_DECIMALS or (not decimals and not thousands):
        return "General"
    return ("#,##0" if thousands else "0") + ("." + "0" * decimals if decimals else "")


def cell_text(text: str) -> str:
    """A text as a workbook can hold it: control characters in its own notation, too long a one cut."""
    text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n"))
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    escaped = _CONTROL.sub(_escaped, text)
    return escaped if len(escaped) <= LONGEST else _CONTROL.sub("\ufffd", text)


def _escaped(found: re.Match[str]) -> str:
    text = found[0]
    return f"_x005F{text}" if len(text) > 1 else f"_x{ord(text):04X}_"


def fits(value: Any) -> bool:
    """Whether Excel holds every digit of a number."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return False
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    digits = Decimal(value).normalize().as_tuple()
    return len(digits.digits) <= DIGITS and abs(Decimal(value).adjusted()) < 300
