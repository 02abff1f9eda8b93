"""Triage: what waits for a person's decision (manual: Triage)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eclips_cli.api.http.answer import Answer, Unreadable
from eclips_cli.api.http.call import Call
from eclips_cli.api.http.checks import segment
from eclips_cli.api.paging import Listing, Pages
from eclips_cli.errors import AlreadyResolved, Rejected
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from eclips_cli.api.http.requester import Requester
    from eclips_cli.api.objects import TriageItem, TriageResolved

DECIDED = {"approve": "approved", "reject": "rejected"}
"""by verb: the status of an item that was decided so"""
_RESOLVED_WORDS = ("already", "resolved", "not pending", "no longer pending")


class Triage:
    """The triage queue of the key's organization."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester

    def list(self, *, limit: int | None = None, offset: int = 0) -> Listing[TriageItem]:
        """Pending items, each joined to its run as `agent_runs`; all of them unless `limit` is given."""
        return Listing(
            Pages(self._requester, _page_call, {}, "data"), "TriageItem", limit=limit, offset=offset
        )

    def approve(
        self, item_id: str, note: str | None = None, *, origin: JsonObject | None = None
    ) -> Answer[TriageResolved]:
        """Approve an item, which completes its run. AlreadyResolved if somebody else was faster.

        `origin` says where the decision was made, for the hooks.
        """
        return self._resolve(item_id, "approve", {} if note is None else {"resolution_note": note}, origin)

    def reject(
        self, item_id: str, reason: str | None = None, *, origin: JsonObject | None = None
    ) -> Answer[TriageResolved]:
        """Reject an item, which cancels its run. AlreadyResolved if somebody else was faster."""
        return self._resolve(item_id, "reject", {} if reason is None else {"reason": reason}, origin)

    def _resolve(
        self, item_id: str, verb: str, body: JsonObject, origin: JsonObject | None
    ) -> Answer[TriageResolved]:
        call = Call(
            "POST",
            f"/v1/triage/{segment(item_id, 'triage item id')}/{verb}",
            f"POST /v1/triage/:id/{verb}",
            json=body,
            thing=f"triage item {item_id}",
            scope="triage:write",
            look="eclips triage list",
            origin=origin or {},
            judge=_decided(item_id, verb),
        )
        try:
            obj, status = self._requester.json(call)
        except AlreadyResolved:
            raise
        except Rejected as error:
            if not _says_resolved(error):
                raise
            refusal = error
        else:
            return Answer(obj, "TriageResolved", status)
        raise AlreadyResolved(
            f"triage item {item_id} was resolved already",
            hint="eclips triage list",
            **refusal.details,
        )


def _decided(item_id: str, verb: str) -> Callable[[JsonObject], None]:
    """A judge: the answer names the item, and the state that was asked for.

    AlreadyResolved where it has the state of another decision; anything else leaves the outcome unknown.
    """

    def judge(obj: JsonObject) -> None:
        told = obj["data"] if isinstance(obj.get("data"), dict) else obj
        named, status = told.get("id"), told.get("status")
        if str(named or "").casefold() != item_id.casefold():
            about = f"about item {str(named)[:80]}" if named else "not about any item by its id"
            raise Unreadable(f"it is {about}, not {item_id}")
        if status == DECIDED[verb]:
            return
        if status in DECIDED.values():
            raise AlreadyResolved(
                f"triage item {item_id} was resolved already: it is {status}",
                hint="eclips triage list",
                status=200,
            )
        raise Unreadable(f"it says that the item is {str(status)[:80]}, not {DECIDED[verb]}")

    return judge


def _says_resolved(error: Rejected) -> bool:
    message = error.message.lower()
    return error.details.get("status") == 409 or any(word in message for word in _RESOLVED_WORDS)


def _page_call(params: dict[str, str | int | None]) -> Call:
    return Call(
        "GET", "/v1/triage", "GET /v1/triage", params=params, scope="triage:read", needs={"data": "objects"}
    )
