"""What is known of items beyond the queue: the input that this machine sent, and their runs, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from eclips_cli.commands._at_once import AtOnce
from eclips_cli.commands.triage._item import ItemDetail
from eclips_cli.counting import how_many
from eclips_cli.errors import EclipsError, NotFound, ScopeMissing
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.objects import TriageItem
    from eclips_cli.records.journal import SentInputs

UNASKED = 20
"""items whose runs are read for a terminal without being asked for"""
UNTOLD = object()
BATCHES = 20
"""batches of this machine that are read to learn which runs their rows are"""


class ItemReader:
    """Finds what an item is about. `inputs` finds what knows what was sent from here, None where nothing was.

    With `keeps` a run is read once, for who looks at the queue again and again.
    """

    def __init__(
        self,
        client: Callable[[], EclipsClient],
        inputs: Callable[[], SentInputs | None] = lambda: None,
        amount_field: str | None = None,
        warn: Callable[[str], None] = lambda _text: None,
        *,
        keeps: bool = False,
    ) -> None:
        self._client, self._find_inputs, self._field, self._warn = client, inputs, amount_field, warn
        self._keeps, self._kept = keeps, dict[str, JsonObject]()

    @cached_property
    def _inputs(self) -> SentInputs | None:
        return self._find_inputs()

    def bare(self, items: Sequence[TriageItem]) -> list[ItemDetail]:
        """Items as the queue has them."""
        return [ItemDetail.of({"triage_item": item}, amount_field=self._field) for item in items]

    def known(self, items: Sequence[TriageItem]) -> list[ItemDetail]:
        """Items with the inputs that were sent from here; no request is made."""
        return self._tied(self.bare(items))

    def input_of(self, detail: JsonObject) -> JsonObject:
        """The input that was sent from here for `{run, triage_item}`; empty where none is known."""
        return self._tied([ItemDetail.of(detail)])[0].input

    def with_runs(self, details: list[ItemDetail]) -> list[ItemDetail]:
        """Items with their runs, read several at a time; one that can't be read stays as it is, with a warning.

        Raises EclipsError for what is no matter of one run.
        """
        ids = [detail.run_id for detail in details if detail.run_id and not detail.read]
        found = {id_: self._kept[id_] for id_ in ids if id_ in self._kept}
        ids = [id_ for id_ in ids if id_ not in found]
        refused: list[EclipsError] = []
        reading = AtOnce(lambda run_id: self._client().runs.get(run_id).json, dict.fromkeys(ids))
        for outcome in reading:
            if isinstance(outcome.error, (NotFound, ScopeMissing)):
                refused.append(outcome.error)
                if isinstance(outcome.error, ScopeMissing):
                    reading.stop()
            elif outcome.error is not None:
                reading.stop()
                raise outcome.error
            elif outcome.result is not None:
                found[outcome.thing] = outcome.result
        if self._keeps:
            self._kept |= found
        if refused:
            unread = sum(id_ not in found for id_ in ids)
            self._warn(f"{unread} of {how_many(len(ids), 'run')} can't be read: {refused[-1].message}")
        return self._learnt([detail.with_run(found.get(detail.run_id or "")) for detail in details])

    def _learnt(self, details: list[ItemDetail]) -> list[ItemDetail]:
        """Ties what is not tied yet: by the tasks that are known now, else by the batches sent from here."""
        details = self._tied(details)
        open_ = [detail for detail in details if not detail.sent_data_known]
        if self._inputs is None or not open_:
            return details
        ids = self._inputs.unlearnt()[:BATCHES]
        reading = AtOnce(lambda batch_id: self._client().batches.get(batch_id), ids)
        for outcome in reading:
            if isinstance(outcome.error, ScopeMissing):
                reading.stop()
            elif outcome.error is not None and not isinstance(outcome.error, EclipsError):
                raise outcome.error
        return self._tied(details) if ids else details

    def _tied(self, details: list[ItemDetail]) -> list[ItemDetail]:
        inputs = self._inputs
        if inputs is None:
            return details
        by_run = inputs.of_runs(detail.run_id for detail in details if detail.run_id and not detail.input)
        tied = []
        for detail in details:
            sent = detail.input or by_run.get(detail.run_id or "")
            if not sent and detail.task:
                sent = inputs.of_task(detail.task)
            tied.append(replace(detail, input=sent) if sent else detail)
        return tied


def resolution(client: EclipsClient, item_id: str, run_id: str | None) -> str:
    """How an item was resolved; empty while it is still pending. Raises EclipsError."""
    return resolution_and_note(client, item_id, run_id)[0]


def resolution_and_note(client: EclipsClient, item_id: str, run_id: str | None) -> tuple[str, str | None]:
    """The same, and the note that it was resolved with: None where the API does not tell notes."""
    if run_id is not None:
        try:
            detail = client.runs.get(run_id).json
            item = detail.get("triage_item")
            told = item.get("resolution_note", UNTOLD) if isinstance(item, dict) else UNTOLD
            return resolved(detail), None if told is UNTOLD else str(told or "").strip()
        except (ScopeMissing, NotFound):
            pass  # a key that may not read runs still may read the queue, which tells as much
    waits = any(listed.get("id") == item_id for listed in client.triage.list())
    return "" if waits else "resolved", None


def resolved(detail: JsonObject) -> str:
    """The same, as `{run, triage_item}` tells it."""
    linked = detail.get("triage_item")
    status = linked.get("status") if isinstance(linked, dict) else None
    if isinstance(status, str):
        return "" if status == "pending" else status
    run = detail.get("run")
    waits = isinstance(run, dict) and run.get("status") == "pending_triage"
    return "" if waits else "resolved"
