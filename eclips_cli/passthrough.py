"""Any request of the API, as `eclips api` takes it: words, fields, a body from a file, all pages."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from eclips_cli import inputs
from eclips_cli.errors import ProtocolError, UsageError

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient, RawResponse

PAGE = 100
OWN_HEADERS = {"authorization", "host", "content-length", "connection", "transfer-encoding"}


@dataclass(frozen=True)
class Request:
    """A request as it will be sent: at most one of `body` (JSON) and `content` (bytes)."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, client: EclipsClient) -> RawResponse:
        """The answer, whatever its status."""
        return client.request(
            self.method,
            self.path,
            params=self.params,
            json=self.body,
            content=self.content,
            headers=self.headers,
        )


def parse(
    words: list[str],
    *,
    method: str | None,
    texts: list[str] | None,
    typed: list[str] | None,
    input_: str | None,
    headers: list[str] | None,
    stdin: BinaryIO | None = None,
) -> Request:
    """The request that was asked for: `METHOD PATH`, or `PATH` with -X (GET, or POST with fields).

    Fields of a GET or DELETE become its query. Raises UsageError for what makes no request.
    """
    named, path = _words(words)
    members = _members(texts, typed)
    verb = (method or named or ("POST" if members or input_ else "GET")).upper()
    if method and named and method.upper() != named.upper():
        raise UsageError(f"two methods: {named} and -X {method}", hint="give one of them")
    content = _content(input_, stdin) if input_ is not None else None
    if members and content is not None:
        raise UsageError("fields and --input together", hint="put the fields into the input")
    head = _headers(headers)
    if content is not None:
        head = {"Content-Type": "application/json"} | head
    if verb in ("GET", "HEAD", "DELETE"):
        return Request(
            verb, path, {name: _as_text(value) for name, value in members.items()}, None, content, head
        )
    return Request(verb, path, {}, members or None, content, head)


def all_pages(client: EclipsClient, request: Request) -> bytes:
    """All pages of a list as one JSON document: the first page's object with every item in its array.

    Items that a shifted page repeats are dropped by id. Raises ProtocolError when an answer holds no list.
    """
    if request.method != "GET":
        raise UsageError("--paginate is for GET")
    params = {"limit": str(PAGE), "offset": "0"} | dict(request.params)
    first, member = _page(client, request, params)
    items: dict[object, Any] = {}
    page = first
    while True:
        rows = page[member]
        for number, row in enumerate(rows):
            identity = row.get("id") if isinstance(row, dict) else None
            items.setdefault(identity or (params["offset"], number), row)
        offset = int(params["offset"]) + len(rows)
        if not rows or (len(rows) < int(params["limit"]) and offset >= _total(page, offset)):
            break
        params["offset"] = str(offset)
        page, member = _page(client, request, params)
    return json.dumps({**first, member: list(items.values())}, ensure_ascii=False).encode()


def _page(client: EclipsClient, request: Request, params: dict[str, str]) -> tuple[dict[str, Any], str]:
    answer = client.request("GET", request.path, params=params, headers=request.headers, check=True)
    try:
        page = json.loads(answer.content)
    except ValueError:
        raise ProtocolError(f"GET {request.path}: the answer is not JSON") from None
    arrays = (
        [name for name, value in page.items() if isinstance(value, list)] if isinstance(page, dict) else []
    )
    if len(arrays) != 1:
        raise ProtocolError(f"GET {request.path}: the answer is no list to page through")
    return page, arrays[0]


def _total(page: dict[str, Any], otherwise: int) -> int:
    total = page.get("total")
    return total if isinstance(total, int) else otherwise


def _words(words: list[str]) -> tuple[str | None, str]:
    if len(words) == 1:
        return None, _path(words[0])
    if len(words) == 2:
        return words[0], _path(words[1])
    raise UsageError("`eclips api` takes a method and a path", hint="eclips api GET /v1/runs")


def _path(path: str) -> str:
    if "://" in path:
        raise UsageError(
            "a path, not a URL: the key goes to the configured API alone",
            hint="eclips api GET /v1/runs; --base-url for another API",
        )
    return path if path.startswith("/") else f"/{path}"


def _members(texts: list[str] | None, typed: list[str] | None) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for option, given in (("-f", texts), ("-F", typed)):
        for text in given or ():
            name, equals, value = text.partition("=")
            if not equals or not name:
                raise UsageError(f"{option} {text!r} is not KEY=VALUE")
            members[name] = value if option == "-f" else _typed(value)
    return members


def _typed(value: str) -> Any:
    """`@file` the file's text; true, false, null, numbers and JSON by their type; else text."""
    if value.startswith("@"):
        return inputs.read_file(value[1:])
    if value[:1] in 'tfn-0123456789[{"':
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _content(name: str, stdin: BinaryIO | None) -> bytes:
    if name == "-":
        return (stdin or sys.stdin.buffer).read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name}: {(error.strerror or 'cannot be read').lower()}") from None


def _headers(given: list[str] | None) -> dict[str, str]:
    headers = {}
    for text in given or ():
        name, colon, value = text.partition(":")
        value = value.strip()
        token = name.isascii() and all(char.isalnum() or char in "!#$%&'*+-.^_`|~" for char in name)
        if not (colon and name and token and value.isascii() and value.isprintable()):
            raise UsageError(f"not a header: {text!r}", hint="write it like -H 'Accept: application/json'")
        if name.lower() in OWN_HEADERS:
            raise UsageError(f"the header {name} is not yours to set")
        headers[name] = value
    return headers
