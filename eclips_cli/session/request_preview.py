"""What a request looks like from outside: as curl, as a dry run, as lines on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eclips_cli.json_values import json_text

if TYPE_CHECKING:
    from eclips_cli.api import OutgoingRequest, RequestLine, ResponseLine, Wait
    from eclips_cli.output.output import Output

LONGEST_SHOWN = 8192
"""characters of raw content that are written into a curl command"""


def as_curl(request: OutgoingRequest) -> str:
    """The equivalent curl command; the key stands in it as `$ECLIPS_API_KEY`."""
    from shlex import quote

    words = {"GET": ["curl"], "HEAD": ["curl", "--head"]}.get(request.method, ["curl", "-X", request.method])
    words.append(quote(request.url))
    if request.needs_key:
        words += ["-H", '"Authorization: Bearer $ECLIPS_API_KEY"']
    headers = dict(request.headers_without_key)
    if request.json_body is not None:
        headers["Content-Type"] = "application/json"
    for name, value in headers.items():
        words += ["-H", quote(f"{name}: {value}")]
    if request.json_body is not None:
        words += ["-d", quote(json_text(request.json_body))]
    elif request.content is not None:
        text = _readable(request.content)
        words += ["--data-binary", "@-" if text is None else quote(text)]
    return " ".join(words)


def as_dry_run(request: OutgoingRequest) -> str:
    """The change that would be sent, as JSON."""
    body = request.json_body
    if body is None and request.content is not None:
        body = _readable(request.content) or f"{len(request.content)} bytes"
    shown = {"method": request.method, "url": request.url, "body": body}
    return json_text(shown, indent=2)


def _readable(content: bytes) -> str | None:
    """Raw content as text, where it is one line that can be shown and pasted."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() and len(text) <= LONGEST_SHOWN and text[:1] != "@" else None


class Tracing:
    """Says on stderr what the client does: waits to everybody, requests to those who asked for them."""

    def __init__(self, output: Output, *, verbose: bool) -> None:
        self._output = output
        self._verbose = verbose
        self._waited = False

    def waits(self, wait: Wait) -> None:
        """A pause before a request is repeated."""
        self._waited = True
        self._output.countdown.begins(wait.seconds, wait.reason)

    def sends(self, request: RequestLine) -> None:
        """A request goes out."""
        if self._waited:
            self._output.countdown.ends()
        if self._verbose:
            again = f" (try {request.attempt})" if request.attempt > 1 else ""
            self._output.announce(f"> {request.method} {request.url}{again}")

    def answered(self, response: ResponseLine) -> None:
        """An answer came, or what became of it."""
        if self._waited and response.status is not None and response.status < 400:
            self._output.countdown.answered()
        if self._verbose:
            what = response.trouble or f"{response.status}, {response.size} bytes"
            self._output.announce(f"< {what} in {response.seconds * 1000:.0f} ms")
