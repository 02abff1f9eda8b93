"""Whom this machine trusts over TLS: the authorities of the system's own store, or those that a variable names.

On macOS and Windows the system itself verifies, through truststore. Elsewhere OpenSSL does: its hashed directory is
read first, where a certificate is opened only when one is held against it (0.2 ms; a bundle of all of them takes 10
to 30 for each command). Where that knows no authority, the whole store is read and the connection tried once more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eclips_cli.errors import ConfigError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

NAMED_BY = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""variables that name what is trusted instead of the system's store; the first that is set counts"""
SYSTEM_VERIFIES = ("darwin", "win32")

UNKNOWN_AUTHORITY = "unknown authority"
_CODES: dict[str, tuple[int, ...]] = {
    # as OpenSSL, macOS and Windows number them; Windows has one for both ends of a certificate's time
    "expired": (10, -67818, 0x800B0101),
    "not yet valid": (9, -67819),
    "another host": (62, 64, -67602, 0x800B010F),
    UNKNOWN_AUTHORITY: (2, 18, 19, 20, 21, -67843, 0x800B0109, 0x800B010A),
    "revoked": (23, -67820, 0x80092010, 0x800B010C),
}
_WORDS: dict[str, tuple[str, str]] = {
    "expired": (
        "its TLS certificate has expired",
        "tell those who run it, unless this machine's clock is wrong: it says {now}",
    ),
    "not yet valid": (
        "its TLS certificate is not valid yet, or this machine's clock is wrong",
        "this machine's clock says {now}: set it if that is wrong",
    ),
    "another host": (
        "its TLS certificate is for another host",
        "check the host in the base URL: it must be a name that the certificate has",
    ),
    UNKNOWN_AUTHORITY: (
        "its TLS certificate is by an authority that this machine does not trust",
        "behind a proxy that inspects TLS, add that proxy's CA certificate to this machine's store, "
        "or let SSL_CERT_FILE name it",
    ),
    "revoked": ("its TLS certificate was revoked", "tell those who run it"),
    "certificate": ("its TLS certificate is not trusted", "`eclips doctor` looks at it"),
}


def contexts(environ: Mapping[str, str] | None = None) -> Iterator[ssl.SSLContext]:
    """What a server's certificate is held against, one after another while its authority is not known.

    Raises ConfigError for a variable that names what can't be read.
    """
    named = named_by(os.environ if environ is None else environ)
    if named is not None:
        yield _named(*named)
        return
    if sys.platform in SYSTEM_VERIFIES:
        yield _verified_by_the_system()
        return
    directory, bundle = _places()
    if directory is not None:
        yield _loaded(capath=directory)
    if bundle is not None:
        yield _loaded(cafile=bundle, capath=directory)
    if directory is None and bundle is None:
        yield _found_elsewhere() or _of_certifi()


def named_by(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """The variable that names what is trusted, and its value; None where none is set."""
    return next(((name, environ[name]) for name in NAMED_BY if environ.get(name)), None)


def _named(name: str, value: str) -> ssl.SSLContext:
    try:
        if name == "SSL_CERT_DIR":
            if not any(Path(place).is_dir() for place in value.split(os.pathsep)):
                raise NotADirectoryError
            return _loaded(capath=value)
        return _loaded(cafile=value)
    except OSError:
        kind = "a directory of hashed" if name == "SSL_CERT_DIR" else "a file of"
        raise ConfigError(
            f"the certificates that {name} names can't be read",
            hint=f"unset the variable, or let it name {kind} PEM certificates",
        ) from None


def _places() -> tuple[str | None, str | None]:
    """OpenSSL's own directory of hashed certificates, and its bundle; None for what is not there."""
    import ssl

    paths = ssl.get_default_verify_paths()
    try:
        with os.scandir(paths.openssl_capath) as entries:
            hashed = any(_is_hashed(entry.name) for entry in entries)
    except OSError:
        hashed = False
    bundle = paths.openssl_cafile
    return (paths.openssl_capath if hashed else None), (bundle if Path(bundle).is_file() else None)


def _is_hashed(name: str) -> bool:
    """Whether a file is named as OpenSSL looks it up: eight digits of its subject's hash, and a number."""
    return len(name) >= 10 and name[8] == "." and name[9:].isdigit()


def _loaded(**places: str | None) -> ssl.SSLContext:
    import ssl

    context = ssl.create_default_context(**places)  # type: ignore[arg-type]
    # Python 3.13 is strict where curl and browsers are not, and a company's own CA seldom is
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _found_elsewhere() -> ssl.SSLContext | None:
    """Where Linux distributions keep a bundle that this OpenSSL does not know of, truststore knows; None for nowhere."""
    import ssl

    import truststore

    probe = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = probe.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost").context
    # OpenSSL verifies here; truststore's own sockets add a lock, by which one handshake waits for another
    context.sslsocket_class, context.sslobject_class = ssl.SSLSocket, ssl.SSLObject
    return context if context.get_ca_certs() else None


def _of_certifi() -> ssl.SSLContext:
    import certifi

    return _loaded(cafile=certifi.where())


def _verified_by_the_system() -> ssl.SSLContext:
    import ssl

    import truststore

    class Apart(truststore.SSLContext):
        """Each connection has a context of its own: in a shared one a handshake waits for the one before it."""

        def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
            return _one().wrap_socket(*args, **options)

        def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
            return _one().wrap_bio(*args, **options)

    def _one() -> truststore.SSLContext:
        made = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.set_alpn_protocols(["http/1.1"])
        return made

    return Apart(ssl.PROTOCOL_TLS_CLIENT)


def cause_of(error: ssl.SSLCertVerificationError) -> str:
    """Why a certificate was not accepted: a name that `words` knows."""
    code = getattr(error, "verify_code", None)
    return next((cause for cause, codes in _CODES.items() if code in codes), "certificate")


def words(cause: str, now: float, environ: Mapping[str, str] | None = None) -> tuple[str, str]:
    """What to say of such a certificate, and the way on; `now` (seconds since 1970) is this machine's clock."""
    from datetime import UTC, datetime

    message, hint = _WORDS[cause]
    named = named_by(os.environ if environ is None else environ)
    if cause == UNKNOWN_AUTHORITY and named is not None:
        how = " (and run `openssl rehash` on it)" if named[0] == "SSL_CERT_DIR" else ""
        hint = (
            f"{named[0]} alone says who is trusted: add the authority's certificate to it{how}, or unset it"
        )
    return message, hint.format(now=f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC")
