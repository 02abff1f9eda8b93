"""Sending the jobs of a submission, each exactly once: intent, one POST, answer.

No client can exclude, without the server's help, that a server commits a request after every
look-up: then a job is there twice. Everything short of that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from eclips_cli import errors
from eclips_cli.commands._at_once import next_of
from eclips_cli.commands.batches._account import Accounts
from eclips_cli.commands.batches._record import job_marker
from eclips_cli.commands.batches._send_errors import (
    TOO_LARGE,
    row_too_large,
    with_way_on,
    wrong_answer,
)
from eclips_cli.commands.batches._settle import Settler
from eclips_cli.records.journal import OPEN, Job, JobState, Journal, Submission
from eclips_cli.system.signals import undivided

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.commands.batches._submissions import Submissions

IN_FLIGHT = 4
"""Jobs that a command sends at a time; each one's intent is in the journal before its POST."""

FEW = 4
"""Up to so many jobs go one after another: a person sees them in their order, and there is little to gain."""

RESENT = 1
"""How often one process sends a job again whose answer was lost and that the server does not have."""


OVER = (JobState.FINISHED, JobState.DROPPED, JobState.REFUSED)
"""States of jobs of which nothing more comes."""


@dataclass(frozen=True)
class Sent:
    """A submission all of whose jobs are at the API. `jobs_sent` counts those of this call.

    `gone_on` says that an earlier run had begun it, `ended` that all its jobs had ended before.
    """

    submission: Submission
    jobs_sent: int
    gone_on: bool
    ended: bool


