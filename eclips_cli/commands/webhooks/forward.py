"""`eclips webhooks forward`."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.api.waiting import WaitBudget
from eclips_cli.commands._period import WHEN
from eclips_cli.commands.webhooks._deliverer import Deliverer, DeliverySender
from eclips_cli.commands.webhooks._forward_state import ForwardState, TargetLock
from eclips_cli.commands.webhooks._options import SecretEnv, SecretFile, SecretOf
from eclips_cli.commands.webhooks._outbox import Outbox
from eclips_cli.commands.webhooks._secret import secret_or_made
from eclips_cli.commands.webhooks._transitions import TransitionWatch
from eclips_cli.commands.webhooks._view import FORWARDED
from eclips_cli.durations import iso_text, local_time, parse_instant
from eclips_cli.errors import KeyRejected, NetworkError, RateLimited, ServerError, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.output.cells import duration
from eclips_cli.output.live import Live
from eclips_cli.output.output import Output
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient

AHEAD = 3600.0
"""seconds that this machine's clock may be behind the server's, whose time may have been pasted"""
EVERY = 2.0
"""seconds between two looks at the API, or twice as long as a look takes"""


def forward(
    ctx: typer.Context,
    to: Annotated[str, typer.Option(metavar="URL", help="http:// to this machine, or https://…")],
    since: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help=f"Begin with what happened then: {WHEN}; 0s is now."),
    ] = None,
    secret_file: SecretFile = None,
    secret_env: SecretEnv = None,
    secret_of: SecretOf = None,
) -> None:
    """Send deliveries of real runs to a local server: no tunnel, no registered webhook.

    The API is watched for runs that complete, fail or need a person, and for each the delivery that it
    would send goes to URL, signed, in order, until it is answered 2xx; while the server is down it is tried
    again. It begins with what happens from now on, and the next time goes on where it stopped, however URL
    is spelled. Killed
    right between an answer and the note of it, it sends that one delivery again (and says so): check
    the run id. A delivery that is answered with another status ten times is given up.

    Examples:
      eclips webhooks forward --to http://127.0.0.1:3000/hook --secret-file hook.secret
      eclips webhooks forward --to http://127.0.0.1:3000/hook --since 2h -o jsonl
    """
    session: Session = ctx.obj
    sender = DeliverySender(to, session.intercept)
    now = session.clock.now()
    if since and parse_instant(since, now) > now + AHEAD:
        raise UsageError(f"--since {since} is yet to come", hint="0s begins now")
    state = ForwardState.of(
        session.settings, session.environ, to, sender.target, only_showing=session.options.dry_run
    )
    announce = session.output.announce
    secret = secret_or_made(session.environ, secret_file, secret_env, secret_of, announce)
    budget = session.wait_budget(doing="watching")
    # each look is tried a few times alone: between two of them what is owed is delivered
    client = session.client.within(WaitBudget(session.clock, None))
    Forwarding(client, sender, secret, session.output, budget).run(
        state, partial(parse_instant, since) if since else None
    )


class Forwarding:
    """One `webhooks forward`, until Ctrl-C, SIGTERM, or an outage of the API that outlasts the budget."""

    def __init__(
        self,
        client: "EclipsClient",
        sender: DeliverySender,
        secret: bytes,
        output: Output,
        budget: WaitBudget,
    ) -> None:
        self._client, self._sender, self._secret, self._output = client, sender, secret, output
        self._clock, self._budget = client.clock, budget
        self._count, self._last = 0, 0.0
        self._said = ""

    def run(self, state: ForwardState, since: Callable[[float], float] | None) -> None:
        """Go on where the last one stopped, or begin: from now on, or from what `since` makes of the server's now."""
        with TargetLock(state.lock, state.shown):
            outbox = Outbox(state.opened(), anew=since is not None)
            try:
                self._forward(outbox, since)
            except KeyboardInterrupt:
                self._output.stopped("stopped; the same command goes on where this one stopped")
                raise
            finally:
                outbox.close()

    def _forward(self, outbox: Outbox, since: Callable[[float], float] | None) -> None:
        resumed = outbox.fact("mark") if since is None else None
        if resumed is None:
            # nothing is owed yet: it waits for the API as any other wait does
            TransitionWatch(self._client.within(self._budget), outbox).begin(since)
        watch = TransitionWatch(self._client, outbox)
        self._say_ready(outbox, resumed)
        deliverer = Deliverer(outbox, self._sender, self._secret, self._client)
        with self._output.live() as live:
            self._output.endless(self._rows(watch, deliverer, outbox, live), FORWARDED)

    def _say_ready(self, outbox: Outbox, resumed: float | None) -> None:
        begin = outbox.fact("horizon") or 0.0
        if resumed is not None:
            ago = duration(max(0.0, self._clock.now() - resumed))
            owed = outbox.waiting()
            text = f"forwarding to {self._sender.target.shown} from where it stopped, {ago} ago; {owed} left from then"
        else:
            when = f"{local_time(begin):%Y-%m-%d %H:%M:%S %Z}"
            text = f"forwarding to {self._sender.target.shown} what happens from {when} on; Ctrl-C stops"
        if self._output.format == "json":
            said = {"to": self._sender.target.shown, "from": iso_text(begin), "resumed": resumed is not None}
            self._output.ready(said, text)
        else:
            self._output.announce(text)
        doubtful = outbox.first()
        if doubtful is not None and doubtful.in_doubt:
            self._output.warn(
                f"{doubtful.event} of run {doubtful.run_id} was being sent when the last one was stopped: "
                "it is sent again, and may come twice"
            )

    def _rows(
        self, watch: TransitionWatch, deliverer: Deliverer, outbox: Outbox, live: Live
    ) -> Iterator[JsonObject]:
        """What was delivered, as it is; between the looks a terminal is told how it stands."""
        next_look = self._clock.monotonic()
        while True:
            begun = self._clock.monotonic()
            if begun >= next_look:
                self._look(watch)
                now = self._clock.monotonic()
                next_look = now + max(EVERY, 2 * (now - begun))
            for row in deliverer.turn():
                self._count += 1
                self._last = self._clock.monotonic()
                self._say_trouble("")
                yield from self._shown(row)
            self._say_trouble(deliverer.trouble)
            if not deliverer.more:
                self._rest(next_look, outbox, live)

    def _look(self, watch: TransitionWatch) -> None:
        """Look at the API; in passing trouble what is owed is delivered all the same."""
        try:
            watch.look()
        except (NetworkError, ServerError, RateLimited) as error:
            self._budget.endure(error)
        except KeyRejected as error:
            if not error.may_be_renewed:
                raise
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

    def _rest(self, until: float, outbox: Outbox, live: Live) -> None:
        while (left := until - self._clock.monotonic()) > 0:
            if live.moving:
                live.status("watching", self._words(outbox))
            self._clock.sleep(min(left, 1.0))

    def _words(self, outbox: Outbox) -> str:
        waiting = outbox.waiting()
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
