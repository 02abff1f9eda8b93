"""The short marker at the end of a job's name: made from its rows, so that another machine makes the same one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from itertools import count

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that look alike: a marker is read aloud and typed."""
LENGTH = 6
ATTEMPTS = 8
"""How often the same rows are taken to have been submitted at most, when a marker from elsewhere is explained."""


def marker(agent: str, contents: Sequence[bytes], attempt: int = 0) -> str:
    """The marker of a job for `agent` with rows of these contents (see `row_digests.content`), in their order.

    `attempt` counts how often the same rows were submitted before. Neither key nor profile is in it.
    """
    made = blake2b(f"{agent}\0{attempt}\0".encode(), digest_size=8)
    for content in contents:
        made.update(content)
    number, letters = int.from_bytes(made.digest(), "big"), []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def free_marker(agent: str, contents: Sequence[bytes], taken: Callable[[str], bool]) -> str:
    """The marker of the first attempt that is not `taken`."""
    return next(made for attempt in count() if not taken(made := marker(agent, contents, attempt)))


def explains(agent: str, contents: Sequence[bytes], seen: str) -> bool:
    """Whether a marker that was seen is that of these rows, at some attempt."""
    return any(marker(agent, contents, attempt) == seen for attempt in range(ATTEMPTS))
