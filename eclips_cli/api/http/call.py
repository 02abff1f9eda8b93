"""One call of an endpoint, as the resources describe it: what to send, and what its answer must hold."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

Param = str | int | None
_NONE: Mapping[str, Any] = MappingProxyType({})


class Call(NamedTuple):
    """A request and what is known about it.

    `path` is encoded already; `endpoint` names it for people (`GET /v1/runs/:id`), `thing` what a
    404 did not find (`run a1b2…`), `look` how to find out whether a change was accepted.
    `needs` maps dotted members that a 2xx answer must have to a kind of `answer.IS`.
    """

    method: str
    path: str
    endpoint: str
    params: Mapping[str, Param] = _NONE
    json: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = _NONE
    thing: str = ""
    scope: str = ""
    look: str = ""
    needs: Mapping[str, str] = _NONE
    needs_key: bool = True

    @property
    def is_change(self) -> bool:
        """Whether the request may change something, so that it must not be repeated lightly."""
        return self.method not in ("GET", "HEAD", "OPTIONS")

    @property
    def query(self) -> dict[str, str]:
        """The parameters that were given, as text."""
        return {name: str(value) for name, value in self.params.items() if value is not None}
