"""From options and settings to a client: the key found, requests shown or stopped, changes named."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from threading import Lock
from typing import TYPE_CHECKING

from eclips_cli.api.http.hooks import NotSent
from eclips_cli.errors import KeyMissing
from eclips_cli.session import request_preview

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient, OutgoingRequest
    from eclips_cli.api.http.key_in_use import KeySource
    from eclips_cli.api.waiting import Clock
    from eclips_cli.credentials.settings import Settings
    from eclips_cli.credentials.sources import FoundKey
    from eclips_cli.json_values import JsonObject
    from eclips_cli.options import Options
    from eclips_cli.output.output import Output
    from eclips_cli.records.recent import Recent
    from eclips_cli.session.audit_hook import Auditor
    from eclips_cli.session.guards import Guards


class Connector:
    """Makes the clients of one invocation."""

    def __init__(
        self,
        options: Options,
        settings: Settings,
        output: Output,
        clock: Clock,
        environ: Mapping[str, str],
        command: str,
        recent: Recent,
        guards: Guards,
    ) -> None:
        self._options, self._settings, self._output = options, settings, output
        self._clock, self._environ, self._command = clock, environ, command
        self._recent, self._guards = recent, guards
        self._named = False
        self._learnt: set[str] = set()

    @property
    def key(self) -> str | None:
        """The key of this invocation; None where nothing needs one. Raises KeyMissing and ConfigError."""
        return None if self._found is None else self._found.key

    @cached_property
    def _found(self) -> FoundKey | None:
        from eclips_cli.credentials.sources import find_key

        if self._options.curl:
            return None
        try:
            found = find_key(self._settings, self._environ, api_key_file=self._options.api_key_file)
        except KeyMissing:
            if self._options.dry_run:
                return None
            raise
        if self._settings.profile_named and found.source.startswith("ECLIPS_"):
            profile = self._settings.profile
            self._output.warn(f"the key of {found.source} is used, not the one of profile {profile}")
        return found

    def speaks_to_sandbox(self) -> bool:
        """Whether this invocation's requests go to a sandbox."""
        from eclips_cli.credentials.keys import is_sandbox_key

        try:
            return self._settings.sandbox or is_sandbox_key(self.key or "")
        except KeyMissing:
            return False

    def client_of_this(self, base_url: str) -> EclipsClient:
        """A client with the key of this invocation, which is looked for once more where it is rejected."""
        return self.client(base_url, self.key, self._key_source(base_url))

    def _key_source(self, base_url: str) -> KeySource | None:
        from eclips_cli.api.http.key_in_use import KeySource
        from eclips_cli.credentials import sources

        found = self._found
        if found is None:
            return None

        def read() -> str:
            key = sources.read_again(
                found, self._settings, self._environ, api_key_file=self._options.api_key_file
            )
            sources.check_destination(key, base_url, sandbox=self._settings.sandbox)
            return key

        def told(old: str, new: str) -> None:
            self._output.note(
                f"the API key {old} was rejected; {found.named} holds {new} by now, which is used"
            )

        way_on = sources.to_renew(found, self._settings)
        return KeySource(found.named, way_on, read if found.may_change else None, told)

    def client(self, base_url: str, key: str | None, source: KeySource | None = None) -> EclipsClient:
        """A client that tells this invocation's output what it does, and records each change before it is sent.

        What a guard refuses is not sent. Raises ConfigError for a key that must not go there.
        """
        from eclips_cli.api import EclipsClient, Hooks
        from eclips_cli.credentials.keys import is_sandbox_key

        if key is not None:
            from eclips_cli.credentials.sources import check_destination

            check_destination(key, base_url, sandbox=self._settings.sandbox)
        told = request_preview.Tracing(self._output, verbose=bool(self._options.verbose))
        made = cache(lambda: self._auditor(base_url, key or ""))
        making = Lock()

        def auditor() -> Auditor:
            # several jobs of a batch go out at a time, and `cache` alone would make one for each
            with making:
                return made()

        sandbox = self._settings.sandbox or is_sandbox_key(key or "")

        def intercept(request: OutgoingRequest) -> None:
            self.intercept(request)
            self._guards.check(request, sandbox=sandbox)

        def before_change(request: OutgoingRequest) -> None:
            self._name_profile()
            auditor().before(request)
            self._output.changes = True

        hooks = Hooks(
            on_wait=told.waits,
            on_request=told.sends,
            on_response=told.answered,
            intercept=intercept,
            before_change=before_change,
            before_renewed=lambda request, key: auditor().renewed(request, key),
            after_change=lambda request, outcome: auditor().after(request, outcome),
            on_list=self._listed,
        )
        return EclipsClient(
            key,
            base_url=base_url,
            request_timeout=self._settings.request_timeout,
            max_retries=self._settings.max_retries,
            hooks=hooks,
            clock=self._clock,
            key_source=source,
        )

    def _auditor(self, base_url: str, key: str) -> Auditor:
        """What records the changes made with `key`; loaded by the first of them."""
        from eclips_cli.session.audit_hook import Auditor, Who, record_of
        from eclips_cli.system import ai_agents, processes

        agent = ai_agents.running(self._environ)
        who = Who(
            self._settings.profile, base_url, key, self._command, processes.user_name(), processes.host_name(),
            self._output.on_terminal, agent and agent.name,
        )  # fmt: skip
        record = record_of(self._settings, self._environ, key)
        return Auditor(record, who, self._clock.now, self._output.warn)

    def intercept(self, request: OutgoingRequest) -> None:
        """Stop what `--curl` and `--dry-run` only show."""
        if self._options.curl:
            raise NotSent(request_preview.as_curl(request))
        if self._options.dry_run and request.is_change:
            raise NotSent(request_preview.as_dry_run(request))

    def _listed(self, path: str, items: list[JsonObject]) -> None:
        """Keep what a list showed: ids for prefixes and completion, and which runs the rows of a batch are."""
        if not path.startswith("/v1/batches/"):
            self._recent.remember_listed(path, items)
        elif not self._options.dry_run:
            from urllib.parse import unquote

            self._learn_runs(unquote(path.rpartition("/")[2]), items)

    def _learn_runs(self, batch_id: str, rows: list[JsonObject]) -> None:
        """Keep which runs the rows of a batch of ours are, once a process; a memory that fails is no matter."""
        from contextlib import suppress

        from eclips_cli.errors import EclipsError
        from eclips_cli.records.journal import Journal, learn_runs
        from eclips_cli.records.journal.schema import is_there
        from eclips_cli.system.paths import state_dir

        if batch_id in self._learnt:
            return
        if all(row.get("run_id") for row in rows):  # else more is known at the next look
            self._learnt.add(batch_id)
        with suppress(EclipsError):
            folder = state_dir(self._environ)
            if is_there(folder):
                with Journal(folder) as journal:
                    learn_runs(journal, batch_id, rows)

    def _name_profile(self) -> None:
        """Where there are several profiles, say which one is about to change something."""
        if len(self._settings.profiles) > 1 and not self._settings.sandbox and not self._named:
            self._named = True
            self._output.note(f"profile {self._settings.profile}")
