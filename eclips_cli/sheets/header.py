"""The row of column names of a table: what makes a good one, what looks like none, and which is meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

from eclips_cli.errors import UsageError

LOOKED_AT = 30
"""Lines below a title in which a better row of names is looked for."""

_SOFT = dict.fromkeys([0x00AD, 0x061C, 0x2060, 0xFEFF, *range(0x200B, 0x2010)])
_BLANKS = re.compile(r"\s+")


def column_names(
    header: Sequence[str], label: str, better: Callable[[], tuple[int, list[str]] | None] = lambda: None
) -> tuple[str, ...]:
    """The names of a header row in NFC, without white space around them and without empty ones at its end.

    Raises UsageError for a name that comes twice or is missing between others; its hint is the line
    where the names seem to stand, if `better` finds one.
    """
    names = [composed(name.strip()) for name in header]
    while names and not names[-1]:
        names.pop()
    for position, name in enumerate(names, start=1):
        if not name:
            found = better()
            hint = f"the names seem to be on line {found[0]}: --header-row {found[0]}" if found else None
            raise UsageError(
                f"{label}: column {position} has no name", hint=hint or "name it in the header line"
            )
        if name in names[: position - 1]:
            first = names.index(name) + 1
            raise UsageError(
                f"{label}: columns {first} and {position} are both called {name!r}",
                hint="rename one: results could not tell them apart",
            )
    return tuple(names)


def composed(name: str) -> str:
    """A name in NFC, in which all names are compared: `ü` is one letter however it was typed."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """A name for suggestions: letters' case, kinds of blanks and marks that can't be seen do not count."""
    return _BLANKS.sub(" ", composed(name).translate(_SOFT)).strip().casefold()


def near(name: str, columns: Sequence[str], written: str = "{{{}}}") -> str:
    """` (did you mean …?)` for the column that `name` was likely to be, as it is `written`; or nothing."""
    by_fold = {folded(column): column for column in columns}
    found = get_close_matches(folded(name), by_fold, n=1, cutoff=0.6)
    if not found:
        return ""
    column = by_fold[found[0]]
    marks = sorted({unicodedata.name(sign, "a control character").lower() for sign in column if _odd(sign)})
    remark = f", with {' and '.join(marks)}" if marks else ""
    return f" (did you mean {written.format(column)}{remark}?)"


def looks_like_data(names: Sequence[str]) -> bool:
    """Whether a header looks like a row of data, as in a file without a header."""
    return any(_is_number(name) for name in names)


def better_header(
    first: Sequence[str], below: Iterable[tuple[int, Sequence[str]]]
) -> tuple[int, list[str]] | None:
    """The line whose cells look like the names, and they, where `first` is but a title; else None.

    A title is one cell. `below` are the next lines, each with its number; the names are the first of
    the widest of them.
    """
    if len(filled(first)) != 1:
        return None
    candidates = [(line, filled(cells)) for line, cells in below]
    widest = max((len(names) for _, names in candidates), default=0)
    line, names = next(((line, names) for line, names in candidates if len(names) == widest), (0, []))
    return (line, names) if widest > 1 and not looks_like_data(names) else None


def filled(cells: Sequence[str]) -> list[str]:
    """The cells that are not blank."""
    return [cell for cell in cells if cell.strip()]


def _odd(sign: str) -> bool:
    return ord(sign) in _SOFT or not sign.isprintable() or (sign.isspace() and sign != " ")


def _is_number(name: str) -> bool:
    digits = name.translate(str.maketrans("", "", ".,:/- €$"))
    return digits.isascii() and digits.isdigit()
