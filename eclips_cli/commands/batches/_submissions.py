"""What was submitted from this machine: the journal, and what of it belongs to a command's profile and API."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from eclips_cli.durations import iso_text
from eclips_cli.errors import UsageError
from eclips_cli.records.journal import (
    OPEN,
    UNSENT,
    Job,
    JobState,
    Journal,
    Submission,
    SubmissionLock,
    Target,
    overview,
)
from eclips_cli.records.journal.schema import is_there

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

    from eclips_cli.api.waiting import Clock
    from eclips_cli.records.journal.retried import Retried
    from eclips_cli.records.journal.spending import Spending


def fingerprint_of(key: str) -> str:
    """What a submission of this key is locked by, if it is no retry."""
    return sha256(f"submission {key}".encode()).hexdigest()


class Submissions:
    """The submissions of this machine, as one command sees them.

    `folder` is the state directory, `target` the profile and API that the command works with.
    """

    def __init__(self, folder: Path, target: Target, clock: Clock) -> None:
        self._folder = folder
        self.target = target
        self.clock = clock

    @cached_property
    def journal(self) -> Journal:
        """The journal, opened when first used; LocalFailure when it can't be."""
        return Journal(self._folder)

    @cached_property
    def _spending(self) -> Spending:
        from eclips_cli.records.journal.spending import Spending

        return Spending(self._folder)

    @property
    def spending(self) -> Spending | None:
        """What submissions used; None where there is no journal, so that looking makes none."""
        return self._spending if is_there(self._folder) else None

    @cached_property
    def retried(self) -> Retried:
        """The rows of other machines' batches that were sent again from here."""
        from eclips_cli.records.journal.retried import Retried

        return Retried(self._folder)

    def close(self) -> None:
        """Close the journal, if it was opened."""
        for name in ("journal", "_spending", "retried"):
            if name in self.__dict__:
                self.__dict__[name].close()

    @property
    def has_journal(self) -> bool:
        """Whether there is a journal; asking makes none."""
        return "journal" in self.__dict__ or is_there(self._folder)

    def has_job(self, batch_id: str, marker: str) -> bool:
        """Whether the journal knows a job by the API's id, or has it under way to the API under its marker."""
        if not self.has_journal:
            return False
        return self.journal.marker_of(batch_id) is not None or self.journal.has_marker(marker)

    def find(self, reference: str) -> Submission | None:
        """The submission of ours that a key or a job's id means; where there is no journal none is made."""
        if not self.has_journal:
            return None
        return self.journal.lookup(reference)

    def is_ours(self, text: str) -> bool:
        """Whether `text` is the key, or the id of a job, of a submission of ours."""
        return self.find(text) is not None

    def known(self) -> list[Submission]:
        """All submissions of this machine, newest first; where there is no journal none is made."""
        return self.journal.submissions() if self.has_journal else []

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all submissions of this machine; where there is no journal none is made."""
        return self.journal.keys if self.has_journal else frozenset()

    def unfinished(self, states: Container[JobState] = OPEN) -> list[Submission]:
        """The submissions at this API with jobs in these states: those not sent to their end; oldest first."""
        return [one.submission for one in self.with_jobs(states)]

    def with_jobs(self, states: Container[JobState] = UNSENT) -> list[overview.Unfinished]:
        """The same with those jobs; unless told otherwise, what is not sent yet."""
        return overview.unfinished(self.journal, self.target, states) if self.has_journal else []

    def jobs(self, submission: Submission) -> list[Job]:
        """The jobs of a submission as the journal knows them."""
        return self.journal.jobs(submission.key)

    def batch_ids(self, reference: str) -> list[str]:
        """The API's ids that a reference means: all jobs of a submission of ours, else itself."""
        submission = self.find(reference)
        if submission is None:
            return [reference]
        self.target.check_api(submission)
        found = [job.batch_id for job in self.jobs(submission) if job.batch_id]
        if not found:
            raise UsageError(
                f"nothing of {reference} was accepted yet", hint=f"eclips batches resume {submission.key}"
            )
        return found

    def lines(self, batch_id: str) -> dict[int, int]:
        """The line of the file for each row (by its index) of a job of ours; none of another machine's."""
        submission = self.find(batch_id)
        jobs = [job for job in self.jobs(submission) if job.batch_id == batch_id] if submission else []
        return {index: row.line for job in jobs for index, row in enumerate(self.journal.rows(job))}

    # -- one process at a time

    def lock(self, fingerprint: str, what: str) -> SubmissionLock:
        """The lock under which the order of this fingerprint is written down and sent; `what` is said of it."""
        # opened before there is a lock: where there are locks, there was a journal
        folder = self.journal.folder
        return SubmissionLock(folder / "locks", fingerprint, what=what, since=iso_text(self.clock.now()))

    def lock_of(self, submission: Submission) -> SubmissionLock:
        """The lock of a submission; all retries of one share theirs."""
        if submission.parent is not None:
            return self.lock_of_retries(submission.parent)
        return self.lock(submission.fingerprint, f"{submission.name} #{submission.key}")

    def lock_of_draft(self, key: str) -> SubmissionLock:
        """The lock under which a submission of this key is written down: of two processes that would, one does."""
        return self.lock(fingerprint_of(key), f"#{key}")

    def lock_of_retries(self, key: str) -> SubmissionLock:
        """The lock under which the retries of the submission called `key` are made and sent."""
        return self.lock(sha256(f"retry {key}".encode()).hexdigest(), f"a retry of #{key}")
