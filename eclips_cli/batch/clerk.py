"""The batch commands, each as one call: the desk's work, shown, with an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from eclips_cli.batch.desk import Desk, Sent
from eclips_cli.batch.history import iso
from eclips_cli.batch.showing import Watcher, WayOn, words
from eclips_cli.errors import ProtocolError, UsageError
from eclips_cli.exits import ExitCode, worst
from eclips_cli.output import views

if TYPE_CHECKING:
    from eclips_cli.batch.journal import Submission
    from eclips_cli.batch.plan import Mapping
    from eclips_cli.batch.progress import Progress
    from eclips_cli.batch.reading import RowSource
    from eclips_cli.batch.recording import Order
    from eclips_cli.batch.results import Outcome, ResultsFile
    from eclips_cli.output.output import Output

JsonObject = dict[str, Any]


class Clerk:
    """Does what a batch command asks, and shows it. `patience` are the options of `Follower`."""

    def __init__(self, desk: Desk, output: Output, patience: dict[str, Any]) -> None:
        self._desk = desk
        self._output = output
        self._patience = patience

    def preview(self, order: Order) -> None:
        """`--dry-run`: the first rows as they would be sent, and how many jobs there would be."""
        from eclips_cli.batch.recording import preview

        seen = preview(order.source, order.mapping)
        if self._output.format in ("json", "jsonl"):
            whole = {"name": order.name, "agent_type": order.agent, "rows": seen.rows, "jobs": seen.jobs}
            self._output.item({**whole, "first_rows": seen.first}, views.of_rows(seen.first))
            return
        self._output.items(seen.first, views.of_rows(seen.first))
        jobs = "1 job" if seen.jobs == 1 else f"{seen.jobs:,} jobs"
        self._output.note(f"{seen.rows:,} rows would go to {order.agent} as {jobs}; nothing was sent")

    def first_request(self, order: Order) -> None:
        """`--curl`: make the first job's request, which the session shows instead of sending it."""
        from eclips_cli.batch.plan import MAX_ROWS
        from eclips_cli.batch.recording import preview

        seen = preview(order.source, order.mapping, shown=MAX_ROWS)
        self._desk.client.batches.create(order.agent, seen.first, order.name, order.webhook_url)

    def submit(
        self,
        order: Order,
        *,
        again: bool,
        keep: int | None,
        yes: bool,
        detach: bool,
        results: ResultsFile | None,
    ) -> int:
        """Submit a file and follow it to its end; the exit code."""
        for note in order.source.notes:
            self._output.note(note)

        def approve(new: Submission) -> None:
            # Only where a person sits: a script has said what it wants by running the command.
            if new.jobs > 1 and self._output.interactive:
                question = f"Submit {new.rows:,} rows to {new.agent} as {new.jobs:,} jobs?"
                self._output.confirm(question, yes=yes, no_input=False)

        with WayOn("stopped; the journal knows what was sent", "eclips batches resume"):
            sent = self._desk.submit(order, again=again, keep=keep, approve=approve)
        return self._after(sent, detach=detach, results=results)

    def resume(self, key: str | None, *, keep: int | None, detach: bool) -> int:
        """Send what is unsent of one submission, or of all of this profile, and follow them."""
        if key is None:
            wanted = self._desk.unfinished()
        else:
            found = self._desk.journal.lookup(key)
            if found is None:
                raise UsageError(f"no submission {key!r} on this machine", hint="eclips batches history")
            wanted = [found]
        if not wanted:
            self._output.note("nothing is unfinished")
        codes = []
        for submission in wanted:
            with WayOn("stopped; the journal knows what was sent", f"eclips batches resume {submission.key}"):
                sent = self._desk.resume(submission, keep=keep)
            codes.append(ExitCode(self._after(sent, detach=detach, results=None)))
        return int(worst(codes))

    def retry(
        self, reference: str, *, file: tuple[RowSource, Mapping] | None, keep: int | None, detach: bool
    ) -> int:
        """Send the failed rows of a batch again, and follow them."""
        from eclips_cli.batch.retrying import retry, retry_from_file

        with WayOn("stopped; the journal knows what was sent", f"eclips batches retry {reference}"):
            if file is None or self._desk.journal.lookup(reference) is not None:
                sent = retry(self._desk, reference, keep=keep)
            else:
                sent = retry_from_file(self._desk, reference, *file, keep=keep)
        if sent is None:
            self._output.note(
                f"no row of {reference} has failed (that is not being retried): nothing was sent"
            )
            return int(ExitCode.OK)
        return self._after(sent, detach=detach, results=None)

    def wait(self, references: Sequence[str], *, quietly: bool) -> int:
        """Follow batches to their end and show their jobs; the exit code."""
        progress = self._followed(references, quietly=quietly)
        self._output.items((job.raw for job in progress.jobs), views.BATCHES)
        return int(progress.exit_code)

    def results(self, reference: str, target: ResultsFile | None, *, excel: bool, raw: bool) -> None:
        """Write a batch's results, to a file or on stdout; ProtocolError when rows don't match."""
        joiner = self._desk.joiner()
        columns, outcomes = self._desk.outcomes(reference, joiner)
        if target is not None:
            from eclips_cli.batch.results import Tally, rendered

            tally = Tally()
            target.write(rendered(tally.counted(outcomes), columns, target.shape))
            counts = ", ".join(f"{count:,} {status}" for status, count in tally.statuses.most_common())
            self._output.note(f"{target.path}: {counts or 'no rows'}")
        elif self._output.format == "csv":
            from eclips_cli.batch.results import Shape, rendered

            pieces = rendered(outcomes, columns, Shape("csv", excel, raw))
            self._output.pieces(
                "\ufeff" + piece if excel and not n else piece for n, piece in enumerate(pieces)
            )
        elif self._output.format in ("json", "jsonl"):
            from eclips_cli.batch.results.shaping import records

            self._output.items(records(outcomes, columns), views.BATCH_ROWS)
        else:
            self._output.items(map(_row, outcomes), views.BATCH_ROWS)
        if joiner.wrong:
            raise ProtocolError(
                f"{joiner.wrong:,} rows of the API don't match the rows that were sent; they have no result",
                hint="the others are right; see the status `missing` or `mismatch`",
            )

    def cancel(self, references: Sequence[str]) -> int:
        """Cancel batches; the exit code. One that can't be cancelled does not stop the others."""
        from eclips_cli.batch.cancelling import cancel

        done = [one for reference in references for one in cancel(self._desk, reference)]
        failed = [one.error for one in done if one.error is not None]
        if len(done) == 1 and failed:
            raise failed[0]
        for one in done:
            if one.error is not None:
                self._output.error(one.error)
            else:
                self._output.note(f"{one.name}: {one.what}")
        shown = [{"id": one.batch_id, "name": one.name, "status": one.what} for one in done]
        self._output.items(shown, views.BATCHES, empty="nothing was left to cancel")
        return int(ExitCode.PARTIAL if failed else ExitCode.OK)

    def _after(self, sent: Sent, *, detach: bool, results: ResultsFile | None) -> int:
        """What follows on sending: nothing more, or following, results and the exit code."""
        submission = sent.submission
        self._say(sent)
        if detach or sent.ended:
            if results is not None and sent.ended:
                self.results(submission.key, results, excel=False, raw=False)
            self._output.items(map(_local_job(submission), self._desk.jobs(submission)), views.BATCHES)
            return int(ExitCode.OK)
        progress = self._followed([submission.key], quietly=False)
        self._output.note(words(progress))
        if results is not None:
            self.results(submission.key, results, excel=False, raw=False)
        self._output.items((job.raw for job in progress.jobs), views.BATCHES)
        if progress.failed:
            self._output.hint(f"eclips batches retry {submission.parent or submission.key}")
        return int(progress.exit_code)

    def _say(self, sent: Sent) -> None:
        of = sent.submission
        if sent.ended:
            self._output.note(
                f"{of.label} was submitted as #{of.key} on {iso(of.created_at)[:16]} and has ended: "
                "nothing was sent (--again submits it anew)"
            )
        elif sent.gone_on and not sent.jobs_sent:
            self._output.note(f"{of.label} was submitted before, as #{of.key}: nothing was sent")
        else:
            again = "went on with " if sent.gone_on else ""
            jobs = "1 job" if of.jobs == 1 else f"{of.jobs:,} jobs"
            self._output.announce(f"{again}#{of.key}: {of.rows:,} rows in {jobs}")

    def _followed(self, references: Sequence[str], *, quietly: bool) -> Progress:
        progress = self._desk.follow(references, **self._patience)
        command = f"eclips batches wait {' '.join(references[:3])}"
        with WayOn("stopped following; the batch goes on", command):
            if not quietly:
                return Watcher(self._output, self._desk.clock).to_end(progress)
            *_, last = progress
            return last


def _local_job(submission: Submission) -> Any:
    """A job as the journal knows it, in the shape of the API's."""
    return lambda job: {
        "id": job.batch_id,
        "name": submission.name_of(job),
        "agent_type": submission.agent,
        "status": job.status or str(job.state),
        "total_rows": job.row_count,
        "submission": submission.key,
    }


def _row(outcome: Outcome) -> JsonObject:
    return {
        "row_index": outcome.number,
        "status": outcome.status,
        "task": outcome.task,
        "result": outcome.result,
        "error_message": outcome.error,
    }
