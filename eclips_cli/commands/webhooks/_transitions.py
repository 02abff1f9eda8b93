"""Watching the API for runs that end or need a person: each such transition is in the outbox exactly once.

The list of runs is newest first. A look reads it back to a little before where the last one began, so that
what was stored late is not missed, and asks for runs that are older and not over one by one. So it does,
a few in each look, for runs that wait for a person: one that waits anew is listed as before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eclips_cli.api.statuses import ACTIVE_STATUSES, PENDING_TRIAGE, TERMINAL_STATUSES
from eclips_cli.commands.webhooks._news import UNJUDGED, item_name, known_run, transitions
from eclips_cli.commands.webhooks._outbox import KnownRun, Outbox, Transition
from eclips_cli.durations import parse_iso
from eclips_cli.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from eclips_cli.api import EclipsClient
    from eclips_cli.api.objects import Run, RunDetail

MARGIN = 120.0
"""seconds that a run may be stored after the time it says it was created at"""
LOOK_BACK = 7 * 86400.0
"""with `--since`: how long before it a run may have begun that ended after it"""
REMEMBERED = 3600.0
"""seconds for which runs that are over are known, besides their deliveries"""
SINGLES = 20
"""runs that are asked for one by one in one look; with more of them the list is read further back"""
WAITING_SINGLES = 5
"""waiting runs that are asked for in one look, because they may wait anew"""
CLOCKS = 5.0
"""seconds that a run may be dated ahead of what is known of the server's clock, before that is asked for"""
TOGETHER = 100
"""runs whose transitions are brought into their order and released together"""


