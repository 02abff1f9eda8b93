"""The canonical form of a cell: the text that two cells share when they say the same.

Rows are known by it (which were sent before, which stand twice), so it must not depend on the hand that
wrote a file: Excel, its other language editions, LibreOffice, a library; as .xlsx, CSV or JSON; with one
edition of our reader or the next. It is made to be compared and hashed, never to be sent or shown.

`canonical(value)` takes a cell as a reader gives it and returns text:

- Nothing (None, an absent member) and the empty text are `""`.
- Text is decoded of `_xHHHH_` (as often as it takes: an older reader did not decode it, so that doing it
  twice must change nothing), its line ends are LF, and it is in NFC. Blanks are kept, and so are zeros in
  front: `00123` is not 123.
- A number is its plain decimal text, rounded to 15 digits where it has 16 or 17 and a fraction or an
  exponent: these come of its binary form. Whole numbers keep all digits, so that ids of 19 digits stay apart.
- Text that is a number as programs write it is that number: `10.00` is 10, `57.699999999999996` is 57.7,
  `1e+16` is 10000000000000000. Not so `00123`, `+5`, `1,5`, `1E5`: these are written by people, as names.
- True and false are `TRUE` and `FALSE`, as the text that spreadsheets and languages write for them.
- A time of day on a date is written with `T`, seconds, and no fraction of nothing; midnight is no time.
- Lists and objects are JSON of canonical members: keys sorted, members that are nothing left out.

What no form can bring together, because the writer has lost it: dates and numbers as Excel writes them to CSV
in the format of its cell and country (`06.06.2026`, `1.234,50 €`). A person compares those by `--key`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from typing import Any

DIGITS = 15
"""Significant digits that every program keeps of a number with a fraction."""
_BINARY_DIGITS = 17
"""Digits that the binary form of a number can have; more were written by somebody who meant them."""
_FARTHEST = 40
"""Powers of ten beyond which a number is not written out."""
_FLOATS = range(-324, 308)
"""Powers of ten that a float can have."""

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-][0-9]{2,3})?")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:(\.[0-9]*[1-9])0*|\.0+)?)?"
)


def canonical(value: Any) -> str:
    """The canonical form of a cell; see above for what is the same."""
    if value is None:
        return ""
    if value is True or value is False:
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, (int, float, Decimal)):
        return number_text(value)
    return json.dumps(_members(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def number_text(value: float | Decimal) -> str:
    """A number as plain decimal text of at most 15 digits, or of all that were meant: `57.7`, `100000`."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _plain(Decimal(repr(value)), binary=True)
    return _plain(value, binary=value.as_tuple().exponent != 0)


def unescaped(text: str) -> str:
    """`text` with each `_xHHHH_` decoded, once (ECMA-376, 22.9.2.19); halves of a character stay as they are."""
    if "_x" not in text:
        return text
    decoded = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    try:
        return decoded.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeError:
        return _ESCAPE.sub(_unless_half, text)


def _unless_half(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code < 0xE000 else chr(code)


def _of_text(text: str) -> str:
    while (decoded := unescaped(text)) != text:
        text = decoded
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        return unicodedata.normalize("NFC", text)
    if text[-1:].isdigit():
        if _NUMBER.fullmatch(text):
            return text if text.isdigit() else _plain(Decimal(text), binary=not text[1:].isdigit())
        if found := _TIME.fullmatch(text):
            return _moment(*found.groups())
    folded = text.upper()
    return folded if folded in ("TRUE", "FALSE") else text


def _plain(number: Decimal, *, binary: bool) -> str:
    """A decimal without zeros that say nothing, written out unless it is very large or small.

    `binary` says that it may have digits that come of its binary form.
    """
    if not number.is_finite():
        return str(number)
    if not number:
        return "0"
    if binary and DIGITS < _said(number) <= _BINARY_DIGITS and number.adjusted() in _FLOATS:
        # through a float, so that a reader that rounds what it found in a workbook comes to the same
        number = Decimal(f"{float(number):.{DIGITS}g}")
    if abs(number.adjusted()) > _FARTHEST:
        sign, digits, _ = number.as_tuple()
        text = "".join(map(str, digits)).rstrip("0")
        point = "." if len(text) > 1 else ""
        return f"{'-' if sign else ''}{text[0]}{point}{text[1:]}e{number.adjusted():+03d}"
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _said(number: Decimal) -> int:
    """How many digits a number has without zeros at the end that its canonical form does not write."""
    _, digits, exponent = number.as_tuple()
    said, far = len(digits), abs(number.adjusted()) > _FARTHEST
    while said > DIGITS and isinstance(exponent, int) and (exponent < 0 or far) and digits[said - 1] == 0:
        said, exponent = said - 1, exponent + 1
    return said


def _moment(day: str, clock: str | None, seconds: str | None, fraction: str | None) -> str:
    if clock is None or (clock == "00:00" and seconds in (None, ":00") and fraction is None):
        return day
    return f"{day}T{clock}{seconds or ':00'}{fraction or ''}"


def _members(value: Any) -> Any:
    if isinstance(value, dict):
        found = {unicodedata.normalize("NFC", name): _members(member) for name, member in value.items()}
        return {name: member for name, member in found.items() if member not in ("", {}, [])}
    if isinstance(value, list):
        return [_members(item) for item in value]
    return canonical(value)
