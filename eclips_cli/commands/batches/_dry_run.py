"""What `submit --dry-run` says: what each row of the file is, what would be sent of it, and the first rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from eclips_cli.commands.batches._account import EVERYTHING, Accounts, Scope
from eclips_cli.commands.batches._elsewhere import Elsewhere
from eclips_cli.commands.batches._preview import preview, show_preview
from eclips_cli.commands.batches._sorting import Sorted, sorted_rows
from eclips_cli.commands.batches._stops import doubtful_elsewhere
from eclips_cli.commands.batches._submitting import decided, go_on_with
from eclips_cli.commands.batches.plan.decision import OnDuplicate, RowKind, counts_text
from eclips_cli.counting import how_many
from eclips_cli.errors import EclipsError, UsageError

if TYPE_CHECKING:
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.commands.batches._record import Order
    from eclips_cli.commands.batches._submissions import Submissions
    from eclips_cli.commands.batches._submitting import SubmitChoices
    from eclips_cli.output.output import Output


def dry_run(
    output: Output,
    submissions: Submissions,
    connect: Callable[[], EclipsClient],
    order: Order,
    asked: SubmitChoices,
) -> int:
    """Say what the command would do; the number of rows that would be sent. Raises UsageError for a bad file."""
    scope = _scope(submissions, connect)
    found = sorted_rows(submissions, lambda: scope, order)
    kinds = frozenset[RowKind]()
    stop: UsageError | None = None
    try:
        kinds = _would_send(output, submissions, connect, scope, order, found, asked)
    except UsageError as error:
        stop = error
    output.announce(counts_text(found.counts, twice=found.twice, changed=found.changed))
    seen = preview(order, lambda index: found.kinds[index] in kinds)
    for remark in [*order.source.remarks, *found.equal_tasks]:
        output.note(remark)
    show_preview(output, order.name, order.agent, seen)
    if stop is not None:
        output.announce(f"it would stop: {stop.message}")
        if stop.hint:
            output.hint(stop.hint)
    return seen.rows


def _would_send(
    output: Output,
    submissions: Submissions,
    connect: Callable[[], EclipsClient],
    scope: Scope,
    order: Order,
    found: Sorted,
    asked: SubmitChoices,
) -> frozenset[RowKind]:
    """The kinds of rows that would be sent. Raises UsageError where the command would stop."""
    if go_on_with(submissions, scope, order, found):
        return frozenset({RowKind.PENDING})
    if found.counts.new and asked.choice is not OnDuplicate.SEND:
        _mark_elsewhere(output, submissions, connect, order, found, asked)
    return decided(submissions, scope, order, found, asked).sends or frozenset()


def _mark_elsewhere(
    output: Output,
    submissions: Submissions,
    connect: Callable[[], EclipsClient],
    order: Order,
    found: Sorted,
    asked: SubmitChoices,
) -> None:
    """Mark rows that other machines sent as known; without a key, or with the API out of reach, say nothing of them."""
    if not connect().has_key:
        return
    try:
        strangers = Elsewhere(submissions, connect().batches, output.note).find(order, found)
    except EclipsError as error:
        output.note(f"whether rows were sent from elsewhere can't be told now: {error.message}")
        return
    for one in strangers:
        if not one.indexes:
            raise doubtful_elsewhere(order, one, asked.command)
        output.note(
            f"{how_many(len(one.indexes), 'row was', 'rows were')} submitted from elsewhere{one.day}, as {one.words}"
        )
        for index in one.indexes:
            found.kinds[index] = RowKind.KNOWN


def _scope(submissions: Submissions, connect: Callable[[], EclipsClient]) -> Scope:
    """The accounts to count; all of them where there is no key, or nobody can be asked whose it is."""
    if not submissions.has_journal or not connect().has_key:
        return EVERYTHING
    try:
        return Accounts(submissions, connect).scope
    except EclipsError:
        return EVERYTHING
