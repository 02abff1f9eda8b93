"""How to go on after a stop: whoever ends a command that can be picked up again is told with what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eclips_cli.command_line import command
from eclips_cli.errors import (
    Interrupted,
    KeyRejected,
    NetworkError,
    NotFound,
    RateLimited,
    ServerError,
    Terminated,
    WaitTimeout,
)

if TYPE_CHECKING:
    from eclips_cli.output.output import Output


MOST_NAMED = 10
"""ids that a command to paste names: more of them are no line that anybody reads"""


def for_all(words: str, ids: Sequence[str]) -> str:
    """The way on with things that were followed together: a command that names each, or the same one again."""
    if len(ids) > MOST_NAMED:
        return f"the same command again follows all {len(ids):,}"
    return command(words, *ids)


def then(mends: str | None, command: str) -> str:
    """The hint of a trouble: what mends it, then the command that goes on, where no other one is named yet."""
    between = "; then: "
    if not mends:
        return command
    return mends if between in mends else f"{mends}{between}{command}"


class ResumeHint:
    """While entered: whoever stops it with Ctrl-C or a signal, or whom trouble stops, is told how to go on.

    `stopped` says what was stopped, `goes_on` what does not depend on it, `command` picks it up again;
    `gone` is the way on where the API does not have what it is about.
    """

    def __init__(
        self, output: Output, command: str, *, stopped: str, goes_on: str, gone: str | None = None
    ) -> None:
        self._output = output
        self._command = command
        self._stopped = f"{stopped}; {goes_on}"
        self._goes_on = goes_on
        self._gone = gone

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(self._stopped, hint=self._command) from None
        if isinstance(error, Terminated):
            self._output.hint(f"{self._stopped}: {self._command}")
        if isinstance(error, WaitTimeout):
            raise WaitTimeout(f"{error.message}; {self._goes_on}", hint=self._command) from None
        if isinstance(error, NetworkError | ServerError | RateLimited):
            error.hint = error.hint or self._command
        if isinstance(error, KeyRejected):
            error.message = f"{error.message}; {self._goes_on}"
            error.hint = then(error.hint, self._command)
        if isinstance(error, NotFound) and self._gone:
            error.hint = self._gone
