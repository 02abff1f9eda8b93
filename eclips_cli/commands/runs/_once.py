"""`run --once KEY`: at most one run under a key of this machine, whatever ends the process that starts it.

The intent is in the journal before the POST. Where its answer was lost nobody can tell by the API whether there
is a run (it has no idempotency key), so then nothing is ever sent again unless a person says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from eclips_cli.durations import iso_text, parse_iso
from eclips_cli.errors import (
    SURELY_NOT_SENT,
    EclipsError,
    Interrupted,
    LocalFailure,
    ServerError,
    UnknownOutcome,
    UsageError,
)
from eclips_cli.json_values import JsonObject
from eclips_cli.records.journal.once import DEFAULT_AGENT, OnceRun, RunRequest, anew

if TYPE_CHECKING:
    from eclips_cli.api.client import EclipsClient
    from eclips_cli.api.objects import Run
    from eclips_cli.api.runs import Runs
    from eclips_cli.api.waiting import Clock
    from eclips_cli.records.journal.once import OnceKeys

PAGES = 3
"""pages of 100 of the newest runs that are looked through for one whose answer was lost"""
EARLY, LATE = 60.0, 600.0
"""seconds before and after a request in which the server may say that its run was created"""
READ = 5
"""candidates that are read for their task, and named"""


class Once:
    """A key, and what is asked for under it; hold the key's lock. `warn` is told what can't be noted any more."""

    def __init__(
        self, keys: OnceKeys, key: str, asked: RunRequest, clock: Clock, warn: Callable[[str], None]
    ) -> None:
        self._keys, self._key, self._asked, self._clock, self._warn = keys, key, asked, clock, warn

    def start(
        self, client: EclipsClient, post: Callable[[], JsonObject], *, again: bool = False
    ) -> tuple[JsonObject, OnceRun | None]:
        """The answer of the run that was started under the key before, with what is known of it, else of `post`.

        Raises UsageError where the key stands for something else, UnknownOutcome where it can't be told whether
        there is a run, and what `post` raises; then nothing was sent or the next call asks again.
        """
        before = self._keys.find(self._key)
        if before is not None and not again:
            check_same(before, self._asked)
            if before.run_id is None:
                raise self._lost(client, before)
            return before.accepted, before
        self._keys.sending(self._key, self._asked, self._clock.now())
        return self._posted(client, post, before), None

    def _posted(
        self, client: EclipsClient, post: Callable[[], JsonObject], before: OnceRun | None
    ) -> JsonObject:
        try:
            accepted = post()
        except SURELY_NOT_SENT:
            self._keys.not_sent(self._key, before)
            raise
        except KeyboardInterrupt:
            raise Interrupted(
                "stopped while the request was on its way; it may have been accepted",
                hint=look_again(self._key),
            ) from None
        except EclipsError as error:
            with suppress(LocalFailure):  # that it may have been sent is noted already, which is what counts
                self._keys.unknown(self._key, error.message)
            sent = self._keys.find(self._key)
            if isinstance(error, ServerError) or sent is None:
                error.hint = look_again(self._key)
                raise
            raise self._lost(client, sent) from None
        try:
            self._keys.accepted(self._key, accepted)
        except LocalFailure as error:
            self._warn(
                f"run {accepted['run_id']} could not be noted under --once {self._key}: {error.message}"
            )
        return accepted

    def _lost(self, client: EclipsClient, sent: OnceRun) -> UnknownOutcome:
        """What to raise where the answer was lost: with the runs that may be it."""
        try:
            found = list(candidates(client.runs, sent, self._asked.task, self._clock, self._keys.run_ids()))
        except EclipsError as error:
            return _unknown(sent, [], f"looking for it failed as well ({error.message})")
        if not found:
            return _unknown(sent, [], "none of the newest runs looks like it")
        return _unknown(sent, found, "it can't be told whether it is one of those that the API lists")


def look_again(key: str) -> str:
    """The hint after a request under `key` that may have been carried out."""
    return f"the same command looks for it and starts nothing; {anew(key)}"


def check_same(known: OnceRun, asked: RunRequest) -> None:
    """Raise UsageError where a key was used for another task, agent or data."""
    if known.digest != asked.digest:
        agent = known.agent or DEFAULT_AGENT
        raise UsageError(
            f"--once {known.key} was used on {iso_text(known.sent_at)} for another task, agent or data: "
            f"{known.task[:80]!r} to {agent}",
            hint="take another key, or --again to start this one under it",
        )


def candidates(runs: Runs, sent: OnceRun, task: str, clock: Clock, known: set[str]) -> Iterator[Run]:
    """The runs that may be the one of `sent`: by agent, by time, and by task where the API tells it.

    `known` are those that are surely others. Raises what the API's client raises.
    """
    found = [run for run in _near(runs, sent, clock) if run["id"] not in known]
    for run in {run["id"]: run for run in found}.values():
        if len(found) > READ or _task(runs, run) in (None, task.strip()):
            yield run


def _near(runs: Runs, sent: OnceRun, clock: Clock) -> Iterator[Run]:
    for page in range(PAGES):
        items, date = runs.newest(page)
        # by the server's clock: this machine's may be days off
        at = sent.sent_at - (clock.now() - date if date is not None else 0.0)
        for run in items:
            created = parse_iso(run.get("created_at"))
            if created is not None and created < at - EARLY:
                return
            same = run.get("agent_type") in (None, sent.agent or DEFAULT_AGENT)
            if run.get("id") and same and (created is None or created <= at + LATE):
                yield run
        if len(items) < runs.PAGE:
            return


def _task(runs: Runs, run: Run) -> str | None:
    """A run's task, where the API tells it."""
    task = runs.get(str(run["id"])).json["run"].get("task")
    return task.strip() if isinstance(task, str) else None


def _unknown(sent: OnceRun, found: Sequence[Run], why: str) -> UnknownOutcome:
    named = "; ".join(
        f"{run['id']} ({run.get('status')}, created {run.get('created_at')})" for run in found[:READ]
    )
    more = f" and {len(found) - READ} more" if len(found) > READ else ""
    look = f"see whether it is {named}{more} (eclips runs tail ID)" if found else "eclips runs list"
    trouble = f" ({sent.error})" if sent.error else ""
    return UnknownOutcome(
        f"the run of --once {sent.key} was asked for on {iso_text(sent.sent_at)} and its answer was lost{trouble}: "
        f"it may have been accepted; {why}; it is not started again",
        hint=f"{look}; {anew(sent.key)}",
        candidates=[run["id"] for run in found] or None,
    )
