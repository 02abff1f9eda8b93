"""One invocation with the API: key, client, guards, ids and memory, each made on first use."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from eclips_cli.durations import parse_duration
from eclips_cli.session.invocation import Invocation

if TYPE_CHECKING:
    from pathlib import Path

    from eclips_cli.api import EclipsClient, OutgoingRequest
    from eclips_cli.api.waiting import WaitBudget
    from eclips_cli.errors import EclipsError
    from eclips_cli.records.journal import Target
    from eclips_cli.records.recent import Recent, Thing
    from eclips_cli.sandbox import RunningSandbox
    from eclips_cli.session.client import Connector
    from eclips_cli.session.guards import Guards
    from eclips_cli.session.ids import IdResolver

DEFAULT_MAX_OUTAGE = "5m"


class Session(Invocation):
    """Everything one command needs, wired from its options and the environment."""

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
        if self.settings.sandbox:
            return self._opened(self.sandbox.keys.full)
        client = self._closed_at_end(self._connector.client_of_this(self.settings.base_url))
        if self.options.max_outage is None:
            return client
        budget = self.wait_budget(doing="the command")
        budget.each = True
        return client.within(budget)

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
        return self._closed_at_end(self._connector.client(base_url, key))

    def _closed_at_end(self, client: EclipsClient) -> EclipsClient:
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
    def max_outage(self) -> float:
        """`--max-outage` in seconds. Raises UsageError."""
        return parse_duration(self.options.max_outage or DEFAULT_MAX_OUTAGE)

    def intercept(self, request: OutgoingRequest) -> None:
        """Stop a request that goes elsewhere than to the API: for `--curl` and `--dry-run` (NotSent), or by a guard."""
        self._connector.intercept(request)
        if request.is_change:
            self.guards.check_change(decides=False, sandbox=lambda: self.settings.sandbox)
        self.output.changes = True

    def report(self, error: EclipsError) -> None:
        """Print an error; where an agent is not known, with those that are."""
        if error.hint is None and error.details.get("field") == "agent_type":
            from eclips_cli.session.completion_values import agent_hint

            error.hint = agent_hint(error.message, self.recent)
        super().report(error)
