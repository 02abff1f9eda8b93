"""What is to be sent of a file whose rows may have been sent before: counts, and what was asked for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, StrEnum
from typing import NamedTuple

from eclips_cli.counting import how_many
from eclips_cli.sheets.interface import named_lines

NAMED = 3
"""Keys that a sentence names."""


class RowKind(IntEnum):
    """What a row of a file is."""

    NEW = 0
    KNOWN = 1
    """sent before, as it is"""
    CHANGED = 2
    """sent before, with another task or other data"""
    TWICE = 3
    """the same as an earlier row of the file"""
    TOLD = 4
    """changed, left out, and a person was told"""
    PENDING = 5
    """in a submission that has rows to send"""


class OnDuplicate(StrEnum):
    """What `--on-duplicate` says."""

    STOP = "stop"
    SKIP = "skip"
    CHANGED = "changed"
    SEND = "send"


class Counts(NamedTuple):
    """How many rows of a file are what; `conflicts` are keys that stand twice with different content."""

    rows: int = 0
    new: int = 0
    known: int = 0
    changed: int = 0
    twice: int = 0
    told: int = 0
    pending: int = 0
    failed: int = 0
    conflicts: int = 0
    other_agents: int = 0


class DuplicatesDecision(NamedTuple):
    """`ask` a person, or stop, where `sends` is None; else the kinds of rows to send (none of them: nothing).

    `leaves` says that changed rows are left out, and that it is to be told.
    """

    sends: frozenset[RowKind] | None
    leaves: bool = False


NOTHING: frozenset[RowKind] = frozenset()
EVERYTHING = frozenset(RowKind)
ONLY_NEW = frozenset({RowKind.NEW})
WITH_CHANGED = frozenset({RowKind.NEW, RowKind.CHANGED, RowKind.TOLD})
ASK = DuplicatesDecision(None)


def decide(counts: Counts, choice: OnDuplicate, *, keyed: bool, label_known: bool) -> DuplicatesDecision:
    """What to do with a file. `keyed`: --key says what a row is; `label_known`: rows under its label were accepted."""
    if choice is OnDuplicate.SEND:
        return DuplicatesDecision(EVERYTHING)
    if counts.conflicts:
        return ASK
    if choice is OnDuplicate.SKIP:
        return DuplicatesDecision(ONLY_NEW if counts.new else NOTHING, leaves=counts.changed > 0)
    if choice is OnDuplicate.CHANGED:
        any_to_send = counts.new + counts.changed + counts.told
        return DuplicatesDecision(WITH_CHANGED if any_to_send else NOTHING)
    changed = counts.changed + counts.told
    if not counts.new and not changed:
        return DuplicatesDecision(NOTHING)
    if changed or counts.twice:
        return ASK
    plain = not counts.known and not label_known
    return DuplicatesDecision(ONLY_NEW) if plain or keyed else ASK


def counts_text(counts: Counts, *, twice: Sequence[int] = (), changed: Sequence[str] = ()) -> str:
    """`1,203 rows: 30 new · 1,171 sent before (7 failed) · 2 twice in this file (lines 17 and 904) · …`."""
    parts = [f"{counts.new:,} new"]
    if counts.other_agents:
        parts[0] += f" ({counts.other_agents:,} of them sent before to another agent)"
    if counts.known:
        parts.append(
            f"{counts.known:,} sent before" + (f" ({counts.failed:,} failed)" if counts.failed else "")
        )
    if counts.pending:
        parts.append(f"{counts.pending:,} not sent to their end yet")
    if counts.twice:
        lines = f" ({named_lines(twice)})" if twice else ""
        parts.append(f"{counts.twice:,} twice in this file{lines}")
    if counts.changed + counts.told:
        named = ", ".join(changed[:NAMED])
        more = (
            f" and {counts.changed + counts.told - NAMED:,} more"
            if counts.changed + counts.told > NAMED
            else ""
        )
        parts.append(
            f"{counts.changed + counts.told:,} changed since" + (f" ({named}{more})" if named else "")
        )
    return f"{how_many(counts.rows, 'row')}: {' · '.join(parts)}"
