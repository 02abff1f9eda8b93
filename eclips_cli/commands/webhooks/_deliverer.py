"""`webhooks forward`: the deliveries the API would send, made from what it lists, to a server on this machine.

Deliveries go out one at a time, in order. What is not answered is tried again for as long as it takes; what
is answered with a no is given up after some tries. Killed between the receiver's yes and the note of it, a
forwarder sends that one delivery again: nobody can know better without the receiver's help.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from eclips_cli.commands.webhooks._delivery import signed
from eclips_cli.commands.webhooks._ledger import Ledger, Owed
from eclips_cli.commands.webhooks._place import Place, TargetLock
from eclips_cli.commands.webhooks._sending import Refused, Sender
from eclips_cli.commands.webhooks._transitions import Watch
from eclips_cli.commands.webhooks._view import FORWARDED
from eclips_cli.durations import iso_text
from eclips_cli.errors import (
    EclipsError,
    NetworkError,
    RateLimited,
    ServerError,
    UnknownOutcome,
)
from eclips_cli.json_values import JsonObject
from eclips_cli.output.cells import duration
from eclips_cli.system.processes import SignalsWait

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.waiting import WaitBudget
    from eclips_cli.output.live import Live
    from eclips_cli.output.output import Output

EVERY = 2.0
"""seconds between two looks at the API, or twice as long as a look takes"""
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""seconds before the next try; the last one is repeated"""
NOES = 10
"""tries after which a delivery that is answered with a no is given up"""
IN_A_ROW = 50
"""deliveries after which the API is looked at again"""


class Forwarder:
    """Sends what the ledger owes, in order; `turn` does what can be done now. Pure of terminals."""

    def __init__(self, ledger: Ledger, sender: Sender, secret: bytes, client: EclipsClient) -> None:
        self._ledger, self._sender, self._secret, self._clock = ledger, sender, secret, client.clock
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
            owed = self._ledger.first_owed()
            if owed is None or self._clock.monotonic() < self._next_try:
                return
            # stopped in the middle, it would have to be sent again; and what was made is shown
            with SignalsWait():
                done = self._try(owed)
                if done is None:
                    return
                self.trouble, self._failures = "", 0
                yield done
        self.more = True

    def _try(self, owed: Owed) -> JsonObject | None:
        self._ledger.sending(owed)
        try:
            status, seconds = self._sender.send(signed(owed.content, self._secret, self._clock.now()))
        except (Refused, NetworkError, UnknownOutcome) as error:
            if isinstance(error, Refused) and owed.tries + 1 >= NOES:
                self._ledger.given_up(owed)
                return self._row(owed, "given up", error.details.get("status"), None)
            if not isinstance(error, UnknownOutcome):
                self._ledger.not_sent(owed)
            self._later(error)
            return None
        self._ledger.delivered(owed)
        return self._row(owed, "delivered", status, seconds)

    def _later(self, error: EclipsError) -> None:
        self._next_try = self._clock.monotonic() + PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        self.trouble = error.message

    def _row(self, owed: Owed, state: str, status: Any, seconds: float | None) -> JsonObject:
        return {
            "at": iso_text(self._clock.now()),
            "state": state,
            "event": owed.event,
            "run_id": owed.run_id,
            "status": status,
            "milliseconds": None if seconds is None else round(seconds * 1000, 1),
            "tries": owed.tries + 1,
            "in_doubt": owed.in_doubt,
        }


