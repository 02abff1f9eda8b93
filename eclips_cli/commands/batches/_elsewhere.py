"""Rows that another machine submitted: looked for in the API's newest batches before the first POST of rows.

A job's marker is made from its rows. So a job with the marker of rows that are about to be sent holds these
very rows; and where a job of the same name holds other rows too, each of its tasks finds a row of the file, and
the marker, made anew from the rows found, proves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from eclips_cli.commands.batches._known_rows import contents_of
from eclips_cli.commands.batches._look_up import marker_in, readable
from eclips_cli.commands.batches._record import chosen_jobs, clean_name, draft_of, key_like, random_key
from eclips_cli.commands.batches.plan import planned_jobs
from eclips_cli.commands.batches.plan.decision import RowKind
from eclips_cli.commands.batches.plan.markers import ATTEMPTS, explains, marker
from eclips_cli.commands.batches.rows.joining import by_index
from eclips_cli.durations import iso_text, parse_iso
from eclips_cli.errors import AccessRefused, ScopeMissing
from eclips_cli.records.journal import PlannedRow, Submission

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.api.objects import BatchJob
    from eclips_cli.commands.batches._record import Order
    from eclips_cli.commands.batches._sorting import Sorted
    from eclips_cli.commands.batches._submissions import Submissions

NEWEST = 1000
"""Batches that are looked through, newest first."""
READ = 20
"""Batches of the same name whose rows are read at most."""


class Stranger(NamedTuple):
    """A job that this machine did not submit: the API's object, and the file's rows that it holds, by their index.

    No rows at all: it may hold rows of the file, and nothing proves or excludes it.
    """

    job: BatchJob
    indexes: Sequence[int]

    @property
    def words(self) -> str:
        """What to call it in a sentence."""
        return f"{self.job['id']} {str(self.job.get('name') or '')!r}"

    @property
    def day(self) -> str:
        """When it was submitted."""
        created = parse_iso(self.job.get("created_at"))
        return f" on {iso_text(created)[:10]}" if created is not None else ""


class Elsewhere:
    """Looks for a file's rows in the batches of other machines. `note` is told how far it looked."""

    def __init__(self, submissions: Submissions, batches: Batches, note: Callable[[str], None]) -> None:
        self._submissions = submissions
        self._batches = batches
        self._note = note

    def find(self, order: Order, found: Sorted) -> list[Stranger]:
        """The other machines' jobs that hold rows of the file, or may. Raises what the API's client raises."""
        marked = self._marked(order)
        if not marked:
            return []
        held = list(self._by_marker(order, found, marked))
        if order.place is None:  # standard input has no label: what else is called so is other work
            return held
        taken = {str(one.job["id"]) for one in held}
        name = readable(clean_name(order.name))
        same_name = [
            job for job, before, _ in marked if str(job["id"]) not in taken and _is_name(before, name)
        ]
        if len(same_name) > READ:
            self._note(f"{len(same_name) - READ:,} older batches of the same name were not looked into")
        return held + list(self._by_rows(order, same_name[:READ])) if same_name else held

    def _marked(self, order: Order) -> list[tuple[BatchJob, str, str]]:
        """Jobs of others with a marker in their name: the job, its name before the marker, the marker."""
        found, seen = [], 0
        try:
            for job in self._batches.list(limit=NEWEST, to_the_end=True):
                seen += 1
                parts = marker_in(readable(job.get("name")))
                of_agent = job.get("agent_type") in (None, order.agent)
                if parts and of_agent and not self._submissions.has_job(str(job.get("id")), parts[1]):
                    found.append((job, *parts))
        except (ScopeMissing, AccessRefused):
            self._note("without the scope batch:read only this machine's journal tells what was sent before")
        if seen == NEWEST:
            self._note(
                f"looked for these rows in the newest {NEWEST:,} batches; older ones were not looked at"
            )
        return found

    def _by_marker(
        self, order: Order, found: Sorted, marked: Sequence[tuple[BatchJob, str, str]]
    ) -> Iterator[Stranger]:
        """The jobs that have the marker of rows as they are about to be sent."""
        jobs = {seen: job for job, _, seen in reversed(marked)}
        new = (index for index, kind in enumerate(found.kinds) if kind == RowKind.NEW)
        for rows in chosen_jobs(order, lambda index: found.kinds[index] == RowKind.NEW):
            indexes = [next(new) for _ in rows]
            contents = contents_of(rows, order.mapping, order.source.columns)
            for attempt in range(ATTEMPTS):
                job = jobs.get(marker(order.agent, contents, attempt))
                if job is not None and job.get("total_rows") in (None, len(rows)):
                    yield Stranger(job, indexes)

    def _by_rows(self, order: Order, jobs: Sequence[BatchJob]) -> Iterator[Stranger]:
        """The jobs whose tasks are the file's, proved by their markers; those that can't be told without rows."""
        rows_of: dict[str, list[int]] = {}
        contents: list[bytes] = []
        for part in planned_jobs(order.source, order.mapping):
            for row, made in zip(part, contents_of(part, order.mapping, order.source.columns), strict=True):
                rows_of.setdefault(row[1].strip(), []).append(len(contents))
                contents.append(made)
        for job in jobs:
            tasks = self._tasks(job)
            if not any(task in rows_of for task in tasks):
                continue
            indexes = _matched(tasks, rows_of)
            parts = marker_in(readable(job.get("name")))
            proved = parts and explains(order.agent, [contents[index] for index in indexes], parts[1])
            yield Stranger(job, indexes if proved else [])

    def _tasks(self, job: BatchJob) -> list[str]:
        rows = by_index(self._batches.get(str(job["id"])).json["rows"])
        return [str(rows[index].get("task")).strip() for index in sorted(rows)]


