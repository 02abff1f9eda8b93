"""`--since` and `--until`: from when on, and until when, as people write it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Annotated

import typer

from eclips_cli.durations import parse_instant, parse_iso
from eclips_cli.errors import UsageError

WHEN = "2h, 3d, today, yesterday, a date or an ISO time"
Since = Annotated[
    str | None, typer.Option(metavar="WHEN", help=f"Only from then on: {WHEN}, local where it names no zone.")
]
Until = Annotated[str | None, typer.Option(metavar="WHEN", help="Only before then, written as for --since.")]


class Period:
    """What lies between two times, each of which may be left open (None): from the first on, and before the second.

    `now` tells the time (POSIX seconds) that relative ones count from; it is asked when a time is first compared, since
    a server's clock is known only by then. `here` is this machine's clock, by which they are checked before that.
    Raises UsageError for what is no time, and for a beginning after its end.
    """

    def __init__(
        self, since: str | None, until: str | None, here: float, now: Callable[[], float] | None = None
    ) -> None:
        self._since, self._until = since, until
        self._now = now or (lambda: here)
        begin, end = self._read(here)
        if begin is not None and end is not None and begin > end:
            raise UsageError(f"--since {since} is after --until {until}: nothing lies between them")

    def _read(self, now: float) -> tuple[float | None, float | None]:
        words = (self._since, self._until)
        begin, end = (None if word is None else parse_instant(word, now) for word in words)
        return begin, end

    @cached_property
    def bounds(self) -> tuple[float | None, float | None]:
        """Its beginning and its end in POSIX seconds."""
        return self._read(self._now())

    def is_older(self, time: object) -> bool:
        """Whether an ISO time of the API lies before the beginning; what is no time does not."""
        moment, (begin, _end) = parse_iso(time), self.bounds
        return moment is not None and begin is not None and moment < begin

    def is_newer(self, time: object) -> bool:
        """Whether it lies at the end or after it; what is no time does not."""
        moment, (_begin, end) = parse_iso(time), self.bounds
        return moment is not None and end is not None and moment >= end
