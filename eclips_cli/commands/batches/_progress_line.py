"""A submission's progress for a person: one bar on a terminal, a line a minute elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from eclips_cli.commands.batches._progress import Progress
from eclips_cli.counting import how_many
from eclips_cli.output import theme
from eclips_cli.output.cells import duration

if TYPE_CHECKING:
    from eclips_cli.api.waiting import Clock
    from eclips_cli.output.output import Output

EVERY = 60.0
"""Seconds between two lines where there is no terminal."""

BARS = (20, 10)
"""Cells of the bar: the wide one, and the one for a narrow terminal."""


class Watcher:
    """Shows progress on stderr while it is made."""

    def __init__(self, output: Output, clock: Clock) -> None:
        self._output = output
        self._clock = clock

    def to_end(self, progress: Iterator[Progress]) -> Progress:
        """Show it until it ended; the last one."""
        with self._output.live() as live:
            last_line = self._clock.monotonic()
            for seen in progress:
                if live.moving:
                    live.status("running", partial(line, seen))
                elif not seen.ended and self._clock.monotonic() - last_line >= EVERY:
                    self._output.note(words(seen))
                    last_line = self._clock.monotonic()
        return seen


def words(progress: Progress) -> str:
    """Progress in a line: rows done, failed, in triage, the rate and the time left."""
    done = f"{progress.done:,} of {how_many(progress.total, 'row')} done"
    return " · ".join([done, *_counts(progress), *_pace(progress)])


def line(progress: Progress, room: int) -> str:
    """A bar and the words beside it, in at most `room` cells: what matters least gives way first."""
    share = 1 - progress.left / progress.total if progress.total else 0.0
    wide, narrow = ("".join(theme.bar(share, cells)) + " " for cells in BARS)
    done, counts, pace = f"{progress.done:,}/{progress.total:,}", _counts(progress), _pace(progress)
    brief = " · ".join([done, *counts, *pace])
    tried = (
        wide + words(progress),
        narrow + words(progress),
        narrow + brief,
        narrow + " · ".join([done, *counts, *pace[1:]]),
        " · ".join([done, *counts, *pace[1:]]),
        " · ".join([done, *counts]),
    )
    return next((text for text in tried if len(text) <= room), tried[-1][:room])


def _counts(progress: Progress) -> list[str]:
    counts = (("failed", progress.failed), ("in triage", progress.triage), ("cancelled", progress.cancelled))
    return [f"{count:,} {what}" for what, count in counts if count]


def _pace(progress: Progress) -> list[str]:
    """The rate and the time left, where they are known and there is some."""
    if progress.rate is None or progress.eta is None or progress.ended:
        return []
    return [_rate(progress.rate), f"{duration(progress.eta)} left"]


def _rate(a_second: float) -> str:
    return f"{a_second:,.1f}/s" if a_second >= 1 else f"{a_second * 60:,.1f}/min"
