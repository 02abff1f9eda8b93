"""The API key that requests go out with: it may be replaced where it came from while the program runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from eclips_cli.errors import EclipsError, KeyRejected
from eclips_cli.masking import mask_key

LOGIN = "eclips auth login"


class KeySource(NamedTuple):
    """Where a key came from, for people: its `name`, and the `way_on` when it is rejected.

    `read` reads the source anew: the key that it holds now. It raises EclipsError where it can't be read or
    holds none, and is None where the source can't change (an environment). `told` is called with a rejected
    key and the one that is used from then on, both masked.
    """

    name: str = ""
    way_on: str = LOGIN
    read: Callable[[], str] | None = None
    told: Callable[[str, str], None] = lambda _old, _new: None


class SentKey(NamedTuple):
    """The key of one try (None where there is none), for whoever reads its answer."""

    key: str | None = None
    source: KeySource = KeySource()
    may_be_renewed: bool = False
    """whether it was good before and its source can hold another one: it may have been replaced"""

    @property
    def shown(self) -> str:
        """It as it may be shown: `eck_live_…cdef`."""
        return mask_key(self.key or "")

    @property
    def named(self) -> str:
        """It with its source, in words."""
        if not self.key:
            return "the API key"
        return f"the API key {self.shown}" + (f" of {self.source.name}" if self.source.name else "")

    def scrub(self, text: str) -> str:
        """`text` without the key."""
        return text.replace(self.key, "[the key]") if self.key else text

    def rejected(self, message: str) -> KeyRejected:
        """The error for a 401, and what helps."""
        error = KeyRejected(message, hint=self.source.way_on, status=401)
        error.may_be_renewed = self.may_be_renewed
        return error


class KeyInUse:
    """The key of one client; several threads may use it.

    `settlers` are told of a key that is to take the place of a rejected one, and may raise to keep it out.
    """

    def __init__(self, key: str | None, source: KeySource) -> None:
        self._key, self._source = key, source
        self._lock = threading.Lock()
        self._good = False
        self.settlers: list[Callable[[str], None]] = []

    @property
    def sent(self) -> SentKey:
        """The key that the next request goes out with."""
        return SentKey(self._key, self._source, self._good and self._source.read is not None)

    def good(self) -> None:
        """The API took it."""
        self._good = True

    def renewed(self, rejected: SentKey, error: KeyRejected) -> bool:
        """Whether another key is there now than the one that was rejected: its source is read once more.

        What keeps the source from being read is added to `error`. Raises what a settler raises.
        """
        with self._lock:
            if self._key != rejected.key:
                return True  # another thread was first
            new = self._read_again(error)
            if new is None or new == self._key:
                return False
            for settle in self.settlers:
                settle(new)
            self._key = new
            self._source.told(rejected.shown, mask_key(new))
            return True

    def _read_again(self, error: KeyRejected) -> str | None:
        if self._key is None or self._source.read is None:
            return None
        try:
            return self._source.read()
        except EclipsError as trouble:  # it may be replaced at this very moment
            error.message += f"; no other key is there: {trouble.message}"
            error.hint = trouble.hint or error.hint
            return None
