"""JSON that a person wrote, read so that it can be sent on unchanged: what JSON readers disagree about is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from eclips_cli.json_values import number

if TYPE_CHECKING:
    import json

DEEPEST = 100
"""Levels of nesting in a row; what is deeper breaks readers on the way, ours and the server's."""

_MOST_DIGITS = 300
_TOO_LARGE = "a number too large or too long to be kept exactly (write it as text)"
_OPENING = re.compile(r"[\[{]")


class Repeated(ValueError):
    """A member of an object comes twice: readers keep the first, the last, or both."""


def row_decoder() -> Callable[[str, int], tuple[Any, int]]:
    """A function (text, start) -> (value, end) that raises ValueError with a plain reason."""
    decoder = _decoder()

    def decode(text: str, start: int) -> tuple[Any, int]:
        try:
            return decoder.raw_decode(text, start)
        except RecursionError:
            raise ValueError(f"nested deeper than {DEEPEST} levels") from None

    return decode


def document(text: str) -> Any:
    """The one value that `text` is, its numbers as they were written (`json_values.Number`).

    Raises json.JSONDecodeError for no JSON, ValueError with a reason for what is refused.
    """
    try:
        value = _decoder().decode(text)
    except RecursionError:
        raise ValueError(f"nested deeper than {DEEPEST} levels") from None
    wrong = _unfit(value, text)
    if wrong:
        raise ValueError(wrong)
    return value


def _decoder() -> json.JSONDecoder:
    import json

    return json.JSONDecoder(
        object_pairs_hook=_without_repeats, parse_constant=_no_constant, parse_int=_int, parse_float=_float
    )


def reason(error: ValueError) -> str:
    """A decoder's complaint in plain words, with the column where it has one."""
    column, message = getattr(error, "colno", None), getattr(error, "msg", None)
    if column is None or message is None:
        return str(error)
    return f"not JSON: {message[:1].lower()}{message[1:]} (column {column})"


def check_row(value: Any, text: str) -> str | None:
    """Why `value`, decoded from `text`, can't be a row; None when it can."""
    if not isinstance(value, dict):
        return f"{_kind(value)} where an object is needed"
    return _unfit(value, text)


def _unfit(value: Any, text: str) -> str | None:
    if len(_OPENING.findall(text)) > DEEPEST and _depth(value) > DEEPEST:
        return f"nested deeper than {DEEPEST} levels"
    if "\\u" in text and _has_surrogate(value):
        return "a lone surrogate (half a character): it can't be sent as UTF-8"
    return None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    names = [name for name, _ in pairs]
    twice = next(name for name in names if names.count(name) > 1)
    raise Repeated(f"the member {twice!r} comes twice")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _int(digits: str) -> int | float:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits (write it as text)")
    return number(digits) if digits == "-0" else int(digits)


def _float(digits: str) -> float:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(_TOO_LARGE)
    try:
        return number(digits)
    except OverflowError:
        raise ValueError(_TOO_LARGE) from None


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, list):
        return "an array"
    return "a text" if isinstance(value, str) else "a number"


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [inner for outer in level for inner in _members(outer) if isinstance(inner, dict | list)]
    return deepest


def _has_surrogate(value: Any) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str) and any("\ud800" <= character <= "\udfff" for character in item):
            return True
        if isinstance(item, dict):
            waiting.extend(item)
        waiting.extend(_members(item))
    return False


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
