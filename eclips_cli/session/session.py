"""One invocation's wiring: options, settings, key, client and output, each made on first use."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from eclips_cli import masking
from eclips_cli.durations import parse_duration
from eclips_cli.errors import EclipsError
from eclips_cli.options import Options, format_asked

if TYPE_CHECKING:
    from pathlib import Path

    from eclips_cli.api import EclipsClient, OutgoingRequest
    from eclips_cli.api.waiting import Clock, WaitBudget
    from eclips_cli.credentials.settings import Settings
    from eclips_cli.output.output import Output
    from eclips_cli.records.journal import Target
    from eclips_cli.records.recent import Recent, Thing
    from eclips_cli.sandbox import RunningSandbox
    from eclips_cli.session.client import Connector
    from eclips_cli.session.guards import Guards
    from eclips_cli.session.ids import IdResolver

DEFAULT_MAX_OUTAGE = "5m"
KEYLESS = ("ECLIPS_API_KEY_FILE", "ECLIPS_PROFILE", "ECLIPS_BASE_URL")
"""variables that a key is put into by mistake"""
MENDERS = (" config path", " config set", " config unset", " doctor")


class Session:
    """Everything one command needs, wired from its options and the environment.

    The boundary makes it before the command line is read, so that every error has somewhere to go.
    """

    def __init__(self, args: list[str], environ: Mapping[str, str] | None = None) -> None:
        self.args = list(args)  # the parser takes what it has read out of its own
        self.environ = os.environ if environ is None else environ
        self.options = Options(output=format_asked(args, self.environ))  # until the command line is parsed
        self.command = "eclips"
        self.started: str | None = None
        """the command that picks up what this one started, for whoever is stopped before following it"""
        self._to_close: list[Callable[[], None]] = []
        masking.forget()
        masking.know(self.environ.get("ECLIPS_API_KEY"))
        for misplaced in (*args[:1], *map(self.environ.get, KEYLESS)):
            masking.know_misplaced(misplaced)

    def configure(self, values: Mapping[str, object], command: str) -> Session:
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
        output.global_options = options.global_options
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
        return Output(environ=self.environ, now=lambda: self.clock.now(), **chosen)

    @cached_property
    def clock(self) -> Clock:
        """The time."""
        from eclips_cli.api.waiting import SystemClock

        return SystemClock()

    @cached_property
    def recent(self) -> Recent:
        """What this machine saw lately."""
        from eclips_cli.records.recent import Recent, memory_of
        from eclips_cli.system.terminal_session import terminal_session

        memory = memory_of(self.settings.profile, sandbox=self.settings.sandbox)
        return Recent(self.environ, memory, keep=not self.only_shows, terminal=cache(terminal_session))

    @cached_property
    def target(self) -> Target:
        """The profile and API that the journal has what this invocation sends under."""
        from eclips_cli.records.journal import Target

        settings = self.settings
        return Target.of(settings.profile, settings.base_url, sandbox=settings.sandbox)

    @cached_property
    def client(self) -> EclipsClient:
        """The API, with this invocation's key. Raises KeyMissing when there is none."""
        return self._opened(self.sandbox.keys.full if self.settings.sandbox else self._connector.key)

    @cached_property
    def guards(self) -> Guards:
        """What this machine refuses to send."""
        from eclips_cli.session.guards import Guards

        return Guards(self.settings, self.environ, self.args)

    def check_may_change(self, *, decides: bool) -> None:
        """Raise GuardRefused before a command begins that would be stopped at its first request."""
        if not self.only_shows:
            self.guards.check_change(decides=decides, sandbox=self._connector.speaks_to_sandbox)

    @cached_property
    def open_client(self) -> EclipsClient:
        """The API without a key, for what needs none."""
        return self._opened(None)

    def client_with(self, key: str) -> EclipsClient:
        """The API with a key that is not stored yet."""
        return self._opened(key)

    @cached_property
    def _connector(self) -> Connector:
        from eclips_cli.session.client import Connector

        return Connector(
            self.options, self.settings, self.output, self.clock, self.environ, self.command, self.recent,
            self.guards,
        )  # fmt: skip

    def _opened(self, key: str | None) -> EclipsClient:
        base_url = self.sandbox.url if self.settings.sandbox else self.settings.base_url
        client = self._connector.client(base_url, key)
        self._to_close.append(client.close)
        return client

    @cached_property
    def sandbox(self) -> RunningSandbox:
        """The sandbox of this machine, served inside this process until the command ends."""
        running = self.start_sandbox()
        self._to_close.append(running.close)
        return running

    def start_sandbox(self, **how: Any) -> RunningSandbox:
        """Serve the sandbox on loopback. Raises UsageError for a bad fault, or without the `server` extra."""
        from eclips_cli.session.sandboxing import served

        return served(self.sandbox_file, **how)

    @cached_property
    def sandbox_file(self) -> Path:
        """Where the sandbox keeps its state."""
        from eclips_cli.session.sandboxing import state_file

        return state_file(self.environ)

    def ids(
        self,
        kind: str,
        is_ours: Callable[[str], bool] | None = None,
        budget: WaitBudget | None = None,
        *,
        changes: bool = False,
    ) -> IdResolver:
        """What was written in place of ids of `kind`, resolved; a wait's `budget` bounds that, too.

        `is_ours` says of a short text that it is no prefix; see `ids.resolver`.
        """
        from eclips_cli.session.ids import resolver

        def client() -> EclipsClient:
            return self.client if budget is None else self.client.within(budget)

        asked = None if self.only_shows else client
        return resolver(kind, self.recent, asked, stdin=sys.stdin, is_ours=is_ours, changes=changes)

    def remember(self, thing: Thing | None) -> None:
        """What one verb showed or started alone is `@last` from now on; a warning where that can't be kept."""
        trouble = self.recent.remember(thing) if thing is not None else None
        if trouble is not None:
            self.output.warn(trouble)

    def wait_budget(
        self, timeout: str | None = None, *, ends: bool = False, doing: str = "waiting"
    ) -> WaitBudget:
        """How long to wait, by `--timeout` and `--max-outage`; asked for before anything is sent.

        A wait that `ends` does so after a day where nobody sits at a terminal, unless `--timeout` says otherwise.
        """
        from eclips_cli.api.waiting import WaitBudget, deadline_after

        seconds = None if timeout is None else parse_duration(timeout)
        deadline = deadline_after(self.clock, seconds, attended=not ends or self.output.attended)
        return WaitBudget(self.clock, self.max_outage, deadline, self.output.note, doing)

    @property
    def only_shows(self) -> bool:
        """Whether nothing may be sent or remembered: `--dry-run` and `--curl`."""
        return bool(self.options.dry_run or self.options.curl)

    @property
    def max_outage(self) -> float:
        """`--max-outage` in seconds. Raises UsageError."""
        return parse_duration(self.options.max_outage or DEFAULT_MAX_OUTAGE)

    def intercept(self, request: OutgoingRequest) -> None:
        """Stop a request that goes elsewhere than to the API: for `--curl` and `--dry-run` (NotSent), or by a guard."""
        self._connector.intercept(request)
        if request.is_change:
            self.guards.check_change(decides=False, sandbox=lambda: self.settings.sandbox)
        self.output.changes = True

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
        if error.hint is None and error.details.get("field") == "agent_type":
            from eclips_cli.session.completion_values import agent_hint

            error.hint = agent_hint(error.message, self.recent)
        output.error(error)
