"""Number formats: which make a number a date or a duration, and which show it with other digits."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

_BUILT_IN: dict[str, Literal["date", "time", "duration"]] = {
    **{str(number): "date" for number in (*range(14, 18), 22, *range(27, 37), *range(50, 59))},
    **{str(number): "time" for number in (*range(18, 22), 45, 47)},
    "46": "duration",
}
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[([^\]]*)\]|(general)|(.)', re.IGNORECASE | re.DOTALL)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_PLAIN = " -()/+:"


class NumberFormat(NamedTuple):
    """What a number is under a format; `mask` are its signs where it only sets digits into them.

    In a mask `0` is a digit and every other sign stands for itself: `INV-0000`, `000-000`.
    """

    kind: Literal["number", "date", "time", "duration"] = "number"
    mask: tuple[str, ...] = ()

    def shown(self, value: int) -> str:
        """A whole number as the mask shows it: `00002`."""
        digits, left = list(str(abs(value))), self.mask.count("0")
        signs: list[str] = []
        for sign in reversed(self.mask):
            if sign != "0":
                signs.append(sign[-1])
                continue
            left -= 1
            signs.append(digits.pop() if digits else "0")
            if not left:
                signs += reversed(digits)
        return ("-" if value < 0 else "") + "".join(reversed(signs))


def built_in(number: str) -> NumberFormat:
    """The format that a number below 164 stands for."""
    return NumberFormat(_BUILT_IN.get(number, "number"))


def parsed_format(code: str) -> NumberFormat:
    """A format code, by its first section."""
    mask: list[str] = []
    letters, only_digits = set(), True
    for quoted, escaped, bracket, general, sign in _TOKEN.findall(code):
        if sign == ";":
            break
        if bracket and _ELAPSED.fullmatch(bracket):
            return NumberFormat("duration")
        if quoted or escaped:
            mask += [f"\\{each}" for each in quoted or escaped]
        elif sign and sign in "0" + _PLAIN:
            mask.append(sign if sign == "0" else f"\\{sign}")
        elif sign or general:
            letters.add(sign.lower())
            only_digits = False
    if letters & set("hs"):
        return NumberFormat("date" if letters & set("dy") else "time")
    if letters & set("dmy"):
        return NumberFormat("date")
    return NumberFormat(mask=tuple(mask)) if only_digits and mask.count("0") > 1 else NumberFormat()
