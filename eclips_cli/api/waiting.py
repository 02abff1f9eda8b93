"""Waiting: time as the client sees it, and how long somebody goes on waiting for something at the API.

Each wait of the program has one `WaitBudget`, which says how long each try may take, what is survived, and
what is told of it. `EclipsClient.within(budget)` is a client all of whose reads keep to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from eclips_cli.api.told import Told
from eclips_cli.errors import EclipsError, NetworkError, WaitTimeout

if TYPE_CHECKING:
    from eclips_cli.api.http.error_answers import Failure

T = TypeVar("T")
MAX_OUTAGE = 300.0
"""seconds without one good answer after which a wait gives up"""
UNATTENDED = 24 * 3600.0
"""seconds after which a wait ends where nobody sits at a terminal, unless it was told how long"""
LAST_LOOK = 3.0
"""seconds that the look may take which is taken when the time is up"""
SHORTEST_TRY = 1.0
"""seconds: a pause after which less than this would be left lasts until the time is up"""


class Clock(Protocol):
    """What the client asks of time: passed in, so that a test can live through an hour in a moment."""

    def now(self) -> float:
        """Seconds since 1970 by the wall clock."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; deadlines are given in these."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        ...


class SystemClock:
    """This machine's own clock."""

    def now(self) -> float:
        """Seconds since 1970 by the wall clock."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`."""
        time.sleep(seconds)


class WaitBudget:
    """How long a wait may last: until `deadline` (monotonic seconds, None: no end), and through what trouble.

    It gives up after `max_outage` seconds without one good answer; with None the repeats of each request
    decide. `say` is told of an outage once, when it begins, and of its end; `doing` is the word for the wait.
    `uniform(a, b)` is the source of the back-off's jitter.
    """

    def __init__(
        self,
        clock: Clock,
        max_outage: float | None = MAX_OUTAGE,
        deadline: float | None = None,
        say: Callable[[str], None] = lambda _message: None,
        doing: str = "waiting",
        uniform: Callable[[float, float], float] | None = None,
    ) -> None:
        self.clock = clock
        self.max_outage = max_outage
        self.deadline = deadline
        self.say = say
        self.doing = doing
        self.each = False
        """whether what passes between two good answers is no outage: nobody asked"""
        self.good_answers = 0
        self.trouble = ""
        """what stands in the way at the moment"""
        self._uniform = uniform
        self._last_good = clock.monotonic()
        self._told = Told(say)

    def for_another(self, say: Callable[[str], None] | None = None) -> WaitBudget:
        """The same budget for a second follower of the same wait: outages of its own, told together unless it has `say`."""
        other = WaitBudget(
            self.clock, self.max_outage, self.deadline, say or self.say, self.doing, self._uniform
        )
        if say is None:
            other._told = self._told
        return other

    # -- time

    def left(self) -> float:
        """Seconds until the deadline: 0 when it has passed, infinity without one."""
        return float("inf") if self.deadline is None else max(0.0, self.deadline - self.clock.monotonic())

    def try_seconds(self) -> float:
        """How long the next try may take. Raises WaitTimeout when the last look has taken too long, too."""
        seconds = self.left()
        if self.deadline is not None and seconds < SHORTEST_TRY:
            # also the last request of a look that began in time, which would fail for nothing
            seconds = self.deadline + LAST_LOOK - self.clock.monotonic()
            if seconds <= 0:
                raise self.over()
        if self.max_outage is None:
            return seconds
        return min(seconds, max(SHORTEST_TRY, self._outage_left(self.max_outage)))

    def _outage_left(self, max_outage: float) -> float:
        return max_outage - (self.clock.monotonic() - self._last_good)

    def over(self, so_far: str = "") -> WaitTimeout:
        """What to raise when the time is up; `so_far` says what was reached."""
        why = f" ({self.trouble})" if self.trouble else ""
        return WaitTimeout(f"the time is up{why}" + (f"; {so_far}" if so_far else ""))

    def rest(self, seconds: float, so_far: str = "") -> None:
        """Pause between two looks. Raises WaitTimeout when the deadline has passed: the look was the last."""
        if self.left() <= 0:
            raise self.over(so_far)
        self.pause(seconds)

    @contextmanager
    def quiet_end(self) -> Iterator[None]:
        """While entered, that the time is up is no error; trouble that nobody was told of is said then."""
        try:
            yield
        except WaitTimeout:
            if self.trouble and not self._told.outage:
                self.say(self.trouble)

    def pause(self, seconds: float) -> None:
        """Sleep, but not beyond the deadline."""
        left = self.left()
        seconds = left if left - seconds < SHORTEST_TRY else seconds
        if seconds > 0:
            self.clock.sleep(seconds)

    # -- answers

    def ask(self, attempt: Callable[[float], T | Failure]) -> T:
        """A good answer of `attempt` (told how many seconds it may take), however often it has to be tried.

        Raises its error when that is permanent or trouble lasts too long, WaitTimeout at the deadline.
        """
        from eclips_cli.api.http.error_answers import Failure

        tries = 0
        if self.each and not self.trouble:
            self._last_good = self.clock.monotonic()
        while True:
            begun = self.clock.monotonic()
            answer = attempt(self.try_seconds())
            if not isinstance(answer, Failure):
                self.good()
                return answer
            tries += 1
            self.survive(answer, tries, took=self.clock.monotonic() - begun)

    def good(self) -> None:
        """A good answer came: the time for an outage begins anew."""
        self._last_good = self.clock.monotonic()
        self.good_answers += 1
        self.trouble = ""
        self._told.good(id(self))

    def survive(self, failure: Failure, tries: int, *, took: float = 0.0, quietly: bool = False) -> None:
        """Pause after a try that failed, `tries` in a row by now, the last of which took so many seconds.

        `quietly`: there is another way to ask, which tells whether that is an outage.
        Raises its error when that is permanent or the outage has lasted too long, WaitTimeout at the deadline.
        """
        from eclips_cli.api.http import retry

        error, seconds = failure.error, failure.retry_after or 0.0
        if not failure.passes_in_a_wait:
            raise error
        if self.left() <= 0:
            self.trouble = error.message
            raise self.over()
        left = float("inf") if self.max_outage is None else self._outage_left(self.max_outage)
        if left <= 0 or seconds > left:
            raise error
        if tries > 1 and not seconds:
            seconds = retry.backoff(tries, self._jitter())
        # a connection that was kept, and is gone: opened anew at once, that is no trouble worth telling
        slight = tries <= 1 and not seconds and took < SHORTEST_TRY and isinstance(error, NetworkError)
        if not slight and not quietly:
            self._tell(error)
        self.pause(min(seconds, left))

    def endure(self, error: EclipsError) -> None:
        """Take note of a look that failed, all its repeats included. Raises `error` after too long an outage."""
        if self.max_outage is not None and self._outage_left(self.max_outage) < 0:
            raise error
        self._tell(error)

    def note(self, message: str) -> None:
        """Say something that is no outage, once."""
        self._told.once(message)

    def _tell(self, error: EclipsError) -> None:
        self.trouble = error.message
        self._told.trouble(id(self), f"{error.message}; {self.doing} goes on")

    def _jitter(self) -> Callable[[float, float], float]:
        from random import uniform

        return self._uniform or uniform


def deadline_after(clock: Clock, seconds: float | None, *, attended: bool) -> float | None:
    """The point of the monotonic clock when a wait ends that was given `seconds`, or none.

    Where nobody sits at a terminal who could stop it, one that was given none ends after a day.
    """
    if seconds is None:
        seconds = None if attended else UNATTENDED
    return None if seconds is None else clock.monotonic() + seconds
