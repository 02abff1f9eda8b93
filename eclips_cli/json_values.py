"""JSON as Python holds it: objects of the API, numbers with the digits they were written with, and both as text again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from json import JSONEncoder

JsonObject = Mapping[str, Any]
"""an object as the API sent it, unknown members included"""


class Number(float):
    """A number that Python would write otherwise (`10.00`, `1E5`, `100000000000000000.01`): a float with its own text.

    It counts and compares as the nearest float does; what shows it or sends it on writes `text`.
    """

    __slots__ = ("text",)
    text: str
    made = False
    """whether there is any at all in this process: most answers have none, and lists need not look for them"""

    def __new__(cls, text: str) -> Number:
        """A number from its JSON text."""
        number = super().__new__(cls, text)
        number.text = text
        Number.made = True
        return number

    def __str__(self) -> str:
        return self.text

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        return (self.text,)


def id_text(value: Any) -> str | None:
    """An id as text: one that the API made a text or a whole number; None for what no command can name."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def number(text: str) -> float:
    """A JSON number with a point or an exponent: a float, with its text where Python would write it otherwise.

    For `parse_float` of `json`. Raises OverflowError for what no float can hold.
    """
    found = number_of_any_size(text)
    if found - found != 0:
        raise OverflowError("a number too large to keep")
    return found


@lru_cache(4096)
def number_of_any_size(text: str) -> float:
    """The same for what is only written down and read again: beyond a float's range it is infinite, and has its text."""
    found = float(text)
    return found if repr(found) == text else Number(text)


def json_text(value: Any, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """`value` as JSON, compact or indented, each number as it was written; nothing is escaped that JSON allows bare.

    With `ascii_only` whatever is not ASCII is escaped. Raises ValueError for NaN and infinities, TypeError for what
    JSON has not.
    """
    encode = _encoder(indent, ascii_only).encode
    numbers: list[str] = []
    if not Number.made:
        return encode(value)
    marked = _marked(value, numbers)
    if not numbers:
        return encode(value)
    pieces = encode(marked).split(f'"{_mark()}"')
    return "".join(part for pair in zip(pieces, [*numbers, ""], strict=True) for part in pair)


@cache
def _encoder(indent: int | None, ascii_only: bool) -> JSONEncoder:
    import json

    separators = (",", ": ") if indent else (",", ":")
    return json.JSONEncoder(ensure_ascii=ascii_only, allow_nan=False, indent=indent, separators=separators)


@cache
def _mark() -> str:
    """What stands for a `Number` until the encoder of `json` is done, which writes floats in its own way.

    A text of the API can't be the same: it is another one in each process.
    """
    import os

    return os.urandom(16).hex()


def _marked(value: Any, numbers: list[str]) -> Any:
    """`value` with a mark for each `Number`, whose texts go to `numbers` in their order; the same object if none is in it."""
    if isinstance(value, Number):
        numbers.append(value.text)
        return _mark()
    if isinstance(value, dict):
        if _WITHIN.isdisjoint(map(type, value.values())):
            return value
        return {name: _marked(inner, numbers) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return value if _WITHIN.isdisjoint(map(type, value)) else [_marked(inner, numbers) for inner in value]
    return value


_WITHIN = frozenset((Number, dict, list, tuple))
