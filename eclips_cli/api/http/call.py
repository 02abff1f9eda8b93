"""One call of an endpoint: what its answer must hold, and the request that it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from eclips_cli.api.http.hooks import OutgoingRequest
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject, json_text

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


def outgoing(call: Call, base_url: str, key: str) -> OutgoingRequest:
    """The request of a call, of the `key` its masked form alone. Raises UsageError for what is not UTF-8."""
    from urllib.parse import urlencode

    url = base_url + call.path
    query = urlencode(call.query)
    if query:
        url += ("&" if "?" in call.path else "?") + query
    return OutgoingRequest(
        call.method,
        url,
        call.path,
        _encodable(call.query),
        call.json,
        dict(call.headers),
        call.content,
        call.needs_key,
        call.origin,
        key,
    )


def _encodable(query: dict[str, str]) -> dict[str, str]:
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


def headers_of(request: OutgoingRequest, key: str | None) -> dict[str, str]:
    """The headers of a request, the key among them where it needs one."""
    from eclips_cli import __version__

    headers = {"accept": "application/json", "user-agent": f"eclips-cli/{__version__}"}
    if not request.is_change:
        headers["cache-control"] = "no-cache"
    if request.json_body is not None:
        headers["content-type"] = "application/json"
    headers |= {name.lower(): value for name, value in request.headers_without_key.items()}
    if request.needs_key and key is not None:
        headers["authorization"] = f"Bearer {key}"
    return headers