class Sender:
    """Sends what is unsent of a submission, and asks about what may have been sent.

    `connect` gives the API's client when it is first needed, so that a file is checked before a key
    is read. `gate` is called with (submission, job) before each POST and may raise to stop there (see
    `CreditFloor`). `note` is told what a person should know, `on_job` each job that was accepted.
    Of many jobs, `in_flight` are sent at a time once the first was accepted, each with its intent recorded.
    """

    def __init__(
        self,
        submissions: Submissions,
        connect: Callable[[], EclipsClient],
        *,
        note: Callable[[str], None] = lambda _text: None,
        on_job: Callable[[Submission, Job], None] = lambda _submission, _job: None,
        gate: Callable[[Submission, Job], None] | None = None,
        in_flight: int = IN_FLIGHT,
        rotated: bool = False,
    ) -> None:
        self._submissions = submissions
        self._connect = connect
        self._clock = submissions.clock
        self.note = note
        self._on_job = on_job
        self._gate = gate
        self._in_flight = in_flight
        self._halved = False
        self.accounts = Accounts(submissions, connect, rotated=rotated)
        """whose key it sends with"""

    def finish(self, submission: Submission, *, gone_on: bool = True) -> Sent:
        """Send all that is unsent of a submission; hold its lock.

        Raises UsageError when it belongs elsewhere, LocalFailure when the journal can't be written, and
        what stopped it (the journal holds the rest), with the command that goes on as its hint:
        LimitReached, Rejected, UnknownOutcome, NetworkError and others of the API's client.
        """
        before = self._submissions.jobs(submission)
        ended = all(job.state in OVER for job in before)
        unsent = sum(job.state in OPEN for job in before)
        if unsent:
            self.accounts.check(submission)
            self._send(submission, gone_on)
            submission = self._journal.submission(submission.key)  # a job that was halved is two by now
        return Sent(submission, unsent, gone_on, ended)

    @cached_property
    def _settler(self) -> Settler:
        return Settler(self._submissions, self._connect(), self.note, self._accept)

    @property
    def _journal(self) -> Journal:
        return self._submissions.journal

    @cached_property
    def batches(self) -> Batches:
        """The API's batches, with the key that it sends with."""
        return self._connect().batches

    def _send(self, submission: Submission, gone_on: bool) -> None:
        try:
            self._settler.settle(submission)
            if gone_on:
                self._settler.find_planned(submission)
            planned = [job for job in self._journal.jobs(submission.key) if job.state is JobState.PLANNED]
            if self._in_flight > 1 and len(planned) > FEW:
                self._send_one(submission, planned[0])  # what is refused at all is refused once
                self._send_several(submission, planned[1:])
            else:
                for job in planned:
                    self._send_one(submission, job)
        except errors.EclipsError as error:
            raise with_way_on(error, submission, self._journal) from None

    def _send_one(self, submission: Submission, job: Job) -> None:
        if self._gate is not None:
            self._gate(submission, job)
        self._send_parts(submission, job)

    def _send_parts(self, submission: Submission, job: Job) -> None:
        """Send a job, in halves where the server says that it is too large."""
        try:
            self._send_whole(submission, job)
        except errors.Rejected as error:
            if error.details.get("status") != TOO_LARGE:
                raise
            if job.row_count == 1:
                self._journal.refused(job, error.message)
                raise row_too_large(self._journal.rows(job)[0], submission) from None
            if not self._halved:
                self._halved = True
                rows = f"{job.row_count:,} rows"
                self.note(f"{rows} are too large for the server at once: sending jobs of fewer")
            for half in self._journal.halve(job, self._markers_of_halves(submission, job)):
                self._send_parts(self._journal.submission(submission.key), half)

    def _markers_of_halves(self, submission: Submission, job: Job) -> tuple[str, str]:
        rows, middle, used = self._journal.rows(job), job.row_count // 2, set[str]()
        of = (self._journal, submission.agent, submission.mapping, submission.columns)
        return job_marker(*of, rows[:middle], used), job_marker(*of, rows[middle:], used)

    def _send_whole(self, submission: Submission, job: Job) -> None:
        for attempt in range(RESENT + 1):
            try:
                batch_id = self._post(submission, job)
            except (errors.UnknownOutcome, errors.ServerError) as error:
                if _did_nothing(error):  # nothing is to be looked for
                    raise
                if self._settler.recovered(submission, job, error, last=attempt == RESENT):
                    return
            else:
                self._accept(submission, job, batch_id)
                return

    def _post(self, submission: Submission, job: Job) -> str:
        """The new batch's id. The journal knows how it went, whatever ends this."""
        rows = submission.body_rows(self._journal.rows(job))
        name = submission.name_of(job)
        self._journal.sending(job, self._clock.now(), self._connect().server_now())
        try:
            answer = self.batches.create(submission.agent, rows, name, submission.webhook_url)
        except errors.SURELY_NOT_SENT as error:
            if isinstance(error, errors.Rejected) and error.details.get("status") != TOO_LARGE:
                self._journal.refused(job, error.message)
            else:
                self._journal.not_sent(job, error.message)
            raise
        except errors.EclipsError as error:
            with suppress(errors.LocalFailure):  # it is `sending` already, which is what counts
                if _did_nothing(error):
                    self._journal.not_sent(job, error.message)
                elif isinstance(error, errors.UnknownOutcome) and error.details.get("status") is not None:
                    self._journal.taken(job, error.message)  # a 2xx that could not be read
                else:
                    self._journal.unknown(job, error.message)
            raise
        found = answer.json["job"]
        with _noting(name, str(found["id"])):
            known = self._journal.marker_of(str(found["id"])) is not None
            wrong = wrong_answer(found, submission, job, known)
            if wrong is not None:
                self._journal.unknown(job, wrong)
        if wrong is not None:
            raise errors.UnknownOutcome(
                f"the answer to {name!r} is not about it: {wrong}; it may have been accepted all the same",
                status=answer.status,
            )
        return str(found["id"])

    def _accept(self, submission: Submission, job: Job, batch_id: str) -> None:
        with _noting(submission.name_of(job), batch_id):
            self._journal.accepted(job, batch_id, self._clock.now())
        self._on_job(submission, replace(job, state=JobState.ACCEPTED, batch_id=batch_id))

    def _send_several(self, submission: Submission, planned: Sequence[Job]) -> None:
        """Keep `in_flight` jobs on their way; after a failure start no more, but wait for the others."""
        from concurrent.futures import Future, ThreadPoolExecutor
        from queue import SimpleQueue

        waiting = list(reversed(planned))
        flying = 0
        landed: SimpleQueue[Future[None]] = SimpleQueue()
        failures: list[BaseException] = []
        with ThreadPoolExecutor(self._in_flight) as pool:
            while flying or (waiting and not failures):
                while waiting and not failures and flying < self._in_flight:
                    with undivided:
                        pool.submit(self._send_one, submission, waiting.pop()).add_done_callback(landed.put)
                    flying += 1
                failure = next_of(landed).exception()
                flying -= 1
                failures += [failure] if failure else []
        if failures:
            raise failures[0]


def _did_nothing(error: errors.EclipsError) -> bool:
    """Whether the server said that it did not act on a job, and, perhaps, when to come again."""
    return isinstance(error, errors.ServerError) and error.surely_not_done


@contextmanager
def _noting(name: str, batch_id: str) -> Iterator[None]:
    """Once a job was answered with an id, a journal that fails takes the answer for lost, and looks for it next time."""
    try:
        yield
    except errors.LocalFailure as error:
        raise errors.UnknownOutcome(
            f"{name} was accepted as {batch_id}, which could not be noted: {error.message}", hint=error.hint
        ) from None
