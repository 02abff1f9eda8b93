"""Watching the API for runs that end or need a person: each such transition is noted in the outbox exactly once.

The list of runs is newest first. A look reads it back to a little before where the last one began, so that
what was stored late is not missed, and asks for runs that are older and not over one by one.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from eclips_cli.api.statuses import ACTIVE_STATUSES, PENDING_TRIAGE, TERMINAL_STATUSES
from eclips_cli.commands.webhooks._delivery import COMPLETED, FAILED, TRIAGE, of_run
from eclips_cli.commands.webhooks._outbox import KnownRun, Outbox, Transition
from eclips_cli.durations import parse_iso
from eclips_cli.errors import NotFound
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api import EclipsClient

MARGIN = 120.0
"""seconds that a run may be stored after the time it says it was created at"""
LOOK_BACK = 7 * 86400.0
"""with `--since`: how long before it a run may have begun that ended after it"""
REMEMBERED = 3600.0
"""seconds for which runs that are over are known, besides their deliveries"""
SINGLES = 20
"""runs that are asked for one by one in one look; with more of them the list is read further back"""
TOGETHER = 100
"""runs whose transitions are brought into their order and noted in one transaction"""
_ENDS = {"completed": COMPLETED, "failed": FAILED}
_UNJUDGED = ""
"""the status of a run of which only its times can tell what is past"""


class Watch:
    """The runs of one organization, as far as the outbox knows them."""

    def __init__(self, client: EclipsClient, outbox: Outbox) -> None:
        self._client, self._outbox = client, outbox
        self._known = outbox.known()
        self._asked: dict[str, int] = {}
        self._looks = 0

    def begin(self, since: float | None) -> None:
        """Start anew: from now on, or from `since` (POSIX seconds) on.

        From now on means: what is not over yet is known as it is, and only what changes then counts.
        """
        runs: dict[str, KnownRun] = {}
        # in the order that runs go through them: one that moves on meanwhile is met again
        for status in (*sorted(ACTIVE_STATUSES), PENDING_TRIAGE):
            runs |= {run.id: run for run in map(_known, self._client.runs.list(status=status)) if run.id}
        newest = map(_known, self._client.runs.list(limit=200))
        runs |= {run.id: run for run in newest if run.id and not run.over}
        now = self._server_now()
        if since is not None:
            runs = {name: replace(run, status=_UNJUDGED) for name, run in runs.items()}
        horizon = now if since is None else since
        mark = now if since is None else since - LOOK_BACK
        self._outbox.begin(horizon, mark, runs.values())
        self._known = self._outbox.known()

    def look(self) -> None:
        """One look at the API; what is new is in the outbox then. Raises what the client raises."""
        self._looks += 1
        mark = self._outbox.fact("mark") or 0.0
        seen, newest = self._newest(mark - MARGIN)
        older = self._asked_singly([run for run in self._open() if run.id not in seen])
        self._note([*seen.values(), *older])
        forget_before = newest - REMEMBERED
        self._outbox.looked(max(mark, newest), forget_before)
        self._known = {
            name: run for name, run in self._known.items() if not run.over or run.created >= forget_before
        }

    def _server_now(self) -> float:
        """The server's time, in which runs are dated; what happens while the answer is under way is later."""
        report = self._client.health.check()
        told = parse_iso(report.answer.json.get("timestamp"))
        return self._client.clock.now() - (report.clock_skew_s or 0.0) if told is None else told

    def _open(self) -> list[KnownRun]:
        return [run for run in self._known.values() if not run.over]

    def _newest(self, floor: float) -> tuple[dict[str, JsonObject], float]:
        """The runs created since `floor`, or back to where few enough older ones are left; the newest one's time."""
        unseen = {run.id: run.created for run in self._open()}
        seen: dict[str, JsonObject] = {}
        newest = 0.0
        for run in self._client.runs.list():
            created = parse_iso(run.get("created_at"))
            run_id = str(run.get("id") or "")
            if created is not None:
                newest = max(newest, created)
                if created < floor and (len(unseen) <= SINGLES or created < min(unseen.values())):
                    break
            if run_id:
                seen[run_id] = run
                unseen.pop(run_id, None)
        return seen, newest

    def _asked_singly(self, runs: list[KnownRun]) -> list[JsonObject]:
        """Some of the older runs as the API has them now: those that were not asked for longest."""
        runs.sort(key=lambda run: self._asked.get(run.id, 0))
        found = []
        for run in runs[:SINGLES]:
            self._asked[run.id] = self._looks
            detail = self._detail(run.id)
            if detail is None:
                self._keep([replace(run, over=True)], [])
                continue
            found.append({"created_at": None, **detail["run"], "id": run.id})
        return found

    def _note(self, runs: list[JsonObject]) -> None:
        """Note what is new about `runs`, the oldest first, some at a time."""
        fresh, news = [], []
        # listed newest first: turned round before a stable sort, so that equal times keep their order
        for run in sorted(reversed(runs), key=lambda run: parse_iso(run.get("created_at")) or 0.0):
            now, before = _known(run), self._known.get(str(run["id"]))
            if before is not None:
                if before.over or before.status == now.status:
                    continue
                now = replace(now, created=before.created)
            if (not now.over and now.status != PENDING_TRIAGE) or (before is None and self._is_past(run)):
                fresh.append(now)
            else:
                news.append(now)
        self._keep(fresh, [])
        left = iter(news)
        while some := list(islice(left, TOGETHER)):
            self._judge(some)

    def _is_past(self, run: JsonObject) -> bool:
        """Whether a run that was never seen before ended before anybody wanted to know."""
        ended = parse_iso(run.get("completed_at"))
        return run.get("status") in TERMINAL_STATUSES and ended is not None and ended < self._horizon

    @property
    def _horizon(self) -> float:
        return self._outbox.fact("horizon") or 0.0

    def _judge(self, news: list[KnownRun]) -> None:
        """Read the runs whole, and note what happened to them in the order it happened."""
        runs, transitions = [], []
        for run in news:
            detail = self._detail(run.id)
            if detail is None:
                runs.append(replace(run, over=True))
                continue
            now = replace(_known({**detail["run"], "id": run.id}), created=run.created)
            runs.append(now)
            transitions += self._transitions(now, self._known.get(run.id), detail)
        # stable: of one run the wait for a person comes before its end
        transitions.sort(key=lambda one: one.at)
        self._keep(runs, transitions)

    def _detail(self, run_id: str) -> JsonObject | None:
        try:
            return self._client.runs.get(run_id).json
        except NotFound:
            return None

    def _transitions(self, now: KnownRun, before: KnownRun | None, detail: JsonObject) -> list[Transition]:
        run, item = {**detail["run"], "id": now.id}, detail.get("triage_item") or None
        by_time = before is None or before.status == _UNJUDGED
        found = []
        if item is not None or now.status == PENDING_TRIAGE:
            moment = parse_iso((item or {}).get("created_at"))
            if self._is_after(moment, now) if by_time else before and before.status != PENDING_TRIAGE:
                name = str((item or {}).get("id") or "")
                content = of_run(TRIAGE, run, item)
                found.append(Transition(now.id, TRIAGE, name, moment or self._client.clock.now(), content))
        event = _ENDS.get(now.status)
        if event is not None:
            moment = parse_iso(run.get("completed_at"))
            if not by_time or self._is_after(moment, now):
                at = moment or self._client.clock.now()
                found.append(Transition(now.id, event, "", at, of_run(event, run, item)))
        return found

    def _is_after(self, moment: float | None, run: KnownRun) -> bool:
        return (run.created if moment is None else moment) >= self._horizon

    def _keep(self, runs: list[KnownRun], transitions: list[Transition]) -> None:
        if runs or transitions:
            self._outbox.note(runs, transitions)
            self._known |= {run.id: run for run in runs}


def _known(run: JsonObject) -> KnownRun:
    status = str(run.get("status"))
    created = parse_iso(run.get("created_at")) or 0.0
    return KnownRun(str(run.get("id") or ""), created, status, status in TERMINAL_STATUSES)
