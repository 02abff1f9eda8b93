"""A look at a server's TLS, with the certificates that the client trusts; sends no request and no key."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from eclips_cli.api.http import trust
from eclips_cli.errors import EclipsError, NetworkError, OtherProtocol

if TYPE_CHECKING:
    import ssl


class TlsReport(NamedTuple):
    """What was agreed on: the protocol, who issued the certificate, and when it ends (POSIX seconds).

    The last is None where the system verifies, and does not tell (macOS, Windows).
    """

    protocol: str
    issuer: str
    expires: float | None


def tls(host: str, port: int, seconds: float, now: float) -> TlsReport:
    """Make a TLS connection and close it; `now` is this machine's clock (POSIX seconds).

    Raises NetworkError, OtherProtocol, and ConfigError for unusable certificates.
    """
    import ssl

    # the last word is that of the context that knows most authorities
    failed: OSError | None = None
    for context in trust.contexts():
        try:
            return _report(context, host, port, seconds)
        except ssl.SSLCertVerificationError as error:
            failed = error
            if trust.cause_of(error) != trust.UNKNOWN_AUTHORITY:
                break
        except OSError as error:
            failed = error
            break
    raise _error(cast(OSError, failed), host, port, now)


def _report(context: ssl.SSLContext, host: str, port: int, seconds: float) -> TlsReport:
    import socket
    import ssl

    with (
        socket.create_connection((host, port), timeout=seconds) as plain,
        context.wrap_socket(plain, server_hostname=host) as agreed,
    ):
        certificate = agreed.getpeercert() or {}
        protocol = agreed.version() or "unknown"
    end = certificate.get("notAfter")
    return TlsReport(protocol, _issuer(certificate), ssl.cert_time_to_seconds(str(end)) if end else None)


def _error(error: OSError, host: str, port: int, now: float) -> EclipsError:
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        words, hint = trust.words(trust.cause_of(error), now)
        return NetworkError(f"{host}: {words}", hint=hint)
    if isinstance(error, ssl.SSLError):
        return OtherProtocol(
            f"{host} speaks no TLS on port {port}", hint="check that the base URL's port speaks https"
        )
    silent = isinstance(error, TimeoutError)
    why = "no connection" if silent else (error.strerror or "no connection").lower()
    return NetworkError(f"{host} port {port}: {why}", hint="check the network and the base URL")


def _issuer(certificate: object) -> str:
    parts = certificate.get("issuer", ()) if isinstance(certificate, dict) else ()
    names = {key: value for part in parts for key, value in part}
    return str(names.get("organizationName") or names.get("commonName") or "unknown")
