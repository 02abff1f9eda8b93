"""What follows on sending: all of it followed to its end as one, results, an exit code, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from eclips_cli.command_line import command
from eclips_cli.commands._resume_hint import ResumeHint, for_all
from eclips_cli.commands.batches._follow import followed
from eclips_cli.commands.batches._progress_line import Watcher, words
from eclips_cli.commands.batches._send import Sent
from eclips_cli.commands.batches._view import BATCHES, local_job
from eclips_cli.counting import how_many
from eclips_cli.durations import iso_text
from eclips_cli.errors import ProtocolError
from eclips_cli.exits import ExitCode
from eclips_cli.records.journal import Submission

if TYPE_CHECKING:
    from eclips_cli.api.batches import Batches
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.api.waiting import WaitBudget
    from eclips_cli.commands.batches._credits import Credits
    from eclips_cli.commands.batches._progress import Progress
    from eclips_cli.commands.batches._submissions import Submissions
    from eclips_cli.commands.batches.rows import ResultsFile
    from eclips_cli.output.output import Output

GONE = "the API does not have it any more; the same command with --again submits the rows anew"


class FollowUp:
    """Follows what was sent, unless `detach` leaves it at that; `results` are written at the end.

    `budget` says how long; `connect` gives the API's client when it is first needed.
    """

    def __init__(
        self,
        submissions: Submissions,
        connect: Callable[[], EclipsClient],
        output: Output,
        credits: Credits,
        *,
        budget: WaitBudget,
        detach: bool = False,
        results: ResultsFile | None = None,
        through_triage: bool = False,
    ) -> None:
        self._submissions = submissions
        self._connect = connect
        self._output = output
        self._credits = credits
        self.budget = budget
        self._detach = detach
        self._results = results
        self._through_triage = through_triage
        self._write: Callable[[Batches, ResultsFile], None] | None = None

    def after(
        self, sent: Sequence[Sent], *, write: Callable[[Batches, ResultsFile], None] | None = None
    ) -> int:
        """Say what was sent and follow it; the exit code. `write` writes the results of other rows than the sent ones."""
        self._write = write
        for one in sent:
            _tell(self._output, one)
        following = [one.submission.key for one in sent if not one.ended]
        if self._detach or not following:
            return self._leave_at_that(sent, following)
        return self.to_end(following, gone=GONE)

    def to_end(self, references: Sequence[str], *, gone: str | None = None) -> int:
        """Follow batches to their end as one and show their jobs; the exit code.

        `gone` is the way on where the API does not have them. Raises WaitTimeout and what the API's
        client raises, with the command that goes on.
        """
        progress = self._followed(references, gone)
        known = {of.key: of for of in map(self._submissions.find, references) if of is not None}
        self._output.note(words(progress))
        self._say_what_was_used(list(known.values()), progress)
        self._write_results(references[0])
        code = int(progress.exit_code)
        self._output.code_so_far = code
        self._output.items((job.raw for job in progress.jobs), BATCHES)
        if progress.unended:
            raise _not_ended(progress)
        if len(known) == 1:
            _what_next(self._output, next(iter(known.values())), progress)
        return code

    def _say_what_was_used(self, known: Sequence[Submission], progress: Progress) -> None:
        """Say it of one submission: what several used at a time nobody can tell apart."""
        used = self._credits.ended(known[0], progress) if len(known) == 1 else None
        if used is not None:
            self._output.note(used)

    def _leave_at_that(self, sent: Sequence[Sent], following: Sequence[str]) -> int:
        """Show the jobs as the journal knows them, and how to follow what goes on."""
        for one in sent[:1] if self._write is None else [None]:
            self._write_results(one.submission.key if one is not None else "")
        if following:
            self._output.hint(command("batches wait", *following))
        jobs = [
            local_job(one.submission, job) for one in sent for job in self._submissions.jobs(one.submission)
        ]
        self._output.items(jobs, BATCHES)
        return int(ExitCode.OK)

    def _write_results(self, reference: str) -> None:
        if self._results is not None:
            from eclips_cli.commands.batches._results import write_results

            batches = self._connect().batches
            if self._write is not None:
                self._write(batches, self._results)
                return
            write_results(self._submissions, batches, reference, self._results, self._output.note)

    def _followed(self, references: Sequence[str], gone: str | None) -> Progress:
        progress = followed(
            self._submissions,
            self._connect,
            references,
            self.budget,
            through_triage=self._through_triage,
        )
        known = (self._submissions.find(reference) for reference in references)
        named = dict.fromkeys(of.key if of else name for of, name in zip(known, references, strict=True))
        written = [self._results.typed] if self._results is not None else []
        way_on = for_all(" ".join(["batches wait", *written]), list(named))
        goes_on = "the batch goes on" if len(references) == 1 else "the batches go on"
        with ResumeHint(self._output, way_on, stopped="stopped following", goes_on=goes_on, gone=gone):
            return Watcher(self._output, self._submissions.clock).to_end(progress)


def while_sending(output: Output, command: str) -> ResumeHint:
    """While entered, whoever stops the sending is told the command that goes on with it."""
    return ResumeHint(output, command, stopped="stopped", goes_on="the journal knows what was sent")


def _not_ended(progress: Progress) -> ProtocolError:
    """What to raise where the API calls a job completed that has rows which have not ended."""
    job = next(job for job in progress.jobs if job.unended)
    return ProtocolError(
        f"the API says that batch {job.batch_id} is completed, and that {job.unended:,} of its "
        f"{how_many(job.total, 'row')} did not end: how it ended is not known",
        hint=f"`{command('batches results', str(job.batch_id))}` shows them",
    )


def size(submission: Submission) -> str:
    """How much there is of a submission."""
    return f"{how_many(submission.rows, 'row')} in {how_many(submission.jobs, 'job')}"


def _tell(output: Output, done: Sent) -> None:
    """What was, or was not, sent."""
    of = done.submission
    if done.gone_on and not done.jobs_sent:
        ended = " and has ended" if done.ended else ""
        output.note(
            f"{of.label} was submitted before, as #{of.key} on {iso_text(of.created_at)[:10]}{ended}: "
            "nothing was sent (--again submits all rows anew)"
        )
    elif of.kind == "retry":
        output.announce(f"#{of.key}: {size(of)} again to {of.agent}")
    elif done.gone_on:
        went = f"{done.jobs_sent:,} of {how_many(of.jobs, 'job was', 'jobs were')} sent or found now"
        output.announce(f"#{of.key} is all there: {size(of)}; {went}")


def _what_next(output: Output, submission: Submission, progress: Progress) -> None:
    """The command that goes on, where something is left to do."""
    original = submission.parent or submission.key
    if submission.parent is not None:
        output.hint(f"`{command('batches results', original)}` shows the newest outcome of each row")
    if progress.failed:
        output.hint(command("batches retry", original))
    elif progress.cancelled:
        output.hint(f"eclips batches retry {original} --status cancelled")
    if progress.triage:
        output.hint(f"eclips triage list; then: eclips batches wait {submission.key}")
