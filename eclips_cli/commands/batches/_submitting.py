"""From an order to what is sent of it: rows sorted, what is unfinished first, other machines, a decision, one record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eclips_cli.commands.batches._elsewhere import Elsewhere, adopt
from eclips_cli.commands.batches._record import Order, record, while_current
from eclips_cli.commands.batches._send import OVER, Sender, Sent
from eclips_cli.commands.batches._sorting import (
    Sorted,
    has_label,
    is_covered,
    sorted_rows,
    unfinished_of,
    unsent_rows,
)
from eclips_cli.commands.batches._stops import Typed, check_accounts, doubtful_elsewhere, text_of, undecided
from eclips_cli.commands.batches.plan.decision import (
    ASK,
    DuplicatesDecision,
    OnDuplicate,
    RowKind,
    decide,
)
from eclips_cli.counting import how_many
from eclips_cli.durations import iso_text
from eclips_cli.errors import UsageError
from eclips_cli.records.journal import Outdated, Submission

if TYPE_CHECKING:
    from eclips_cli.commands.batches._account import Scope
    from eclips_cli.commands.batches._submissions import Submissions


@dataclass(frozen=True)
class SubmitChoices:
    """What a person said about rows that were sent before, and how to ask where nothing was said.

    `command` is what was typed with other options, for hints; `ask` gives the kinds of rows to send, or None where
    nobody can be asked, `confirm` asks for a yes where somebody can be; `note` is told counts, `tell` what has
    to be said in spite of --quiet; `approve` sees a new submission before anything is sent, and may raise.
    """

    choice: OnDuplicate = OnDuplicate.STOP
    command: Typed = lambda *added: " ".join(("the same command", *added))
    ask: Callable[[str], frozenset[RowKind] | None] = lambda _question: None
    note: Callable[[str], None] = lambda _text: None
    tell: Callable[[str], None] = lambda _text: None
    approve: Callable[[Submission], None] = lambda _submission: None
    confirm: Callable[[str], None] = lambda _question: None


@dataclass
class Submitted:
    """What a submission came to: `sent` is followed, `code` 13 where changed rows were left out; what rows are what."""

    sent: list[Sent]
    rows: Sorted
    left_out: bool = False


def submit_order(submissions: Submissions, sender: Sender, order: Order, asked: SubmitChoices) -> Submitted:
    """Send a file's rows that are to be sent, or go on where an earlier run stopped.

    Raises UsageError for a bad file and for what nobody decided, LocalFailure when the journal can't be kept or
    another process is at it, and what `Sender.finish` raises.
    """
    looked_elsewhere = asked.choice is OnDuplicate.SEND

    def work() -> Submitted:
        nonlocal looked_elsewhere
        sender.accounts.look_again()
        version = submissions.journal.version
        found = sorted_rows(submissions, lambda: sender.accounts.scope, order)
        try:
            going_on = go_on_with(submissions, sender.accounts.scope, order, found)
            if going_on:
                return Submitted([_finished(submissions, sender, of) for of in going_on], found)
            if found.counts.new and not looked_elsewhere:
                if _adopted(submissions, sender, order, found, asked):
                    found = sorted_rows(submissions, lambda: sender.accounts.scope, order)
                looked_elsewhere = True
            decision = decided(submissions, sender.accounts.scope, order, found, asked)
        except UsageError:
            _check_free(submissions, found)
            if submissions.journal.version != version:
                raise Outdated from None  # what was found is not so any more
            raise
        if not decision.sends:
            return _nothing_sent(submissions, found, decision)
        new = _recorded(submissions, sender, order, found, decision, asked)
        return Submitted([new], found, decision.leaves)

    return while_current(work)


def _check_free(submissions: Submissions, found: Sorted) -> None:
    """Raise Busy where another process is sending rows of the file."""
    for key in found.pending:
        with submissions.lock_of(submissions.journal.submission(key)):
            continue


def go_on_with(submissions: Submissions, scope: Scope, order: Order, found: Sorted) -> Sequence[Submission]:
    """The submissions that hold the file's rows unsent, where the file is as it was: they are finished.

    Raises UsageError, with both ways on, where it was changed since, or where they are another account's.
    """
    check_accounts(submissions, order, found)
    unfinished = [
        of for of in unfinished_of(submissions, scope, order, found) if unsent_rows(submissions, of)
    ]
    if not unfinished:
        return ()
    counts = found.counts
    unchanged = not counts.new and not counts.changed and not found.pending_changed
    if unchanged and all(is_covered(submissions, of, found) for of in unfinished):
        return unfinished
    of = unfinished[-1]
    rows = unsent_rows(submissions, of)
    left = how_many(rows, "row of it is", "rows of it are")
    raise UsageError(
        f"{of.label} was submitted as #{of.key} on {_day(of)}, and {left} not sent yet; what is to be sent now "
        f"is not the same: nothing was sent ({text_of(found)})",
        hint=f"`eclips batches resume {of.key}` sends the rest as it was, `eclips batches cancel {of.key} --unsent` "
        "gives it up; then this command again",
        submission=of.key,
    )


def decided(
    submissions: Submissions, scope: Scope, order: Order, found: Sorted, asked: SubmitChoices
) -> DuplicatesDecision:
    """Which rows are to be sent, by what was said or is answered now. Raises UsageError where nobody decides."""
    counts, label_known = found.counts, is_label_known(submissions, scope, order)
    decision = decide(counts, asked.choice, keyed=bool(order.names), label_known=label_known)
    for pair in found.near:
        asked.tell(f"the keys {pair} differ by blanks or case only: they are different rows")
    if counts.new != counts.rows or counts.other_agents:
        asked.note(text_of(found))
    if decision == ASK:
        answer = asked.ask(_question(order, found))
        if answer is None:
            raise undecided(order, found, asked.command)
        return DuplicatesDecision(answer)
    if decision.sends and counts.other_agents:
        asked.confirm(f"Send rows to {order.agent} that were sent to another agent before?")
    return decision


def is_label_known(submissions: Submissions, scope: Scope, order: Order) -> bool:
    """Whether rows under this label were ever accepted, for this agent and account."""
    return any(
        scope.holds(of)
        and of.agent == order.agent
        and has_label(of, order)
        and any(job.is_sent for job in submissions.jobs(of))
        for of in submissions.known()
        if submissions.target.is_api_of(of)
    )


def _adopted(
    submissions: Submissions, sender: Sender, order: Order, found: Sorted, asked: SubmitChoices
) -> bool:
    """Write down what other machines sent; whether there was any. Raises UsageError for what can't be told."""
    strangers = Elsewhere(submissions, sender.batches, asked.note).find(order, found)
    for one in strangers:
        if not one.indexes:
            raise doubtful_elsewhere(order, one, asked.command)
    if not strangers:
        return False
    adopt(submissions, order, strangers, sender.accounts.scope.account)
    for one in strangers:
        rows = how_many(len(one.indexes), "row was", "rows were")
        asked.note(f"{rows} submitted from elsewhere{one.day}, as {one.words}")
    return True


