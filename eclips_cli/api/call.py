"""One call of an endpoint, as the resources describe it: what to send, and what its answer must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Param = str | int | None


@dataclass(frozen=True)
class Call:
    """A request and what is known about it.

    `path` is encoded already; `endpoint` names it for people (`GET /v1/runs/:id`), `thing` what a
    404 did not find (`run a1b2…`), `look` how to find out whether a change was accepted.
    `needs` maps dotted members that a 2xx answer must have to a kind of `answer.IS`.
    """

    method: str
    path: str
    endpoint: str
    params: Mapping[str, Param] = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    thing: str = ""
    scope: str = ""
    look: str = ""
    needs: Mapping[str, str] = field(default_factory=dict)
    needs_key: bool = True

    @property
    def is_change(self) -> bool:
        """Whether the request may change something, so that it must not be repeated lightly."""
        return self.method not in ("GET", "HEAD", "OPTIONS")

    @property
    def query(self) -> dict[str, str]:
        """The parameters that were given, as text."""
        return {name: str(value) for name, value in self.params.items() if value is not None}
