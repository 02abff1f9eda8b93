"""The parts of a status: each asked of the API or of this machine, each as an object of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from eclips_cli.commands import _forecast
from eclips_cli.commands._at_once import AtOnce
from eclips_cli.commands._lists import Selection
from eclips_cli.commands._period import Period
from eclips_cli.durations import iso_text, parse_iso
from eclips_cli.errors import EclipsError
from eclips_cli.json_values import JsonObject, number
from eclips_cli.money import Amount, amounts, the_amount, totals, with_decimals
from eclips_cli.records.journal import Target, overview

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient
    from eclips_cli.api.objects import TriageItem

SINCE = "1d"
"""how far back failed runs are counted, as `runs list --since` takes it"""
RUNS_READ = 20
"""items whose runs are read to learn their amounts, as `triage list` does on a terminal"""
Inputs = Callable[[Iterable[str]], Mapping[str, JsonObject]]
"""by run, the input `{task, data?}` that this machine sent"""


class Amounts(NamedTuple):
    """What is known of the items' amounts: what was sent from here, and the name of the one that counts, if any."""

    inputs: Inputs
    field: str | None


def api(client: EclipsClient) -> JsonObject:
    """Whether the API is up, and how fast it answers."""
    report = client.health.check()
    found = report.answer.json
    return {
        "status": found.get("status"),
        "version": found.get("version"),
        "latency_ms": round(report.latency_ms, 1),
    }


def credits_left(client: EclipsClient, now: float) -> JsonObject:
    """The credits left, of how many, and the day they run out at this period's pace."""
    found = client.usage.summary().json
    if _forecast.is_unlimited(found):
        return {
            "remaining": None,
            "total": None,
            "unlimited": True,
            "per_day": None,
            "runs_out": None,
            "summary": found,
        }
    pace = _forecast.forecast(found, now)
    out = pace.runs_out if pace is not None else None
    return {
        "remaining": _forecast.remaining(found),
        "total": _forecast.total(found),
        "unlimited": False,
        "per_day": None if pace is None else round(pace.per_day, 1),
        "runs_out": None if out is None else out.isoformat(),
        "summary": found,
    }


def queue(client: EclipsClient, now: float, known: Amounts | None) -> JsonObject:
    """What waits for a person: how many items, since when, and, where asked, the sums by currency of their inputs."""
    items = list(client.triage.list())
    begun = [at for item in items if (at := parse_iso(item.get("created_at"))) is not None]
    oldest = min(begun, default=None)
    found: dict[str, Any] = {
        "count": len(items),
        "oldest_at": None if oldest is None else iso_text(oldest),
        "oldest_age_seconds": None if oldest is None else round(now - oldest, 1),
    }
    if known is None:
        return found
    sent = [amount for amount in _amounts(client, items, known) if amount is not None]
    return found | {
        "amounts": [{"currency": one.currency or None, "total": _number(one)} for one in totals(sent)],
        "without_amount": len(items) - len(sent),
    }


def _number(amount: Amount) -> Any:
    """An amount's value as a number of JSON, with all its digits and the decimals of its currency."""
    text = f"{with_decimals(amount.value or Decimal(0), amount.currency):f}"
    return number(text) if "." in text else int(text)


def _amounts(client: EclipsClient, items: Sequence[TriageItem], known: Amounts) -> list[Amount | None]:
    """The amount of each item's input: as this machine sent it, else as the queue or the run has it."""
    sent = known.inputs(filter(None, map(_run_of, items)))
    data = [_data(sent.get(_run_of(item)), item, item.get("agent_runs")) for item in items]
    unknown = [_run_of(item) for item, found in zip(items, data, strict=True) if found is None]
    runs = _runs(client, unknown) if len(unknown) <= RUNS_READ else {}
    found = [
        runs.get(_run_of(item)) if each is None else each for item, each in zip(items, data, strict=True)
    ]
    one_each = (the_amount(amounts(each, known.field), known.field) for each in found)
    return [one if one is not None and one.value is not None else None for one in one_each]


def _run_of(item: TriageItem) -> str:
    return str(item.get("run_id") or "")


def _data(*places: object) -> object | None:
    """The `data` of the first of some objects that has any."""
    found = (place.get("data") for place in places if isinstance(place, dict))
    return next((data for data in found if data is not None), None)


def _runs(client: EclipsClient, ids: list[str]) -> dict[str, object]:
    """The data of some runs, several read at a time; those that can't be read have none."""
    found: dict[str, object] = {}
    for outcome in AtOnce(lambda run_id: client.runs.get(run_id).json, filter(None, dict.fromkeys(ids))):
        if outcome.error is not None and not isinstance(outcome.error, EclipsError):
            raise outcome.error
        if outcome.result is not None:
            found[outcome.thing] = _data(outcome.result.get("run"))
    return found


def failed(client: EclipsClient, now: float) -> JsonObject:
    """The runs that failed since yesterday."""
    period = Period(SINCE, None, now, lambda: client.server_now() or now)
    runs = Selection(
        client.runs.list, ["failed"], limit=None, is_older=lambda run: period.is_older(run.get("created_at"))
    )
    ids = [run.get("id") for run in runs]
    return {"count": len(ids), "since": iso_text(period.bounds[0] or now), "runs": ids}


def unfinished(folder: Path, target: Target) -> JsonObject:
    """The submissions of this machine that were not sent to their end at this API. Raises LocalFailure."""
    found = overview.unfinished_in(folder, target)
    return {
        "count": len(found),
        "rows": sum(one.unsent for one in found),
        "submissions": [
            {
                "key": one.submission.key,
                "name": one.submission.name,
                "rows": one.submission.rows,
                "rows_unsent": one.unsent,
                "created_at": iso_text(one.submission.created_at),
            }
            for one in found
        ],
    }