def _recorded(
    submissions: Submissions,
    sender: Sender,
    order: Order,
    found: Sorted,
    decision: DuplicatesDecision,
    asked: SubmitChoices,
) -> Sent:
    """Write the rows down and send them, under the submission's lock."""
    sends = decision.sends or frozenset()

    def approve(new: Submission) -> None:
        for remark in found.equal_tasks:
            asked.note(remark)
        asked.approve(new)

    with ExitStack() as held:
        new = record(
            submissions.journal,
            order,
            lambda index: found.kinds[index] in sends,
            now=submissions.clock.now(),
            account=sender.accounts.scope.account,
            known=found.journal_keys,
            hold=lambda draft: held.enter_context(submissions.lock_of(draft)),
            approve=approve,
        )
        return sender.finish(new, gone_on=False)


def _finished(submissions: Submissions, sender: Sender, of: Submission) -> Sent:
    with submissions.lock_of(of):
        return sender.finish(of)


def _nothing_sent(submissions: Submissions, found: Sorted, decision: DuplicatesDecision) -> Submitted:
    """Nothing is sent; what was sent before and has not ended is gone on with."""
    sent = [
        Sent(of, 0, True, all(job.state in OVER for job in submissions.jobs(of)))
        for of in sorted(found.known_in.values(), key=lambda of: of.created_at)
    ]
    return Submitted(sent, found, decision.leaves)


def _question(order: Order, found: Sorted) -> str:
    return f"{order.source.label}: {text_of(found)}"


def _day(of: Submission) -> str:
    return iso_text(of.created_at)[:10]
