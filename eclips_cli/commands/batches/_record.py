"""From a file to a submission in the journal: checked and written down whole before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from eclips_cli.api.http.checks import canonical_base_url
from eclips_cli.commands.batches.plan import MAX_ROWS, fingerprint, planned_jobs
from eclips_cli.errors import UsageError
from eclips_cli.records.journal import UNSENT, JobState, Journal, Mapping, PlannedRow, Submission
from eclips_cli.sheets import RowSource

KEY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that look alike: a key is read aloud and typed."""

KEY_LENGTH = 6


@dataclass(frozen=True)
class Order:
    """What a person asked for: a file's rows, what to make of them, and where they go.

    `agent`, `profile` and `base_url` are part of what a rerun must match; `name` is what the jobs
    are called.
    """

    source: RowSource
    mapping: Mapping
    name: str
    agent: str
    profile: str
    base_url: str
    webhook_url: str | None = None

    @property
    def fingerprint(self) -> str:
        """What tells that the same command runs again."""
        return self.fingerprint_at(self.base_url)

    def fingerprint_at(self, base_url: str) -> str:
        """The fingerprint that the same order has with the API's address spelled as `base_url`."""
        return fingerprint(
            self.source, self.mapping, agent=self.agent, profile=self.profile, base_url=base_url
        )


def known_fingerprint(journal: Journal, order: Order) -> str:
    """The fingerprint under which the journal has this order; its own where it is a new one.

    The address is part of it, and 0.1 took it as it was typed: an order that was begun with
    another spelling of the same address is known by that one.
    """
    others = [url for url in journal.base_urls() if canonical_base_url(url) == order.base_url]
    prints = [order.fingerprint, *(order.fingerprint_at(url) for url in others if url != order.base_url)]
    known = [found for found in map(journal.find, prints) if found is not None]
    return max(known, key=lambda of: of.created_at).fingerprint if known else order.fingerprint


def earlier(journal: Journal, order: Order, known_as: str, *, again: bool) -> Submission | None:
    """The submission that this order goes on with, or has finished; None when it is a new one.

    `known_as` is its fingerprint, as `known_fingerprint` gives it.

    `again` makes it a new one, unless the last one was not sent to its end: that is gone on with,
    so that a rerun after a crash never sends twice what `again` was to send once. One of which nothing
    was sent, for sure, gives way to an order with another name or webhook.
    """
    found = journal.find(known_as)
    if found is None:
        return None
    jobs = journal.jobs(found.key)
    changed = (found.name, found.webhook_url) != (clean_name(order.name), order.webhook_url)
    if changed and all(job.state is JobState.PLANNED for job in jobs):
        journal.forget(found.key)
        return None
    return found if not again or any(job.state in UNSENT for job in jobs) else None


def record(
    journal: Journal,
    order: Order,
    *,
    now: float,
    new_key: Callable[[], str],
    approve: Callable[[Submission], None] = lambda _submission: None,
) -> Submission:
    """Check all rows and write the submission down; hold its lock. Raises UsageError for bad rows.

    `approve` sees it when all is checked, and raises to have it forgotten.
    """
    name = clean_name(order.name)
    key = unused_key(journal, new_key)
    draft = _draft(order, key, name, now)
    journal.begin(draft)
    try:
        columns = dict.fromkeys(order.source.columns)
        count = 0
        for number, rows in enumerate(planned_jobs(order.source, order.mapping), start=1):
            journal.add_job(key, number, (number - 1) * MAX_ROWS, rows)
            count += len(rows)
            if order.source.keyed:
                columns.update((member, None) for _, _, cells in rows for member in cells)
        approve(replace(draft, rows=count, jobs=number))
    except BaseException:
        journal.discard(key)
        raise
    return journal.ready(key, columns)


def record_retry(
    journal: Journal,
    draft: Submission,
    rows: Sequence[tuple[int, PlannedRow]],
    before_ready: Callable[[], None] = lambda: None,
) -> Submission:
    """Write a retry down: `rows` with the index that each has in the submission that is tried again.

    `before_ready` writes what is to hold from the moment on when the retry does.
    """
    journal.begin(draft)
    for number, start in enumerate(range(0, len(rows), MAX_ROWS), start=1):
        part = rows[start : start + MAX_ROWS]
        origins = [origin for origin, _ in part]
        journal.add_job(draft.key, number, start, [row for _, row in part], origins)
    before_ready()
    return journal.ready(draft.key, draft.columns)


def random_key() -> str:
    """A new key, from the system's randomness."""
    import secrets

    return "".join(secrets.choice(KEY_ALPHABET) for _ in range(KEY_LENGTH))


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


def _draft(order: Order, key: str, name: str, now: float) -> Submission:
    source = order.source
    return Submission(
        key=key,
        fingerprint=order.fingerprint,
        kind="submit",
        parent=None,
        created_at=now,
        name=name,
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
    )
