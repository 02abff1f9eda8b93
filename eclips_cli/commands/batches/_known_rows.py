"""What this machine's journal knows of a file's rows: sent before, changed since, not sent to their end.

A submitted row is known by digests of its cells, made from what the journal keeps when they are first asked
for. Only submissions at the command's API count, and of those only the ones of its account.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from eclips_cli.commands.batches.plan.row_digests import Names, content, contents, digests, set_name
from eclips_cli.records.journal import UNSENT, Found, Job, Journal, KeptRow, Submission
from eclips_cli.records.journal.rows import Mapping, PlannedRow, body_row, is_data

if TYPE_CHECKING:
    from eclips_cli.commands.batches._account import Scope
    from eclips_cli.commands.batches._submissions import Submissions


class JournalRow(NamedTuple):
    """Where a row stands in the journal: its submission, its job, and its place in that job."""

    submission: Submission
    job: Job
    place: int
    content: bytes

    @property
    def failed(self) -> bool:
        """Whether the row was seen to have failed."""
        return self.job.failed is not None and self.place in json.loads(self.job.failed)


class Places:
    """Finds where rows stand that the journal has digests of; each submission is read once."""

    def __init__(self, submissions: Submissions) -> None:
        self._submissions = submissions
        self._held: dict[str, tuple[Submission, list[Job], list[int]]] = {}

    def of(self, row: Found) -> JournalRow | None:
        """Where a row stands; None at another API."""
        held = self._held.get(row.key)
        if held is None:
            journal = self._submissions.journal
            jobs = journal.jobs(row.key)
            held = (journal.submission(row.key), jobs, [job.first_row for job in jobs])
            self._held[row.key] = held
        submission, jobs, firsts = held
        if not self._submissions.target.is_api_of(submission):
            return None
        job = jobs[bisect_right(firsts, row.row) - 1]
        return JournalRow(submission, job, row.row - job.first_row, row.content)


class Standing(NamedTuple):
    """What is known of one row: where it was sent last, where it is to be sent still, and what forbids telling.

    `pending` are rows of submissions that have them unsent, `foreign` such submissions of other accounts,
    `doubtful` submissions of accounts that may be this one, `other_agent` says that it went to another agent.
    """

    sent: JournalRow | None
    pending: list[JournalRow]
    foreign: list[Submission]
    doubtful: list[Submission]
    other_agent: bool


class KnownRows:
    """The journal's rows for one command: for an agent, by all cells or the key columns `names`."""

    def __init__(
        self, submissions: Submissions, scope: Callable[[], Scope], agent: str, names: Names
    ) -> None:
        self._submissions = submissions
        self._make_scope = scope
        self._agent = agent
        self._kind = set_name(names)
        self._names = names
        self.any = False
        if submissions.has_journal:
            add_missing(submissions, names)
            self.any = self._journal.has_digests(self._kind)

    def anew(self) -> KnownRows:
        """The same as the journal is now."""
        return KnownRows(self._submissions, self._make_scope, self._agent, self._names)

    @cached_property
    def _scope(self) -> Scope:
        return self._make_scope()

    @property
    def _journal(self) -> Journal:
        return self._submissions.journal

    def standings(self, made: Sequence[bytes]) -> list[Standing | None]:
        """What is known of the rows with these digests; None for a row that is not."""
        self._scope  # noqa: B018 - settled first: it may note whose the journal's submissions are
        found = self._journal.rows_by_digest(self._kind, made)
        return [self._standing(found[digest]) if digest in found else None for digest in made]

    def newest(self, made: Sequence[bytes]) -> list[JournalRow | None]:
        """Where the rows with these digests stand: where they were sent last, else where they are written down."""
        found = self._journal.rows_by_digest(self._kind, made)
        return list(self.latest(found.get(digest, ()) for digest in made))

    def latest(self, found: Iterable[Sequence[Found]]) -> Iterator[JournalRow | None]:
        """Of rows of the journal that are one, where that one stands, as `newest` says; for each of many."""
        return map(self._newest, found)

    def _newest(self, rows: Sequence[Found]) -> JournalRow | None:
        ours = [place for place in map(self._place, rows) if place is not None and self._is_ours(place)]
        sent = [place for place in ours if place.job.is_sent]
        return max(sent or ours, key=self._age, default=None)

    def _is_ours(self, place: JournalRow) -> bool:
        return self._scope.holds(place.submission) and place.submission.agent == self._agent

    def _standing(self, rows: Sequence[Found]) -> Standing:
        sent: JournalRow | None = None
        pending, foreign, doubtful, other_agent = [], [], [], False
        for row in rows:
            place = self._place(row)
            if place is None:
                continue
            unsent, of = place.job.state in UNSENT, place.submission
            if self._scope.doubts(of) and (unsent or place.job.is_sent):
                doubtful.append(of)
            elif not self._scope.holds(of):
                foreign += [of] if unsent else []
            elif of.agent != self._agent:
                other_agent = other_agent or unsent or place.job.is_sent
            elif unsent:
                pending.append(place)
            elif place.job.is_sent and (sent is None or self._age(place) >= self._age(sent)):
                sent = place
        return Standing(sent, pending, foreign, doubtful, other_agent)

    def _age(self, place: JournalRow) -> int:
        """Which of two was written down later: no clock tells that as well."""
        return self._order[place.submission.key]

    @cached_property
    def _order(self) -> dict[str, int]:
        return self._journal.order()

    @cached_property
    def _place(self) -> Callable[[Found], JournalRow | None]:
        return Places(self._submissions).of


def content_of(row: PlannedRow | KeptRow, mapping: Mapping, columns: Sequence[str]) -> bytes:
    """The digest of what is sent for a row."""
    body = body_row(row, mapping, columns)
    return content(body["task"], body.get("data") or {})


def contents_of(
    rows: Sequence[PlannedRow | KeptRow], mapping: Mapping, columns: Sequence[str]
) -> list[bytes]:
    """The digest of what is sent for each of these rows."""
    if not rows or isinstance(rows[0][2], dict):
        return [content_of(row, mapping, columns) for row in rows]
    _, tasks, cells = zip(*rows, strict=True)
    of = dict(zip(columns, zip(*cells, strict=True), strict=True))
    return contents(tasks, ((name, of[name]) for name in columns if is_data(name, mapping)))


def add_missing(submissions: Submissions, names: Names, *, near: bool = False) -> None:
    """Make digests of the submissions that have none of this kind yet: new ones, and all of 0.1."""
    journal, kind = submissions.journal, set_name(names, near=near)
    for key in journal.without_digests(kind):
        rows = _digested(submissions, journal.submission(key), names, near=near)
        journal.add_digests(kind, key, rows)


def _digested(
    submissions: Submissions, submission: Submission, names: Names, *, near: bool
) -> Iterator[tuple[bytes, int, bytes]]:
    journal = submissions.journal
    for job in journal.jobs(submission.key):
        rows = journal.rows(job)
        made = digests([row.cells for row in rows], submission.columns, names, near=near)
        sent = contents_of(rows, submission.mapping, submission.columns)
        for place, (row, digest, content_) in enumerate(zip(rows, made, sent, strict=True)):
            if not names or has_key(row.cells, submission.columns, names):
                yield digest, job.first_row + place, content_


def has_key(cells: object, columns: Sequence[str], names: Names) -> bool:
    """Whether any of the key columns holds something."""
    if isinstance(cells, dict):
        return any(cells.get(name) not in (None, "") for name in names)
    assert isinstance(cells, list)
    return any(cell not in (None, "") for name, cell in zip(columns, cells, strict=False) if name in names)
