"""One invocation, before any of the API: its words and options, the settings, and where results and errors go."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from eclips_cli import masking
from eclips_cli.errors import EclipsError
from eclips_cli.options import Options, format_asked, place_asked

if TYPE_CHECKING:
    from eclips_cli.api.waiting import Clock
    from eclips_cli.credentials.settings import Settings
    from eclips_cli.output.output import Output

KEYLESS = ("ECLIPS_API_KEY_FILE", "ECLIPS_PROFILE", "ECLIPS_BASE_URL")
"""variables that a key is put into by mistake"""
MENDERS = (" config path", " config set", " config unset", " doctor")


class Invocation:
    """What a command was called with, and what it shows with; each part is made on first use.

    The boundary makes it before the command line is read, so that every error has somewhere to go.
    """

    def __init__(self, args: list[str], environ: Mapping[str, str] | None = None) -> None:
        self.args = list(args)  # the parser takes what it has read out of its own
        self.environ = os.environ if environ is None else environ
        # until the command line is parsed
        self.options = Options(output=format_asked(args, self.environ), **place_asked(args))  # type: ignore[arg-type]
        self.command = "eclips"
        self.started: str | None = None
        """the command that picks up what this one started, for whoever is stopped before following it"""
        self._to_close: list[Callable[[], None]] = []
        masking.forget()
        masking.know(self.environ.get("ECLIPS_API_KEY"))
        for misplaced in (*args[:1], *map(self.environ.get, KEYLESS)):
            masking.know_misplaced(misplaced)

    def configure(self, values: Mapping[str, object], command: str) -> Self:
        """Take the options of the command that is about to run."""
        self.options = Options(**values)  # type: ignore[arg-type]
        self.command = command
        return self

    @property
    def code_so_far(self) -> int:
        """The exit code that holds if the reader of stdout goes away."""
        if "output" not in self.__dict__:
            return 0
        return self.output.code_so_far or int(self.output.filter_failed)

    def check_written(self) -> None:
        """Raises NotWritten where a change is done, and its result found no place; not where nobody wants it."""
        unwritten = self.output.unwritten if "output" in self.__dict__ else None
        if isinstance(unwritten, EclipsError):
            raise unwritten

    def at_end(self, close: Callable[[], None]) -> None:
        """Let `close` be called when the command has ended."""
        self._to_close.append(close)

    def close(self) -> None:
        """Close what was opened, last first."""
        while self._to_close:
            self._to_close.pop()()

    @cached_property
    def settings(self) -> Settings:
        """The settings of this invocation. Raises ConfigError or UsageError."""
        from eclips_cli.credentials import settings

        may_be_new = self.command.endswith("auth login")
        return settings.load(self.options._asdict(), self.environ, may_be_new=may_be_new)

    @cached_property
    def output(self) -> Output:
        """Where results, notes and errors go."""
        options = self.options
        output = self._open_output(
            format=options.output or self._configured_format(),
            fields=options.fields,
            jq=options.jq,
            raw=bool(options.raw),
            quiet=bool(options.quiet),
            color=options.color,
        )
        self._to_close.append(output.close)
        return output

    def _configured_format(self) -> str | None:
        """The format that is set; whoever mends or examines the settings works although they are wrong."""
        try:
            return self.settings.output
        except EclipsError:
            if self.command.endswith(MENDERS):
                return None
            raise

    def _open_output(self, **chosen: Any) -> Output:
        from eclips_cli.output.choices import speak_utf8
        from eclips_cli.output.output import Output

        speak_utf8(sys.stdout, sys.stderr)
        chosen |= {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
        output = Output(environ=self.environ, now=lambda: self.clock.now(), **chosen)
        output.place = self.options.place
        return output

    @cached_property
    def clock(self) -> Clock:
        """The time."""
        from eclips_cli.api.waiting import SystemClock

        return SystemClock()

    @property
    def only_shows(self) -> bool:
        """Whether nothing may be sent or remembered: `--dry-run` and `--curl`."""
        return bool(self.options.dry_run or self.options.curl)

    def confirm(self, question: str, *, yes: bool, flag: str = "--yes") -> None:
        """Ask a person; see `Output.confirm`."""
        self.output.confirm(question, yes=yes, no_input=self.settings.no_input, flag=flag)

    def only_says(self, what: str) -> bool:
        """With `--dry-run`: say what would be changed on this machine; whether it must stay undone."""
        if self.options.dry_run:
            self.output.note(f"{what}; nothing was done (--dry-run)")
        self.output.changes = not self.options.dry_run
        return bool(self.options.dry_run)

    @property
    def verbose(self) -> bool:
        """Whether tracebacks of the program's own faults are shown."""
        return bool(self.options.verbose) or "--verbose" in self.args or "-v" in self.args

    def report(self, error: EclipsError) -> None:
        """Print an error, also one that came before the output could be made."""
        try:
            output = self.output
        except EclipsError:
            output = self._open_output(format=format_asked(self.args, self.environ))
        output.error(error)
