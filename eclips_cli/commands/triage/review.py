"""`eclips triage review`: from the first look at the queue to the summary, on a terminal that is given back in order."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from eclips_cli.commands.triage._known import ItemReader
from eclips_cli.commands.triage._options import filtered, item_reader
from eclips_cli.commands.triage._queue import Queue, remarks, why_empty
from eclips_cli.commands.triage._review.background import BackgroundReader, send
from eclips_cli.commands.triage._review.controller import Review
from eclips_cli.commands.triage._review.delayed_sender import DelayedSender
from eclips_cli.commands.triage._review.items import PendingDecision, ReviewItems
from eclips_cli.commands.triage._review.screen import render
from eclips_cli.commands.triage._view import REVIEWED
from eclips_cli.commands.triage._wanted import Wanted
from eclips_cli.durations import parse_duration
from eclips_cli.errors import PartialFailure, Terminated
from eclips_cli.json_values import JsonObject
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.output.output import Output
    from eclips_cli.output.terminal import Display

LOOK_EVERY = 8.0
"""seconds between two looks at the queue"""
TICK = 0.25
"""seconds between two drawings while a grace runs down; nothing is drawn without a change otherwise"""
FINISH = 45.0
"""seconds in which decisions are still sent after the person has left"""


@filtered
def review(
    ctx: typer.Context,
    wanted: Wanted,
    grace: Annotated[
        str, typer.Option(metavar="DURATION", help="How long a decision can be undone before it is sent.")
    ] = "4s",
) -> int:
    """Decide the queue item by item, with one key each.

    One item a screen: the money and the reason first, what the agent did, its output. a approves,
    r rejects with a reason, s skips, u undoes within a few seconds, ? shows all keys, q leaves with a summary.

    Decisions are sent while you read on, after a check that nobody else was faster; one that failed comes
    back with its error. However a review ends, what was decided is sent, and nothing else.
    ≠ marks an item whose output speaks of other money than its input. Ctrl-Z gives the terminal back until `fg`.
    Options marked * are filters of this program's own.

    Examples:
      eclips triage review
      eclips triage review --min-amount 10000 --sort amount
      eclips triage review --agent ap_specialist -o json > decided.json
      eclips --sandbox triage review
    """
    session: Session = ctx.obj
    notice = "dry run" if session.options.dry_run else "sandbox" if session.settings.sandbox else ""
    seconds = parse_duration(grace)
    instead = "eclips triage list; then: eclips triage approve ITEM, or eclips triage reject ITEM"
    session.output.check_full_screen(instead, no_input=session.settings.no_input)
    reader = item_reader(session, wanted, keeps=True)
    queue = Queue(session.client, wanted.with_details(), reader)
    return review_queue(session.client, session.output, queue, reader, grace=seconds, notice=notice)


def review_queue(
    client: EclipsClient, output: Output, queue: Queue, reader: ItemReader, *, grace: float, notice: str
) -> int:
    """Walk a person through the queue; the exit code. `notice` stands at the top.

    However it ends, what was decided is sent, and nothing else. Raises PartialFailure when decisions
    failed, KeyboardInterrupt and Terminated after Ctrl-C and the like.
    """
    found = queue.decidable()
    for text in remarks(queue):
        output.announce(text)
    if not found:
        output.note(why_empty(queue, client))
        return 0
    clock = client.clock
    items = ReviewItems([detail.item for detail in found], reader.input_of, queue.wanted.amount_field)
    review = Review(items, grace=grace, monotonic=clock.monotonic, now=clock.now)
    review.state.notice = notice
    sender = DelayedSender(lambda decided: send(client, decided, review), clock.monotonic)
    again = Queue(client, queue.wanted, reader)
    background = BackgroundReader(
        client, lambda: [detail.item for detail in again.all()], review, every=LOOK_EVERY
    )
    review.work_with(sender, background)
    background.start()
    with _SignalsIgnored():
        try:
            with output.full_screen(review.said) as display:
                review.wake = display.wake
                play(review, display, color=output.stderr_color)
        finally:
            background.stop()
            gone = review.left in ("closed", "hangup") or not review.left
            # a terminal that is gone by now must not stop the sending
            with contextlib.suppress(OSError):
                if sender.busy and not gone:
                    output.announce(f"sending {sender.busy} …")
            unsent = sender.finish(FINISH)
            review.refresh()
        return _Conclusion(output, review, unsent).told()


def play(review: Review, display: Display, *, color: bool) -> None:
    """Show and take keys until the review is over."""
    while not review.left:
        state = review.refresh()
        page = render(state, *display.size(), color=color)
        review.laid_out(page.furthest, page.page)
        display.draw(page.lines, page.cursor)
        key = display.read(TICK if state.busy or state.message[0] else 60.0)
        if key is not None:
            review.press(key)


class _SignalsIgnored:
    """While entered, what would end the program is ignored, except where the screen takes it as a key.

    What was decided is sent within a bounded time; Ctrl-C twice, or a terminal's hang-up in the middle of
    that, must not lose it.
    """

    def __enter__(self) -> None:
        main = threading.current_thread() is threading.main_thread()
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if main else ()
        self._before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}

    def __exit__(self, *_exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


class _Conclusion:
    """What a review came to, said to the person and to scripts."""

    def __init__(self, output: Output, review: Review, unsent: list[PendingDecision]) -> None:
        self._output, self._review, self._unsent = output, review, unsent

    def told(self) -> int:
        """Say it; the exit code. Raises what `review_queue` raises."""
        left, items = self._review.left, self._review.items
        gone = left in ("closed", "hangup")
        # a terminal may also go while this is said; a full disk after a review that was ended is an error
        with contextlib.suppress(*([] if left == "done" else [OSError])):
            if not (gone and self._output.stderr_is_terminal):
                self._talk()
            if not (gone and self._output.stdout_is_terminal):
                self._results()
        if left == "interrupt":
            raise KeyboardInterrupt
        if left != "done":
            raise Terminated
        failed = len(items.failed) + len(self._unsent)
        if failed:
            raise PartialFailure(
                f"{failed} of {len(items.sent) + failed} decisions failed", hint="eclips triage list"
            )
        return 0

    def _results(self) -> None:
        if self._review.shown:
            for text in self._review.shown:
                self._output.line(text)
        elif self._review.items.sent:
            self._output.items(map(_row, self._review.items.sent), REVIEWED)

    def _talk(self) -> None:
        output, items = self._output, self._review.items
        for text in self._review.notices:
            output.announce(text)
        for decided in items.failed.values():
            output.warn(f"{decided.decision.verb} {decided.item.id}: {decided.item.error}")
        for decided in self._unsent:
            output.warn(f"not sent, or not known to have arrived; to do it again: {_command(decided)}")
        output.note(self._tally())

    def _tally(self) -> str:
        items = self._review.items
        approved = sum(decided.decision.verb == "approve" for decided in items.sent)
        gone = [*items.gone, *(item for item in items.waiting if item.gone)]
        undecided = [item for item in items.waiting if item.id not in items.failed and not item.gone]
        counts = [
            (approved, "approved"), (len(items.sent) - approved, "rejected"), (len(items.skipped), "skipped"),
            (len(gone), "resolved by somebody else"), (len(items.failed) + len(self._unsent), "failed"),
            (len(undecided), "not decided"),
        ]  # fmt: skip
        said = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing was decided"
        return f"dry run, nothing was sent: {said}" if self._review.shown else said


def _row(decided: PendingDecision) -> JsonObject:
    """An answer of the API's with what it was about, for the summary."""
    detail = decided.item.detail
    amount = None if detail.amount is None else detail.amount.shown
    about = {"amount": amount, "amounts": detail.amounts_in_short, "title": detail.name}
    return {**decided.answer, **about, "note": decided.decision.note}


def _command(decided: PendingDecision) -> str:
    """The command that decides the same."""
    from shlex import quote

    from eclips_cli.command_line import command

    decision = decided.decision
    option = "--note" if decision.verb == "approve" else "--reason"
    note = f" {option} {quote(decision.note)}" if decision.note else ""
    return command(f"triage {decision.verb}{note}", decided.item.id)
