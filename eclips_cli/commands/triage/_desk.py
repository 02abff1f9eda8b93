"""What one command does with the triage queue: list, show, decide, and decide all that match."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eclips_cli.api.http.hooks import NotSent
from eclips_cli.commands.triage._decide import Deciding, Decision
from eclips_cli.commands.triage._memory import met, seen
from eclips_cli.commands.triage._queue import Selection, Wanted, decidable, find, whole_queue
from eclips_cli.commands.triage._view import TRIAGE
from eclips_cli.errors import ConfirmationRefused, UsageError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.commands.triage._watching import Hook, Pace
    from eclips_cli.output.output import Output
    from eclips_cli.records.recent import Recent

PREVIEWED = 20
"""items that are shown before a question about all of them; the rest is a number"""


@dataclass(frozen=True)
class Bulk:
    """What was asked for instead of ids: all items that match, how many there should be, no question."""

    all: bool
    wanted: Wanted
    expect: int | None
    yes: bool
    dry_run: bool = False

    def check(self, ids: Sequence[str]) -> None:
        """Raises UsageError unless either ids or all were asked for."""
        if self.all and ids:
            raise UsageError("either ids or --all, not both")
        if not self.all and not ids:
            raise UsageError("which items? give their ids, or --all", hint="`eclips triage list` shows them")
        if not self.all and not (self.wanted.everything and self.expect is None):
            raise UsageError("--agent, --min-confidence and --expect go with --all")


@dataclass(frozen=True)
class Asked:
    """The ids as they were written, what makes ids of them, and who asks a person."""

    written: Sequence[str]
    resolve: Callable[[Sequence[str]], list[str]]
    confirm: Callable[..., None]


@dataclass(frozen=True)
class Manner:
    """How a review is done: seconds in which a decision can be undone, a word at the top, whether nobody may be asked."""

    grace: float
    notice: str
    no_input: bool


class TriageDesk:
    """The triage queue as commands use it."""

    def __init__(self, client: EclipsClient, output: Output, recent: Recent) -> None:
        self.client, self.output, self.recent = client, output, recent

    def select(self, wanted: Wanted, *, limit: int | None, oldest: bool) -> Listed:
        """The items for a list, remembered as they are shown."""
        return Listed(Selection(self.client, wanted, limit=limit, oldest=oldest), self.recent)

    def read(self, written: str) -> JsonObject:
        """The item that an id of an item or a run names, as `{run, triage_item}`; NotFound."""
        return self.meet(find(self.client, self._queue, written, self.output.warn))

    def read_run(self, run_id: str) -> JsonObject:
        """`{run, triage_item}` of a run."""
        return self.meet(self.client.runs.get(run_id).json)

    def meet(self, detail: JsonObject) -> JsonObject:
        """Remember the triage item of `{run, triage_item}`, where there is one that waits."""
        return met(self.recent, detail)

    @cached_property
    def _queue(self) -> list[JsonObject]:
        return list(self.client.triage.list())

    def watch(self, pace: Pace, hook: Hook | None, *, backlog: bool) -> None:
        """Show new items as they arrive; see `Watch.run`."""
        from eclips_cli.commands.triage._watching import Watch

        Watch(self.client, self.output, self.recent, pace, hook).run(backlog=backlog)

    def review(self, wanted: Wanted, how: Manner) -> int:
        """Walk a person through the queue; see `review_queue`. Raises ConfirmationRefused without a terminal."""
        from eclips_cli.commands.triage._review.running import review_queue

        self.output.check_full_screen(
            "eclips triage list, then eclips triage approve or reject", no_input=how.no_input
        )
        return review_queue(self.client, self.output, self.recent, wanted, grace=how.grace, notice=how.notice)

    def carry_out(self, decision: Decision, asked: Asked, bulk: Bulk) -> int:
        """Decide the items that were named, or all that match; the exit code. Raises UsageError for neither or both."""
        bulk.check(asked.written)
        if bulk.all:
            return self.decide_all(decision, bulk, asked.confirm)
        return self.decide(asked.resolve(asked.written), decision)

    def decide(self, ids: list[str], decision: Decision) -> int:
        """Decide items by their ids: the exit code of one, 13 when some of several failed."""
        deciding = Deciding(self.client, self.output, decision)
        return deciding.one(ids[0]) if len(ids) == 1 else deciding.several(ids)

    def decide_all(self, decision: Decision, bulk: Bulk, confirm: Callable[..., None]) -> int:
        """Read the whole queue, show what would be decided, ask, and decide.

        Raises ConfirmationRefused when the count is not the expected one or nobody can be asked.
        """
        try:
            items = whole_queue(self.client, bulk.wanted)
        except NotSent as shown:
            self.output.line(f"{shown.text}\n# then, with each item's id in place of TRIAGE_ID:")
            return self.decide(["TRIAGE_ID"], decision)
        if bulk.expect is not None and len(items) != bulk.expect:
            raise ConfirmationRefused(
                f"{_counted(len(items))} match, not {bulk.expect}: nothing was sent",
                hint="`eclips triage list` shows what waits",
            )
        if not items:
            self.output.note(f"nothing to {decision.verb}")
            return 0
        return self._decide_asked(items, decision, bulk, confirm)

    def _decide_asked(
        self, items: list[JsonObject], decision: Decision, bulk: Bulk, confirm: Callable[..., None]
    ) -> int:
        ids = [str(item["id"]) for item in decidable(items)]
        counted = _counted(len(items))
        if bulk.dry_run:
            self.output.note(f"would {decision.verb} {counted}; nothing is sent")
        elif not bulk.yes:
            self.output.aside(items[:PREVIEWED], TRIAGE)
            if len(items) > PREVIEWED:
                self.output.note(f"… and {len(items) - PREVIEWED:,} more")
            confirm(f"{decision.verb} {counted}?", yes=False)
        else:
            self.output.note(f"{decision.doing} {counted}")
        return Deciding(self.client, self.output, decision).several(ids)


class Listed:
    """A selection whose items are remembered as they are shown."""

    def __init__(self, selection: Selection, recent: Recent) -> None:
        self._selection, self._recent = selection, recent

    @property
    def total(self) -> int | None:
        """How many there are, where that is known."""
        return self._selection.total

    @property
    def more(self) -> bool:
        """Whether more match than were shown."""
        return self._selection.more

    def __iter__(self) -> Iterator[JsonObject]:
        """The items."""
        return seen(self._recent, self._selection)


def _counted(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"
