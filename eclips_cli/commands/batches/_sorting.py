"""Each row of a file beside what is known of it: new, sent before, changed since, twice, or not sent to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from eclips_cli.commands.batches._known_rows import KnownRows, Standing, content_of, contents_of, has_key
from eclips_cli.commands.batches._near_keys import near_to_sent
from eclips_cli.commands.batches.plan import planned_jobs
from eclips_cli.commands.batches.plan.decision import Counts, RowKind
from eclips_cli.commands.batches.plan.jobs import task_columns
from eclips_cli.commands.batches.plan.repeats import EqualTasks, Repeats
from eclips_cli.commands.batches.plan.row_digests import RowDigester, key_text
from eclips_cli.records.journal import UNSENT, Submission
from eclips_cli.sheets.interface import Problems, bad_rows

if TYPE_CHECKING:
    from eclips_cli.commands.batches._account import Scope
    from eclips_cli.commands.batches._record import Order
    from eclips_cli.commands.batches._submissions import Submissions

AT_ONCE = 500
"""Rows that the journal is asked about at once."""
NAMED = 5
"""Lines and keys that are kept to be named."""


@dataclass
class Sorted:
    """What each row of a file is (`kinds`, a `RowKind` a row), and the digests that it is known by.

    `pending` has, for each submission with rows of the file unsent, those rows' indexes in it; `foreign`
    and `doubtful` are such submissions of other accounts, and of those that may be this one. `known_in`
    has the submissions that known rows were sent in last. `journal_keys` are those that it had, before it was
    asked; `equal_tasks` says which rows have one task.
    """

    known: KnownRows
    journal_keys: frozenset[str]
    kinds: bytearray = field(default_factory=bytearray)
    rows: Repeats = field(default_factory=Repeats)
    pending: dict[str, set[int]] = field(default_factory=dict)
    pending_changed: int = 0
    foreign: dict[str, Submission] = field(default_factory=dict)
    doubtful: dict[str, Submission] = field(default_factory=dict)
    known_in: dict[str, Submission] = field(default_factory=dict)
    failed: set[int] = field(default_factory=set)
    conflicts: list[str] = field(default_factory=list)
    other_agents: int = 0
    twice: list[int] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    changes: list[tuple[bytes, bytes]] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    equal_tasks: list[str] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        """How many rows are what."""
        of = {kind: self.kinds.count(kind) for kind in RowKind}
        return Counts(
            rows=len(self.kinds),
            new=of[RowKind.NEW],
            known=of[RowKind.KNOWN],
            changed=of[RowKind.CHANGED],
            twice=of[RowKind.TWICE],
            told=of[RowKind.TOLD],
            pending=of[RowKind.PENDING],
            failed=len(self.failed),
            conflicts=len(self.conflicts),
            other_agents=self.other_agents,
        )


def sorted_rows(submissions: Submissions, scope: Callable[[], Scope], order: Order) -> Sorted:
    """Read and check the whole file, and then ask the journal about each row. Raises UsageError for bad rows.

    `scope` gives the accounts that count, when the first row is found: it may need a key, and the network.
    """
    journal_keys = submissions.keys
    known = KnownRows(submissions, scope, order.agent, order.names)
    found = Sorted(known, journal_keys)
    problems, near, contents = Problems(), Repeats(), Repeats()
    columns, names, tasks = order.source.columns, order.names, EqualTasks()
    exact = RowDigester(columns, names, watched=task_columns(order.mapping))
    nearly = RowDigester(columns, names, near=True)
    for rows in planned_jobs(order.source, order.mapping, tasks=tasks):
        cells = [row[2] for row in rows]
        found.rows.add(exact.of(cells))
        if names:
            near.add(nearly.of(cells))
            for line, _, one in rows:
                if not has_key(one, columns, names):
                    problems.add(line, f"the key is empty ({' and '.join(names)})")
        if known.any:
            contents.add(contents_of(rows, order.mapping, columns))
    if problems.count:
        raise bad_rows(order.source.label, problems)
    if known.any:
        _ask_journal(found, contents)
    else:
        found.kinds += bytes(len(found.rows))
    changed = (
        [index for index, kind in enumerate(found.kinds) if kind == RowKind.CHANGED] if found.changes else []
    )
    _told(submissions, found)
    equal = tasks.groups()
    found.equal_tasks = tasks.sentences(equal)
    # rows that are the same have the same task, and mostly no two have
    alike = not names and exact.as_written
    groups = found.rows.groups(sorted(chain.from_iterable(equal)) if alike else None)
    sent = near_to_sent(submissions, known, found.kinds, near, names, NAMED)
    _repeated(found, order, groups, near, changed, sent)
    return found


def _ask_journal(found: Sorted, contents: Repeats) -> None:
    for start in range(0, len(found.rows), AT_ONCE):
        indexes = range(start, min(start + AT_ONCE, len(found.rows)))
        made = [found.rows[index] for index in indexes]
        for index, digest, standing in zip(indexes, made, found.known.standings(made), strict=True):
            kind = RowKind.NEW if standing is None else _taken(found, digest, contents[index], standing)
            found.kinds.append(kind)


def _taken(found: Sorted, digest: bytes, content: bytes, standing: Standing) -> RowKind:
    """What a row with this content is, from what the journal knows of it; noted in `found`."""
    found.foreign.update((of.key, of) for of in standing.foreign)
    found.doubtful.update((of.key, of) for of in standing.doubtful)
    if standing.pending:
        found.pending_changed += any(place.content != content for place in standing.pending)
        for place in standing.pending:
            index = place.job.first_row + place.place
            found.pending.setdefault(place.submission.key, set()).add(index)
        return RowKind.PENDING
    sent = standing.sent
    if sent is None:
        found.other_agents += standing.other_agent
        return RowKind.NEW
    found.known_in[sent.submission.key] = sent.submission
    if content != sent.content:
        found.changes.append((digest, content))
        return RowKind.CHANGED
    if sent.failed:
        found.failed.add(len(found.kinds))
    return RowKind.KNOWN


def _repeated(
    found: Sorted,
    order: Order,
    groups: list[list[int]],
    near: Repeats,
    changed: Sequence[int],
    sent: dict[int, str],
) -> None:
    """Mark each row that is the same as an earlier one; name such rows, changed ones, and keys that nearly match."""
    nearly = [group for group in near.groups() if len({found.rows[index] for index in group}) > 1][:NAMED]
    later = sorted(index for group in groups for index in group[1:])
    for index in later:
        found.kinds[index] = RowKind.TWICE
        found.failed.discard(index)
    wanted = {*later[:NAMED], *changed[:NAMED], *sent, *(index for group in nearly for index in group[:2])}
    if order.names:
        wanted.update(index for group in groups for index in group)
    rows = _rows_at(order, wanted) if wanted else {}
    found.changed = [rows[index].key or f"line {rows[index].line}" for index in changed[:NAMED]]
    found.twice = [rows[index].line if index in rows else 0 for index in later]  # the first are named
    for group in groups if order.names else ():
        other = next((index for index in group if rows[index].content != rows[group[0]].content), None)
        if other is not None:
            lines = f"lines {rows[group[0]].line} and {rows[other].line}"
            found.conflicts.append(f"{rows[other].key} ({lines})")
    for first, second, *_ in nearly:
        named = [f"{rows[index].key!r} (line {rows[index].line})" for index in (first, second)]
        found.near.append(" and ".join(named))
    for index, key in sent.items():
        found.near.append(f"{rows[index].key!r} (line {rows[index].line}) and {key}")


class _Row(NamedTuple):
    """What is to be said of a row: its line, its key, and the digest of its content."""

    line: int
    key: str
    content: bytes


def _rows_at(order: Order, indexes: set[int]) -> dict[int, _Row]:
    """The rows of the file at these indexes, read again."""
    columns, found, index = order.source.columns, {}, 0
    for job in planned_jobs(order.source, order.mapping):
        for row in job:
            if index in indexes:
                key = key_text(row[2], columns, order.names)
                found[index] = _Row(row[0], key, content_of(row, order.mapping, columns))
            index += 1
    return found


def _told(submissions: Submissions, found: Sorted) -> None:
    """Mark the changed rows that a person was told of with this content before."""
    told = submissions.journal.told(found.changes) if found.changes else set()
    if not told:
        return
    changes = iter(found.changes)
    for index, kind in enumerate(found.kinds):
        if kind == RowKind.CHANGED and next(changes) in told:
            found.kinds[index] = RowKind.TOLD
    found.changes = [change for change in found.changes if change not in told]


def unsent_rows(submissions: Submissions, submission: Submission) -> int:
    """How many rows of a submission are unsent, or of unknown fate."""
    return sum(job.row_count for job in submissions.jobs(submission) if job.state in UNSENT)


def unfinished_of(
    submissions: Submissions, scope: Scope, order: Order, found: Sorted
) -> Sequence[Submission]:
    """Submissions with rows unsent that are of the file's label, or hold a row of it; oldest first."""
    return [
        of
        for of in submissions.unfinished(UNSENT)
        if of.key in found.pending
        or (scope.holds(of) and of.agent == order.agent and of.parent is None and has_label(of, order))
    ]


def has_label(of: Submission, order: Order) -> bool:
    """Whether a submission is of an order's label; those of 0.1 go by their name."""
    if order.place is None:
        return False
    return (
        of.place == order.place
        if of.place is not None
        else of.label != "standard input" and of.name == order.name
    )


def is_covered(submissions: Submissions, of: Submission, found: Sorted) -> bool:
    """Whether all unsent rows of a submission are in the file."""
    return len(found.pending.get(of.key, ())) == unsent_rows(submissions, of)
