"""What a follower of a run hands out: snapshots of its state, and troubles it survived."""

from __future__ import annotations

from typing import Any, NamedTuple

from eclips_cli.json_values import JsonObject

State = tuple[str, Any, Any, Any]
"""Status, confidence, result, error: a repeat of the same four is dropped."""


class Snapshot(NamedTuple):
    """A run's state as one answer told it.

    `raw` is the stream's event as the API sent it, or its four members made from a GET; then
    `detail` is that GET's whole `{run, triage_item}`. `at` is when it arrived (seconds since 1970);
    `final` marks the last one.
    """

    status: str
    confidence: Any
    result: Any
    error: Any
    raw: JsonObject
    at: float
    final: bool
    detail: JsonObject | None = None


class Trouble(str):
    """Something a follower survived, in one line; `seconds` until it tries again."""

    seconds: float

    def __new__(cls, message: str, seconds: float = 0.0) -> Trouble:
        """The line and the seconds."""
        made = super().__new__(cls, message)
        made.seconds = seconds
        return made

    @property
    def message(self) -> str:
        """The line itself."""
        return str(self)
