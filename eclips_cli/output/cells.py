"""Values as people read them, and the one function that makes text of the API safe to print."""

from __future__ import annotations

import json
from typing import Any

from eclips_cli.durations import parse_iso

_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
_INVISIBLE = {*range(0x200B, 0x200E), 0x2060, 0xFEFF, 0x2028, 0x2029, 0x00AD}
_VISIBLE = {
    **{code: f"\\x{code:02x}" for code in (*range(32), *range(0x7F, 0xA0))},
    **{code: f"\\u{code:04x}" for code in (*_BIDI, *_INVISIBLE)},
    **{code: f"\\u{code:04x}" for code in range(0xD800, 0xE000)},
    9: "\\t",
    10: "\\n",
    13: "\\r",
}
_MULTILINE = {**_VISIBLE, 10: "\n", 9: "    "}

BANDS = (
    (0.85, "proceeds"),
    (0.65, "proceeds with a warning"),
    (0.5, "uncertain"),
    (0.0, "always goes to triage"),
)
"""the API's confidence bands: from this score on, in words"""


def safe_text(text: str, *, multiline: bool = False) -> str:
    """`text` with control characters, escape sequences, direction overrides and the like made visible.

    With `multiline` line feeds stay and tabs become spaces.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_MULTILINE if multiline else _VISIBLE)


def plain(value: Any) -> str:
    """A value of the API as one cell for machines: null is empty, objects are compact JSON. Not yet safe."""
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def ago(value: Any, now: float) -> str:
    """A time as its distance from `now`: `42s ago`, `in 3m`. Another value as it is."""
    moment = parse_iso(value)
    if moment is None:
        return plain(value)
    seconds = now - moment
    return f"{duration(seconds)} ago" if seconds >= 0 else f"in {duration(-seconds)}"


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


def band(score: Any) -> str:
    """What a confidence score leads to, in words; empty when there is none."""
    if isinstance(score, bool) or not isinstance(score, (int, float)):
        return ""
    return next((words for floor, words in BANDS if score >= floor), BANDS[-1][1])


def confidence(score: Any) -> str:
    """A confidence score with a small bar: `████▎ 0.94`. Another value as it is."""
    if isinstance(score, bool) or not isinstance(score, (int, float)):
        return plain(score)
    return f"{bar(score, 5)} {score:.2f}"


def bar(share: float, width: int) -> str:
    """`share` (0 to 1) of a bar of `width` cells, in eighths of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")).ljust(width, "·")


def number(value: Any) -> str:
    """A number with thousands separators; another value as it is."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return plain(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
