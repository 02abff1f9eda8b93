"""`eclips find`: what happened to one thing, from what this machine knows, then from the queue."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated

import typer

from eclips_cli.command_line import with_values
from eclips_cli.commands import _arguments
from eclips_cli.commands._options import All, Limit
from eclips_cli.commands.find._local import Local, data_amount, hit
from eclips_cli.commands.find._view import FOUND, found_text
from eclips_cli.errors import EclipsError, NotFound, ScopeMissing
from eclips_cli.json_values import JsonObject
from eclips_cli.records.journal import overview
from eclips_cli.session.session import Session


def find(
    ctx: typer.Context,
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT", help="A number, a name, an id, or a part of one; case does not matter."
        ),
    ],
    limit: Limit = None,
    all_: All = False,
) -> None:
    """What happened to INV-1001: what this machine sent, decided and still waits for.

    Looks in the rows that were submitted from here (their tasks and all their cells), in the audit record, in the ids
    that were seen lately, and then in the queue that waits for a person. Each with where it stood (file and line), its
    batch, run, status, amount and decision, by whom and when, and the command to go on with. What only other machines
    sent is not known here, unless it waits. Exit code 6 where nothing is found.

    Examples:
      eclips find INV-1001
      eclips find "Acme Ltd" --all -o csv > acme.csv
      eclips find INV-1001 --jq 'select(.kind == "row") | .batch'
    """
    session: Session = ctx.obj
    wanted = _arguments.sendable(str(_arguments.word(text, "TEXT")).strip(), "TEXT")
    search = Search(session, wanted, _arguments.how_many(limit, all_))
    session.output.stream(search, FOUND, line=found_text)
    if search.more:
        session.output.announce(f"showing the first {search.count:,}; --all for the rest")
    if not search.count:
        raise NotFound(
            f"nothing here knows of {wanted}, and it does not wait for a person",
            hint="what was sent from another machine: `eclips runs list`, `eclips batches list`",
        )


class Search:
    """What is found, each as it comes; afterwards how many (`count`), and whether there is `more` than the limit."""

    def __init__(self, session: Session, text: str, limit: int | None) -> None:
        self._session, self._limit = session, limit
        self._local = Local(text)
        self.count = 0
        self.more = False

    def __iter__(self) -> Iterator[JsonObject]:
        seen = self._local.recall(self._session.recent)
        here = self._here()
        for one in islice(here, self._limit):
            yield self._placed(one)
        self.more = next(here, None) is not None
        trouble: EclipsError | None = None
        try:
            for one in self._waiting():
                yield self._placed(one)
        except EclipsError as error:
            trouble = error
        for one in seen:
            if self._local.shown.isdisjoint(str(one[name]) for name in ("run", "item", "batch")):
                yield self._placed(one)
        if trouble is not None:
            raise trouble

    def _placed(self, found: JsonObject) -> JsonObject:
        self.count += 1
        return {**found, "command": self._session.options.command(found["command"])}

    def _here(self) -> Iterator[JsonObject]:
        """What this machine did: rows that it sent, then changes."""
        from eclips_cli.records.audit import reading
        from eclips_cli.session.audit_hook import record_of
        from eclips_cli.system.paths import state_dir

        session, local = self._session, self._local
        settings = session.settings
        with overview.opened(state_dir(session.environ)) as journal:
            if journal is not None:
                yield from local.rows(journal, session.target)
        record = record_of(settings, session.environ)
        changes = reading.Changes(record, actions=None)
        yield from local.changes(changes)
        for warning in changes.warnings:
            session.output.warn(warning)

    def _waiting(self) -> Iterator[JsonObject]:
        """What waits for a person, from the API's queue."""
        try:
            items = list(self._session.client.triage.list())
        except ScopeMissing as error:
            self._session.output.warn(f"what waits for a person is not known: {error.message}")
            return
        for item in items:
            run = item.get("agent_runs")
            run = run if isinstance(run, dict) else {}
            own = ("id", "run_id", "title", "task", "summary", "triage_reason")
            texts = [*(item.get(name) for name in own), run.get("task")]
            if self._local.holds(*texts):
                self._local.shown |= {str(item.get("id")), str(item.get("run_id"))}
                about = next(
                    (text for text in (item.get("title"), item.get("task"), run.get("task")) if text), None
                )
                yield hit(
                    kind="waiting",
                    at=item.get("created_at"),
                    about=about or item.get("triage_reason"),
                    status="pending_triage",
                    amount=self._local.amounts.get(str(item.get("run_id")))
                    or data_amount(item.get("data") or run.get("data")),
                    run=item.get("run_id"),
                    item=item.get("id"),
                    command=with_values("triage show", str(item.get("id"))),
                )
