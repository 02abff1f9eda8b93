"""Several requests of one command at a time, each thing once."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

N = TypeVar("N")
T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 20
"""requests that are under way at a time; with 12 of them 100 runs took four answers longer than with 20"""


class Outcome(NamedTuple, Generic[T, R]):
    """What became of one thing: a result, or the exception that there is none."""

    thing: T
    result: R | None
    error: Exception | None


class AtOnce(Generic[T, R]):
    """What `act` gives for each of `things`, as it comes; an iterator that may be asked on after Ctrl-C.

    After `stop` no further one is begun, and the iterator ends with those under way. Its threads do not
    keep the program from ending.
    """

    def __init__(self, act: Callable[[T], R], things: Iterable[T], workers: int = AT_ONCE) -> None:
        self._act, self._things = act, list(things)
        self._next = 0
        self._lock = threading.Lock()
        self._stopped = False
        self._outcomes: queue.SimpleQueue[Outcome[T, R] | None] = queue.SimpleQueue()
        self._working = min(workers, len(self._things))
        for _ in range(self._working):
            threading.Thread(target=self._work, name="eclips-request", daemon=True).start()

    def stop(self) -> None:
        """Begin no further one."""
        self._stopped = True

    def __iter__(self) -> Iterator[Outcome[T, R]]:
        return self

    def __next__(self) -> Outcome[T, R]:
        while self._working:
            outcome = next_of(self._outcomes)
            if outcome is not None:
                return outcome
            self._working -= 1
        raise StopIteration

    def _work(self) -> None:
        while (at := self._taken()) is not None:
            thing = self._things[at]
            try:
                self._outcomes.put(Outcome(thing, self._act(thing), None))
            except Exception as error:
                self._outcomes.put(Outcome(thing, None, error))
        self._outcomes.put(None)

    def _taken(self) -> int | None:
        with self._lock:
            if self._stopped or self._next >= len(self._things):
                return None
            self._next += 1
            return self._next - 1


def next_of(things: queue.SimpleQueue[N]) -> N:
    """Wait for the next of a queue. The wait is cut in seconds: a signal that comes right before one is seen after it."""
    while True:
        with contextlib.suppress(queue.Empty):
            return things.get(timeout=1.0)
