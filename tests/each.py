"""One test of many things that are read in no time: a test for each would take longer to be told than to run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def of_each(things: Callable[[], Iterable[Any]]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Make a check of one thing (a tuple is its arguments) a test of all, which names each that fails."""

    def made(check: Callable[..., None]) -> Callable[[], None]:
        def test() -> None:
            failed, found = [], list(things())
            assert found, "nothing to look at"
            for thing in found:
                try:
                    check(*(thing if isinstance(thing, tuple) else (thing,)))
                except AssertionError as error:
                    failed.append(f"{thing}: {error}")
            assert not failed, "\n".join(failed)

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return made
