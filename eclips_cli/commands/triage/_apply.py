"""Carrying out the decisions of a sheet: each row looked at first, then sent, several at a time, each exactly once.

Whatever ends the process, the journal of decisions knows for each item whether its decision was sent, may have
been, or was not: the same command goes on. What was lost on the way is settled by looking at the run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eclips_cli.commands._at_once import AtOnce
from eclips_cli.commands._resume_hint import then
from eclips_cli.commands.triage._known import ItemReader, resolution, resolution_and_note
from eclips_cli.commands.triage._sheet import fingerprint
from eclips_cli.commands.triage._sheet_rows import SheetDecision
from eclips_cli.errors import (
    FATAL_FOR_ALL,
    AlreadyResolved,
    EclipsError,
    Interrupted,
    LimitReached,
    LocalFailure,
    NotFound,
    PartialFailure,
    Rejected,
    ScopeMissing,
    ServerError,
    Terminated,
    UnknownOutcome,
)
from eclips_cli.json_values import JsonObject, id_text
from eclips_cli.records.decisions import DONE, SENDING, DecisionJournal, SentDecision

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.commands.triage._item import ItemDetail

FATAL = (*FATAL_FOR_ALL, LimitReached, LocalFailure)
"""what would stop every other decision too"""
MAYBE_DONE = (UnknownOutcome, ServerError)
"""errors of a decision after which the API may have taken it"""
DECIDED_AT_ONCE = 12
"""decisions that are under way at a time: as many may be of unknown fate where the process is killed"""
SETTLING = 2.0
"""seconds that a server may take for a decision whose sender was ended in the middle of it"""
RECENT = 60.0
"""seconds after which it surely has"""


class Changed(Rejected):
    """What is to be decided is not what the sheet showed. Nothing was sent for it."""


@dataclass
class Checked:
    """The rows of a sheet, looked at: what is to be sent, what was decided before, what can't be decided any more."""

    ready: list[tuple[SheetDecision, ItemDetail]] = field(default_factory=list)
    before: int = 0
    refused: list[tuple[SheetDecision, EclipsError]] = field(default_factory=list)


