"""Following runs for somebody: live on a terminal, to a result and an exit code, with a way on when stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from eclips_cli.commands.runs._changes import Patience, follow
from eclips_cli.commands.runs._outcome import Change, Outcome
from eclips_cli.commands.runs._view import CHANGES, RUN, run_detail
from eclips_cli.errors import EclipsError, Interrupted, NotFound, Terminated, WaitTimeout
from eclips_cli.exits import ExitCode, worst
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.output.output import Output


class Following:
    """Runs being followed by one command; `meet` is told of each that waits for a person."""

    def __init__(
        self,
        client: EclipsClient,
        output: Output,
        run_ids: Sequence[str],
        patience: Patience,
        meet: Callable[[JsonObject], object],
    ) -> None:
        self._client, self._output, self._ids, self._patience = client, output, list(run_ids), patience
        self._meet = meet

    def to_result(self, *, quietly: bool = False, first: bool = False) -> int:
        """Follow to the end (of the `first` one, or all), print `{run, triage_item}`, return the exit code."""
        outcomes: dict[str, Outcome] = {}
        with self._way_on(), self._output.live() as live:
            for change in follow(self._client, self._ids, self._patience):
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
        ended: list[Outcome] = []

        def lines() -> Any:
            for change in follow(self._client, self._ids, self._patience, results=False):
                if change.outcome is not None:
                    ended.append(change.outcome)
                yield self._line(change)

        with self._way_on():
            self._output.stream(lines(), CHANGES)
        return self._finish(ended, show=False)

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

    def _finish(self, ended: list[Outcome], *, show: bool) -> int:
        code = worst([outcome.code for outcome in ended])
        self._output.code_so_far = int(code)
        if show and len(self._ids) == 1:
            self._output.item(ended[0].detail, RUN, detail=run_detail)
        elif show:
            self._output.items((outcome.detail for outcome in ended), RUN)
        for outcome in ended:
            self._say_why(outcome)
        return int(code)

    def _say_why(self, outcome: Outcome) -> None:
        """What a person needs to know about an end that is not a success."""
        run = outcome.detail.get("run") or {}
        if outcome.code is ExitCode.RUN_FAILED:
            self._output.note(
                f"run {outcome.run_id} failed: {run.get('error_message') or 'no reason was given'}"
            )
        elif outcome.code is ExitCode.NEEDS_TRIAGE:
            self._meet(outcome.detail)
            item = outcome.detail.get("triage_item") or {}
            self._output.note(
                f"run {outcome.run_id} waits for a person: {item.get('triage_reason') or 'no reason was given'}"
            )
            if outcome.triage_item_id:
                self._output.hint(f"eclips triage approve {outcome.triage_item_id}")
        elif outcome.code is ExitCode.CANCELLED:
            self._output.note(f"run {outcome.run_id} was cancelled")

    def _way_on(self) -> _WayOn:
        return _WayOn(self._output, self._ids)


class _WayOn:
    """Says how to pick the runs up again when following them is stopped from outside."""

    def __init__(self, output: Output, run_ids: list[str]) -> None:
        self._output = output
        self._command = f"eclips runs tail {' '.join(run_ids[:3])}" + (" …" if len(run_ids) > 3 else "")

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted("stopped following; the run goes on", hint=self._command) from None
        if isinstance(error, Terminated):
            self._output.hint(f"the run goes on: {self._command}")
        if isinstance(error, WaitTimeout):
            raise WaitTimeout("the time is up; the run goes on", hint=self._command) from None
        if isinstance(error, EclipsError) and not isinstance(error, NotFound) and error.hint is None:
            error.hint = self._command
