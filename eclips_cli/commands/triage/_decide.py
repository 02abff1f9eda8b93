"""Decisions on items: one, several one after another, or all that match after a look at what that means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eclips_cli.api.http.hooks import NotSent
from eclips_cli.commands._each import Shown, for_each
from eclips_cli.commands.triage._amounts import in_all
from eclips_cli.commands.triage._known import UNASKED
from eclips_cli.commands.triage._queue import remarks, why_empty
from eclips_cli.commands.triage._view import DECISIONS, QUEUE, queue_text
from eclips_cli.counting import how_many
from eclips_cli.errors import ConfirmationRefused, PartialFailure, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.output import theme

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.commands.triage._item import ItemDetail
    from eclips_cli.commands.triage._known import ItemReader
    from eclips_cli.commands.triage._queue import Queue
    from eclips_cli.commands.triage._wanted import Wanted
    from eclips_cli.output.output import Output

PREVIEWED = 20
"""items that are shown before a question about all of them; the rest is a number"""
LONGEST_NOTE = 1_000_000
"""bytes of a note: the API names no bound, and its gateway has one somewhere above this"""


@dataclass(frozen=True)
class Decision:
    """What is to become of an item: `verb` is `approve` or `reject`, `note` the person's words or None."""

    verb: str
    note: str | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for a note that can't be sent."""
        if self.note is not None:
            check_note(self.note, "--note" if self.verb == "approve" else "--reason")

    @property
    def done(self) -> str:
        """The verb's past: what the API calls the item's status afterwards."""
        return "approved" if self.verb == "approve" else "rejected"

    @property
    def doing(self) -> str:
        """The verb's present, for what goes on now."""
        return "approving" if self.verb == "approve" else "rejecting"

    def send(self, client: EclipsClient, item_id: str, origin: JsonObject | None = None) -> JsonObject:
        """Decide an item; the API's answer about it. `origin` is where it was decided. Raises EclipsError."""
        act = client.triage.approve if self.verb == "approve" else client.triage.reject
        where = {} if origin is None else {"origin": origin}
        answer = act(item_id, self.note, **where).json
        decided = answer.get("data")
        return decided if isinstance(decided, dict) else {"id": item_id, "status": self.done, **answer}


def check_note(note: str, name: str) -> None:
    """Raises UsageError for a note that is empty, too long, or no text that JSON over UTF-8 can carry."""
    if not note.strip():
        raise UsageError(f"{name} is empty", hint="leave it out, or say why")
    try:
        size = len(note.encode())
    except UnicodeEncodeError:
        raise UsageError(f"{name} is not UTF-8 text") from None
    if "\0" in note:
        raise UsageError(f"{name} holds a NUL character")
    if size > LONGEST_NOTE:
        raise UsageError(f"{name} is {size:,} bytes long; at most {LONGEST_NOTE:,} are sent")


def check_choice(ids: Sequence[str], *, all_: bool, wanted: Wanted) -> None:
    """Raises UsageError unless either ids or all were asked for, and filters only with all."""
    if all_ and ids:
        raise UsageError("either ids or --all, not both")
    if not all_ and not ids:
        raise UsageError("which items? give their ids, or --all", hint="`eclips triage list` shows them")
    if not all_ and wanted.as_typed:
        given = list(wanted.as_typed)
        raise UsageError(f"{' and '.join(given)} {'goes' if len(given) == 1 else 'go'} with --all")


def decide(client: EclipsClient, output: Output, decision: Decision, ids: list[str]) -> int:
    """Decide items by their ids, in turn, and show the answers; the exit code. See `for_each`."""
    shown = Shown("item", DECISIONS, _line, done=decision.done, look="eclips triage list")
    return for_each(output, ids, lambda item_id: decision.send(client, item_id), shown)


def decide_all(
    client: EclipsClient,
    output: Output,
    decision: Decision,
    queue: Queue,
    reader: ItemReader,
    *,
    expect: int | None,
    confirm: Callable[[str], None] | None,
    dry_run: bool,
) -> int:
    """Read the whole queue, show what would be decided, ask (unless `confirm` is None), and decide.

    Raises ConfirmationRefused when the count is not the expected one or nobody can be asked.
    """
    try:
        items = queue.decidable()
    except NotSent as shown:
        output.line(f"{shown.text}\n# then, with each item's id in place of TRIAGE_ID:")
        return decide(client, output, decision, ["TRIAGE_ID"])
    for text in remarks(queue):
        output.announce(text)
    if expect is not None and len(items) != expect:
        raise ConfirmationRefused(
            f"{how_many(len(items), 'item matches', 'items match')}, not {expect}: nothing was sent",
            hint="`eclips triage list` shows what waits",
        )
    if not items:
        output.note(f"nothing to {decision.verb}: {why_empty(queue, client)}")
        return 0
    ids = [str(detail.item["id"]) for detail in items]
    if dry_run and output.is_for_people:
        shown_items = looked_up(reader, items, output, queue.wanted)
        output.item({}, QUEUE, detail=lambda _found, look: queue_text(shown_items, look))
        output.note(f"would {decision.verb} {in_all(shown_items)}; nothing is sent")
        return 0
    if dry_run:
        output.note(f"would {decision.verb} {in_all(items)}; nothing is sent")
    elif confirm is None:
        output.note(f"{decision.doing} {in_all(items)}")
    else:
        items = preview(output, reader, items, queue.wanted)
        confirm(f"{decision.verb} {in_all(items)}?")
    code = decide(client, output, decision, ids)
    if code == 0 and queue.without_id and not dry_run:
        raise PartialFailure(f"{how_many(queue.without_id, 'item')} without an id not {decision.done}")
    return code


def preview(output: Output, reader: ItemReader, items: list[ItemDetail], wanted: Wanted) -> list[ItemDetail]:
    """Show on stderr what a question is about; the items as far as they are known then."""
    items = looked_up(reader, items, output, wanted)
    output.aside(lambda look: queue_text(items[:PREVIEWED], look))
    if len(items) > PREVIEWED:
        output.note(f"… and {len(items) - PREVIEWED:,} more")
    return items


def looked_up(
    reader: ItemReader, items: list[ItemDetail], output: Output, wanted: Wanted
) -> list[ItemDetail]:
    """Items with their runs, if those were asked for, or are few and a person looks at them."""
    asked = wanted.details or (output.stderr_is_terminal and len(items) <= UNASKED)
    return reader.with_runs(items) if asked else items


def _line(decided: JsonObject, look: theme.Look) -> str:
    from eclips_cli.output import table

    return table.line(decided, DECISIONS, look)
