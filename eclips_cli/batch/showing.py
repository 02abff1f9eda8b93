"""A submission's progress for a person: one bar on a terminal, a line a minute elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eclips_cli.batch.progress import Progress
from eclips_cli.errors import Interrupted, WaitTimeout
from eclips_cli.output import theme
from eclips_cli.output.cells import duration

if TYPE_CHECKING:
    from eclips_cli.api.clock import Clock
    from eclips_cli.output.output import Output

EVERY = 60.0
"""Seconds between two lines where there is no terminal."""

BAR = 20
"""Cells of the bar."""


class Watcher:
    """Shows progress on stderr while it is made."""

    def __init__(self, output: Output, clock: Clock) -> None:
        self._output = output
        self._clock = clock

    def to_end(self, progress: Iterator[Progress]) -> Progress:
        """Show it until it ended; the last one."""
        terminal = self._output.stderr_is_terminal
        with self._output.live() as live:
            last_line = self._clock.monotonic()
            for seen in progress:
                if terminal:
                    live.status("running", f"{''.join(theme.bar(_share(seen), BAR))} {words(seen)}")
                elif not seen.ended and self._clock.monotonic() - last_line >= EVERY:
                    self._output.note(words(seen))
                    last_line = self._clock.monotonic()
        return seen


class WayOn:
    """While entered: whoever stops it with Ctrl-C, or by a time-out, is told how to go on."""

    def __init__(self, what: str, command: str) -> None:
        self._what = what
        self._command = command

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(self._what, hint=self._command) from None
        if isinstance(error, WaitTimeout):
            error.hint = self._command


def words(progress: Progress) -> str:
    """Progress in a line: rows done, failed, in triage, the rate and the time left."""
    parts = [f"{progress.done:,} of {progress.total:,} rows done"]
    counts = (("failed", progress.failed), ("in triage", progress.triage), ("cancelled", progress.cancelled))
    parts += [f"{count:,} {what}" for what, count in counts if count]
    if progress.rate is not None and progress.eta is not None and not progress.ended:
        parts += [_rate(progress.rate), f"{duration(progress.eta)} left"]
    return " · ".join(parts)


def _rate(a_second: float) -> str:
    return f"{a_second:,.1f}/s" if a_second >= 1 else f"{a_second * 60:,.1f}/min"


def _share(progress: Progress) -> float:
    return 1 - progress.left / progress.total if progress.total else 0.0
