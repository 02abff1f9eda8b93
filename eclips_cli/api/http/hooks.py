"""Where others look into the client's work: waits, each request and answer, and each change.

A hook may be called from a paging thread. None of its arguments ever holds the API key.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from eclips_cli.json_values import JsonObject


class NotSent(Exception):
    """`--curl` or `--dry-run` stopped a request: `text` says what would have been sent."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class OutgoingRequest(NamedTuple):
    """A request as it would go out, without the key.

    `path` and `params` make up the part of `url` after the base URL; `json_body` is what is sent
    as JSON, `content` bytes that are sent as they are (at most one of the two). `origin` says where a change
    was asked for (a sheet's file and row); it is not sent. `key` is the key's masked form.
    """

    method: str
    url: str
    path: str
    params: Mapping[str, str]
    json_body: Any
    headers_without_key: Mapping[str, str]
    content: bytes | None = None
    needs_key: bool = True
    origin: Mapping[str, Any] = MappingProxyType({})
    key: str = ""

    @property
    def is_change(self) -> bool:
        """Whether the request may change something at the server."""
        return self.method not in ("GET", "HEAD", "OPTIONS")


class Wait(NamedTuple):
    """A pause before the same request is sent again: `seconds` from now, for the `attempt`-th repeat."""

    seconds: float
    reason: str
    attempt: int


class RequestLine(NamedTuple):
    """One try that is about to be sent; `attempt` counts from 1."""

    method: str
    url: str
    attempt: int


class ResponseLine(NamedTuple):
    """How one try ended: an HTTP `status`, or None and `trouble`; `seconds` it took; `size` in bytes."""

    method: str
    url: str
    attempt: int
    status: int | None
    seconds: float
    size: int
    trouble: str | None = None


class ChangeOutcome(NamedTuple):
    """How a change ended: the answer's `status` and `body`, or what stood in the way as `error`.

    `code` is the error's code (see `eclips_cli.errors`), `interrupted` when nothing was known yet.
    """

    status: int | None
    body: JsonObject | None
    error: str | None
    code: str | None = None


def _nothing(*_: object) -> None:
    return None


class Hooks(NamedTuple):
    """Functions that are told of the client's work; each does nothing unless given.

    `intercept` and `before_change` are called before anything is sent and may raise to stop it.
    `before_renewed` is given a change that goes out once more, and another key than the one it began with,
    masked. `after_change` is called once for each change that was begun, however it ended. `on_list` is given
    the path and the items of a list's first page.
    """

    on_wait: Callable[[Wait], None] = _nothing
    on_request: Callable[[RequestLine], None] = _nothing
    on_response: Callable[[ResponseLine], None] = _nothing
    intercept: Callable[[OutgoingRequest], None] = _nothing
    before_change: Callable[[OutgoingRequest], None] = _nothing
    before_renewed: Callable[[OutgoingRequest, str], None] = _nothing
    after_change: Callable[[OutgoingRequest, ChangeOutcome], None] = _nothing
    on_list: Callable[[str, list[JsonObject]], None] = _nothing
