"""Checks of the way to the API: proxy, name, TLS, answer, latency, clock."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from eclips_cli.api import HealthReport
from eclips_cli.api.http import tls_probe
from eclips_cli.api.http.checks import check_base_url, is_loopback
from eclips_cli.commands.doctor._checks import FAILED, NOTE, OK, WARNING, Finding, Later
from eclips_cli.durations import DAY
from eclips_cli.errors import EclipsError, NetworkError

SLOW_MS = 1500.0
SKEW_WARNING, SKEW_FAILED = 5.0, 60.0
"""seconds: signatures of webhooks are taken to be fresh for five minutes"""
SOON = 14 * DAY
"""seconds before a certificate's end from which on it is worth a warning"""


class Way:
    """The way to one base URL; `seconds` bounds each step, `ask` makes one health check without repeats.

    Raises ConfigError for a base URL that must not be used.
    """

    def __init__(self, base_url: str, ask: Callable[[], HealthReport], seconds: float) -> None:
        parts = urlsplit(check_base_url(base_url))
        self.host = parts.hostname or ""
        self.secure = parts.scheme == "https"
        self.port = parts.port or (443 if self.secure else 80)
        self.seconds = seconds
        self.local = is_loopback(self.host)
        self._asked = Later(ask)

    def proxy(self) -> Finding:
        """Which proxy is used, and whether it takes connections."""
        variable, address = self._proxy()
        if not address:
            return Finding("proxy", OK, "none is used" + (" for this machine itself" if self.local else ""))
        host, port = _address(address)
        shown = f"{host}:{port} ({variable})"
        if not host:
            return Finding("proxy", FAILED, f"{variable} is no URL", "a proxy is http://host:port")
        try:
            socket.create_connection((host, port), timeout=self.seconds).close()
        except OSError as error:
            why = (getattr(error, "strerror", None) or "no connection").lower()
            return Finding(
                "proxy", FAILED, f"{shown}: {why}", f"check {variable}, or add {self.host} to NO_PROXY"
            )
        return Finding("proxy", OK, shown)

    def dns(self) -> Finding:
        """Whether the host's name leads to an address."""
        if self.local or _is_address(self.host):
            return Finding("dns", OK, f"{self.host} needs no look-up")
        begun = time.perf_counter()
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            if self._proxy()[1]:
                return Finding("dns", NOTE, f"{self.host} has no address here; the proxy looks it up")
            remedy = "check the network, the name server (/etc/resolv.conf) and the base URL's spelling"
            return Finding("dns", FAILED, f"{self.host} could not be looked up", remedy)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        took = (time.perf_counter() - begun) * 1000
        shown = ", ".join(addresses[:3]) + (" …" if len(addresses) > 3 else "")
        return Finding("dns", OK, f"{self.host} is {shown}, in {took:.0f} ms")

    def tls(self, now: float) -> Finding:
        """Whether the server's certificate is trusted, and for how long."""
        if not self.secure:
            return Finding("tls", OK, "not used: plain http, to this machine alone")
        if self._proxy()[1]:
            return Finding("tls", NOTE, "through the proxy; the check `api` tells whether it works")
        if not self._has_address():
            return Finding("tls", NOTE, f"not known: {self.host} has no address", "see the check `dns`")
        report = tls_probe.tls(self.host, self.port, self.seconds, now)
        if report.expires is None:
            return Finding("tls", OK, f"{report.protocol}, a certificate that this system trusts")
        days = int((report.expires - now) // DAY)
        detail = f"{report.protocol}, certificate by {report.issuer}, valid for {days} days more"
        if report.expires - now < SOON:
            return Finding("tls", WARNING, detail, "tell those who run the API: its certificate ends soon")
        return Finding("tls", OK, detail)

    def _has_address(self) -> bool:
        try:
            return bool(socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            return False

    def api(self) -> Finding:
        """Whether the API answers that it is well."""
        report = self._answer()
        status, version = report.answer.json.get("status"), report.answer.json.get("version")
        detail = f"{self.host} says {status}, version {version}"
        if not report.ok:
            return Finding("api", FAILED, detail, "wait; `eclips health --watch` tells when it is well again")
        return Finding("api", OK, detail)

    def latency(self) -> Finding:
        """How long an answer takes."""
        report = self._answered_elsewhere()
        if report is None:
            return _unmeasured("latency")
        detail = f"{report.latency_ms:.0f} ms for one request"
        if report.latency_ms > SLOW_MS:
            return Finding(
                "latency", WARNING, detail, "look at the network and the proxy; `eclips health --watch`"
            )
        return Finding("latency", OK, detail)

    def clock(self) -> Finding:
        """How far this machine's clock is off the API's."""
        report = self._answered_elsewhere()
        if report is None or report.clock_skew_s is None:
            return _unmeasured("clock")
        skew = report.clock_skew_s
        detail = f"{abs(skew):.1f} s {'ahead of' if skew >= 0 else 'behind'} the API's"
        if abs(skew) < SKEW_WARNING:
            return Finding("clock", OK, detail)
        state = FAILED if abs(skew) >= SKEW_FAILED else WARNING
        return Finding("clock", state, detail, "set the clock: timedatectl set-ntp true")

    def _answer(self) -> HealthReport:
        try:
            found: HealthReport = self._asked.get(self.seconds * 2)
        except TimeoutError:
            raise NetworkError(f"{self.host} did not answer within {self.seconds * 2:g} s") from None
        return found

    def _answered_elsewhere(self) -> HealthReport | None:
        """The same for those that `api` speaks for when there was no answer."""
        try:
            return self._answer()
        except EclipsError:
            return None

    def _proxy(self) -> tuple[str, str]:
        """The variable that names the proxy, and what it says; empty where none is used."""
        if self.local:
            return "", ""
        named = getproxies_environment()
        for scheme in ("https" if self.secure else "http", "all"):
            if named.get(scheme) and not proxy_bypass(self.host):
                return f"{scheme.upper()}_PROXY", named[scheme]
        return "", ""


def _unmeasured(check: str) -> Finding:
    return Finding(check, NOTE, "not known: there was no answer", "see the check `api`")


def _address(proxy: str) -> tuple[str, int]:
    """Host and port of a proxy, without a user name or password."""
    try:
        parts: Any = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return "", 0


def _is_address(host: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(host)
    except ValueError:
        return False
    return True