class Forwarding:
    """One `webhooks forward`, until Ctrl-C, SIGTERM, or an outage of the API that outlasts the budget."""

    def __init__(
        self, client: EclipsClient, sender: Sender, secret: bytes, output: Output, budget: WaitBudget
    ) -> None:
        self._client, self._sender, self._secret, self._output = client, sender, secret, output
        self._clock, self._budget = client.clock, budget
        self._count, self._last = 0, 0.0
        self._said = ""

    def run(self, place: Place, since: float | None) -> None:
        """Go on where the last one stopped, or begin: from now on, or from `since` on."""
        with TargetLock(place.lock, place.target):
            ledger = Ledger(place.ledger)
            try:
                self._forward(ledger, since)
            except KeyboardInterrupt:
                self._output.note("stopped; the same command goes on where this one stopped")
                raise
            finally:
                ledger.close()

    def _forward(self, ledger: Ledger, since: float | None) -> None:
        watch = Watch(self._client, ledger)
        resumed = ledger.fact("mark") if since is None else None
        if resumed is None:
            watch.begin(since)
        self._say_ready(ledger, resumed)
        forwarder = Forwarder(ledger, self._sender, self._secret, self._client)
        with self._output.live() as live:
            self._output.endless(self._rows(watch, forwarder, ledger, live), FORWARDED)

    def _say_ready(self, ledger: Ledger, resumed: float | None) -> None:
        begin = ledger.fact("horizon") or 0.0
        if resumed is not None:
            ago = duration(max(0.0, self._clock.now() - resumed))
            owed = ledger.owed()
            text = f"forwarding to {self._sender.url} from where it stopped, {ago} ago; {owed} left from then"
        else:
            text = f"forwarding to {self._sender.url} what happens from {iso_text(begin)} on; Ctrl-C stops"
        if self._output.format == "json":
            said = {"to": self._sender.url, "from": iso_text(begin), "resumed": resumed is not None}
            self._output.ready(said, text)
        else:
            self._output.announce(text)
        doubtful = ledger.first_owed()
        if doubtful is not None and doubtful.in_doubt:
            self._output.warn(
                f"{doubtful.event} of run {doubtful.run_id} was being sent when the last one was stopped: "
                "it is sent again, and may come twice"
            )

    def _rows(self, watch: Watch, forwarder: Forwarder, ledger: Ledger, live: Live) -> Iterator[JsonObject]:
        """What was delivered, as it is; between the looks a terminal is told how it stands."""
        next_look = self._clock.monotonic()
        while True:
            begun = self._clock.monotonic()
            if begun >= next_look:
                self._look(watch)
                now = self._clock.monotonic()
                next_look = now + max(EVERY, 2 * (now - begun))
            for row in forwarder.turn():
                self._count += 1
                self._last = self._clock.monotonic()
                self._say_trouble("")
                yield from self._shown(row)
            self._say_trouble(forwarder.trouble)
            if not forwarder.more:
                self._rest(next_look, ledger, live)

    def _look(self, watch: Watch) -> None:
        """Look at the API; in passing trouble what is owed is delivered all the same."""
        try:
            watch.look()
        except (NetworkError, ServerError, RateLimited) as error:
            self._budget.endure(error)
        else:
            self._budget.good()

    def _shown(self, row: JsonObject) -> Iterator[JsonObject]:
        if row["state"] == "delivered":
            yield row if self._output.endless_format != "table" else _line(row)
        else:
            self._output.warn(
                f"given up after {row['tries']} tries: {row['event']} of run {row['run_id']}: "
                f"the receiver answers {row['status']}"
            )

    def _say_trouble(self, trouble: str) -> None:
        if trouble == self._said:
            return
        self._said = trouble
        if trouble:
            self._output.warn(f"{trouble}; trying again until it works")
        else:
            self._output.note("the receiver answers again")

    def _rest(self, until: float, ledger: Ledger, live: Live) -> None:
        while (left := until - self._clock.monotonic()) > 0:
            if live.moving:
                live.status("watching", self._words(ledger))
            self._clock.sleep(min(left, 1.0))

    def _words(self, ledger: Ledger) -> str:
        waiting = ledger.owed()
        parts = [f"{self._count:,} delivered"]
        if self._count:
            parts.append(f"the last {duration(self._clock.monotonic() - self._last)} ago")
        if waiting:
            parts.append(f"{waiting:,} waiting")
        return f"the runs · {', '.join(parts)} · for"


def _line(row: JsonObject) -> JsonObject:
    """A delivery as a line for a person."""
    told = f"{row['status']} in {row['milliseconds']:.0f} ms"
    answered = told if row["tries"] == 1 else f"{row['status']}, try {row['tries']}"
    return {**row, "event": row["event"].ljust(19), "answered": answered}
