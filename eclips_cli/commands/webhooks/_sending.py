"""Sending one delivery, as the API does: one POST, no redirects, given up on after ten seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from eclips_cli import __version__
from eclips_cli.errors import EclipsError, UnknownOutcome

if TYPE_CHECKING:
    from eclips_cli.api import OutgoingRequest
    from eclips_cli.commands.webhooks._delivery import Delivery

SECONDS = 10.0
"""after which the API gives up on a receiver, and so do we"""


class Refused(EclipsError):
    """The receiver answered, but not with 2xx."""


class Sender:
    """POSTs deliveries to one URL, never through a proxy where it is on this machine.

    `intercept` is called before anything is sent, and may raise to stop it. Raises UsageError for an
    http:// URL of another machine.
    """

    def __init__(self, url: str, intercept: Callable[[OutgoingRequest], None]) -> None:
        from eclips_cli.api.http.checks import check_hook_url
        from eclips_cli.api.http.transport import Transport

        self.url = check_hook_url(url, local=True, what="--to")
        self._intercept = intercept
        self._transport = Transport(url, SECONDS)

    def send(self, delivery: Delivery) -> tuple[int, float]:
        """The answer's 2xx status, and the seconds it took.

        Raises Refused for another status, NetworkError when nothing was sent, UnknownOutcome when the
        answer did not come.
        """
        from eclips_cli.api.http.call import Call
        from eclips_cli.api.http.connection_errors import from_fault
        from eclips_cli.api.http.exchange import Fault
        from eclips_cli.api.http.hooks import OutgoingRequest

        headers = {**delivery.headers, "User-Agent": f"eclips-cli/{__version__}"}
        self._intercept(
            OutgoingRequest(
                "POST", self.url, self.url, {}, None, headers, content=delivery.body, needs_key=False
            )
        )
        seconds = 0.0
        try:
            answer = self._transport.fetch("POST", self.url, headers, delivery.body, SECONDS)
            status, seconds = answer.status, answer.seconds
        except Fault as fault:
            if fault.status is None or not 200 <= fault.status < 300:
                call = Call("POST", self.url, "the delivery")
                raise _plain(from_fault(call, fault, self._transport.host, SECONDS).error) from None
            status = fault.status
        if not 200 <= status < 300:
            raise Refused(f"the receiver answered {status}", status=status)
        return status, seconds

    def close(self) -> None:
        """Close what is open."""
        self._transport.close()


def _plain(error: EclipsError) -> EclipsError:
    """The error without a hint that speaks of the API."""
    error.hint = None
    if isinstance(error, UnknownOutcome):
        error.hint = "the API, too, gives up on a receiver that does not answer within 10 s"
    return error
