"""What this machine refuses to send: guards against accident, not against malice.

`read_only` stops whatever would change something. `agents_may_decide`, where a profile does not set it, leaves what
waits for a person to persons: no decision goes out while the environment says that an AI agent runs the command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from eclips_cli.errors import GuardRefused
from eclips_cli.json_values import JsonObject
from eclips_cli.system import ai_agents

if TYPE_CHECKING:
    from eclips_cli.api import OutgoingRequest
    from eclips_cli.credentials.settings import Settings

_YES = ("--yes", "-y")


class Guards:
    """The guards of one invocation; `typed` are its words, for whoever it is handed to."""

    def __init__(self, settings: Settings, environ: Mapping[str, str], typed: Sequence[str]) -> None:
        self._settings, self._typed = settings, typed
        self._agent = ai_agents.running(environ)

    @property
    def told(self) -> JsonObject:
        """What is set, and the AI agent that says that it runs this, for `auth status` and `doctor`."""
        settings = self._settings
        return {
            "read_only": settings.read_only,
            "agents_may_decide": settings.agents_may_decide,
            "ask_from_rows": settings.ask_from_rows,
            "ai_agent": None if self._agent is None else f"{self._agent.name} ({self._agent.variable})",
        }

    def check(self, request: OutgoingRequest, *, sandbox: bool) -> None:
        """Raise GuardRefused for a request to the API that must not go; `sandbox` is whether it goes to one."""
        if request.is_change:
            self.check_change(decides=is_decision(request.url), sandbox=lambda: sandbox)

    def check_change(self, *, decides: bool, sandbox: Callable[[], bool]) -> None:
        """Raise GuardRefused for a change, which `decides` what waits for a person or not, unless it may be made.

        What a profile sets is about its account: it does not hold for a `sandbox`, which is asked for only where it
        matters.
        """
        if self._settings.read_only:
            source = self._settings.sources["read_only"]
            if not (source.startswith("profile ") and sandbox()):
                raise GuardRefused(
                    f"read_only is set ({source}): nothing that changes anything is sent",
                    hint=_lifted(source),
                )
        if decides and self._agent is not None and not self._settings.agents_may_decide and not sandbox():
            raise GuardRefused(
                f"a person decides this: {self._agent.variable} says that an AI agent ({self._agent.name}) "
                "runs the command",
                hint=f"hand this to a person: {self._for_a_person()}",
            )

    def _for_a_person(self) -> str:
        """The command as it was typed, less the yes that a person is to give, and what only this environment says."""
        from shlex import join

        settings = self._settings
        words = ["eclips", *(word for word in self._typed if word not in _YES)]
        for name in ("profile", "base_url"):
            if settings.sources[name].startswith("ECLIPS_"):
                words += [f"--{name.replace('_', '-')}", getattr(settings, name)]
        return join(words)


def is_decision(url: str) -> bool:
    """Whether a change at `url` decides what waits for a person: whatever lies below a queue of triage items."""
    from urllib.parse import unquote, urlsplit

    return "triage" in unquote(urlsplit(url).path).lower().split("/")


def _lifted(source: str) -> str:
    """How a read_only of `source` is lifted."""
    shows = "--dry-run shows what would be sent"
    if source.startswith("profile "):
        name = source.removeprefix("profile ")
        return f"{shows}; a person may lift it: eclips config set read_only false --profile {name}"
    return f"{shows}; it holds until {source} is {'left out' if source.startswith('--') else 'unset'}"
