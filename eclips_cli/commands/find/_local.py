"""What this machine knows of a text: rows that it sent, changes that it made, ids that it saw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eclips_cli.command_line import with_values
from eclips_cli.durations import iso_text
from eclips_cli.json_values import JsonObject, json_text
from eclips_cli.money import amounts, the_amount
from eclips_cli.records.audit import reading
from eclips_cli.records.journal import UNSENT, body_row
from eclips_cli.records.journal.overview import FoundRow, folded, rows_with
from eclips_cli.records.journal.reading import JournalReader
from eclips_cli.records.journal.records import Target
from eclips_cli.records.recent import LISTS, Recent

DECISIONS = {"approve": "approved", "reject": "rejected"}
SHOWS = {"run": "runs get", "batch": "batches get"}
"""by kind: the command that shows one by its id, whatever became of it"""
MEMBERS = (
    "kind", "id", "at", "about", "status", "amount", "file", "line", "batch", "submission", "run", "item", "webhook",
    "decision", "by", "note", "command",
)  # fmt: skip
"""the members of each thing that is found, in their order; null where one has none"""


def hit(**known: Any) -> JsonObject:
    """One thing that was found, all its members there; its `id` is the nearest one."""
    ids = (known.get(name) for name in ("run", "item", "webhook", "batch", "submission"))
    return {name: known.get(name) for name in MEMBERS} | {"id": next(filter(None, ids), None)}


def data_amount(data: object) -> str | None:
    """The amount of an input for people; None where it has none that may be called so."""
    found = the_amount(amounts(data))
    return None if found is None else found.shown


class Local:
    """Searches this machine. Afterwards `shown` has the ids of what was found, and `ids` those that belong to it."""

    def __init__(self, text: str) -> None:
        self.text, self._wanted = text, folded(text)
        self.ids: dict[str, str] = {}
        """by id, the words that it was seen under"""
        self.shown: set[str] = set()
        self.amounts: dict[str, str | None] = {}
        """by run, the amount of the input that was sent from here"""

    def holds(self, *texts: object) -> bool:
        """Whether one of some texts holds the one that is looked for, or is an id that belongs to it."""
        return any(isinstance(one, str) and (one in self.ids or self._wanted in folded(one)) for one in texts)

    def rows(self, journal: JournalReader, target: Target) -> Iterator[JsonObject]:
        """The rows that were sent or are to be, newest first: where each stood, and its batch. Raises LocalFailure."""
        for found in rows_with(journal, target, self.text):
            self.shown |= {id_ for id_ in (found.job.batch_id, found.run) if id_}
            shown = self._row(found)
            if found.run:
                self.ids[found.run] = found.row.task
                self.amounts[found.run] = shown["amount"]
            yield shown

    @staticmethod
    def _row(found: FoundRow) -> JsonObject:
        of, job, row = found.submission, found.job, found.row
        sent = job.accepted_at or job.sent_at or of.created_at
        open_ = job.state in UNSENT
        return hit(
            kind="row",
            at=iso_text(sent),
            about=row.task,
            status="unfinished" if open_ else job.status or str(job.state),
            amount=data_amount(body_row(row, of.mapping, of.columns).get("data")),
            file=of.label,
            line=row.line,
            batch=job.batch_id,
            submission=of.key,
            run=found.run,
            by=f"profile {of.profile}",
            command=_row_command(found, unfinished=open_),
        )

    def recall(self, recent: Recent) -> list[JsonObject]:
        """The runs, items, batches and webhooks that were seen here under such words, or by such an id."""
        found = []
        for kind in dict.fromkeys(kind for kind, _members in LISTS.values()):
            for entry in recent.candidates(kind):
                if self.holds(entry.id, entry.label):
                    self.ids[entry.id] = entry.label
                    found.append(
                        hit(
                            kind="seen",
                            at=iso_text(entry.at) if entry.at else None,
                            about=entry.label,
                            command=_shows(kind, entry.id),
                            **{"item" if kind == "triage" else kind: entry.id},
                        )
                    )
        return found

    def changes(self, changes: reading.Changes) -> Iterator[JsonObject]:
        """The changes of the audit record that are about it, newest first; no batch whose rows were found."""
        for change in changes:
            asked, answer = change.get("asked") or {}, change.get("answer") or {}
            subject = change.get("subject")
            own = (subject, change.get("about"), change.get("note"), answer.get("id"), answer.get("run_id"))
            if subject in self.shown or not self.holds(*own, json_text(asked)):
                continue
            found = self._change(change, asked, "" if subject is None else str(subject))
            self.shown |= {str(subject)} if subject else set()
            if found["run"]:
                self.amounts[found["run"]] = found["amount"]
            yield found

    def _change(self, change: JsonObject, asked: JsonObject, subject: str) -> JsonObject:
        action, ended = str(change.get("action")), change.get("ended")
        decided = action in DECISIONS
        kind = "item" if decided else action.partition("-")[0]
        origin = change.get("from") or {}
        about = asked.get("task") or asked.get("name") or asked.get("url") or self.ids.get(subject)
        # an item that was decided is in no list any more
        shows = with_values(SHOWS[kind], subject) if subject and kind in SHOWS else None
        return hit(
            kind="decision" if decided else action,
            at=change.get("at"),
            about=about or f"{change.get('method')} {change.get('path')}",
            status=ended,
            amount=data_amount(asked.get("data")),
            file=origin.get("file"),
            line=origin.get("line") or origin.get("row"),
            decision=DECISIONS[action] if decided and ended == "accepted" else None,
            by=_who(change),
            note=change.get("note"),
            command=shows or f"audit list --action {action}",
            **({kind: subject or None} if kind in MEMBERS else {}),
        )


def _row_command(found: FoundRow, *, unfinished: bool) -> str:
    if unfinished:
        return with_values("batches resume", found.submission.key)
    if found.run:
        return with_values("runs get", found.run)
    return with_values("batches get", found.job.batch_id or found.submission.key)


def _shows(kind: str, id_: str) -> str:
    """The command that shows what was seen."""
    if kind == "webhook":
        return "webhooks list"
    return with_values((SHOWS | {"triage": "triage show"})[kind], id_)


def _who(change: JsonObject) -> str:
    """Who made a change: user and host where the record has them, the profile, the key's last four."""
    who = change.get("who")
    person = [who.get("user"), who.get("host")] if isinstance(who, dict) else [who]
    name = "@".join(str(one) for one in person if one)
    key = str(change.get("key") or "")[-4:]
    return ", ".join(filter(None, (name, f"profile {change.get('profile')}", f"key …{key}" if key else "")))
