"""`eclips triage show`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from eclips_cli.command_line import command
from eclips_cli.commands._each import Shown, for_each
from eclips_cli.commands.triage._item import ItemDetail
from eclips_cli.commands.triage._options import ItemIds
from eclips_cli.commands.triage._view import TRIAGE_DETAIL, detail_text
from eclips_cli.errors import NotFound, ScopeMissing, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.records.recent import triage_item
from eclips_cli.session.session import Session

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.objects import TriageItem

SHORTEST_PREFIX = 4
"""characters of a run's id that stand for it"""


def show_items(ctx: typer.Context, ids: ItemIds) -> int:
    """Show items with their run: money, reason, what the agent did.

    An id of an item or of its run; with -o json the API's {run, triage_item}. The API lists only what
    waits: an item that is resolved is found by its run's id.

    Examples:
      eclips triage show @last
      eclips triage show @last -o json --jq .run.output
      eclips triage list -o id | eclips triage show - -o jsonl
    """
    session: Session = ctx.obj
    queue: list[TriageItem] = []

    def read(written: str) -> JsonObject:
        if not queue:
            queue.extend(session.client.triage.list())
        return find(session.client, queue, written, session.output.warn)

    shown = Shown(
        "item",
        TRIAGE_DETAIL,
        detail_text,
        thing=lambda found: triage_item(found, ItemDetail.of(found).summary),
    )
    chosen = session.ids("triage").many(ids)
    return for_each(session.output, chosen, read, shown, remember=session.remember)


def with_run(client: EclipsClient, item: TriageItem, warn: Callable[[str], None]) -> JsonObject:
    """An item of the queue as `{run, triage_item}`, with every member that either endpoint gave."""
    run_id = item.get("run_id")
    joined = item.get("agent_runs")
    run_id = run_id or (joined.get("id") if isinstance(joined, dict) else None)
    if not isinstance(run_id, str):
        return {"run": joined, "triage_item": item}
    try:
        detail = client.runs.get(run_id).json
    except (ScopeMissing, NotFound) as error:
        warn(f"the item's run can't be read: {error.message}")
        return {"run": joined, "triage_item": item}
    linked = detail.get("triage_item")
    return {**detail, "triage_item": {**item, **(linked if isinstance(linked, dict) else {})}}


def find(
    client: EclipsClient, queue: list[TriageItem], written: str, warn: Callable[[str], None]
) -> JsonObject:
    """The item that an id of an item or of its run names, as `{run, triage_item}`.

    The API lists what waits; an item that is resolved is found through its run alone. Raises NotFound.
    """
    item = _in_queue(queue, written)
    if item is not None:
        return with_run(client, item, warn)
    try:
        detail = client.runs.get(written).json
    except NotFound:
        raise NotFound(
            f"no triage item {written} waits for a decision",
            hint="one that is resolved is found by its run: eclips triage show RUN",
            status=404,
        ) from None
    if not isinstance(detail.get("triage_item"), dict):
        raise NotFound(f"run {written} has no triage item", hint=command("runs get", written))
    return detail


def _in_queue(queue: list[TriageItem], written: str) -> TriageItem | None:
    for name in ("id", "run_id"):
        for item in queue:
            if item.get(name) == written:
                return item
    if len(written) < SHORTEST_PREFIX:
        return None
    begun = [item for item in queue if str(item.get("run_id")).startswith(written)]
    if len(begun) > 1:
        raise UsageError(f"{written} is the beginning of several runs' ids", hint="write more of it")
    return begun[0] if begun else None
