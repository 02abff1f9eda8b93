"""Answers that are not what was asked for: status and body to error, and what is retried."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from eclips_cli import errors
from eclips_cli.api import ChangeOutcome, EclipsClient, Hooks, OutgoingRequest, Wait
from eclips_cli.api.http.error_answers import words
from tests.api.conftest import KEY, FakeClock
from tests.servers.raw import Action, RawServer, json_reply, reply

Connect = Callable[..., EclipsClient]
HTML = b"<!DOCTYPE html><html><title>Sign in</title></html>"
OK_RUN = {"run_id": "r1", "status": "queued"}


def failure(connect: Connect, action: Action, call: Callable[[EclipsClient], object]) -> errors.EclipsError:
    with RawServer(action) as server, pytest.raises(errors.EclipsError) as caught:
        call(connect(server))
    assert KEY not in f"{caught.value.as_json()}"
    return caught.value


def get(client: EclipsClient) -> object:
    return client.runs.get("r1")


def start(client: EclipsClient) -> object:
    return client.runs.start("task")


@pytest.mark.parametrize(
    ("status", "body", "error", "words", "hint"),
    [
        (
            401,
            {"error": "Invalid API key"},
            errors.KeyRejected,
            "rejected: Invalid API key",
            "eclips auth login",
        ),
        (401, {}, errors.KeyRejected, "rejected", "eclips auth login"),
        (403, {"error": "API not in plan"}, errors.PlanWithoutApi, "plan has no API access", "owner"),
        (
            403,
            {
                "error": "Insufficient scope",
                "required": "agents:run",
                "provided": ["agents:read", "triage:read"],
            },
            errors.ScopeMissing,
            "lacks the scope agents:run; it has: agents:read, triage:read",
            "agents:run",
        ),
        (
            403,
            {"error": "Insufficient scope", "required": ["agents:run"], "provided": []},
            errors.ScopeMissing,
            "lacks the scope agents:run; it has: none",
            "agents:run",
        ),
        (403, {"error": "Insufficient scope"}, errors.ScopeMissing, "lacks the scope agents:", "agents:"),
        (404, {"error": "Run not found"}, errors.NotFound, "not found", None),
        (400, {"error": "task is required", "field": "task"}, errors.Rejected, "task is required", None),
        (
            422,
            {"error": "bad value", "field": "priority"},
            errors.Rejected,
            "bad value (field priority)",
            None,
        ),
        (400, {"message": "from a gateway"}, errors.Rejected, "from a gateway", None),
        (400, {"error": {"message": "nested"}}, errors.Rejected, "nested", None),
        (418, [], errors.Rejected, "was refused", None),
        (500, {"error": "boom"}, errors.ServerError, "answered 500: boom", None),
        (501, {"error": "boom"}, errors.ServerError, "answered 501: boom", None),
        (407, {}, errors.NetworkError, "proxy", "HTTPS_PROXY"),
    ],
)
@pytest.mark.parametrize("call", [get, start])
def test_a_status_is_an_error(
    connect: Connect, call: Any, status: int, body: Any, error: type, words: str, hint: str | None
) -> None:
    found = failure(connect, json_reply(body, status), call)
    assert type(found) is error
    assert words in found.message
    assert found.details["status"] == status
    assert hint is None or hint in (found.hint or "")


@pytest.mark.parametrize("status", [408, 409, 421, 425, 499])
def test_a_4xx_that_passes_says_nothing_against_a_read(connect: Connect, status: int) -> None:
    for answer in (json_reply({"error": "busy"}, status), reply(status, HTML)):
        found = failure(connect, answer, get)
        assert type(found) is errors.ServerError and f"answered {status}" in found.message
        assert "change the request" not in (found.advice or "")


@pytest.mark.parametrize("status", [409, 421, 499])
def test_a_change_is_refused_by_it(connect: Connect, status: int) -> None:
    with RawServer(json_reply({"error": "conflict"}, status)) as server:
        with pytest.raises(errors.Rejected, match="conflict"):
            start(connect(server))
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [408, 425])
def test_a_change_that_came_too_late_or_too_early_was_not_acted_on(connect: Connect, status: int) -> None:
    accepted = json_reply({"run_id": "r1", "status": "queued"}, 202)
    for refusal in (
        json_reply({}, status),
        reply(status, HTML),
        json_reply({}, status, [("Retry-After", "7")]),
    ):
        with RawServer(refusal, refusal, accepted) as server:
            assert start(connect(server)).json["run_id"] == "r1"
            assert len(server.requests) == 3
        with RawServer(refusal) as server:
            with pytest.raises(errors.ServerError) as caught:
                start(connect(server, max_retries=1))
            assert "nothing was done" in (caught.value.hint or "") and len(server.requests) == 2


def test_details_of_the_json_form(connect: Connect) -> None:
    body = {"error": "Insufficient scope", "required": "agents:run", "provided": ["agents:read"]}
    found = failure(connect, json_reply(body, 403), start).as_json()["error"]
    assert (found["required"], found["provided"], found["status"]) == ("agents:run", ["agents:read"], 403)
    found = failure(connect, json_reply({"error": "no", "field": "agent_type"}, 400), start).as_json()[
        "error"
    ]
    assert (found["code"], found["field"]) == ("rejected", "agent_type")


def test_the_thing_that_was_not_found_is_named(connect: Connect) -> None:
    found = failure(connect, json_reply({"error": "x"}, 404), lambda c: c.webhooks.delete("w 1"))
    assert found.message.startswith("webhook w 1 was not found")
    assert found.hint == "eclips webhooks list"


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_server_error_of_a_change_says_that_it_may_be_done(connect: Connect, status: int) -> None:
    with RawServer(json_reply({}, status)) as server, pytest.raises(errors.ServerError) as caught:
        start(connect(server))
    assert len(server.requests) == 1
    assert "may have been done" in (caught.value.hint or "")
    assert "eclips runs list" in (caught.value.hint or "")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_get_is_tried_five_times(connect: Connect, clock: FakeClock, status: int) -> None:
    with RawServer(json_reply({"error": "later"}, status)) as server, pytest.raises(errors.EclipsError):
        get(connect(server))
    assert len(server.requests) == 5
    assert clock.slept == [0.5, 1.0, 2.0, 4.0]


def test_a_get_recovers(connect: Connect, clock: FakeClock) -> None:
    detail = {"run": {"id": "r1", "status": "running"}, "triage_item": None}
    with RawServer(
        reply(502, HTML), json_reply({}, 503, [("Retry-After", "7")]), json_reply(detail)
    ) as server:
        assert connect(server).runs.get("r1").json == detail
    assert clock.slept == [0.5, 7.0]


@pytest.mark.parametrize("status", [429, 503])
def test_a_change_is_repeated_when_the_server_says_when(
    connect: Connect, clock: FakeClock, status: int
) -> None:
    waits: list[Wait] = []
    limited = json_reply({"error": "Too many"}, status, [("Retry-After", "3")])
    with RawServer(limited, limited, json_reply(OK_RUN, 202)) as server:
        client = connect(server, hooks=Hooks(on_wait=waits.append))
        assert client.runs.start("task").json == OK_RUN
    assert clock.slept == [3.0, 3.0]
    assert [(wait.seconds, wait.attempt) for wait in waits] == [(3.0, 1), (3.0, 2)]
    assert len({request.connection for request in server.requests}) == 3, "a change needs a fresh connection"


def test_a_long_rate_limit_ends_it_at_once(connect: Connect, clock: FakeClock) -> None:
    with (
        RawServer(json_reply({"error": "Daily cap"}, 429, [("Retry-After", "5400")])) as server,
        pytest.raises(errors.RateLimited, match=r"Daily cap; free again in 90 min") as caught,
    ):
        get(connect(server))
    assert caught.value.details["retry_after"] == 5400
    assert (len(server.requests), clock.slept) == (1, [])


@pytest.mark.parametrize("value", ["9999999999", "-1", "nan", "1.5", "Sun, 06 Nov 1994 08:49:37"])
def test_an_absurd_retry_after_is_our_own_backoff(connect: Connect, clock: FakeClock, value: str) -> None:
    with (
        RawServer(json_reply({"error": "x"}, 429, [("Retry-After", value)])) as server,
        pytest.raises(errors.RateLimited),
    ):
        get(connect(server))
    assert clock.slept == [0.5, 1.0, 2.0, 4.0]


def test_a_date_of_retry_after_counts_from_the_servers_clock(connect: Connect, clock: FakeClock) -> None:
    dates = [("Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT"), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT")]
    with RawServer(json_reply({}, 429, dates), json_reply(OK_RUN, 202)) as server:
        start(connect(server))
    assert clock.slept == [30.0]


def test_out_of_credits_is_told_by_its_message(connect: Connect, clock: FakeClock) -> None:
    for headers in ([], [("Retry-After", "3")]):
        found = failure(connect, json_reply({"error": "Out of credits"}, 429, headers), start)
        assert type(found) is errors.OutOfCredits
        assert "eclips usage" in (found.hint or "")
    assert clock.slept == []


@pytest.mark.parametrize(
    ("left", "error"), [(0, errors.OutOfCredits), (5, errors.RateLimited), (None, errors.RateLimited)]
)
def test_an_unclear_429_is_told_by_the_credits_left(connect: Connect, left: int | None, error: type) -> None:
    usage = json_reply({"credits_remaining": left})
    with (
        RawServer(
            answer=lambda r: usage if r.path == "/v1/usage" else json_reply({"error": "Limit"}, 429)
        ) as server,
        pytest.raises(errors.LimitReached) as caught,
    ):
        start(connect(server))
    assert type(caught.value) is error
    assert [request.path for request in server.requests] == ["/v1/run", "/v1/usage"]


UNUSABLE = {
    "empty": (b"", "is empty"),
    "blank": (b" \n", "is empty"),
    "html": (HTML, "web page"),
    "text": (b"hello", "not JSON"),
    "cut": (b'{"run_id": "r', "ends in the middle"),
    "cut list": (b'[{"a": 1},', "ends in the middle"),
    "array": (b"[]", "not a JSON object"),
    "null": (b"null", "not a JSON object"),
    "nothing needed": (b"{}", "missing"),
    "wrong type": (b'{"run_id": 5, "run": "x"}', "not a"),
    "utf-16": ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
    "nan": (b'{"run_id": NaN}', "NaN"),
    "infinite": (b'{"run_id": 1e999}', "too large"),
    "digits": (b'{"run_id": ' + b"9" * 5000 + b"}", "thousands of digits"),
    "nested": (b'{"run_id": ' + b"[" * 100_000 + b"}", "nested too deeply"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_answer_to_a_get_is_a_protocol_error(connect: Connect, name: str) -> None:
    body, words = UNUSABLE[name]
    found = failure(connect, reply(200, body), get)
    assert type(found) is errors.ProtocolError
    assert found.message.startswith("GET /v1/runs/:id: ")
    assert words in found.message


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_answer_to_a_change_says_that_it_was_accepted(connect: Connect, name: str) -> None:
    body, words = UNUSABLE[name]
    found = failure(connect, reply(202, body), start)
    assert type(found) is errors.UnknownOutcome
    assert "was accepted (status 202)" in found.message
    assert words in found.message
    assert "eclips runs list" in (found.hint or "")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, errors.KeyRejected),
        (403, errors.AccessRefused),
        (404, errors.NotFound),
        (400, errors.Rejected),
        (413, errors.Rejected),
        (451, errors.Rejected),
    ],
)
@pytest.mark.parametrize("call", [get, start])
def test_a_4xx_decides_although_its_body_is_a_web_page(
    connect: Connect, status: int, kind: type, call: Any
) -> None:
    found = failure(connect, reply(status, HTML), call)
    assert type(found) is kind
    assert f"answered {status} with a web page" in found.message
    assert "proxy or gateway" in (found.hint or "")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", [get, start])
def test_no_redirect_is_followed(connect: Connect, status: int, call: Any) -> None:
    with RawServer(json_reply({})) as elsewhere:
        found = failure(connect, reply(status, b"", [("Location", elsewhere.url + "/login?next=1")]), call)
    assert type(found) is errors.ProtocolError
    assert f"redirect ({status}) to {elsewhere.url}/login," in found.message
    assert elsewhere.requests == []


def test_an_echoed_key_is_not_shown(connect: Connect) -> None:
    found = failure(connect, json_reply({"error": f"bad header Bearer {KEY}"}, 400), get)
    assert "Bearer [the key]" in found.message
    location = [("Location", f"https://evil.example/{KEY}")]
    assert "[the key]" in failure(connect, reply(302, b"", location), get).message


def test_30_megabytes_are_read_and_65_are_not(connect: Connect) -> None:
    large = {"run": {"id": "r1", "status": "completed", "output": "x" * 30_000_000}}
    with RawServer(json_reply(large)) as server:
        assert connect(server).runs.get("r1").json == large
    bomb = gzip.compress(b" " * (65 * 2**20), 1)
    found = failure(connect, reply(200, bomb, [("Content-Encoding", "gzip")]), get)
    assert "larger than 64 MiB" in found.message


def test_compressed_json(connect: Connect) -> None:
    body = json.dumps({"run": {"status": "running"}}).encode()
    with RawServer(reply(200, gzip.compress(body), [("Content-Encoding", "gzip")])) as server:
        assert connect(server).runs.get("r1").json == {"run": {"status": "running"}}


def test_no_content_is_enough_where_nothing_is_needed(connect: Connect) -> None:
    with RawServer(reply(204)) as server:
        client = connect(server)
        assert client.webhooks.delete("w").json == {}
        with pytest.raises(errors.UnknownOutcome):
            client.triage.approve("t")
        with pytest.raises(errors.UnknownOutcome):
            client.runs.start("task")


def test_unchecked_requests_return_whatever_was_answered(connect: Connect) -> None:
    with RawServer(json_reply({"error": "no"}, 404, [("X-Id", "7")])) as server:
        answer = connect(server).request("get", "/v1/x?a=1", params={"b": 2, "c": None})
        assert (answer.status, answer.header("x-id"), json.loads(answer.content)) == (
            404,
            "7",
            {"error": "no"},
        )
        assert server.requests[0].target == "/v1/x?a=1&b=2"
        with pytest.raises(errors.NotFound):
            connect(server).request("GET", "/v1/x", check=True)


def test_changes_are_told_before_and_after(connect: Connect) -> None:
    told: list[Any] = []
    hooks = Hooks(
        before_change=lambda request: told.append((request.method, request.json_body)),
        after_change=lambda request, outcome: told.append(outcome),
    )
    refused = json_reply({"error": "x"}, 400)
    limited = json_reply({}, 429, [("Retry-After", "1")])
    with RawServer(limited, json_reply(OK_RUN, 202), refused) as server:
        client = connect(server, hooks=hooks)
        client.runs.start("task")
        with pytest.raises(errors.Rejected):
            client.runs.start("task")
        with pytest.raises(errors.Rejected):
            client.runs.get("r1")
    asked = ("POST", {"task": "task"})
    assert told == [
        asked,
        ChangeOutcome(202, OK_RUN, None),
        asked,
        ChangeOutcome(400, None, "the API refused the request: x", "rejected"),
    ]


@pytest.mark.parametrize("hook", ["intercept", "before_change"])
def test_a_hook_can_stop_a_change(connect: Connect, hook: str) -> None:
    class Stop(Exception):
        pass

    def stop(request: OutgoingRequest) -> None:
        assert KEY not in repr(request)
        raise Stop

    with RawServer(json_reply(OK_RUN, 202)) as server, pytest.raises(Stop):
        start(connect(server, hooks=Hooks(**{hook: stop})))
    assert server.requests == []


def test_no_key_is_needed_to_look_but_to_send(connect: Connect) -> None:
    seen: list[str] = []
    hooks = Hooks(intercept=lambda request: seen.append(request.url))
    with RawServer(json_reply({"status": "ok"})) as server:
        client = connect(server, api_key=None, hooks=hooks)
        for call in (get, start, lambda c: list(c.runs.list()), lambda c: list(c.runs.tail("r1"))):
            with pytest.raises(errors.KeyMissing):
                call(client)
        assert client.health.check().ok
    assert len(seen) == 5
    assert [request.path for request in server.requests] == ["/v1/health"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (119, "119 s"), (121, "3 min"), (5400, "90 min"), (12000, "3 h 20 min"), (9e5, "10 days")],
)
def test_spans_in_words(seconds: float, text: str) -> None:
    assert words(seconds) == text
