"""The batch commands that send and follow, each as one call: the desk's work, shown, with an exit code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eclips_cli.commands.batches import _telling
from eclips_cli.commands.batches._history import local_job
from eclips_cli.commands.batches._progress_line import Watcher, WayOn, words
from eclips_cli.commands.batches._send import IN_FLIGHT
from eclips_cli.commands.batches._submissions import Desk, Sent
from eclips_cli.commands.batches._view import BATCHES
from eclips_cli.durations import parse_duration
from eclips_cli.errors import HOPELESS, EclipsError, PartialFailure, UsageError
from eclips_cli.exits import ExitCode
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from pathlib import Path

    from eclips_cli.commands.batches._ordering import Input
    from eclips_cli.commands.batches._progress import Progress
    from eclips_cli.commands.batches._record import Order
    from eclips_cli.commands.batches.rows import ResultsFile
    from eclips_cli.output.output import Output
    from eclips_cli.records.journal import Submission

STOPPED = "stopped; the journal knows what was sent"


@dataclass(frozen=True)
class Terms:
    """How one invocation works: what it endures, whether a person can be asked, whether it only shows.

    `max_outage` is in seconds; `dry_run` and `curl` say that nothing may be sent or written down.
    """

    max_outage: float = 300.0
    may_ask: bool = False
    dry_run: bool = False
    curl: bool = False


@dataclass(frozen=True)
class Afterwards:
    """What follows on sending: `detach` leaves it at that; else following, until `deadline`, and `results`.

    `deadline` is a point of the monotonic clock, None for no end.
    """

    detach: bool = False
    deadline: float | None = None
    results: ResultsFile | None = None


class Clerk:
    """Does what a batch command asks, and shows it."""

    def __init__(self, desk: Desk, output: Output, terms: Terms) -> None:
        self.desk = desk
        self.output = output
        self.terms = terms

    def afterwards(
        self,
        timeout: str | None,
        *,
        detach: bool = False,
        results: Path | None = None,
        excel: bool = False,
        raw: bool | None = None,
        source: str | None = None,
    ) -> Afterwards:
        """What follows on sending `source`, from the options; UsageError for what can't be, before it is sent."""
        from eclips_cli.commands.batches._reporting import results_file

        if detach and (results is not None or timeout is not None):
            raise UsageError("--detach does not wait: leave out --results and --timeout, or --detach")
        deadline = None if timeout is None else self.desk.clock.monotonic() + parse_duration(timeout)
        return Afterwards(detach, deadline, results_file(results, excel=excel, raw=bool(raw), source=source))

    def submit(self, order: Order, then: Afterwards, *, again: bool, keep: int | None, yes: bool) -> int:
        """Submit a file and follow it to its end; the exit code. With --dry-run or --curl, show it."""
        for note in order.source.notes:
            self.output.note(note)
        if self.terms.dry_run or self.terms.curl:
            from eclips_cli.commands.batches._previewing import preview_order

            return preview_order(self, order)

        def approve(new: Submission) -> None:
            # only where a person sits: a script has said what it wants by running the command
            if self.terms.may_ask:
                _telling.namesakes(self.output, self.desk, new)
            if new.jobs > 1 and self.terms.may_ask:
                question = f"Submit {new.rows:,} rows to {new.agent} as {new.jobs:,} jobs?"
                self.output.confirm(question, yes=yes, no_input=False)
            self.output.announce(f"#{new.key}: {_telling.size(new)} to {new.agent}")

        with WayOn(self.output, STOPPED, "run the same command again, or: eclips batches resume"):
            sent = self.desk.submit(order, again=again, keep=keep, in_flight=IN_FLIGHT, approve=approve)
        if sent.gone_on and sent.submission.webhook_url != order.webhook_url:
            self.output.warn(f"#{sent.submission.key} was begun with another --webhook-url, which stays")
        return self._after([sent], then)

    def resume(self, key: str | None, then: Afterwards, *, keep: int | None) -> int:
        """Send what is unsent of one submission, or of all of this profile, and follow them."""
        wanted = self.desk.unfinished() if key is None else [self._submission(key)]
        if not wanted:
            self.output.note("nothing is unfinished")
        if self.terms.dry_run or self.terms.curl:
            from eclips_cli.commands.batches._previewing import preview_unsent

            return preview_unsent(self, wanted)
        sent: list[Sent] = []
        for submission in wanted:
            try:
                sent.append(self._resumed(submission, keep))
            except EclipsError as error:
                if len(wanted) == 1 or isinstance(error, HOPELESS):
                    raise
                self.output.error(error)
        code = self._after(sent, then)
        if len(sent) < len(wanted):
            raise PartialFailure(
                f"{len(wanted) - len(sent)} of {len(wanted)} submissions could not be finished"
            )
        return code

    def _resumed(self, submission: Submission, keep: int | None) -> Sent:
        with WayOn(self.output, STOPPED, f"eclips batches resume {submission.key}"):
            return self.desk.resume(submission, keep=keep, in_flight=IN_FLIGHT)

    def _submission(self, reference: str) -> Submission:
        found = self.desk.find(reference)
        if found is None:
            raise UsageError(f"no submission {reference!r} on this machine", hint="eclips batches history")
        return found

    def retry(self, reference: str, file: Input | None, then: Afterwards, *, keep: int | None) -> int:
        """Send the failed rows of a batch again, and follow them; the rows of a foreign one from `file`."""
        from eclips_cli.commands.batches._retrying import retry, retry_from_file

        if self.terms.dry_run or self.terms.curl:
            from eclips_cli.commands.batches._previewing import preview_retry

            return preview_retry(self, reference, file)
        with WayOn(self.output, STOPPED, f"eclips batches retry {reference}"):
            if file is None or self.desk.find(reference) is not None:
                sent = retry(self.desk, reference, keep=keep)
            else:
                with file.rows() as (source, mapping):
                    sent = retry_from_file(self.desk, reference, source, mapping, keep=keep)
        if sent is None:
            self.output.note(f"no row of {reference} has failed that is not being retried: nothing was sent")
            return int(ExitCode.OK)
        return self._after([sent], then)

    def wait(self, references: Sequence[str], then: Afterwards, *, through_triage: bool) -> int:
        """Follow batches to their end and show their jobs; the exit code."""
        progress = self._followed(references, then, through_triage=through_triage)
        self.output.note(words(progress))
        if then.results is not None:
            self._write_results(references[0], then.results)
        code = self._finished(progress, (job.raw for job in progress.jobs))
        known = {of.key: of for of in map(self.desk.find, references) if of is not None}
        if len(known) == 1:
            _telling.what_next(self.output, next(iter(known.values())), progress)
        return code

    def _after(self, sent: Sequence[Sent], then: Afterwards) -> int:
        """What follows on sending: nothing more, or following all of it as one, results and the exit code."""
        for one in sent:
            _telling.sent(self.output, one)
        following = [one.submission for one in sent if not one.ended and not then.detach]
        if not following:
            return self._left_at_that(sent, then)
        gone = "the API does not have it any more; the same command with --again submits the rows anew"
        progress = self._followed([of.key for of in following], then, gone=gone)
        self.output.note(words(progress))
        if then.results is not None:
            self._write_results(following[0].key, then.results)
        code = self._finished(progress, (job.raw for job in progress.jobs))
        if len(following) == 1:
            _telling.what_next(self.output, following[0], progress)
        return code

    def _left_at_that(self, sent: Sequence[Sent], then: Afterwards) -> int:
        """Show the jobs as the journal knows them, and how to follow what goes on."""
        for one in sent:
            if then.results is not None:
                self._write_results(one.submission.key, then.results)
        keys = [one.submission.key for one in sent if not one.ended]
        if keys:
            self.output.hint(f"eclips batches wait {' '.join(keys)}")
        jobs = [local_job(one.submission, job) for one in sent for job in self.desk.jobs(one.submission)]
        self.output.items(jobs, BATCHES)
        return int(ExitCode.OK)

    def _finished(self, progress: Progress, jobs: Iterable[JsonObject]) -> int:
        code = int(progress.exit_code)
        self.output.code_so_far = code
        self.output.items(jobs, BATCHES)
        return code

    def _write_results(self, reference: str, target: ResultsFile) -> None:
        from eclips_cli.commands.batches._reporting import write_results

        write_results(self, reference, target)

    def _followed(
        self,
        references: Sequence[str],
        then: Afterwards,
        *,
        through_triage: bool = False,
        gone: str | None = None,
    ) -> Progress:
        progress = self.desk.follow(
            references,
            max_outage=self.terms.max_outage,
            deadline=then.deadline,
            through_triage=through_triage,
        )
        known = (self.desk.find(reference) for reference in references)
        named = dict.fromkeys(of.key if of else name for of, name in zip(known, references, strict=True))
        command = " ".join(["eclips batches wait", *list(named)[:3], *["…"][: len(named) > 3]])
        with WayOn(self.output, "stopped following; the batch goes on", command, gone=gone):
            return Watcher(self.output, self.desk.clock).to_end(progress)
