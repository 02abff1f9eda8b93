"""Retrying the failed rows of a batch of another machine: they are taken from the file it was made from."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from eclips_cli.commands.batches._record import clean_name, record_retry, while_current
from eclips_cli.commands.batches._sent_since import not_sent_since_then
from eclips_cli.commands.batches.plan import MAX_ROWS, planned_jobs
from eclips_cli.commands.batches.rows.joining import by_index
from eclips_cli.durations import parse_iso
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.records.journal import UNSENT, KeptRow, Mapping, PlannedRow, Submission
from eclips_cli.sheets.canonical import canonical

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.api.objects import BatchRow
    from eclips_cli.commands.batches._send import Sender, Sent
    from eclips_cli.commands.batches._submissions import Submissions
    from eclips_cli.sheets import RowSource

FAILED = frozenset(("failed",))
_NAME = re.compile(r"(?P<name>.*?)(?: \((?P<number>\d+)/\d+\))?(?: #[a-z0-9]{6})?")


def _canonical(task: Any) -> str:
    """A task as it is compared: a spreadsheet program may have written its characters in another way."""
    return canonical(str(task).strip())


class _Failed(NamedTuple):
    """The failed rows of a batch, by their place in the file, and what its job says of itself."""

    rows: list[tuple[int, PlannedRow]]
    name: str
    agent: str
    offset: int
    """the place of the batch's first row in the file"""


class ForeignBatch:
    """A batch of another machine, and the file that it was made from.

    Each failed row's task must be the file's; UsageError names the first that is not.
    """

    def __init__(
        self,
        submissions: Submissions,
        batches: Batches,
        batch_id: str,
        source: RowSource,
        mapping: Mapping,
        statuses: Collection[str] = FAILED,
        note: Callable[[str], None] = lambda _message: None,
    ) -> None:
        self._submissions = submissions
        self._batches = batches
        self._batch_id = batch_id
        self._source = source
        self._mapping = mapping
        self._statuses = statuses
        self._note = note

    def retry(
        self, sender: Sender, approve: Callable[[int, str], None] = lambda _rows, _agent: None
    ) -> Sent | None:
        """Send its failed rows again, each once; None when there is none that was not. Raises as `Sender.finish` does.

        `approve` is asked before a retry is written down: how many rows go to which agent. An earlier retry that
        was not sent to its end is gone on with first, and nothing else is sent.
        """
        submissions = self._submissions
        with submissions.lock_of_retries(self._batch_id):
            made = self._begun() or while_current(
                lambda: self._recorded(approve, sender.accounts.scope.account)
            )
            if made is None:
                return None
            with submissions.lock_of(made):
                return sender.finish(made)

    def _recorded(self, approve: Callable[[int, str], None], account: int) -> Submission | None:
        """A retry of the rows that were not sent again before, nor since, written down; None when there are none.

        Raises Outdated where another process wrote something down meanwhile.
        """
        known, journal = self._submissions.keys, self._submissions.journal
        found = self._failed(account)
        if not found.rows:
            return None
        numbers = [number for number, _ in found.rows]
        fingerprint = sha256(f"retry {self._batch_id} {self._source.digest} {numbers}".encode()).hexdigest()
        draft = self._draft(found, fingerprint)
        indexes = [number - found.offset for number in numbers]
        noted = partial(self._submissions.retried.note, draft.base_url, self._batch_id, indexes)
        made = journal.find(fingerprint)  # 0.1 knew a retry by its rows as a whole
        if made is None:
            approve(len(found.rows), found.agent)
            made = record_retry(
                self._submissions, replace(draft, account=account), found.rows, noted, known=known
            )
        return made

    def _begun(self) -> Submission | None:
        """An earlier retry of the batch that was not sent to its end."""
        submissions = self._submissions
        for key in dict.fromkeys(self._known().values()):
            begun = submissions.journal.submission(key)
            if any(job.state in UNSENT for job in submissions.jobs(begun)):
                return begun
        return None

    def _known(self) -> dict[int, str]:
        return self._submissions.retried.rows(self._submissions.target.base_url, self._batch_id)

    def would_retry(self) -> tuple[Submission, list[JsonObject]]:
        """For `--dry-run`: what `retry` would send."""
        found = self._failed()
        draft = self._draft(found, "")
        return draft, draft.body_rows([KeptRow(*row) for _, row in found.rows])

    def _failed(self, account: int | None = None) -> _Failed:
        answer = self._batches.get(self._batch_id).json
        job, rows = answer["job"], by_index(answer["rows"])
        named = _NAME.fullmatch(str(job.get("name") or ""))
        offset = (int(named["number"]) - 1) * MAX_ROWS if named and named["number"] else 0
        failed = {offset + index: row for index, row in rows.items() if row.get("status") in self._statuses}
        known = self._known()
        # those that were sent again are checked, too: is it the right file?
        picked = [row for row in self._picked(failed) if row[0] - offset not in known] if failed else []
        name = (named["name"] if named else "") or "batch"
        found = _Failed(picked, name, str(job.get("agent_type") or "center"), offset)
        kept = [(number, KeptRow(*row)) for number, row in picked]
        draft, began = replace(self._draft(found, ""), account=account), parse_iso(job.get("created_at"))
        left = not_sent_since_then(self._submissions, draft, began, set(known.values()), kept, self._note)
        numbers = {number for number, _ in left}
        return found._replace(rows=[row for row in picked if row[0] in numbers])

    def _picked(self, failed: dict[int, BatchRow]) -> Iterator[tuple[int, PlannedRow]]:
        """The file's rows that failed, checked against the API's; UsageError for another file."""
        rows = (row for job in planned_jobs(self._source, self._mapping) for row in job)
        left = set(failed)
        for number, row in enumerate(rows):
            if number in failed:
                left.discard(number)
                if _canonical(failed[number].get("task")) != _canonical(row[1]):
                    raise UsageError(
                        f"{self._source.label}: line {row[0]} has another task than its row of the batch",
                        hint="name the file, and the --task, that the batch was made from; nothing was sent",
                    )
                yield number, row
        if left:
            raise UsageError(
                f"{self._source.label} has too few rows: the batch has {max(left) + 1:,} or more"
            )

    def _draft(self, found: _Failed, fingerprint: str) -> Submission:
        target = self._submissions.target
        return Submission(
            key="",
            fingerprint=fingerprint,
            kind="retry",
            parent=None,
            created_at=self._submissions.clock.now(),
            name=clean_name(f"{found.name} retry"),
            label=self._source.label,
            format=self._source.format,
            agent=found.agent,
            webhook_url=None,
            profile=target.profile,
            base_url=target.base_url,
            mapping=self._mapping,
            columns=self._source.columns,
            rows=0,
            jobs=0,
            delimiter=self._source.options.get("delimiter"),
        )
