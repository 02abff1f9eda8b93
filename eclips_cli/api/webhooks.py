"""Webhooks: create, list, delete (manual: Webhooks (CRUD))."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from eclips_cli.api.http.answer import Answer, Unreadable
from eclips_cli.api.http.call import Call
from eclips_cli.api.http.checks import check_hook_url, segment
from eclips_cli.api.http.fitting import must_say
from eclips_cli.api.paging import Listing, Pages
from eclips_cli.errors import UsageError
from eclips_cli.json_values import JsonObject

if TYPE_CHECKING:
    from eclips_cli.api.http.requester import Requester
    from eclips_cli.api.objects import Webhook, WebhookCreated, WebhookDeleted

EVENTS = ("run.completed", "run.failed", "run.triage_required")
"""The events that are documented; the server may know others."""


class Webhooks:
    """The webhooks of the key's organization."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester
        # only the sandbox takes http:// (to this machine), and it is always on this machine itself
        self._local = requester.sender.transport.is_loopback

    def check(self, url: str, events: Sequence[str]) -> None:
        """Raise UsageError for what `create` would not send: see there. Needs no key."""
        check_hook_url(url, local=self._local)
        if not events or not all(event.strip() for event in events):
            raise UsageError("a webhook needs at least one event", hint=f"events: {', '.join(EVENTS)}")

    def create(self, url: str, events: Sequence[str] = EVENTS) -> Answer[WebhookCreated]:
        """Create one: 201. Its signing `secret` is in this answer and never again.

        Raises UsageError for an empty list of events, and for a URL that is not https:// (an API on this
        machine, as the sandbox is, may be given http:// to this machine).
        """
        self.check(url, events)
        call = Call(
            "POST",
            "/v1/webhooks",
            "POST /v1/webhooks",
            json={"url": url, "events": list(events)},
            scope="webhooks:write",
            look="eclips webhooks list",
            needs={"data": "object", "data.id": "text"},
            judge=_made_for(url),
        )
        obj, status = self._requester.json(call)
        return Answer(obj, "WebhookCreated", status)

    def list(self) -> Listing[Webhook]:
        """All webhooks, in one request; without their secrets."""
        return Listing(Pages(self._requester, _list_call, {}, "data", paged=False), "Webhook")

    def delete(self, webhook_id: str) -> Answer[WebhookDeleted]:
        """Delete one; NotFound if it is not in the organization."""
        call = Call(
            "DELETE",
            f"/v1/webhooks/{segment(webhook_id, 'webhook id')}",
            "DELETE /v1/webhooks/:id",
            thing=f"webhook {webhook_id}",
            scope="webhooks:write",
            look="eclips webhooks list",
            same={"data.id": webhook_id, "id": webhook_id},
            judge=must_say("success", "deleted"),
        )
        obj, status = self._requester.json(call)
        return Answer(obj, "WebhookDeleted", status)


def _made_for(url: str) -> Callable[[JsonObject], None]:
    """A judge: the webhook of the answer, and so its secret, is the one that was asked for."""

    def judge(obj: JsonObject) -> None:
        told = obj["data"].get("url")
        if isinstance(told, str) and told.rstrip("/").casefold() != url.rstrip("/").casefold():
            raise Unreadable(f"it is about another one: its data.url is {told[:200]}")

    return judge


def _list_call(params: dict[str, str | int | None]) -> Call:
    return Call(
        "GET",
        "/v1/webhooks",
        "GET /v1/webhooks",
        params=params,
        scope="webhooks:read",
        needs={"data": "objects"},
    )
