"""The row of column names of a table: what makes a good one, and what looks like none."""

from __future__ import annotations

from collections.abc import Sequence

from eclips_cli.errors import UsageError


def column_names(header: Sequence[str], label: str) -> tuple[str, ...]:
    """The names of a header row, without white space around them and without empty ones at its end.

    Raises UsageError for a name that comes twice or is missing between others.
    """
    names = [name.strip() for name in header]
    while names and not names[-1]:
        names.pop()
    for position, name in enumerate(names, start=1):
        if not name:
            raise UsageError(f"{label}: column {position} has no name", hint="name it in the header line")
        if name in names[: position - 1]:
            first = names.index(name) + 1
            raise UsageError(
                f"{label}: columns {first} and {position} are both called {name!r}",
                hint="rename one: results could not tell them apart",
            )
    return tuple(names)


def looks_like_data(names: Sequence[str]) -> bool:
    """Whether a header looks like a row of data, as in a file without a header."""
    return any(_is_number(name) for name in names)


def _is_number(name: str) -> bool:
    digits = name.translate(str.maketrans("", "", ".,:/- €$"))
    return digits.isascii() and digits.isdigit()
