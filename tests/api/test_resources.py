"""Every endpoint as a typed method: what is sent, and the manual's answers as JSON and as models."""

from collections.abc import Callable
from typing import Any

import pytest

from eclips_cli import errors
from eclips_cli.api import EclipsClient, batches, objects, runs, triage, usage, webhooks
from tests.api.conftest import FakeClock
from tests.servers.raw import RawServer, json_reply, reply

Connect = Callable[..., EclipsClient]

ACCEPTED = {
    "run_id": "a1b2",
    "status": "queued",
    "agent_type": "procurement_specialist",
    "estimated_completion": "async",
}
RUN = {
    "id": "a1b2",
    "agent_type": "procurement_specialist",
    "status": "completed",
    "priority": "normal",
    "created_at": "2026-06-06T09:00:00.000Z",
    "started_at": "2026-06-06T09:00:01.000Z",
    "completed_at": "2026-06-06T09:00:42.000Z",
    "confidence_score": 0.94,
    "requires_triage": False,
    "error_message": None,
}
DETAIL = {"run": {**RUN, "output": {"vendors": ["Dell"], "recommended": "Dell"}}, "triage_item": None}
RESOLVED = {"data": {"id": "t1", "status": "approved", "resolved_at": "2026-06-06T09:05:00.000Z"}}
HOOK = {
    "id": "f1",
    "url": "https://your-app.com/webhooks/eclips",
    "events": ["run.completed", "run.failed"],
    "is_active": True,
    "created_at": "2026-06-06T09:00:00.000Z",
}
JOB = {
    "id": "b1",
    "name": "June invoices",
    "agent_type": "ap_specialist",
    "status": "pending",
    "total_rows": 2,
    "completed_rows": 0,
    "failed_rows": 0,
    "created_at": "2026-06-06T09:00:00.000Z",
}
ROWS = [{"task": "Process invoice INV-1001"}, {"task": "Process invoice INV-1002", "data": {"a": 1}}]
JOB_ROW = {
    "id": "x",
    "row_index": 0,
    "task": "t",
    "status": "completed",
    "result": {"ok": True},
    "error_message": None,
}
SUMMARY = {
    "plan": "team",
    "scope": "organization",
    "period": "2026-06",
    "included_credits": 50000,
    "topup_credits": 0,
    "credits_used": 12480,
    "credits_remaining": 37520,
    "unlimited": False,
    "topup_price_per_1000_usd": 5,
}

CALLS: dict[str, tuple[Callable[[EclipsClient], Any], str, Any, int, Any]] = {
    # name: (call, "METHOD target", body, status, answer)
    "run": (lambda c: c.runs.start("Get quotes"), "POST /v1/run", {"task": "Get quotes"}, 202, ACCEPTED),
    "run with all": (
        lambda c: c.runs.start("t", agent_type="x", data={}, priority="high", webhook_url="https://h"),
        "POST /v1/run",
        {"task": "t", "agent_type": "x", "data": {}, "priority": "high", "webhook_url": "https://h"},
        202,
        ACCEPTED,
    ),
    "empty task": (lambda c: c.runs.start(""), "POST /v1/run", {"task": ""}, 202, ACCEPTED),
    "get": (lambda c: c.runs.get("a1b2"), "GET /v1/runs/a1b2", None, 200, DETAIL),
    "approve": (lambda c: c.triage.approve("t1"), "POST /v1/triage/t1/approve", {}, 200, RESOLVED),
    "approve with note": (
        lambda c: c.triage.approve("t1", note="Verified against PO — approved"),
        "POST /v1/triage/t1/approve",
        {"resolution_note": "Verified against PO — approved"},
        200,
        RESOLVED,
    ),
    "reject": (
        lambda c: c.triage.reject("t1", reason="Too much"),
        "POST /v1/triage/t1/reject",
        {"reason": "Too much"},
        200,
        {"data": {**RESOLVED["data"], "status": "rejected"}},
    ),
    "webhook": (
        lambda c: c.webhooks.create("https://your-app.com/webhooks/eclips", ["run.failed"]),
        "POST /v1/webhooks",
        {"url": "https://your-app.com/webhooks/eclips", "events": ["run.failed"]},
        201,
        {"data": {**HOOK, "secret": "whsec_2f4a"}},
    ),
    "delete webhook": (
        lambda c: c.webhooks.delete("f1"),
        "DELETE /v1/webhooks/f1",
        None,
        200,
        {"success": True},
    ),
    "batch": (
        lambda c: c.batches.create("ap_specialist", ROWS, name="June invoices"),
        "POST /v1/batches",
        {"agent_type": "ap_specialist", "rows": ROWS, "name": "June invoices"},
        201,
        {"job": JOB},
    ),
    "get batch": (
        lambda c: c.batches.get("b1"),
        "GET /v1/batches/b1",
        None,
        200,
        {"job": JOB, "rows": [JOB_ROW]},
    ),
    "cancel batch": (
        lambda c: c.batches.cancel("b1"),
        "POST /v1/batches/b1/cancel",
        None,
        200,
        {"cancelled": True},
    ),
    "usage": (lambda c: c.usage.summary(), "GET /v1/usage", None, 200, SUMMARY),
}


