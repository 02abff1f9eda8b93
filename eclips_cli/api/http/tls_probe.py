"""A look at a server's TLS, with the certificates that the client trusts; sends no request and no key."""

from __future__ import annotations

from typing import NamedTuple

from eclips_cli.errors import ConfigError, NetworkError


class TlsReport(NamedTuple):
    """What was agreed on: the protocol, who issued the certificate, and when it ends (POSIX seconds)."""

    protocol: str
    issuer: str
    expires: float


def tls(host: str, port: int, seconds: float) -> TlsReport:
    """Make a TLS connection and close it. Raises NetworkError, and ConfigError for unusable certificates."""
    import socket
    import ssl

    from eclips_cli.api.http.transport import load_httpx

    try:
        context: ssl.SSLContext = load_httpx().create_ssl_context()
    except OSError:
        raise ConfigError(
            "the certificates that SSL_CERT_FILE or SSL_CERT_DIR names can't be read",
            hint="unset the variable, or let it name a file of PEM certificates",
        ) from None
    try:
        with (
            socket.create_connection((host, port), timeout=seconds) as plain,
            context.wrap_socket(plain, server_hostname=host) as agreed,
        ):
            certificate = agreed.getpeercert() or {}
            protocol = agreed.version() or "unknown"
    except ssl.SSLCertVerificationError as error:
        raise NetworkError(
            f"the certificate of {host} is not trusted: {error.verify_message}",
            hint="behind a proxy that inspects TLS, let SSL_CERT_FILE name that proxy's CA certificates",
        ) from None
    except ssl.SSLError:
        raise NetworkError(
            f"{host} speaks no TLS on port {port}", hint="check that the base URL's port speaks https"
        ) from None
    except OSError as error:
        why = (
            "no connection"
            if isinstance(error, TimeoutError)
            else (error.strerror or "no connection").lower()
        )
        raise NetworkError(f"{host} port {port}: {why}", hint="check the network and the base URL") from None
    return TlsReport(protocol, _issuer(certificate), ssl.cert_time_to_seconds(str(certificate["notAfter"])))


def _issuer(certificate: object) -> str:
    parts = certificate.get("issuer", ()) if isinstance(certificate, dict) else ()
    names = {key: value for part in parts for key, value in part}
    return str(names.get("organizationName") or names.get("commonName") or "unknown")
