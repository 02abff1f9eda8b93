"""What the batch commands do, as one call each: the journal, the API and the files behind one desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eclips_cli import errors
from eclips_cli.commands.batches._history import described
from eclips_cli.commands.batches._record import Order, earlier, known_fingerprint, random_key, record
from eclips_cli.commands.batches._send import Sender
from eclips_cli.durations import iso_text
from eclips_cli.json_values import JsonObject
from eclips_cli.records.journal import Job, JobState, Journal, Submission, SubmissionLock
from eclips_cli.records.journal.reading import FILE as JOURNAL_FILE
from eclips_cli.records.journal.records import UNSENT, Target

if TYPE_CHECKING:
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.api.waiting import Clock
    from eclips_cli.commands.batches._follow import Follower
    from eclips_cli.commands.batches._progress import JobProgress, Progress
    from eclips_cli.commands.batches.rows import Joiner, Outcome


@dataclass(frozen=True)
class Sent:
    """A submission all of whose jobs are at the API. `jobs_sent` counts those of this call.

    `gone_on` says that an earlier run had begun it, `ended` that all its jobs had ended before.
    """

    submission: Submission
    jobs_sent: int
    gone_on: bool
    ended: bool


class Desk:
    """The batches of this machine: one object for one command.

    `folder` is the state directory, `connect` gives the API's client when it is first needed (so
    that a file is checked before a key is read). `note` is told what a person should know while
    work goes on, `on_job` each job that was accepted. `sender` makes what sends (tests have theirs).
    """

    def __init__(
        self,
        folder: Path,
        connect: Callable[[], EclipsClient],
        clock: Clock,
        place: Target,
        *,
        note: Callable[[str], None] = lambda _text: None,
        on_job: Callable[[Submission, Job], None] = lambda _submission, _job: None,
        sender: Callable[..., Sender] = Sender,
    ) -> None:
        self._folder = folder
        self._connect = connect
        self.clock = clock
        self.place = place
        self.note = note
        self._on_job = on_job
        self._sender = sender

    @cached_property
    def journal(self) -> Journal:
        """The journal, opened when first used; LocalFailure when it can't be."""
        return Journal(self._folder)

    def find(self, reference: str) -> Submission | None:
        """The submission of ours that a key or a job's id means; where there is no journal none is made."""
        if "journal" not in self.__dict__ and not (self._folder / JOURNAL_FILE).exists():
            return None
        return self.journal.lookup(reference)

    @cached_property
    def client(self) -> EclipsClient:
        """The API's client, made when first used."""
        return self._connect()

    def close(self) -> None:
        """Close the journal, if it was opened."""
        if "journal" in self.__dict__:
            self.journal.close()

    # -- sending

    def submit(
        self,
        order: Order,
        *,
        again: bool = False,
        keep: int | None = None,
        in_flight: int = 1,
        approve: Callable[[Submission], None] = lambda _submission: None,
    ) -> Sent:
        """Send a file's rows, or go on where an earlier run of the same order stopped.

        `approve` sees a new submission before anything is sent, and may raise to stop it for good.
        Raises UsageError for a bad file, LocalFailure when the journal can't be kept or another
        process is at it, and what `Sender.send` raises.
        """
        known_as = known_fingerprint(self.journal, order)
        with self._lock(known_as, order.source.label):
            found = earlier(self.journal, order, known_as, again=again)
            if found is not None:
                return self._send(found, gone_on=True, keep=keep, in_flight=in_flight)
            new = record(self.journal, order, now=self.clock.now(), new_key=random_key, approve=approve)
            return self._send(new, gone_on=False, keep=keep, in_flight=in_flight)

    def resume(self, submission: Submission, *, keep: int | None = None, in_flight: int = 1) -> Sent:
        """Send what is unsent of a submission. Raises as `submit` does."""
        with self.locked(submission):
            return self._send(submission, gone_on=True, keep=keep, in_flight=in_flight)

    def unfinished(self) -> list[Submission]:
        """The submissions of this profile that were not sent to their end, oldest first."""
        return [
            submission
            for submission in self._known()[::-1]
            if self.belongs_here(submission) and any(job.state in UNSENT for job in self.jobs(submission))
        ]

    def _send(self, submission: Submission, *, gone_on: bool, keep: int | None, in_flight: int) -> Sent:
        before = self.jobs(submission)
        ended = all(job.state in (JobState.FINISHED, JobState.DROPPED) for job in before)
        unsent = sum(job.state in UNSENT for job in before)
        if unsent:
            self.check_place(submission)
            self._sending(keep, in_flight).send(submission)
            submission = self.journal.submission(submission.key)
        return Sent(submission, unsent, gone_on, ended)

    def _sending(self, keep: int | None, in_flight: int) -> Sender:
        from eclips_cli.commands.batches._credits import Keep

        options: dict[str, Any] = {"note": self.note, "on_job": self._on_job, "in_flight": in_flight}
        if keep is not None:
            options["gate"] = Keep(keep, lambda: self.client.usage.summary().json)
        return self._sender(self.journal, self.client, self.clock, **options)

    def locked(self, submission: Submission) -> SubmissionLock:
        """The lock of a submission; all retries of one share theirs."""
        if submission.parent is not None:
            return self.lock_retries(submission.parent)
        return self._lock(submission.fingerprint, f"{submission.name} #{submission.key}")

    def _lock(self, name: str, what: str) -> SubmissionLock:
        return SubmissionLock(self._folder / "locks", name, what=what, since=iso_text(self.clock.now()))

    def lock_retries(self, key: str) -> SubmissionLock:
        """The lock under which the retries of the submission called `key` are made and sent."""
        return self._lock(sha256(f"retry {key}".encode()).hexdigest(), f"a retry of #{key}")

    def belongs_here(self, submission: Submission) -> bool:
        """Whether a submission was made with this profile and base URL."""
        return self.place.holds(submission)

    def check_place(self, submission: Submission) -> None:
        """Raise UsageError unless `submission` belongs to this profile and base URL."""
        self.place.check(submission)

    # -- asking

    def jobs(self, submission: Submission) -> list[Job]:
        """The jobs of a submission as the journal knows them."""
        return self.journal.jobs(submission.key)

    def batch_ids(self, reference: str) -> list[str]:
        """The API's ids that a reference means: all jobs of a submission of ours, else itself."""
        submission = self.find(reference)
        if submission is None:
            return [reference]
        self.place.check_api(submission)
        found = [job.batch_id for job in self.jobs(submission) if job.batch_id]
        if not found:
            raise errors.UsageError(
                f"nothing of {reference} was accepted yet", hint=f"eclips batches resume {submission.key}"
            )
        return found

    def follow(self, references: Sequence[str], **options: Any) -> Iterator[Progress]:
        """The progress of all jobs that the references mean, as one; `options` are those of `Follower`.

        Jobs of ours that end are noted as finished in the journal.
        """
        ours: dict[str, Job] = {}
        wanted: dict[str, int] = {}
        for reference in references:
            submission = self.find(reference)
            if submission is not None:
                ours |= {job.batch_id: job for job in self.jobs(submission) if job.batch_id}
            for batch_id in self.batch_ids(reference):
                wanted[batch_id] = ours[batch_id].row_count if batch_id in ours else 0
        return self._follower(ours, **options).follow(wanted)

    def _follower(self, ours: dict[str, Job], **options: Any) -> Follower:
        from eclips_cli.commands.batches._follow import Follower

        def over(job: JobProgress) -> None:
            if job.batch_id in ours:
                self.journal.finished(ours[job.batch_id], job.status)

        return Follower(self.client.batches, self.clock, note=self.note, on_over=over, **options)

    def joiner(self) -> Joiner:
        """What joins results to rows."""
        from eclips_cli.commands.batches.rows import Joiner

        return Joiner(lambda: self.journal, self.client.batches)

    def outcomes(self, reference: str, joiner: Joiner) -> tuple[Sequence[str], Iterator[Outcome]]:
        """The input's columns, and each row's newest outcome; of a foreign batch, what the API tells."""
        submission = self.find(reference)
        if submission is not None:
            self.place.check_api(submission)
            return submission.columns, joiner.outcomes(submission)
        from eclips_cli.commands.batches.rows.joining import foreign_outcomes

        return ("row_index", "task"), foreign_outcomes(self.client.batches.get(reference).json["rows"])

    def _known(self) -> list[Submission]:
        return self.journal.submissions() if (self._folder / JOURNAL_FILE).exists() else []

    def history(self) -> list[JsonObject]:
        """What this machine submitted, newest first, as objects to show."""
        return [described(submission, self.jobs(submission)) for submission in self._known()]
