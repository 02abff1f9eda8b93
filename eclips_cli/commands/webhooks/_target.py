"""Where deliveries are sent: the URL, its one spelling, and how it is shown without its password. Pure."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_USUAL_PORTS = {"http": 80, "https": 443}
_PASSWORD = re.compile(r"^([^/?#:]*://[^/?#@:]*):[^/?#]*@")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


@dataclass(frozen=True)
class ForwardTarget:
    """A receiver. `url` is what is connected to, without a user name and password."""

    url: str
    shown: str
    """the URL as it was given, its password hidden"""
    key: str
    """the one spelling of the receiver's address, whatever names it: not to be connected to"""
    authorization: str | None
    """the header that user name and password become"""

    @classmethod
    def parse(cls, text: str) -> ForwardTarget:
        """From `--to` as written. Raises UsageError for an http:// URL of another machine, and what is no URL."""
        from eclips_cli.api.http.checks import check_hook_url

        check_hook_url(text, local=True, what="--to")
        parts = urlsplit(text)
        user, at, place = parts.netloc.rpartition("@")
        bare = parts._replace(netloc=place, fragment="")
        authorization = f"Basic {b64encode(unquote(user).encode()).decode()}" if at else None
        return cls(bare.geturl(), without_password(text), _one_spelling(bare), authorization)


def without_password(url: str) -> str:
    """`url` as it may be shown and remembered: with *** where a password stands in it."""
    return _PASSWORD.sub(r"\1:***@", url)


def _one_spelling(parts: SplitResult) -> str:
    host = _host(parts.hostname or "")
    port = parts.port or _USUAL_PORTS[parts.scheme]
    path = _without_dots(_percent(parts.path))
    return f"{parts.scheme}://{host}:{port}{path}" + (f"?{_percent(parts.query)}" if parts.query else "")


def _host(name: str) -> str:
    from ipaddress import ip_address

    name = name.rstrip(".")
    try:
        name = str(ip_address(name))
    except ValueError:
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            return name
    return "localhost" if name in THIS_MACHINE else name


def _percent(text: str) -> str:
    """`text` with one spelling of what is percent-encoded (RFC 3986, 6.2.2)."""

    def one(found: re.Match[str]) -> str:
        char = chr(int(found[1], 16))
        return char if _UNRESERVED.match(char) else found[0].upper()

    return re.sub("%([0-9A-Fa-f]{2})", one, text)


def _without_dots(path: str) -> str:
    """The path without . and .. in it; / where it is empty."""
    kept: list[str] = []
    for part in path.split("/")[1:]:
        if part == "..":
            kept = kept[:-1]
        elif part != ".":
            kept.append(part)
    ends_open = path.endswith(("/.", "/.."))
    return "/" + "/".join([*kept, ""] if ends_open else kept)
