"""Following runs for somebody: live on a terminal, to a result and an exit code, with a way on when stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from eclips_cli.command_line import command
from eclips_cli.commands._resume_hint import ResumeHint, for_all
from eclips_cli.commands.runs._changes import follow
from eclips_cli.commands.runs._outcome import Change, RunOutcome
from eclips_cli.commands.runs._view import CHANGES, CHANGES_OF_ONE, RUN, run_detail
from eclips_cli.counting import how_many
from eclips_cli.exits import ExitCode, worst
from eclips_cli.json_values import JsonObject
from eclips_cli.records.recent import triage_item

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.waiting import WaitBudget
    from eclips_cli.output.output import Output
    from eclips_cli.records.recent import Thing


WIDE = 60
"""cells of a terminal from which on a whole id has room beside other words"""


class Following:
    """Runs being followed by one command; `remember` is told the item of one that alone waits for a person.

    `gone` is the way on where the API does not have it.
    """

    def __init__(
        self,
        client: EclipsClient,
        output: Output,
        remember: Callable[[Thing | None], None],
        run_ids: Sequence[str],
        budget: WaitBudget,
        *,
        through_triage: bool,
        gone: str | None = None,
    ) -> None:
        self._gone = gone
        self._client, self._output, self._remember = client, output, remember
        self._ids, self._budget, self._through_triage = list(run_ids), budget, through_triage

    def to_result(self, *, quietly: bool = False, first: bool = False) -> int:
        """Follow to the end (of the `first` one, or all), print `{run, triage_item}`, return the exit code."""
        outcomes: dict[str, RunOutcome] = {}
        with self._resume_hint(), self._output.live() as live:
            if quietly and live.moving:
                count = len(self._ids)
                one = f"for run {self._ids[0]}" if self._output.width >= WIDE else "for the run"
                live.status("waiting", one if count == 1 else f"for {how_many(count, 'run')}")
            for change in self._changes():
                if not quietly:
                    live.status(change.status, self._words(change))
                if change.outcome is not None:
                    outcomes[change.run_id] = change.outcome
                    if first:
                        break
        ended = [outcomes[run_id] for run_id in self._ids if run_id in outcomes]
        return self._finish(ended, show=True)

    def print_changes(self) -> int:
        """Print each change as it comes, until every run ended; the exit code of the worst."""
        from eclips_cli.output.table import line

        ended: list[RunOutcome] = []

        def lines() -> Any:
            for change in self._changes(results=False):
                if change.outcome is not None:
                    ended.append(change.outcome)
                yield self._line(change)

        with self._resume_hint():
            # who follows one run on a terminal has just named it
            shown = CHANGES if len(self._ids) > 1 else CHANGES_OF_ONE
            self._output.stream(lines(), CHANGES, line=lambda change, look: line(change, shown, look))
        return self._finish(ended, show=False)

    def _changes(self, *, results: bool = True) -> Iterator[Change]:
        return follow(
            self._client, self._ids, self._budget, through_triage=self._through_triage, results=results
        )

    def _line(self, change: Change) -> JsonObject:
        run = change.event.get("run")
        event: JsonObject = run if isinstance(run, dict) else change.event
        if self._output.format in ("json", "jsonl"):
            return {**event, "run_id": change.run_id, "at": change.at_iso}
        return {
            "at": change.at_iso,
            "run_id": change.run_id,
            "status": change.status,
            "confidence": event.get("confidence", event.get("confidence_score")),
            "error": event.get("error") or event.get("error_message"),
        }

    def _words(self, change: Change) -> str:
        return change.run_id if len(self._ids) > 1 else ""

    def _finish(self, ended: list[RunOutcome], *, show: bool) -> int:
        code = worst([outcome.code for outcome in ended])
        self._output.code_so_far = int(code)
        if show and len(self._ids) == 1:
            self._output.item(ended[0].detail, RUN, detail=run_detail)
        elif show:
            self._output.items((outcome.detail for outcome in ended), RUN)
        for outcome in ended:
            self._say_why(outcome)
        return int(code)

    def _say_why(self, outcome: RunOutcome) -> None:
        """What a person needs to know about an end that is not a success."""
        run = outcome.detail.get("run") or {}
        if outcome.code is ExitCode.RUN_FAILED:
            self._output.note(
                f"run {outcome.run_id} failed: {run.get('error_message') or 'no reason was given'}"
            )
        elif outcome.code is ExitCode.NEEDS_TRIAGE:
            if len(self._ids) == 1:
                self._remember(triage_item(outcome.detail))
            item = outcome.detail.get("triage_item") or {}
            self._output.note(
                f"run {outcome.run_id} waits for a person: {item.get('triage_reason') or 'no reason was given'}"
            )
            if outcome.triage_item_id:
                self._output.hint(command("triage approve", str(outcome.triage_item_id)))
        elif outcome.code is ExitCode.CANCELLED:
            self._output.note(f"run {outcome.run_id} was cancelled")

    def _resume_hint(self) -> ResumeHint:
        way_on = for_all("runs tail", self._ids)
        goes_on = "the run goes on" if len(self._ids) == 1 else "the runs go on"
        return ResumeHint(self._output, way_on, stopped="stopped following", goes_on=goes_on, gone=self._gone)