@pytest.mark.parametrize("name", CALLS)
def test_call(connect: Connect, name: str) -> None:
    call, line, body, status, answer = CALLS[name]
    answer = {**answer, "unknown_member": {"kept": True}}
    with RawServer(json_reply(answer, status)) as server:
        found = call(connect(server))
        request = server.requests[0]
    assert f"{request.method} {request.target}" == line
    assert (request.json if request.body else None) == body
    assert (found.json, found.status) == (answer, status)
    assert found.checked == answer


LISTS: dict[str, tuple[Callable[[EclipsClient], Any], str, Any]] = {
    "runs": (
        lambda c: c.runs.list(status="completed", limit=20),
        "/v1/runs?status=completed&limit=20&offset=0",
        "data",
    ),
    "triage": (lambda c: c.triage.list(limit=20, offset=40), "/v1/triage?limit=20&offset=40", "data"),
    "webhooks": (lambda c: c.webhooks.list(), "/v1/webhooks", "data"),
    "batches": (
        lambda c: c.batches.list(status="running", limit=20),
        "/v1/batches?status=running&limit=20&offset=0",
        "jobs",
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_list(connect: Connect, name: str) -> None:
    call, target, member = LISTS[name]
    items = [{"id": "a", "status": "pending", "agent_runs": {"id": "r", "x": 1}, "new": None}, {"id": "b"}]
    with RawServer(json_reply({member: items})) as server:
        listing = call(connect(server))
        assert list(listing) == items
        assert [r.target for r in server.requests] == [target]
        assert [item["id"] for item in listing.checked()] == ["a", "b"]


PROMISED: dict[str, Any] = {
    "run": runs.Runs.start,
    "get": runs.Runs.get,
    "approve": triage.Triage.approve,
    "reject": triage.Triage.reject,
    "webhook": webhooks.Webhooks.create,
    "delete webhook": webhooks.Webhooks.delete,
    "batch": batches.Batches.create,
    "get batch": batches.Batches.get,
    "cancel batch": batches.Batches.cancel,
    "usage": usage.Usage.summary,
}


@pytest.mark.parametrize("name", PROMISED)
def test_the_object_is_checked_as_the_one_that_the_signature_promises(connect: Connect, name: str) -> None:
    call, _line, _body, status, answer = CALLS[name]
    with RawServer(json_reply(answer, status)) as server:
        made = repr(call(connect(server))).split()[1]
    assert PROMISED[name].__annotations__["return"] == f"Answer[{made}]"
    assert made in vars(objects)


@pytest.mark.parametrize(
    "shape",
    [lambda rows: rows, lambda rows: {"data": rows, "n": [1]}, lambda rows: {"entries": rows, "n": 2}],
)
@pytest.mark.parametrize("name", ["history", "members"])
def test_usage_rows_in_any_shape(connect: Connect, name: str, shape: Callable[[Any], Any]) -> None:
    rows = [{"credits": 5, "at": "2026-06-06"}, {"credits": -2}]
    with RawServer(json_reply(shape(rows))) as server:
        found = getattr(connect(server).usage, name)()
        assert server.requests[0].target == f"/v1/usage/{name}"
    assert (found.rows, found.json) == (rows, shape(rows))


@pytest.mark.parametrize("body", [{}, {"a": [], "b": []}, [1], "x", {"data": [None]}, None])
def test_usage_without_rows_is_a_protocol_error(connect: Connect, body: Any) -> None:
    with (
        RawServer(json_reply(body)) as server,
        pytest.raises(errors.ProtocolError, match="/v1/usage/history"),
    ):
        _ = connect(server).usage.history().rows
    with RawServer(reply(200, b"<html>")) as server, pytest.raises(errors.ProtocolError, match="web page"):
        connect(server).usage.members()


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (409, "Conflict"),
        (400, "Triage item already resolved"),
        (422, "Item is not pending"),
        (400, "Item was resolved"),
    ],
)
@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_an_item_that_somebody_else_resolved(connect: Connect, verb: str, status: int, message: str) -> None:
    with (
        RawServer(json_reply({"error": message}, status)) as server,
        pytest.raises(errors.AlreadyResolved, match="triage item t1 was resolved already") as caught,
    ):
        getattr(connect(server).triage, verb)("t1")
    assert caught.value.details["status"] == status


