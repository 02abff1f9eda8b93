"""Where a submission stops before anything is sent: the errors, each with the ways on as commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from eclips_cli.command_line import command
from eclips_cli.commands.batches._sorting import Sorted, unsent_rows
from eclips_cli.commands.batches.plan.decision import counts_text
from eclips_cli.counting import how_many
from eclips_cli.errors import UsageError

if TYPE_CHECKING:
    from eclips_cli.commands.batches._elsewhere import Stranger
    from eclips_cli.commands.batches._record import Order
    from eclips_cli.commands.batches._submissions import Submissions


Typed = Callable[..., str]
"""what was typed, as a command to paste with the options that it is called with"""


def undecided(order: Order, found: Sorted, typed: Typed) -> UsageError:
    """The error for a file whose rows may have been sent before, with the ways on as commands."""
    counts, label = found.counts, order.source.label
    if found.conflicts:
        return UsageError(
            f"{label}: a key stands twice with different content: {found.conflicts[0]}; nothing was sent "
            f"({text_of(found)})",
            hint=f"mend the file, or send every row as it is: {typed('--again')}",
        )
    ways = []
    if counts.new:
        ways.append(f"only the new rows: {typed('--on-duplicate', 'skip')}")
    if counts.changed + counts.told:
        ways.append(f"what is new or changed: {typed('--on-duplicate', 'changed')}")
    ways.append(f"all rows again: {typed('--again')}")
    why = "some of its rows were sent before"
    if not counts.known + counts.changed + counts.told:
        why = "rows of this name were sent before" if not counts.twice else "rows stand twice in it"
    return UsageError(f"{label}: {why}; nothing was sent ({text_of(found)})", hint="; ".join(ways))


def doubtful_elsewhere(order: Order, one: Stranger, typed: Typed) -> UsageError:
    """The error for a job of another machine that may hold rows of the file."""
    return UsageError(
        f"batch {one.words} was submitted from elsewhere{one.day} and has tasks of {order.source.label}; nothing "
        "tells whether they are the same rows: nothing was sent",
        hint=f"see it: {command('batches get', str(one.job['id']))}; if it is other work, submit with another --name; "
        f"to send all rows all the same: {typed('--again')}",
        candidates=[one.job["id"]],
    )


def check_accounts(submissions: Submissions, order: Order, found: Sorted) -> None:
    """Raise UsageError where rows of the file are unsent in another account, or nobody can tell whose they are."""
    for of in found.foreign.values():
        whose = f"of #{of.key} ({of.label})"
        left = how_many(unsent_rows(submissions, of), f"row {whose} is", f"rows {whose} are")
        raise UsageError(
            f"{left} not sent yet, and it was begun "
            f"with another key (profile {of.profile!r}), of another account; nothing was sent",
            hint=f"use a key of its account, or give them up: eclips batches cancel {of.key} --unsent",
        )
    for of in found.doubtful.values():
        raise UsageError(
            f"rows of {order.source.label} were submitted as #{of.key} with another key, and nothing tells "
            "whether this one is the same account's; nothing was sent",
            hint="if it is, and was only renewed: the same command with --rotated-key",
        )


def text_of(found: Sorted) -> str:
    """What a file's rows are, in a sentence."""
    return counts_text(found.counts, twice=found.twice, changed=found.changed)
