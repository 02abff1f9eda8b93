"""What of a run is news: a wait for a person, or its end, that nobody knew of before. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eclips_cli.api.statuses import PENDING_TRIAGE, TERMINAL_STATUSES
from eclips_cli.commands.webhooks._delivery import COMPLETED, FAILED, TRIAGE, of_run
from eclips_cli.commands.webhooks._outbox import KnownRun, Transition
from eclips_cli.durations import parse_iso

if TYPE_CHECKING:
    from eclips_cli.api.objects import Run, TriageItem

UNJUDGED = ""
"""the status of a run of which only its times can tell what is past"""
_ENDS = {"completed": COMPLETED, "failed": FAILED}


def known_run(run: Run) -> KnownRun:
    """A run as the API lists it."""
    status = str(run.get("status"))
    created = parse_iso(run.get("created_at")) or 0.0
    return KnownRun(str(run.get("id") or ""), created, status, status in TERMINAL_STATUSES)


def item_name(item: TriageItem | None) -> str:
    """The id of a triage item; empty where there is none."""
    return str((item or {}).get("id") or "")


def transitions(
    now: KnownRun,
    before: KnownRun | None,
    run: Run,
    item: TriageItem | None,
    horizon: float,
    here: float,
) -> list[Transition]:
    """What happened to a run since `before`, and since the `horizon`; a wait for a person comes before its end.

    `run` and `item` are what `GET /v1/runs/:id` answers; `here` stands for the times that it does not tell.
    """
    found = []
    if _waits_anew(now, before, item, horizon):
        at = parse_iso((item or {}).get("created_at")) or here
        found.append(Transition(now.id, TRIAGE, item_name(item), at, of_run(TRIAGE, run, item)))
    event, moment = _ENDS.get(now.status), parse_iso(run.get("completed_at"))
    if event is not None and (not _by_time(before) or _since(moment, now, horizon)):
        found.append(Transition(now.id, event, "", moment or here, of_run(event, run, item)))
    return found


def _waits_anew(now: KnownRun, before: KnownRun | None, item: TriageItem | None, horizon: float) -> bool:
    """Whether there is a wait for a person that nobody knew of, and that began since the horizon."""
    if item is None and now.status != PENDING_TRIAGE:
        return False
    name, moment = item_name(item), parse_iso((item or {}).get("created_at"))
    if before is None or _by_time(before):
        return _since(moment, now, horizon)
    if name and name == before.item:
        return False
    waited = before.status == PENDING_TRIAGE
    if moment is not None:
        # one that waited when forwarding began, for an item that was not looked at then, waited before
        return moment > horizon if waited else moment >= horizon
    return not waited or bool(before.item and name)


def _by_time(before: KnownRun | None) -> bool:
    """Whether nothing but its times tells what is past of a run."""
    return before is None or before.status == UNJUDGED


def _since(moment: float | None, run: KnownRun, horizon: float) -> bool:
    return (run.created if moment is None else moment) >= horizon
