"""An answer is compared with what was asked before it is believed: whose it is, whether it says yes, how old it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eclips_cli import errors
from eclips_cli.api import EclipsClient
from tests.servers.raw import RawServer, json_reply

Connect = Callable[..., EclipsClient]
Act = Callable[[EclipsClient], Any]

RUN = {"run": {"id": "a1b2", "status": "completed"}, "triage_item": None}
BATCH = {"job": {"id": "b1", "status": "completed"}, "rows": []}
HOOK = {"data": {"id": "f1", "url": "https://your-app.example/hook", "secret": "whsec_1"}}


def approved(**changed: Any) -> dict[str, Any]:
    return {"data": {"id": "t1", "status": "approved", "resolved_at": "2026-06-06T09:05:00.000Z", **changed}}


ACTS: dict[str, Act] = {
    "runs get": lambda api: api.runs.get("a1b2"),
    "batches get": lambda api: api.batches.get("b1"),
    "approve": lambda api: api.triage.approve("t1"),
    "reject": lambda api: api.triage.reject("t1"),
    "cancel": lambda api: api.batches.cancel("b1"),
    "delete": lambda api: api.webhooks.delete("f1"),
    "create": lambda api: api.webhooks.create("https://your-app.example/hook"),
    "run": lambda api: api.runs.start("Count"),
}
OK = None


@pytest.mark.parametrize(
    ("act", "body", "error"),
    [
        ("runs get", RUN, OK),
        ("runs get", {**RUN, "run": {**RUN["run"], "id": "A1B2"}}, OK),  # type: ignore[dict-item]
        ("runs get", {**RUN, "run": {"id": "other", "status": "completed"}}, errors.ProtocolError),
        ("runs get", {**RUN, "triage_item": {"id": "t1", "run_id": "other"}}, errors.ProtocolError),
        ("batches get", BATCH, OK),
        ("batches get", {**BATCH, "job": {"id": "b2", "status": "completed"}}, errors.ProtocolError),
        ("approve", approved(), OK),
        ("approve", {"id": "t1", "status": "approved"}, OK),
        ("approve", approved(status="rejected"), errors.AlreadyResolved),
        ("approve", approved(status="pending"), errors.UnknownOutcome),
        ("approve", approved(id="t2"), errors.UnknownOutcome),
        ("approve", {"status": "approved"}, errors.UnknownOutcome),
        ("approve", {}, errors.UnknownOutcome),
        ("approve", {"success": False, "error": "locked"}, errors.Rejected),
        ("approve", approved(success=False), errors.Rejected),
        ("reject", approved(status="rejected"), OK),
        ("reject", approved(), errors.AlreadyResolved),
        ("cancel", {"cancelled": True}, OK),
        ("cancel", {"cancelled": False}, errors.Rejected),
        ("cancel", {"cancelled": True, "job": {"id": "b2"}}, errors.UnknownOutcome),
        ("cancel", {}, errors.UnknownOutcome),
        ("delete", {"success": True}, OK),
        ("delete", {"success": False}, errors.Rejected),
        ("delete", {"success": True, "data": {"id": "f2"}}, errors.UnknownOutcome),
        ("delete", {"status": "queued"}, errors.UnknownOutcome),
        ("create", HOOK, OK),
        ("create", {"data": {**HOOK["data"], "url": "https://elsewhere.example/"}}, errors.UnknownOutcome),
        ("run", {"run_id": "a1b2"}, OK),
        ("run", {"success": False, "error": "no"}, errors.UnknownOutcome),
    ],
)
def test_an_answer_is_compared_with_its_question(
    connect: Connect, act: str, body: Any, error: type[errors.EclipsError] | None
) -> None:
    with RawServer(json_reply(body)) as server:
        client = connect(server.url)
        if error is None:
            assert ACTS[act](client) is not None
        else:
            with pytest.raises(errors.EclipsError) as raised:
                ACTS[act](client)
            assert type(raised.value) is error
        assert len(server.requests) == 1


def approving(connect: Connect, body: Any, *headers: tuple[str, str]) -> str:
    """What is said of an approval that is answered so; empty where it is believed."""
    with RawServer(json_reply(body, headers=headers)) as server:
        try:
            connect(server.url).triage.approve("t1")
        except errors.EclipsError as error:
            return f"{error.code}: {error.message}"
    return ""


def test_what_the_server_says_of_its_no_is_told(connect: Connect) -> None:
    told = approving(connect, {"success": False, "error": "the item is locked"})
    assert told.startswith("rejected: ") and told.endswith("says no: success is false (the item is locked)")


def test_a_change_that_a_cache_answered_is_not_known_to_be_done(connect: Connect) -> None:
    told = approving(connect, approved(), ("age", "300"))
    assert told.startswith("unknown_outcome: ") and told.endswith("it is 300 s old, from a cache on the way")
    assert approving(connect, approved(), ("age", "0")) == ""


def test_a_read_asks_past_caches(connect: Connect) -> None:
    with RawServer(json_reply(RUN)) as server:
        connect(server.url).runs.get("a1b2")
    assert server.requests[0].headers["cache-control"] == "no-cache"
