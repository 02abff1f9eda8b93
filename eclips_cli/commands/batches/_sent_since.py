"""Rows of a submission that a later one has sent since, or is to send: a retry must not send them once more."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from eclips_cli.commands.batches._known_rows import Places, add_missing, has_key
from eclips_cli.commands.batches.plan.row_digests import ALL, Names, digests, set_name
from eclips_cli.counting import how_many
from eclips_cli.records.journal import UNSENT, Found, KeptRow, Submission

if TYPE_CHECKING:
    from eclips_cli.commands.batches._submissions import Submissions

Numbered = tuple[int, KeptRow]


def not_sent_since(
    submissions: Submissions, first: Submission, rows: Iterable[Numbered], note: Callable[[str], None]
) -> list[Numbered]:
    """The numbered rows of `first` without those that a later submission has; `note` is told of these."""
    journal = submissions.journal
    family = {first.key, *(retry.key for retry in journal.retries_of(first.key))}
    order = journal.order()
    return _left(
        submissions, first, rows, note, lambda key: key not in family and order[key] > order[first.key]
    )


def not_sent_since_then(
    submissions: Submissions,
    draft: Submission,
    began: float | None,
    retries: Collection[str],
    rows: Sequence[Numbered],
    note: Callable[[str], None],
) -> list[Numbered]:
    """The same for a batch of another machine, which began then (POSIX seconds; None where the API does not tell).

    `draft` is what a retry would be, `retries` are the keys of those that were made. By what this machine's journal
    knows: without one, nothing was sent.
    """
    if not submissions.has_journal:
        return list(rows)

    def is_later(key: str) -> bool:
        return key not in retries and submissions.journal.submission(key).created_at >= (began or 0.0)

    return _left(submissions, draft, rows, note, cache(is_later))


def _left(
    submissions: Submissions,
    first: Submission,
    rows: Iterable[Numbered],
    note: Callable[[str], None],
    is_later: Callable[[str], bool],
) -> list[Numbered]:
    left = list(rows)
    since = _sent_since(submissions, first, left, is_later)
    unsent = {of.key for of in submissions.unfinished(UNSENT)}
    for key, number in Counter(of.key for of in since.values()).items():
        rest = f"; of #{key} not all is sent yet: `eclips batches resume {key}`" if key in unsent else ""
        note(f"{how_many(number, 'row was', 'rows were')} sent again since, as #{key}, and left out{rest}")
    return [row for row in left if row[0] not in since]


def _sent_since(
    submissions: Submissions, first: Submission, rows: Sequence[Numbered], is_later: Callable[[str], bool]
) -> dict[int, Submission]:
    """The submissions that have these numbered rows of `first` since, by the rows' numbers; retries are none.

    A row is known by all its cells, and by the key columns that files of this label were submitted with where
    they tell the rows apart: a row that was mended since is the same invoice.
    """
    found: dict[int, Submission] = {}
    later = _Later(submissions, first, is_later)
    for names in _kinds(submissions, first) if rows else ():
        add_missing(submissions, names)
        having = [row for row in rows if not names or has_key(row[1].cells, first.columns, names)]
        made = digests([row.cells for _, row in having], first.columns, names)
        if names and len(set(made)) < len(made):
            continue  # a vendor, say: no key of these rows
        known = submissions.journal.rows_by_digest(set_name(names), made)
        for (number, _), digest in zip(having, made, strict=True):
            of = next(later.among(known.get(digest, ()), keyed=bool(names)), None)
            if of is not None:
                found.setdefault(number, of)
    return found


def _kinds(submissions: Submissions, first: Submission) -> Iterator[Names]:
    yield ALL
    for kind in submissions.journal.digest_kinds():
        found = json.loads(kind)
        names = tuple(found) if isinstance(found, list) else ()
        if names and set(names) <= set(first.columns):
            yield names


class _Later:
    """Finds, among rows of the journal, those that a later submission for the same agent and account has."""

    def __init__(self, submissions: Submissions, first: Submission, is_later: Callable[[str], bool]) -> None:
        self._first = first
        self._place = Places(submissions).of
        self._is_later = is_later

    def among(self, rows: Sequence[Found], *, keyed: bool) -> Iterator[Submission]:
        """The submissions of these rows that have sent them since, or will; by a key only those of the same label."""
        for row in rows:
            if not self._is_later(row.key):
                continue
            place = self._place(row)
            taken = place is not None and (place.job.is_sent or place.job.state in UNSENT)
            if place is not None and taken and self._is_same_work(place.submission, keyed=keyed):
                yield place.submission

    def _is_same_work(self, of: Submission, *, keyed: bool) -> bool:
        accounts = {self._first.account, of.account} - {None}
        same = of.agent == self._first.agent and len(accounts) <= 1
        return same and (not keyed or of.label == self._first.label)
