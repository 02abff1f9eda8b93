"""Who speaks at the other end: HTTP, or something that can be told to be no HTTP by its first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl

OTHER_PROTOCOL = "OtherProtocol"
"""kind of a fault: a server of another protocol, which its banner names; it can't have acted on a request"""
NOT_HTTP = "NotHttp"
"""kind of a fault: bytes that are no HTTP, by whomever; an API behind a broken gateway may have acted"""
NO_TLS = "no TLS"
"""cause of the first: https, and what came back is no TLS"""

_BANNERS = (
    (b"SSH-", "SSH"),
    (b"220 ", "SMTP or FTP"),
    (b"220-", "SMTP or FTP"),
    (b"+OK", "POP3"),
    (b"* OK", "IMAP"),
    (b"-ERR", "Redis or POP3"),
    (b"RFB ", "VNC"),
    (b"AMQP", "AMQP"),
    (b"\x15\x03", "TLS"),  # an alert: it took the request for a broken handshake
)
_HTTP = b"HTTP/"
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE")
"""as OpenSSL calls a record that is none; the second from 3.2 on"""


class NotHttp(Exception):
    """The first bytes of a connection are no HTTP; `protocol` names what they are, where that is known."""

    def __init__(self, protocol: str | None) -> None:
        super().__init__(protocol)
        self.protocol = protocol


def refuse(first: bytes) -> None:
    """Raise NotHttp unless the first bytes of an answer may be the beginning of HTTP; none at all may."""
    if not first.startswith(_HTTP[: len(first)]):
        raise NotHttp(next((name for banner, name in _BANNERS if first.startswith(banner)), None))


def watch(stream: Any) -> None:
    """Have the first bytes that httpcore reads from its network stream looked at, before they are waited to be a head.

    A banner has no blank line at its end: the parser would wait for one until the time is over.
    """
    read = stream.read

    def first(*args: Any, **options: Any) -> bytes:
        data: bytes = read(*args, **options)
        stream.read = read
        refuse(data)
        return data

    stream.read = first


def is_no_tls(error: ssl.SSLError) -> bool:
    """Whether a handshake failed because the other end does not speak TLS."""
    return error.reason in _NO_TLS
