"""Values as people read them, and the one function that makes text of the API safe to print."""

from __future__ import annotations

from functools import cache
from typing import Any

from eclips_cli.durations import local_time, parse_iso
from eclips_cli.json_values import json_text
from eclips_cli.masking import mask

_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
_INVISIBLE = {0x200B, 0x2060, 0xFEFF, 0x2028, 0x2029, 0x00AD}
"""not among them: U+200C and U+200D, which Persian, Indic scripts and emoji are written with"""

CONFIDENCE_BAR = 6
"""cells of a confidence score's bar"""


@cache
def _visible(multiline: bool, keep: str) -> dict[int, str]:
    """What a character is shown as; made when a text first needs it, which most commands never do."""
    shown = {code: f"\\x{code:02x}" for code in (*range(32), *range(0x7F, 0xA0))}
    shown |= {code: f"\\u{code:04x}" for code in (*_BIDI, *_INVISIBLE, *range(0xD800, 0xE000))}
    shown |= {10: "\n", 9: "    ", 13: "\\r"} if multiline else {9: "\\t", 10: "\\n", 13: "\\r"}
    return {code: words for code, words in shown.items() if chr(code) not in keep}


def safe_text(text: str, *, multiline: bool = False, keep: str = "") -> str:
    """`text` with control characters, escape sequences, direction overrides and the like made visible, keys masked.

    With `multiline` line feeds stay and tabs become spaces. The characters of `keep` stay as they are.
    """
    text = mask(text)
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_visible(multiline, keep))


def plain(value: Any) -> str:
    """A value of the API as one cell for machines: null is empty, objects are compact JSON. Not yet safe."""
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        return json_text(value)
    return str(value)


def spoken(value: Any) -> str:
    """A value of the API as one cell for people: yes and no, the words of a list one after another; else `plain`."""
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, list) and value and not any(isinstance(one, (dict, list)) for one in value):
        return ", ".join(map(spoken, value))
    return plain(value)


def ago(value: Any, now: float) -> str:
    """A time as its distance from `now`: `42s ago`, `in 3m`. Another value as it is."""
    moment = parse_iso(value)
    if moment is None:
        return plain(value)
    seconds = now - moment
    return f"{duration(seconds)} ago" if seconds >= 0 else f"in {duration(-seconds)}"


def clock_time(value: Any) -> str:
    """A time as a clock of this machine shows it, with the zone's name: `14:47:38 CEST`. Another value made safe."""
    moment = parse_iso(value)
    return safe_text(plain(value)) if moment is None else clock(moment)


def clock(moment: float) -> str:
    """POSIX seconds as a clock of this machine shows them, with the zone's name: `14:47:38 CEST`."""
    return f"{local_time(moment):%H:%M:%S %Z}"


def duration(seconds: float) -> str:
    """A length of time in at most two units: `42s`, `3m 5s`, `2h 10m`, `3d 4h`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    for size, unit, smaller, small_unit in ((86400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller
            return (
                f"{whole // size}{unit} {rest}{small_unit}"
                if rest and whole < size * 10
                else f"{whole // size}{unit}"
            )
    return f"{whole}s"


def score(value: Any) -> float | None:
    """A confidence score, or None for what is none: one is from 0 to 1."""
    found = figure(value)
    return found if found is not None and 0 <= found <= 1 else None


def figure(value: Any) -> float | None:
    """A number, or None for what is none, or so large that nothing can be drawn of it."""
    try:
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    except OverflowError:
        return None


def when(value: Any, now: float) -> str:
    """A time for reading: how long ago, and exactly: `2m 5s ago, 2026-06-06T09:00:00.000Z`."""
    return plain(value) if parse_iso(value) is None else f"{ago(value, now)}, {value}"


def number(value: Any) -> str:
    """A number with thousands separators, its decimals as they were written; another value as it is."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return plain(value)
    text = str(value)
    sign, digits = ("-", text[1:]) if text[:1] == "-" else ("", text)
    whole, point, decimals = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{decimals}" if (whole + decimals).isdigit() else text