class TransitionWatch:
    """The runs of one organization, as far as the outbox knows them."""

    def __init__(self, client: EclipsClient, outbox: Outbox) -> None:
        self._client, self._outbox = client, outbox
        self._known = outbox.known()
        self._asked: dict[str, int] = {}
        self._looks = 0
        self._ahead: float | None = None
        """seconds that the server's clock is ahead of this machine's monotonic one"""

    def begin(self, since: Callable[[float], float] | None) -> None:
        """Start anew: from now on, or from what `since` makes of the server's now on (POSIX seconds both).

        From now on means: what is not over yet is known as it is, and only what changes then counts.
        """
        runs: dict[str, KnownRun] = {}
        # in the order that runs go through them: one that moves on meanwhile is met again
        for status in (*sorted(ACTIVE_STATUSES), PENDING_TRIAGE):
            runs |= {run.id: run for run in map(known_run, self._client.runs.list(status=status)) if run.id}
        newest = map(known_run, self._client.runs.list(limit=200))
        runs |= {run.id: run for run in newest if run.id and not run.over}
        now = self._ask_server_time()
        if since is not None:
            runs = {name: replace(run, status=UNJUDGED) for name, run in runs.items()}
        horizon = now if since is None else since(now)
        mark = now if since is None else horizon - LOOK_BACK
        self._outbox.begin(horizon, mark, runs.values())
        self._known = self._outbox.known()

    def look(self) -> None:
        """One look at the API; what is new is in the outbox then. Raises what the client raises."""
        self._looks += 1
        mark = self._mark()
        seen = self._newest(mark - MARGIN)
        newest = self._newest_time(seen)
        older = [run for run in self._open() if run.id not in seen]
        waiting = [run for run in self._open() if run.id in seen and _waits_still(run, seen[run.id])]
        details = self._asked_singly(older, SINGLES) | self._asked_singly(waiting, WAITING_SINGLES)
        self._note(seen | {name: {**detail["run"], "id": name} for name, detail in details.items()}, details)
        forget_before = newest - REMEMBERED
        self._outbox.looked(max(mark, newest), forget_before)
        self._known = {
            name: run for name, run in self._known.items() if not run.over or run.created >= forget_before
        }

    def _mark(self) -> float:
        """Back to when the list has to be read. One that lies ahead came of a run dated so, and tells nothing."""
        mark = self._outbox.fact("mark") or 0.0
        return mark if mark <= self._server_now() + CLOCKS else min(self._horizon, self._server_now())

    def _server_now(self) -> float:
        if self._ahead is None:
            return self._ask_server_time()
        return self._client.clock.monotonic() + self._ahead

    def _ask_server_time(self) -> float:
        """The server's time, in which runs are dated; what happens while the answer is under way is later."""
        report = self._client.health.check()
        told = parse_iso(report.answer.json.get("timestamp"))
        now = self._client.clock.now() - (report.clock_skew_s or 0.0) if told is None else told
        self._ahead = now - self._client.clock.monotonic()
        return now

    def _newest_time(self, seen: dict[str, Run]) -> float:
        """When the newest run was created that is not dated ahead; never later than the server's now."""
        dated = [time for run in seen.values() if (time := parse_iso(run.get("created_at"))) is not None]
        if max(dated, default=0.0) > self._server_now() + CLOCKS:
            # the clock that counts here may have stood still: a machine that slept
            self._ask_server_time()
        now = self._server_now()
        return min(max((time for time in dated if time <= now + CLOCKS), default=0.0), now)

    def _open(self) -> list[KnownRun]:
        return [run for run in self._known.values() if not run.over]

    def _newest(self, floor: float) -> dict[str, Run]:
        """The runs created since `floor`, or back to where few enough older ones are left, newest first."""
        unseen = {run.id: run.created for run in self._open()}
        seen: dict[str, Run] = {}
        for run in self._client.runs.list():
            created = parse_iso(run.get("created_at"))
            run_id = str(run.get("id") or "")
            few = len(unseen) <= SINGLES or (created is not None and created < min(unseen.values()))
            if created is not None and created < floor and few:
                break
            if run_id:
                seen[run_id] = run
                unseen.pop(run_id, None)
        return seen

    def _asked_singly(self, runs: list[KnownRun], most: int) -> dict[str, RunDetail]:
        """Some of `runs` as the API has them now, whole: those that were not asked for longest."""
        runs.sort(key=lambda run: self._asked.get(run.id, 0))
        found = {}
        for run in runs[:most]:
            self._asked[run.id] = self._looks
            detail = self._detail(run.id)
            if detail is None:
                self._keep([replace(run, over=True)])
            else:
                found[run.id] = detail
        return found

    def _note(self, runs: dict[str, Run], details: dict[str, RunDetail]) -> None:
        """Note what is new about `runs`, the oldest first; of some of them all is known already."""
        fresh, news = [], []
        # listed newest first: turned round before a stable sort, so that equal times keep their order
        rows = reversed(runs.values())
        for run in sorted(rows, key=lambda run: parse_iso(run.get("created_at")) or 0.0):
            now, before = known_run(run), self._known.get(str(run["id"]))
            if before is not None:
                if before.over:
                    continue
                now = replace(now, created=before.created, item=before.item)
                if before.status == now.status and not self._has_another_item(before, details.get(now.id)):
                    continue
            if (not now.over and now.status != PENDING_TRIAGE) or (before is None and self._is_past(run)):
                fresh.append(now)
            else:
                news.append(now)
        self._keep(fresh)
        # also where there is no news: a forwarder that was killed may have left something
        for begin in range(0, max(1, len(news)), TOGETHER):
            for now in news[begin : begin + TOGETHER]:
                # each is kept by itself, so that what was read need not be read again
                self._judge(now, details.get(now.id))
            self._outbox.release()

    def _has_another_item(self, before: KnownRun, detail: RunDetail | None) -> bool:
        name = item_name(detail["triage_item"]) if detail and detail.get("triage_item") else ""
        return bool(name) and name != before.item and before.status == PENDING_TRIAGE

    def _is_past(self, run: Run) -> bool:
        """Whether a run that was never seen before ended before anybody wanted to know."""
        ended = parse_iso(run.get("completed_at"))
        return run.get("status") in TERMINAL_STATUSES and ended is not None and ended < self._horizon

    @property
    def _horizon(self) -> float:
        return self._outbox.fact("horizon") or 0.0

    def _judge(self, now: KnownRun, detail: RunDetail | None) -> None:
        """Read a run whole, and hold what happened to it."""
        detail = detail or self._detail(now.id)
        if detail is None:
            self._keep([replace(now, over=True)])
            return
        run: Run = {**detail["run"], "id": now.id}
        item = detail.get("triage_item") or None
        whole = replace(known_run(run), created=now.created, item=item_name(item) or now.item)
        found = transitions(
            whole, self._known.get(now.id), run, item, self._horizon, self._client.clock.now()
        )
        self._keep([whole], found)

    def _detail(self, run_id: str) -> RunDetail | None:
        try:
            return self._client.runs.get(run_id).json
        except NotFound:
            return None

    def _keep(self, runs: list[KnownRun], happened: list[Transition] | None = None) -> None:
        if runs:
            self._outbox.hold(runs, happened or [])
            self._known |= {run.id: run for run in runs}


def _waits_still(before: KnownRun, listed: Run) -> bool:
    return before.status == PENDING_TRIAGE == listed.get("status")