def adopt(submissions: Submissions, order: Order, strangers: Sequence[Stranger], account: int) -> None:
    """Write the rows of other machines' jobs down as sent: from here on this machine knows them.

    Raises Outdated where another process has done so meanwhile.
    """
    journal = submissions.journal
    wanted = {index for one in strangers for index in one.indexes}
    rows = dict(_rows_at(order, wanted))
    for one in strangers:
        parts = marker_in(readable(one.job.get("name")))
        assert parts is not None
        draft = _draft(order, one, key_like(journal, parts[1], random_key), account, submissions.clock.now())
        columns = dict.fromkeys(order.source.columns)
        if order.source.keyed:
            columns.update((member, None) for index in one.indexes for member in rows[index][2])
        with submissions.lock_of_draft(draft.key):
            journal.begin(draft)
            journal.add_job(draft.key, 1, 0, [rows[index] for index in one.indexes], marker=parts[1])
            (job,) = journal.jobs(draft.key)
            journal.accepted(job, str(one.job["id"]), draft.created_at)
            journal.ready(draft.key, columns)


def _draft(order: Order, one: Stranger, key: str, account: int, now: float) -> Submission:
    created = parse_iso(one.job.get("created_at"))
    made = draft_of(order, key, created if created is not None else now, account)
    print_ = sha256(f"elsewhere {one.job['id']}".encode()).hexdigest()
    return replace(made, kind="elsewhere", fingerprint=print_)


def _rows_at(order: Order, wanted: set[int]) -> Iterator[tuple[int, PlannedRow]]:
    index = count()
    for part in planned_jobs(order.source, order.mapping):
        for row in part:
            if (number := next(index)) in wanted:
                yield number, row


def _matched(tasks: Sequence[str], rows_of: dict[str, list[int]]) -> list[int]:
    """For each task the file's row: of several with one task each in its turn; only those that are found."""
    turns: dict[str, int] = {}
    found = []
    for task in tasks:
        turn = turns.get(task, 0)
        if turn < len(rows_of.get(task, ())):
            found.append(rows_of[task][turn])
        turns[task] = turn + 1
    return found


def _is_name(before: str, name: str) -> bool:
    """Whether a job's name, less its marker, is `name`, with its place among several or without."""
    letters = "".join(char for char in before if char.isalnum())
    wanted = "".join(char for char in name if char.isalnum())
    return letters.startswith(wanted) and (not letters[len(wanted) :] or letters[len(wanted) :].isdigit())
