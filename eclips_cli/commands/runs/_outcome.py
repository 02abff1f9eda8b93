"""How a followed run ended, and the exit code that says so."""

from __future__ import annotations

from typing import NamedTuple

from eclips_cli.durations import iso_text
from eclips_cli.exits import ExitCode
from eclips_cli.json_values import JsonObject

_CODES = {
    "completed": ExitCode.OK,
    "failed": ExitCode.RUN_FAILED,
    "cancelled": ExitCode.CANCELLED,
    "pending_triage": ExitCode.NEEDS_TRIAGE,
}


def exit_code(status: str | None) -> ExitCode:
    """The exit code of a run that ended, or stopped for a person, with `status`."""
    return _CODES.get(status or "", ExitCode.ERROR)


class RunOutcome(NamedTuple):
    """The end of a followed run: its id, its status, and the API's `{run, triage_item}`."""

    run_id: str
    status: str
    detail: JsonObject

    @property
    def code(self) -> ExitCode:
        """What it means for a script."""
        return exit_code(self.status)

    @property
    def triage_item_id(self) -> str | None:
        """The item that a person has to decide, where the run waits for one."""
        item = self.detail.get("triage_item")
        found = item.get("id") if isinstance(item, dict) else None
        return str(found) if found else None


class Change(NamedTuple):
    """Something new about a followed run: `event` as the API sent it, at the POSIX time `at`."""

    run_id: str
    status: str
    event: JsonObject
    at: float
    outcome: RunOutcome | None = None
    """set with the last change of the run"""

    @property
    def at_iso(self) -> str:
        """When it was seen, as the API writes times: ISO 8601, UTC, milliseconds."""

        return iso_text(self.at)
