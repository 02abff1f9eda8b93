"""Each change of a client into the audit record: what is asked before it is sent, how it ended after."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from eclips_cli.credentials.keys import AROUND, is_sandbox_key
from eclips_cli.durations import iso_text
from eclips_cli.errors import LocalFailure
from eclips_cli.masking import mask_key
from eclips_cli.records.audit import fields
from eclips_cli.records.audit.record import AuditRecord

if TYPE_CHECKING:
    from eclips_cli.api import ChangeOutcome, OutgoingRequest
    from eclips_cli.credentials.settings import Settings
    from eclips_cli.json_values import JsonObject

WAY_ON = "every change is recorded before it is sent: make the file writable, or set ECLIPS_STATE_DIR"


def record_of(settings: Settings, environ: Mapping[str, str], key: str | None = None) -> AuditRecord:
    """The record that changes with `key` go to; without one, the record of what this environment speaks to."""
    used = environ.get("ECLIPS_API_KEY", "").strip(AROUND) if key is None else key
    return AuditRecord(environ, sandbox=settings.sandbox or is_sandbox_key(used))


class Who(NamedTuple):
    """Whose change it is: the profile, where the key goes, the key, the command that asked, and who ran it.

    `terminal` is whether a person may have sat at one, `ai_agent` the agent that says that it ran the command.
    """

    profile: str
    base_url: str
    key: str
    command: str
    user: str
    host: str
    terminal: bool
    ai_agent: str | None = None


class Auditor:
    """Records the changes of one client. `warn` is told what is wrong with the record once nothing can be stopped."""

    def __init__(
        self, record: AuditRecord, who: Who, now: Callable[[], float], warn: Callable[[str], None]
    ) -> None:
        self._record, self._who, self._now, self._warn = record, who, now, warn
        self._scrub = (who.key, mask_key(who.key)) if who.key else None
        self._lock = threading.Lock()
        self._begun: dict[int, str] = {}
        self._keys: dict[str, str] = {}
        """the key of each change that went out with another one than it began with"""

    def before(self, request: OutgoingRequest) -> None:
        """Record what is about to be asked. Raises LocalFailure, so that nothing is sent that is not recorded."""
        action, id_ = fields.action(request.method, request.path)
        change = os.urandom(8).hex()
        members = {
            "kind": "intent",
            "change": change,
            "user": self._who.user,
            "host": self._who.host,
            "terminal": self._who.terminal,
            **({} if self._who.ai_agent is None else {"ai_agent": self._who.ai_agent}),
            "profile": self._who.profile,
            "base_url": self._who.base_url,
            "key": request.key,
            "command": self._who.command,
            "action": action,
            "method": request.method,
            "path": fields.cut(request.path, 2000),
            **({} if id_ is None else {"id": fields.cut(id_, 200)}),
            **({"params": dict(request.params)} if request.params else {}),
            **({"from": dict(request.origin)} if request.origin else {}),
            **fields.asked(request.json_body, request.content),
        }
        self._record_before_sending(members)
        with self._lock:
            self._begun[id(request)] = change

    def renewed(self, request: OutgoingRequest, key: str) -> None:
        """Record that a change goes out once more, with another key (masked). Raises LocalFailure, as `before`."""
        with self._lock:
            change = self._begun[id(request)]
            known = self._keys.get(change) == key
            self._keys[change] = key
        if not known:
            self._record_before_sending({"kind": "renewed", "change": change, "key": key})

    def after(self, request: OutgoingRequest, outcome: ChangeOutcome) -> None:
        """Record how a change ended. What stands in the way is a warning: the change is made already."""
        with self._lock:
            change = self._begun.pop(id(request))
            self._keys.pop(change, None)
        members = {
            "kind": "outcome",
            "change": change,
            "ended": fields.ended(outcome.status, outcome.code),
            **({} if outcome.status is None else {"status": outcome.status}),
            **({"answer": answer} if (answer := fields.answered(outcome.body)) else {}),
            **({"error": fields.cut(outcome.error, 1000)} if outcome.error else {}),
        }
        try:
            trouble = self._record.append(members, self._at(), self._scrub)
        except LocalFailure as error:
            trouble = f"the change was sent, but how it ended could not be recorded: {error.message}"
        if trouble:
            self._warn(trouble)

    def _record_before_sending(self, members: JsonObject) -> None:
        try:
            trouble = self._record.append(members, self._at(), self._scrub)
        except LocalFailure as error:
            raise type(error)(f"nothing was sent: {error.message}", hint=error.hint or WAY_ON) from None
        if trouble:
            self._warn(trouble)

    def _at(self) -> str:
        return iso_text(self._now())
