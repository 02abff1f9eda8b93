"""Any request of the API, as `eclips api` takes it: words, fields, a body from a file, all pages."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from eclips_cli import strict_json
from eclips_cli.commands import _arguments
from eclips_cli.errors import UsageError
from eclips_cli.json_values import json_text
from eclips_cli.options import METHODS

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient, RawResponse

OWN_HEADERS = {
    "authorization", "proxy-authorization", "host", "content-length", "connection", "transfer-encoding",
    "expect", "upgrade",
}  # fmt: skip
"""headers that the client sets, or that would change how the connection is used"""
WITHOUT_BODY = ("GET", "HEAD", "DELETE", "OPTIONS")


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


@dataclass(frozen=True)
class Words:
    """What was written after `eclips api`, as it was written."""

    words: list[str]
    method: str | None = None
    texts: list[str] | None = None
    typed: list[str] | None = None
    input_: str | None = None
    headers: list[str] | None = None
    fields: str | None = None
    reads: bool = False
    """whether it is a GET where no method is named"""

    def request(self, stdin: BinaryIO | None = None) -> Request:
        """The request that was asked for: `METHOD PATH`, or `PATH` with -X (GET, or POST with fields or a body).

        Fields of a GET or DELETE become its query. Raises UsageError for what makes no request.
        """
        if self.fields:
            raise UsageError(
                "--fields picks columns of a list; a body is filtered with --jq", hint="--jq '.data'"
            )
        named, path = _method_and_path(self.words)
        members = _members(self.texts, self.typed, stdin)
        content = None if self.input_ is None else _content(self.input_, stdin)
        if members and content is not None:
            raise UsageError("fields and --input together", hint="put the fields into the input")
        verb = _verb(
            named, self.method, "POST" if (members or content is not None) and not self.reads else "GET"
        )
        headers = _headers(self.headers)
        if content is not None:
            headers = {"Content-Type": "application/json"} | headers
            if "json" in headers["Content-Type"]:
                _refuse_repeats(content, f"--input {self.input_}")
            return Request(verb, path, content=content, headers=headers)
        if verb in WITHOUT_BODY:
            query = {name: _as_text(value) for name, value in members.items()}
            return Request(verb, path, query, headers=headers)
        return Request(verb, path, body=members or None, headers=headers)


def _method_and_path(words: list[str]) -> tuple[str | None, str]:
    hint = "eclips api GET /v1/runs"
    if len(words) > 2:
        raise UsageError("`eclips api` takes a method and a path, and nothing after them", hint=hint)
    if len(words) == 1 and words[0].upper() in METHODS:
        raise UsageError(f"`eclips api {words[0]}` needs a path", hint=hint)
    path = words[-1]
    if not path or re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|//", path):
        raise UsageError(
            "a path, not a URL: the key goes to the configured API alone",
            hint=f"{hint}; --base-url names another API",
        )
    return (words[0] if len(words) == 2 else None), (path if path.startswith("/") else f"/{path}")


def _verb(named: str | None, option: str | None, default: str) -> str:
    if named and option and named.upper() != option.upper():
        raise UsageError(f"two methods: {named} and -X {option}", hint="give one of them")
    verb = (named or option or default).upper()
    if verb not in METHODS:
        raise UsageError(f"there is no method {verb!r}", hint=f"one of {', '.join(METHODS)}")
    return verb


def _members(texts: list[str] | None, typed: list[str] | None, stdin: BinaryIO | None) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for option, given in (("-f", texts), ("-F", typed)):
        for text in given or ():
            name, value = _arguments.key_and_value(text, option, members)
            _arguments.sendable(text, f"{option} {name}")
            members[name] = value if option == "-f" else _typed(value, f"{option} {name}", stdin)
    return members


def _typed(value: str, where: str, stdin: BinaryIO | None) -> Any:
    """`@FILE` the file's text (`@-` standard input); true, false, null, numbers and JSON by their type; else text.

    Raises UsageError for JSON that readers disagree about.
    """
    if value.startswith("@"):
        return _arguments.text_of(value[1:], stdin)
    if value.strip() in ("NaN", "Infinity", "-Infinity"):
        return value
    try:
        return strict_json.document(value)
    except json.JSONDecodeError:
        return value
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json_text(value)


def _content(name: str, stdin: BinaryIO | None) -> bytes:
    if name == "-":
        content = (stdin or sys.stdin.buffer).read(_arguments.LARGEST + 1)
    else:
        try:
            with Path(name).open("rb") as file:
                content = file.read(_arguments.LARGEST + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "is not a file name"
            raise UsageError(f"--input {name}: {reason.lower()}") from None
    if len(content) > _arguments.LARGEST:
        raise UsageError(f"--input {name} is larger than {_arguments.LARGEST >> 20} MiB")
    return content


def _refuse_repeats(content: bytes, where: str) -> None:
    """Raise UsageError for a member that comes twice; what is no JSON at all is the API's to refuse."""
    try:
        strict_json.document(content.decode("utf-8-sig"))
    except strict_json.Repeated as error:
        raise UsageError(
            f"{where}: {error}", hint="-H 'Content-Type: text/plain' sends it as it is"
        ) from None
    except ValueError:
        return


def _headers(given: list[str] | None) -> dict[str, str]:
    headers = {}
    for text in given or ():
        name, colon, value = text.partition(":")
        value = value.strip(" \t")
        fits = value.isascii() and (not value or value.isprintable())
        if not (colon and re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) and fits):
            raise UsageError(f"not a header: {text!r}", hint="write it like -H 'Accept: application/json'")
        if name.lower() in OWN_HEADERS:
            raise UsageError(f"the header {name} is not yours to set")
        headers[name] = value
    return headers
