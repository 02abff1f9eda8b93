"""`eclips triage list`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import typer

from eclips_cli.commands import _arguments, _lists
from eclips_cli.commands._options import All, Limit
from eclips_cli.commands.triage._amounts import in_all, summed
from eclips_cli.commands.triage._known import UNASKED, ItemReader
from eclips_cli.commands.triage._options import filtered, item_reader
from eclips_cli.commands.triage._queue import Queue, remarks
from eclips_cli.commands.triage._view import QUEUE, TRIAGE, queue_text
from eclips_cli.commands.triage._wanted import Wanted
from eclips_cli.json_values import JsonObject
from eclips_cli.records.recent import OneAlone, triage_item
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api.objects import TriageItem
    from eclips_cli.commands.triage._item import ItemDetail
    from eclips_cli.output.output import Output

AT_A_TIME = 100
"""items whose runs are read before the first of them is shown"""


@filtered
def list_items(ctx: typer.Context, wanted: Wanted, limit: Limit = None, all_: All = False) -> None:
    """List what waits for a decision: what it is about, its amount, why, whose, how sure, since when.

    The amount is the input's: as this machine sent it, else as the run has it (--details reads the runs; for up to
    20 items a terminal gets them unasked). ≠ marks an item whose output speaks of other money.
    Options marked * are filters of this program's own: the API has none, so pages are read until enough match.
    What has no amount, or a text with two readings (1.234), is left out by --min-amount and --max-amount, and counted.

    Examples:
      eclips triage list --oldest-first
      eclips triage list --min-amount 10000 --sort amount
      eclips triage list --agent ap_specialist --older-than 4h --all -o jsonl
    """
    session: Session = ctx.obj
    output, reader = session.output, item_reader(session, wanted)
    queue = Queue(session.client, wanted, reader, tie=not output.shows_objects)
    limit = _arguments.how_many(limit, all_)

    def remember(item: TriageItem, label: str = "") -> None:
        session.remember(triage_item({"triage_item": item}, label))

    if output.is_for_people:
        found = _show_table(output, queue, reader, limit)
        shown = len(found)
        if shown == 1:
            remember(found[0].item, found[0].summary)
    else:
        shown = output.items(OneAlone(_rows(queue, reader, limit), remember), TRIAGE)
    _lists.tell(
        output,
        queue,
        shown,
        _lists.ListWords(
            things="items",
            empty="nothing waits for a decision",
            whole=lambda: _lists.counted(session.client.triage.list(limit=1)),
            filters=wanted.typed,
        ),
    )
    for text in remarks(queue):
        output.announce(text)


def _show_table(output: Output, queue: Queue, reader: ItemReader, limit: int | None) -> list[ItemDetail]:
    """Show the items as a table for a person; they."""
    found = list(queue.some(limit))
    if queue.wanted.details or (output.stdout_is_terminal and len(found) <= UNASKED):
        found = reader.with_runs(found)
    if found:
        output.item({}, QUEUE, detail=lambda _found, look: queue_text(found, look))
    if summed(found):
        output.note(in_all(found))
    return found


def _rows(queue: Queue, reader: ItemReader, limit: int | None) -> Iterator[JsonObject]:
    """The items as rows, read as they are asked for."""
    found = queue.some(limit)
    if not queue.wanted.details:
        yield from (detail.as_row if queue.ties else detail.item for detail in found)
        return
    while some := list(islice(found, AT_A_TIME)):
        yield from (detail.as_row for detail in reader.with_runs(some))