class SheetRun:
    """One sheet being carried out. `file` is its name, for the journal and the audit record."""

    def __init__(self, client: EclipsClient, reader: ItemReader, journal: DecisionJournal, file: str) -> None:
        self._client, self._reader, self._journal, self._file = client, reader, journal, file
        self._known = journal.known()
        self.done: list[SheetDecision] = []
        self.failed: list[tuple[SheetDecision, EclipsError]] = []
        self.stopped: BaseException | None = None
        self.assumed = 0
        """decisions whose answer was lost, and that somebody else may have made: the API does not tell notes"""

    def check(self, rows: list[SheetDecision]) -> Checked:
        """Look at every row before anything is sent. Raises EclipsError for what is no matter of one row."""
        checked = Checked()
        lost = (self._known[row.item] for row in rows if row.item in self._known)
        if any(known.state == SENDING and abs(time.time() - known.at) < RECENT for known in lost):
            self._client.clock.sleep(SETTLING)
        waiting = {str(item["id"]): item for item in self._client.triage.list() if id_text(item.get("id"))}
        open_: list[SheetDecision] = []
        for row in rows:
            known = self._known.get(row.item)
            if known is not None and known.state == DONE:
                self._take_before(checked, row, known)
            elif row.item in waiting:
                open_.append(row)
            elif known is not None and self._was_ours(row, known):
                checked.before += 1
            else:
                checked.refused.append((row, _gone(row)))
        details = self._reader.with_runs(self._reader.known([waiting[row.item] for row in open_]))
        for row, detail in zip(open_, details, strict=True):
            trouble = _changed(row, detail)
            if trouble is None:
                checked.ready.append((row, detail))
            else:
                checked.refused.append((row, trouble))
        return checked

    def send(self, rows: list[SheetDecision]) -> Iterator[JsonObject]:
        """Send the decisions; the API's answers as they come.

        What failed is in `failed` afterwards; what stopped it in the middle, with `Ctrl-C` among it, in `stopped`.
        """
        sending = AtOnce(self._decide, rows, DECIDED_AT_ONCE)
        while True:
            try:
                outcome = next(sending, None)
            except (KeyboardInterrupt, Terminated) as stop:
                if self.stopped is not None:
                    return
                self.stopped = stop
                sending.stop()
                continue
            if outcome is None:
                return
            row, error = outcome.thing, outcome.error
            if error is None and outcome.result is not None:
                self.done.append(row)
                yield outcome.result
            elif isinstance(error, FATAL):
                self.stopped = self.stopped or error
                sending.stop()
            elif isinstance(error, EclipsError):
                self.failed.append((row, error))
            elif error is not None:
                sending.stop()
                raise error

    def _decide(self, row: SheetDecision) -> JsonObject:
        """Send one decision; the journal knows how it went, whatever ends this. Raises EclipsError."""
        known = self._known.get(row.item)
        decided = SentDecision(
            row.item, row.decision.verb, row.decision.note, self._file, row.line, SENDING, time.time()
        )
        if not self._journal.sending(decided, known):
            raise AlreadyResolved(f"another eclips on this machine is deciding item {row.item}")
        try:
            origin = {"file": self._file, "row": row.line}
            answer = row.decision.send(self._client, row.item, origin)
        except MAYBE_DONE as error:
            answer = self._settled(row, error)
        except AlreadyResolved as error:
            if known is None or not self._was_ours(row, known):
                self._journal.not_sent(decided)
                raise
            answer = {"id": row.item, "status": row.decision.done, **error.details.get("data", {})}
        except EclipsError:
            self._journal.not_sent(decided)
            raise
        try:
            self._journal.done(decided)
        except LocalFailure as error:
            self.done.append(row)
            raise type(error)(f"item {row.item} was decided; {error.message}", hint=error.hint) from None
        return answer

    def _settled(self, row: SheetDecision, error: EclipsError) -> JsonObject:
        """After a lost answer: what the API shows, if it took the decision; else the error again."""
        try:
            status = resolution(self._client, row.item, row.run)
        except EclipsError:
            raise error from None
        if status != row.decision.done:
            raise error
        return {"id": row.item, "status": status}

    def _take_before(self, checked: Checked, row: SheetDecision, known: SentDecision) -> None:
        if known.verb == row.decision.verb:
            checked.before += 1
            return
        where = f"row {known.line} of {known.file}"
        error = AlreadyResolved(f"item {row.item} was decided before ({known.verb}, {where})")
        checked.refused.append((row, error))

    def _was_ours(self, row: SheetDecision, known: SentDecision) -> bool:
        """Whether a decision whose answer was lost is what resolved the item, by status and note; noted, if so."""
        if known.verb != row.decision.verb or row.run is None:
            return False
        try:
            status, note = resolution_and_note(self._client, row.item, row.run)
        except (NotFound, ScopeMissing):
            return False
        sent = {(text or "").strip() for text in (known.note, row.decision.note)}
        ours = status == row.decision.done and (note is None or note in sent)
        if ours:
            self._journal.done(known)
            self.assumed += note is None
        return ours

    def stop_error(self, left: int, again: str) -> BaseException | None:
        """The error that ends a sheet that was stopped; `left` were not tried, `again` goes on."""
        stop, tally = self.stopped, f"{len(self.done):,} decided, {left:,} not tried"
        if isinstance(stop, KeyboardInterrupt):
            return Interrupted(f"stopped: {tally}", hint=again)
        if not isinstance(stop, EclipsError):
            return stop
        stop.message = f"{stop.message} ({tally})"
        stop.hint = then(stop.hint, again)
        return PartialFailure(stop.message, hint=stop.hint) if self.done else stop


def _gone(row: SheetDecision) -> EclipsError:
    return AlreadyResolved(f"item {row.item} does not wait any more: somebody resolved it meanwhile")


def _changed(row: SheetDecision, detail: ItemDetail) -> EclipsError | None:
    """What stands against a decision on an item as it is now."""
    with_run = row.fingerprint.startswith("r")
    if with_run and not detail.read:
        return ScopeMissing(f"item {row.item}: its run can't be read, so nobody knows whether it changed")
    if fingerprint(detail, with_run=with_run) == row.fingerprint:
        return None
    return Changed(
        f"item {row.item} or its run's output changed since the export",
        hint="look at it again: `eclips triage export FILE.xlsx`, or `eclips triage review`",
    )
