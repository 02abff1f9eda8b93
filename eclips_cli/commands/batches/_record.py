"""From a file to a submission in the journal: checked and written down whole before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from eclips_cli.commands.batches._known_rows import contents_of
from eclips_cli.commands.batches._submissions import Submissions, fingerprint_of
from eclips_cli.commands.batches.plan import MAX_ROWS, planned_jobs
from eclips_cli.commands.batches.plan.markers import ALPHABET, LENGTH, free_marker
from eclips_cli.commands.batches.plan.row_digests import ALL, Names
from eclips_cli.errors import UsageError
from eclips_cli.records.journal import Journal, Mapping, Outdated, PlannedRow, Submission
from eclips_cli.sheets import RowSource

T = TypeVar("T")

TRIES = 5
"""How often it is looked anew at what was sent before, because another process wrote something down meanwhile."""


def while_current(work: Callable[[], T]) -> T:
    """What `work` gives, which looks at the journal and then writes to it; done anew where it raises Outdated.

    Raises UsageError where other processes write something down each time.
    """
    for _ in range(TRIES):
        try:
            return work()
        except Outdated:
            continue
    raise UsageError("other commands keep submitting rows meanwhile; nothing was sent", hint="try again")


@dataclass(frozen=True)
class Order:
    """What a person asked for: a file's rows, what to make of them, and where they go.

    `name` is what the jobs are called, `place` the label by which the same file is known again (None for
    standard input), `names` the key columns that a row is known by (none: all of its cells).
    """

    source: RowSource
    mapping: Mapping
    name: str
    agent: str
    profile: str
    base_url: str
    webhook_url: str | None = None
    place: str | None = None
    names: Names = ALL


def chosen_jobs(order: Order, sends: Callable[[int], bool]) -> Iterator[list[PlannedRow]]:
    """The file's rows of which `sends` (by their index) is true, as lists of at most 500, one list a job."""
    chosen: list[PlannedRow] = []
    index = 0
    for job in planned_jobs(order.source, order.mapping):
        for row in job:
            if sends(index):
                chosen.append(row)
                if len(chosen) == MAX_ROWS:
                    yield chosen
                    chosen = []
            index += 1
    if chosen:
        yield chosen


def record(
    journal: Journal,
    order: Order,
    sends: Callable[[int], bool],
    *,
    now: float,
    account: int,
    known: frozenset[str] | None = None,
    new_key: Callable[[], str] | None = None,
    hold: Callable[[Submission], object] = lambda _draft: None,
    approve: Callable[[Submission], None] = lambda _submission: None,
) -> Submission:
    """Write the rows of which `sends` is true down as a submission. Raises UsageError for bad rows.

    `hold` takes its lock, before anything is written; `approve` sees it when all is checked, and raises to
    have it forgotten. Raises Outdated where the journal has others by now than the `known` keys: another
    process wrote something down meanwhile.
    """
    columns = dict.fromkeys(order.source.columns)
    draft: Submission | None = None
    markers: set[str] = set()
    try:
        count = number = 0
        for number, rows in enumerate(chosen_jobs(order, sends), start=1):
            marker = job_marker(journal, order.agent, order.mapping, order.source.columns, rows, markers)
            if draft is None:
                new = draft_of(order, key_like(journal, marker, new_key or random_key), now, account)
                hold(new)  # another process may be at a draft of this key, which stays
                journal.begin(new)
                draft = new
            journal.add_job(draft.key, number, count, rows, marker=marker)
            count += len(rows)
            if order.source.keyed:
                columns.update((member, None) for _, _, cells in rows for member in cells)
        if draft is None:
            raise UsageError(f"{order.source.label} has no rows to send")
        approve(replace(draft, rows=count, jobs=number))
        return journal.ready(draft.key, columns, known=known)
    except BaseException:
        if draft is not None:
            journal.discard(draft.key)
        raise


def record_retry(
    submissions: Submissions,
    draft: Submission,
    rows: Sequence[tuple[int, PlannedRow]],
    before_ready: Callable[[str], None] = lambda _key: None,
    *,
    known: frozenset[str],
) -> Submission:
    """Write a retry down: `rows` with the index that each has in the submission that is tried again.

    `before_ready` writes what is to hold from the moment on when the retry, of this key, does. Raises Outdated as
    `record` does.
    """
    journal, markers = submissions.journal, set[str]()
    parts = [rows[start : start + MAX_ROWS] for start in range(0, len(rows), MAX_ROWS)]
    made = [
        job_marker(journal, draft.agent, draft.mapping, draft.columns, [row for _, row in part], markers)
        for part in parts
    ]
    draft = replace(draft, key=key_like(journal, made[0], random_key))
    with submissions.lock_of_draft(draft.key):
        try:
            journal.begin(draft)
            for number, (part, marker) in enumerate(zip(parts, made, strict=True), start=1):
                origins = [origin for origin, _ in part]
                taken = [row for _, row in part]
                journal.add_job(draft.key, number, (number - 1) * MAX_ROWS, taken, origins, marker=marker)
            before_ready(draft.key)
            return journal.ready(draft.key, draft.columns, known=known)
        except BaseException:
            journal.discard(draft.key)
            raise


def job_marker(
    journal: Journal,
    agent: str,
    mapping: Mapping,
    columns: Sequence[str],
    rows: Sequence[PlannedRow],
    used: set[str],
) -> str:
    """The marker of a job of these rows that no job of this machine has; it is added to those `used`."""
    contents = contents_of(rows, mapping, columns)
    made = free_marker(agent, contents, lambda one: one in used or journal.has_marker(one))
    used.add(made)
    return made


def key_like(journal: Journal, marker: str, new_key: Callable[[], str]) -> str:
    """What a submission is called: as its first job's marker, where nothing is called so."""
    return marker if journal.lookup(marker) is None else unused_key(journal, new_key)


def random_key() -> str:
    """A new key, from the system's randomness."""
    import secrets

    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def unused_key(journal: Journal, new_key: Callable[[], str]) -> str:
    """A key that no submission of this machine has."""
    key = new_key()
    while journal.lookup(key) is not None:
        key = new_key()
    return key


def clean_name(name: str) -> str:
    """A job's name as it is sent. Raises UsageError when it is empty or holds control characters."""
    stripped = name.strip()
    if not stripped or not stripped.isprintable():
        raise UsageError("a batch's name must be printable text on one line", hint="--name 'June invoices'")
    return stripped


def draft_of(order: Order, key: str, now: float, account: int) -> Submission:
    """A submission of an order, its rows and jobs not counted yet. Raises UsageError for a bad name."""
    source = order.source
    return Submission(
        key=key,
        fingerprint=fingerprint_of(key),
        kind="submit",
        parent=None,
        created_at=now,
        name=clean_name(order.name),
        label=source.label,
        format=source.format,
        agent=order.agent,
        webhook_url=order.webhook_url,
        profile=order.profile,
        base_url=order.base_url,
        mapping=order.mapping,
        columns=source.columns,
        rows=0,
        jobs=0,
        delimiter=source.options.get("delimiter"),
        place=order.place,
        account=account,
    )
