"""API keys in what is shown or kept: masked, wherever they came from and whatever was done to them.

A key is known by its prefix, also where invisible characters stand in it, and without the prefix where this
process was given it. What goes out or into a file of ours passes `mask` last.
"""

from __future__ import annotations

import re
from functools import cache

PREFIX = "eck_live_"
SANDBOX = "sandbox_"
"""what a sandbox's keys go on with: made to be shown and pasted, and good on this machine alone"""
SHORTEST = 8
"""characters after the prefix from which on a text is taken for a key"""
SHORTEST_BODY = 12
"""characters of a known key's body that are looked for without the prefix"""

_INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_BETWEEN = rf"(?:[{_INVISIBLE}{_CONTROL}]|\\+u(?:00ad|061c|180e|20[0-6][0-9a-f]|fe0[0-9a-f]|feff)|\\+x[0189][0-9a-f])*"
"""what may stand between a key's characters without being seen, also as escapes that make it visible"""

_bodies: set[str] = set()


def forget() -> None:
    """Know no key any more: each command line has its own."""
    _bodies.clear()


def know(key: str | None) -> None:
    """Let `key`, or what may be one without its prefix, be masked from now on wherever it stands."""
    body = (key or "").strip().strip("\"'").removeprefix(PREFIX)
    if not body.startswith(SANDBOX) and len(body) >= SHORTEST_BODY and body.isascii() and body.isprintable():
        _bodies.add(body)


def know_misplaced(text: str | None) -> None:
    """The same for a text that belongs elsewhere, if it has the shape of a key without its prefix."""
    body = text or ""
    digits = sum(char.isdigit() for char in body)
    if re.fullmatch(r"[0-9A-Za-z_]{20,}", body) and 4 <= digits <= len(body) - 4:
        know(body)


def mask(text: str) -> str:
    """`text` with each key in it as `eck_live_…cdef`."""
    for body in _bodies:
        if body[-4:] in text:
            text = _pattern(body).sub(lambda _found, end=body[-4:]: f"{PREFIX}…{end}", text)  # type: ignore[misc]
    if not (text.isascii() and "live_" not in text and "LIVE_" not in text):
        text = _shape().sub(_masked, text)
    return text


def mask_key(key: str) -> str:
    """A key as it may be shown: `eck_live_…cdef`."""
    return f"{PREFIX}…{key[-4:]}" if len(key) >= len(PREFIX) + SHORTEST else f"{PREFIX}…"


def _masked(found: re.Match[str]) -> str:
    shown = re.sub(_BETWEEN, "", found[0])
    return f"{PREFIX}…{shown[-4:]}"


@cache
def _shape() -> re.Pattern[str]:
    prefix = _BETWEEN.join(PREFIX)
    return re.compile(rf"{prefix}(?!{SANDBOX})(?:{_BETWEEN}[0-9A-Za-z_\-]){{{SHORTEST},}}", re.IGNORECASE)


@cache
def _pattern(body: str) -> re.Pattern[str]:
    prefix = _BETWEEN.join(PREFIX)
    return re.compile(rf"(?:{prefix}{_BETWEEN})?" + _BETWEEN.join(map(re.escape, body)), re.IGNORECASE)
