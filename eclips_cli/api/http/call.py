"""One call of an endpoint, as the resources describe it: what to send, and what its answer must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject, json_text

if TYPE_CHECKING:
    from eclips_cli.api.http.hooks import OutgoingRequest

Param = str | int | None
_NONE: Mapping[str, Any] = MappingProxyType({})


class Call(NamedTuple):
    """A request and what is known about it.

    `path` is encoded already; `endpoint` names it for people (`GET /v1/runs/:id`), `thing` what a
    404 did not find (`run a1b2…`), `look` how to find out whether a change was accepted.
    `needs` maps dotted members that a 2xx answer must have to a kind of `answer.IS`, `same` those that must,
    where they are there, be what was asked for. `judge` raises what else the answer's object means.
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
    same: Mapping[str, str] = _NONE
    judge: Callable[[JsonObject], None] | None = None
    needs_key: bool = True
    origin: Mapping[str, Any] = _NONE
    """where a change was asked for (a sheet's file and row), for the audit record"""

    @property
    def is_change(self) -> bool:
        """Whether the request may change something, so that it must not be repeated lightly."""
        return self.method not in ("GET", "HEAD", "OPTIONS")

    @property
    def query(self) -> dict[str, str]:
        """The parameters that were given, as text."""
        return {name: str(value) for name, value in self.params.items() if value is not None}


def encodable(query: dict[str, str]) -> dict[str, str]:
    """`query`, if it can be sent as UTF-8. Raises UsageError."""
    try:
        "".join(query.values()).encode()
    except UnicodeEncodeError:
        raise UsageError("the request holds text that is not UTF-8") from None
    return query


def body_of(request: OutgoingRequest) -> bytes | None:
    """The bytes of a request's body, None without one. Raises UsageError for what JSON can't hold."""
    if request.json_body is None:
        return request.content
    try:
        return json_text(request.json_body).encode()
    except UnicodeEncodeError:
        raise UsageError("the request holds text that is not UTF-8") from None
    except (ValueError, TypeError, RecursionError):
        raise UsageError("the request holds a value that JSON does not have") from None
