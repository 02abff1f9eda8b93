"""What may go out: the base URL, the parts of a path, and the key, each checked where it enters."""

from __future__ import annotations

from functools import lru_cache

from eclips_cli.errors import ConfigError, UsageError
from eclips_cli.masking import know

REQUEST_TIMEOUTS = (0.001, 86400.0)
"""the shortest and the longest request time-out, in seconds"""
MAX_RETRIES = (0, 100)
"""the fewest and the most repeats of a request"""


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by its name or address, without asking a name server."""
    if host.lower() == "localhost":
        return True
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(256)
def canonical_base_url(text: str) -> str:
    """The one spelling of an API's address, so that two spellings of one are the same API wherever it is a key.

    Scheme and host in lower case, no default port, no blanks around it, no slashes at its end; a path
    prefix of a gateway stays as it is. What is no URL comes back without the blanks: `check_base_url`
    says what is wrong with it.
    """
    from urllib.parse import urlsplit

    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if not host or "@" in parts.netloc or "?" in url or "#" in url or not url.isprintable():
        return url
    name = f"[{host}]" if ":" in host else host
    usual = port in (None, {"http": 80, "https": 443}.get(parts.scheme))
    return f"{parts.scheme}://{name}{'' if usual else f':{port}'}{parts.path}"


def check_base_url(text: str) -> str:
    """The base URL as `canonical_base_url` spells it.

    Raises ConfigError when the key could leave by it: not http(s), plain http to another machine,
    a user name, a query, a fragment, or characters that parsers disagree about.
    """
    from urllib.parse import urlsplit

    hint = "give one like https://api.eclips.tech with --base-url or ECLIPS_BASE_URL"
    url = text.strip()
    if not url.isprintable() or any(char in url for char in ' \\<>"^`{|}'):
        raise ConfigError("the base URL holds a character that is not allowed in a URL", hint=hint)
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise ConfigError("the base URL is not a valid URL", hint=hint) from None
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigError("the base URL must begin with https:// and name a host", hint=hint)
    if "@" in parts.netloc:
        raise ConfigError("the base URL must not hold a user name or password", hint=hint)
    if "?" in url or "#" in url:
        raise ConfigError("the base URL must not hold a query or a fragment", hint=hint)
    if {".", ".."} & set(parts.path.replace("%2e", ".").replace("%2E", ".").split("/")):
        raise ConfigError("the base URL's path must not hold . or .. as a part", hint=hint)
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigError(
            f"plain http:// to {host} would send the API key in the clear",
            hint="use https://; http:// is for this machine alone (localhost, 127.0.0.1, [::1])",
        )
    return canonical_base_url(url)


def check_hook_url(url: str, *, local: bool, what: str = "a webhook's URL") -> str:
    """A URL that deliveries are sent to: https://, or with `local` also http:// to this machine.

    Raises UsageError for anything else: a delivery holds a run's output, which must not travel in the clear.
    """
    from urllib.parse import urlsplit

    hint = "give one like https://your-app.com/webhooks/eclips"
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise UsageError(f"{what} is not a valid URL", hint=hint) from None
    if not url.isprintable() or any(char in url for char in ' \\<>"^`{|}'):
        raise UsageError(f"{what} holds a character that is not allowed in a URL", hint=hint)
    if parts.scheme == "http" and local and is_loopback(host):
        return url
    if parts.scheme != "https":
        also = ", or with http:// and be on this machine" if local else ""
        raise UsageError(f"{what} must begin with https://{also}", hint=hint)
    if not host:
        raise UsageError(f"{what} names no host", hint=hint)
    return url


def segment(value: str, what: str = "id") -> str:
    """An id as one percent-encoded part of a path.

    Raises UsageError for one that is empty, `.` or `..` (a server would see another path), holds a
    control character, or is not valid text.
    """
    from urllib.parse import quote

    if not value or value in (".", ".."):
        raise UsageError(f"{value!r} is not {_a(what)}" if value else f"the {what} is empty")
    if any(ord(char) < 32 or 127 <= ord(char) < 160 for char in value):
        raise UsageError(f"the {what} holds a control character")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise UsageError(f"the {what} holds bytes that are not UTF-8") from None


def _a(what: str) -> str:
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"


def check_path(path: str) -> str:
    """A path that a person typed (`/v1/runs?limit=5`): below the base URL, and nothing else.

    Raises UsageError for an absolute URL, `.` and `..` parts, fragments and control characters.
    """
    hint = "give the path alone, as in: eclips api GET /v1/runs"
    if not path.startswith("/"):
        raise UsageError("the path must begin with /", hint=hint)
    if not path.isprintable() or not path.isascii() or any(char in path for char in " \\#"):
        raise UsageError("the path holds a character that must be percent-encoded", hint=hint)
    parts = path.split("?", 1)[0].lower().replace("%2e", ".").split("/")
    if "." in parts or ".." in parts:
        raise UsageError("the path must not hold . or .. as a part", hint=hint)
    return path


def check_key(text: str) -> str:
    """The key without the white space around it; ConfigError, which does not show it, if it can't be one."""
    key = text.strip()
    know(key)
    if not key or not all("!" <= char <= "~" for char in key):
        raise ConfigError(
            "the API key is empty or holds a character that no key has",
            hint="copy it again, then: eclips auth login",
        )
    return key