def test_another_refusal_of_a_decision_is_no_such_thing(connect: Connect) -> None:
    with (
        RawServer(json_reply({"error": "note too long", "field": "resolution_note"}, 400)) as server,
        pytest.raises(errors.Rejected) as caught,
    ):
        connect(server).triage.approve("t1", "x")
    assert type(caught.value) is errors.Rejected


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.webhooks.create("http://your-app.com", ["run.failed"]),
        lambda c: c.webhooks.create("", ["run.failed"]),
        lambda c: c.webhooks.create("https://your-app.com", []),
        lambda c: c.batches.create("x", []),
        lambda c: c.batches.create("x", [{"task": "t"}] * 501),
    ],
)
def test_what_the_manual_rules_out_is_not_sent(connect: Connect, call: Callable[[EclipsClient], Any]) -> None:
    with RawServer(json_reply({})) as server, pytest.raises(errors.UsageError):
        call(connect(server))
    assert server.requests == []


@pytest.mark.parametrize(
    ("answer", "call"),
    [
        ({"success": False}, lambda c: c.webhooks.delete("f1")),
        ({"cancelled": False}, lambda c: c.batches.cancel("b1")),
    ],
)
def test_an_answer_that_says_no_is_no_success(
    connect: Connect, answer: Any, call: Callable[[EclipsClient], Any]
) -> None:
    with RawServer(json_reply(answer)) as server, pytest.raises(errors.Rejected, match="says no"):
        call(connect(server))


def test_a_check_tells_what_does_not_fit_without_quoting_it(connect: Connect) -> None:
    answer = {"data": {**HOOK, "is_active": ["whsec_secret"], "url": {"a": "whsec_secret"}}}
    with RawServer(json_reply(answer, 201)) as server:
        found = connect(server).webhooks.create("https://x")
    assert found.json == answer
    with pytest.raises(errors.ProtocolError, match=r"data\.url, data\.is_active") as caught:
        _ = found.checked
    assert "whsec_secret" not in str(caught.value)


def test_checks_take_nulls_and_missing_members(connect: Connect) -> None:
    with RawServer(json_reply({"run": {"status": "queued", "created_at": None, "output": None}})) as server:
        detail = connect(server).runs.get("r").checked
    assert detail["run"]["status"] == "queued" and "triage_item" not in detail


@pytest.mark.parametrize(("ahead", "timestamp"), [(0, True), (90, True), (-3600, True), (90, False)])
def test_health_tells_how_far_the_clock_is_off(
    connect: Connect, clock: FakeClock, ahead: int, timestamp: bool
) -> None:
    body = {"status": "ok", "version": "1.0.0"} | (
        {"timestamp": "2026-06-06T09:00:00.000Z"} if timestamp else {}
    )
    clock.wall = 1780736400.0 + ahead
    with RawServer(json_reply(body, 200, [("Date", "Sat, 06 Jun 2026 09:00:00 GMT")])) as server:
        report = connect(server, api_key=None).health.check()
        assert "authorization" not in server.requests[0].headers
        connect(server).health.check()
        assert "authorization" not in server.requests[1].headers
    assert report.clock_skew_s == pytest.approx(ahead, abs=0.6)
    assert 0 < report.latency_ms < 1000
    assert (report.ok, report.answer.json, report.answer.checked["version"]) == (True, body, "1.0.0")


@pytest.mark.parametrize("timestamp", ["yesterday", 5, None, "2026-06-06T09:00:00", "9999-99-99T00:00:00Z"])
def test_health_without_a_usable_time(connect: Connect, timestamp: Any) -> None:
    with RawServer(json_reply({"status": "degraded", "timestamp": timestamp})) as server:
        report = connect(server).health.check()
    assert (report.clock_skew_s, report.ok) == (None, False)
