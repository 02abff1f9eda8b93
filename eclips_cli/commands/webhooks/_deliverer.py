"""Making deliveries: one POST each as the API does, given up on after ten seconds; and all that an outbox holds.

Deliveries go out one at a time, in order. What is not answered is tried again for as long as it takes; what
is answered with a no is given up after some tries. Killed between the receiver's yes and the note of it, a
forwarder sends that one delivery again: nobody can know better without the receiver's help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from eclips_cli import __version__
from eclips_cli.commands.webhooks._delivery import signed
from eclips_cli.commands.webhooks._outbox import Outbox, OutboxEntry
from eclips_cli.commands.webhooks._target import ForwardTarget
from eclips_cli.durations import iso_text
from eclips_cli.errors import EclipsError, NetworkError, ProtocolError, UnknownOutcome
from eclips_cli.json_values import JsonObject
from eclips_cli.system.processes import SignalsWait

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient, OutgoingRequest
    from eclips_cli.commands.webhooks._delivery import Delivery

SECONDS = 10.0
"""after which the API gives up on a receiver, and so do we"""
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""seconds before the next try; the last one is repeated"""
NOES = 10
"""tries after which a delivery that is answered with a no is given up"""
IN_A_ROW = 50
"""deliveries after which the API is looked at again"""


class ReceiverRefused(EclipsError):
    """The receiver answered, but not with 2xx."""


class DeliverySender:
    """POSTs deliveries to one URL, never through a proxy where it is on this machine.

    `intercept` is called before anything is sent, and may raise to stop it. Raises UsageError for an
    http:// URL of another machine.
    """

    def __init__(self, url: str, intercept: Callable[[OutgoingRequest], None]) -> None:
        from eclips_cli.api.http.transport import Transport

        self.target = ForwardTarget.parse(url)
        self._intercept = intercept
        self._transport = Transport(self.target.url, SECONDS)

    def send(self, delivery: Delivery) -> tuple[int, float]:
        """The answer's 2xx status, and the seconds it took.

        Raises ReceiverRefused for another status, NetworkError or OtherProtocol when nothing was sent, UnknownOutcome
        when the answer did not come.
        """
        from eclips_cli.api.http.call import Call
        from eclips_cli.api.http.connection_errors import from_fault
        from eclips_cli.api.http.exchange import FailedTry
        from eclips_cli.api.http.hooks import OutgoingRequest
        from eclips_cli.api.waiting import SystemClock

        headers = {**delivery.headers, "User-Agent": f"eclips-cli/{__version__}"}
        url, shown = self.target.url, self.target.shown
        self._intercept(
            OutgoingRequest("POST", shown, shown, {}, None, headers, content=delivery.body, needs_key=False)
        )
        if self.target.authorization is not None:
            headers["Authorization"] = self.target.authorization
        seconds = 0.0
        try:
            answer = self._transport.fetch("POST", url, headers, delivery.body, SECONDS)
            status, seconds = answer.status, answer.seconds
        except FailedTry as fault:
            if fault.status is None or not 200 <= fault.status < 300:
                call = Call("POST", url, "the delivery")
                failure = from_fault(call, fault, self._transport.host, SECONDS, SystemClock().now())
                raise _plain(failure.error) from None
            status = fault.status
        if not 200 <= status < 300:
            raise ReceiverRefused(f"the receiver answered {status}", status=status)
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


class Deliverer:
    """Delivers what the outbox holds, in order; `turn` does what can be done now. Pure of terminals."""

    def __init__(self, outbox: Outbox, sender: DeliverySender, secret: bytes, client: EclipsClient) -> None:
        self._outbox, self._sender, self._secret, self._clock = outbox, sender, secret, client.clock
        self._next_try = 0.0
        self._failures = 0
        self.trouble = ""
        """what stands in the way of the delivery whose turn it is"""
        self.more = False
        """whether there is more that can be delivered right now"""

    def turn(self) -> Iterator[JsonObject]:
        """Deliver some, until all is delivered or one fails; what became of each."""
        self.more = False
        for _ in range(IN_A_ROW):
            entry = self._outbox.first()
            if entry is None or self._clock.monotonic() < self._next_try:
                return
            # stopped in the middle, it would have to be sent again; and what was made is shown
            with SignalsWait():
                done = self._try(entry)
                if done is None:
                    return
                self.trouble, self._failures = "", 0
                yield done
        self.more = True

    def _try(self, entry: OutboxEntry) -> JsonObject | None:
        self._outbox.sending(entry)
        try:
            status, seconds = self._sender.send(signed(entry.content, self._secret, self._clock.now()))
        except (ReceiverRefused, NetworkError, ProtocolError, UnknownOutcome) as error:
            if isinstance(error, ReceiverRefused) and entry.tries + 1 >= NOES:
                self._outbox.given_up(entry)
                return self._row(entry, "given up", error.details.get("status"), None)
            if not isinstance(error, UnknownOutcome):
                self._outbox.not_sent(entry)
            self._later(error)
            return None
        self._outbox.delivered(entry)
        return self._row(entry, "delivered", status, seconds)

    def _later(self, error: EclipsError) -> None:
        self._next_try = self._clock.monotonic() + PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        self.trouble = error.message

    def _row(self, entry: OutboxEntry, state: str, status: Any, seconds: float | None) -> JsonObject:
        return {
            "at": iso_text(self._clock.now()),
            "state": state,
            "event": entry.event,
            "run_id": entry.run_id,
            "status": status,
            "milliseconds": None if seconds is None else round(seconds * 1000, 1),
            "tries": entry.tries + 1,
            "in_doubt": entry.in_doubt,
        }
