"""A new batch of the failed rows only, through the same journal; their data comes from there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, NamedTuple

from eclips_cli.commands.batches._record import clean_name, random_key, unused_key
from eclips_cli.commands.batches._submissions import Desk, Sent
from eclips_cli.commands.batches.plan import MAX_ROWS, planned_jobs
from eclips_cli.commands.batches.rows.joining import by_index
from eclips_cli.errors import UsageError
from eclips_cli.records.journal import KeptRow, Submission
from eclips_cli.records.journal.records import UNSENT
from eclips_cli.records.journal.rows import Mapping, PlannedRow
from eclips_cli.sheets import RowSource

_NAME = re.compile(r"(?P<name>.*?)(?: \((?P<number>\d+)/\d+\))?(?: #[a-z0-9]{6})?")


def retry(desk: Desk, reference: str, *, keep: int | None = None) -> Sent | None:
    """Send the rows again whose newest outcome is `failed`; None when there is none.

    An earlier retry that was not sent to its end is gone on with first, and nothing else is sent.
    Raises UsageError when the batch is not of this machine, and what `Desk.submit` raises.
    """
    first = _first(desk, reference)
    with desk.lock_retries(first.key):
        made = _begun(desk, first) or _record(desk, first, list(_failed(desk, first)))
    return desk.resume(made, keep=keep) if made is not None else None


def would_retry(desk: Desk, reference: str) -> tuple[Submission, list[dict[str, Any]]]:
    """For `--dry-run`: the first submission, and the rows that `retry` would send, as they would be sent."""
    first = _first(desk, reference)
    begun = _begun(desk, first)
    if begun is not None:
        unsent = [job for job in desk.jobs(begun) if job.state in UNSENT]
        return begun, begun.body_rows([row for job in unsent for row in desk.journal.rows(job)])
    return first, first.body_rows([row for _, row in _failed(desk, first)])


def _first(desk: Desk, reference: str) -> Submission:
    """The submission that a reference means, or whose retry it means; UsageError when it is not ours."""
    known = desk.find(reference)
    if known is None:
        raise UsageError(
            f"batch {reference} was not submitted from here, and the API does not give rows' data back",
            hint=f"eclips batches retry {reference} --file FILE, with the file it was made from",
        )
    desk.check_place(known)
    return known if known.parent is None else desk.journal.submission(known.parent)


def retry_from_file(
    desk: Desk, batch_id: str, source: RowSource, mapping: Mapping, *, keep: int | None = None
) -> Sent | None:
    """The same for a batch of another machine, its rows taken from the file it was made from.

    Each failed row's task must be the file's; UsageError names the first that is not.
    """
    found = _failed_of_file(desk, batch_id, source, mapping)
    if not found.rows:
        return None
    numbers = [number for number, _ in found.rows]
    fingerprint = sha256(f"retry {batch_id} {source.digest} {numbers}".encode()).hexdigest()
    draft = _like(desk, source, mapping, found, fingerprint)
    with desk.locked(draft):
        made = desk.journal.find(fingerprint) or _write(desk, draft, found.rows)
    return desk.resume(made, keep=keep)


def would_retry_from_file(
    desk: Desk, batch_id: str, source: RowSource, mapping: Mapping
) -> tuple[Submission, list[dict[str, Any]]]:
    """For `--dry-run`: what `retry_from_file` would send."""
    found = _failed_of_file(desk, batch_id, source, mapping)
    draft = _like(desk, source, mapping, found, "")
    return draft, draft.body_rows([KeptRow(*row) for _, row in found.rows])


class _Foreign(NamedTuple):
    """The failed rows of a batch of another machine, by their place in the file, and its job."""

    rows: list[tuple[int, PlannedRow]]
    name: str
    agent: str


def _failed_of_file(desk: Desk, batch_id: str, source: RowSource, mapping: Mapping) -> _Foreign:
    answer = desk.client.batches.get(batch_id).json
    job, rows = answer["job"], by_index(answer["rows"])
    named = _NAME.fullmatch(str(job.get("name") or ""))
    offset = (int(named["number"]) - 1) * MAX_ROWS if named and named["number"] else 0
    failed = {offset + index: row for index, row in rows.items() if row.get("status") == "failed"}
    picked = list(_picked(source, mapping, failed)) if failed else []
    name = (named["name"] if named else "") or "batch"
    return _Foreign(picked, name, str(job.get("agent_type") or "center"))


def _begun(desk: Desk, first: Submission) -> Submission | None:
    """A retry that was written down and not sent to its end: its rows must not be in another one."""
    return next(
        (
            begun
            for begun in desk.journal.retries_of(first.key)
            if any(job.state in UNSENT for job in desk.jobs(begun))
        ),
        None,
    )


def _failed(desk: Desk, first: Submission) -> Iterator[tuple[int, KeptRow]]:
    for outcome, row, _ in desk.joiner().sources(first):
        if outcome.status == "failed":
            yield outcome.number, row


def _record(desk: Desk, first: Submission, failed: Sequence[tuple[int, PlannedRow]]) -> Submission | None:
    """Write a retry down; None when nothing failed."""
    if not failed:
        return None
    count = len(desk.journal.retries_of(first.key)) + 1
    draft = replace(
        first,
        key=unused_key(desk.journal, random_key),
        fingerprint=sha256(f"retry {first.key} {count}".encode()).hexdigest(),
        kind="retry",
        parent=first.key,
        created_at=desk.clock.now(),
        name=clean_name(f"{first.name} retry {count}"),
    )
    return _write(desk, draft, failed)


def _write(desk: Desk, draft: Submission, rows: Sequence[tuple[int, PlannedRow]]) -> Submission:
    desk.journal.begin(draft)
    for number, start in enumerate(range(0, len(rows), MAX_ROWS), start=1):
        part = rows[start : start + MAX_ROWS]
        origins = [origin for origin, _ in part]
        desk.journal.add_job(draft.key, number, start, [row for _, row in part], origins)
    return desk.journal.ready(draft.key, draft.columns)


def _picked(
    source: RowSource, mapping: Mapping, failed: dict[int, dict[str, Any]]
) -> Iterator[tuple[int, PlannedRow]]:
    """The file's rows that failed, checked against the API's; UsageError for another file."""
    rows = (row for job in planned_jobs(source, mapping) for row in job)
    left = set(failed)
    for number, row in enumerate(rows):
        if number in failed:
            left.discard(number)
            if str(failed[number].get("task")).strip() != row[1].strip():
                raise UsageError(
                    f"{source.label}: line {row[0]} has another task than row {number} of the batch",
                    hint="name the file, and the --task, that the batch was made from; nothing was sent",
                )
            yield number, row
    if left:
        raise UsageError(f"{source.label} has too few rows: the batch has a row {max(left)}")


def _like(desk: Desk, source: RowSource, mapping: Mapping, found: _Foreign, fingerprint: str) -> Submission:
    return Submission(
        key=unused_key(desk.journal, random_key),
        fingerprint=fingerprint,
        kind="retry",
        parent=None,
        created_at=desk.clock.now(),
        name=clean_name(f"{found.name} retry"),
        label=source.label,
        format=source.format,
        agent=found.agent,
        webhook_url=None,
        profile=desk.place.profile,
        base_url=desk.place.base_url,
        mapping=mapping,
        columns=source.columns,
        rows=0,
        jobs=0,
    )
