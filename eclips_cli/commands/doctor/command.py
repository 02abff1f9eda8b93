"""`eclips doctor`: all checks of one invocation, in a fixed order, side by side, with one verdict."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import typer

from eclips_cli.api import EclipsClient, HealthReport
from eclips_cli.commands.doctor import _machine
from eclips_cli.commands.doctor._checks import (
    CHECKS,
    FAILED,
    NOTE,
    WARNING,
    Check,
    Finding,
    Redactor,
    as_lines,
    run,
)
from eclips_cli.commands.doctor._keys import Keys
from eclips_cli.commands.doctor._network import Way
from eclips_cli.credentials.settings import Settings
from eclips_cli.credentials.sources import FoundKey
from eclips_cli.errors import EclipsError
from eclips_cli.json_values import JsonObject
from eclips_cli.records.audit.record import AuditRecord
from eclips_cli.session.audit_hook import record_of
from eclips_cli.session.session import Session

STEP = 5.0
"""seconds that one step on the network may take at most; --request-timeout may say less"""
WHOLE = 15.0
"""seconds that all checks together may take"""
NEED_SETTINGS = ("keyring", "key", "proxy", "dns", "tls", "api", "latency", "clock", "scopes")


def doctor(ctx: typer.Context) -> int:
    """What is wrong with this installation: a line for each check, with its remedy.

    Looks at the program, the configuration, the guards, the state directory, the audit record, the keyring, the key,
    the way to the API, the terminal and completion. It changes nothing, and takes 15 seconds at most. What it prints can
    be pasted into a support ticket: the key is masked, and the home directory is ~. Exit code 1 if a check failed, else 0.

    Examples:
      eclips doctor
      eclips doctor -o json
      eclips doctor -o json --jq '.[] | select(.status == "failed")'
    """
    session: Session = ctx.obj
    examination = Examination(session, ctx.find_root().command)
    session.output.stream(examination, CHECKS, line=as_lines)
    session.output.note(examination.verdict)
    return examination.code


class Examination:
    """The findings, one after another; afterwards `code` is 1 if something is wrong, else 0."""

    def __init__(self, session: Session, root: Any) -> None:
        self.code = 0
        self._states: list[str] = []
        self._session, self._root = session, root

    def __iter__(self) -> Iterator[JsonObject]:
        """Each finding as `{check, status, detail, remedy}`."""
        redact = Redactor(self._session.environ)
        checks = self._checks(redact)
        for finding in run(checks, redact, seconds=WHOLE, monotonic=self._session.clock.monotonic):
            self._states.append(finding["status"])
            if finding["status"] == FAILED:
                self.code = 1
            # a remedy asks where this command did, as a hint does
            remedy = finding["remedy"]
            yield finding if remedy is None else {**finding, "remedy": self._session.output.placed(remedy)}

    @property
    def verdict(self) -> str:
        """What the findings come to, in a line; known when all were read."""
        failed, warnings = self._states.count(FAILED), self._states.count(WARNING)
        if not failed and not warnings:
            return "all is well"
        return f"{failed} failed, {warnings} to look at; → says what to do"

    def _checks(self, redact: Redactor) -> dict[str, Check]:
        session = self._session
        environ, output = session.environ, session.output
        width, color = output.width, output.color
        settings: Settings | None = None
        guards, submissions = _unlooked("guards", None), _unlooked("submissions", None)
        try:
            settings = session.settings
            guards = partial(_machine.guards, session.guards.told)
            submissions = partial(_machine.submissions, environ, session.target)
            away = self._away(settings, redact)
        except EclipsError as error:
            trouble = error if settings is not None else None
            away = {name: _unlooked(name, trouble) for name in NEED_SETTINGS}
        return {
            "version": _machine.version,
            "python": _machine.python,
            "config": lambda: _machine.config(environ, lambda: session.settings),
            "guards": guards,
            "state": lambda: _machine.state(environ),
            "audit": lambda: _machine.audit(self._record(settings)),
            "submissions": submissions,
            **away,
            "terminal": lambda: _machine.terminal(environ, width, color),
            "completion": lambda: _machine.completion(environ, self._root),
        }

    def _record(self, settings: Settings | None) -> AuditRecord:
        """The audit record that this command's changes would go to."""
        environ = self._session.environ
        return AuditRecord(environ, sandbox=False) if settings is None else record_of(settings, environ)

    def _away(self, settings: Settings, redact: Redactor) -> dict[str, Check]:
        """The checks of the key and of the way to the API."""
        session = self._session
        given: FoundKey | None = None
        base_url = settings.base_url
        if settings.sandbox:
            base_url = session.sandbox.url
            given = FoundKey(session.sandbox.keys.full, "the sandbox")
        if session.options.curl:
            session.open_client.health.check()  # shows it, and goes no further
        keys = Keys(settings, session.environ, session.options.api_key_file, redact, given)
        step = min(STEP, settings.request_timeout)
        way = Way(base_url, lambda: self._ask(base_url, step), step)
        now = session.clock.now()
        return {
            "keyring": keys.keyring,
            "key": keys.key,
            "proxy": way.proxy,
            "dns": way.dns,
            "tls": lambda: way.tls(now),
            "api": way.api,
            "latency": way.latency,
            "clock": way.clock,
            "scopes": lambda: keys.scopes(base_url, step),
        }

    def _ask(self, base_url: str, seconds: float) -> HealthReport:
        with EclipsClient(
            base_url=base_url, request_timeout=seconds, max_retries=0, clock=self._session.clock
        ) as client:
            return client.health.check()


def _unlooked(name: str, error: EclipsError | None) -> Callable[[], Finding]:
    """What stands for a check that can't be made; `api` speaks for all of them when it is not the settings' fault."""
    if error is None:
        return lambda: Finding(
            name, NOTE, "not looked at: the settings can't be used", "see the check `config`"
        )
    if name == "api":
        return lambda: Finding(name, FAILED, error.message, error.hint or "see the check `state`")
    return lambda: Finding(name, NOTE, "not looked at", "see the check `api`")
