"""Following a run over a real connection: how soon, how bounded, and what is left behind."""

import json
import threading
import time
from collections.abc import Callable

import pytest

from eclips_cli.api import EclipsClient, SystemClock, WaitBudget, waiting
from eclips_cli.errors import NetworkError, NotFound, WaitTimeout
from tests.servers.raw import (
    Action,
    Conversation,
    RawServer,
    Received,
    close_now,
    events,
    json_reply,
    raw,
    reset_now,
    silent,
    stream_head,
    then,
)

Connect = Callable[..., EclipsClient]
RUNNING = {"status": "running", "confidence": None, "result": None, "error": None}
DONE = {"status": "completed", "confidence": 0.94, "result": {"vendors": ["Dell"]}, "error": None}


def detail(status: str = "queued", run_id: str = "r1") -> Action:
    return json_reply({"run": {"id": run_id, "status": status}, "triage_item": None})


def serve(*streams: Action, get: Action | None = None) -> RawServer:
    """A run whose streams are answered one after another, the last one again and again."""
    script = list(streams)

    def answer(request: Received) -> Action:
        if not request.path.endswith("/stream"):
            return get or detail()
        return script.pop(0) if len(script) > 1 else script[0]

    return RawServer(answer=answer)


def streams_of(server: RawServer) -> list[Received]:
    return [request for request in server.requests if request.path.endswith("/stream")]


def test_the_manuals_stream(connect: Connect) -> None:
    with serve(then(stream_head(), events(RUNNING, DONE)), get=detail(run_id="r 1/ü")) as server:
        snapshots = list(connect(server).runs.tail("r 1/ü"))
    assert [(snapshot.status, snapshot.final) for snapshot in snapshots] == [
        ("queued", False),
        ("running", False),
        ("completed", True),
    ]
    assert snapshots[-1].raw == DONE
    assert snapshots[-1].result == {"vendors": ["Dell"]}
    assert [r.target for r in server.requests] == [
        "/v1/runs/r%201%2F%C3%BC",
        "/v1/runs/r%201%2F%C3%BC/stream",
    ]
    assert server.requests[1].headers["accept"] == "text/event-stream"


def test_a_closed_a_reset_and_a_cut_stream_are_opened_again(connect: Connect) -> None:
    ends = [
        then(stream_head(), events(RUNNING), close_now),
        then(stream_head(), events(RUNNING), raw(b'data: {"status":"failed"}\n', close=False), reset_now),
        then(stream_head(), raw(b": ping\n\ndata: {", close=False), close_now),
        reset_now,
        json_reply({"error": "bad gateway"}, 502),
        then(stream_head(), events(DONE)),
    ]
    troubles: list[str] = []
    with serve(*ends) as server:
        client = connect(server)
        snapshots = list(client.within(WaitBudget(client.clock, say=troubles.append)).runs.tail("r1"))
    assert [snapshot.status for snapshot in snapshots] == ["queued", "running", "completed"]
    assert len(streams_of(server)) == len(ends)
    assert [trouble.endswith("goes on") for trouble in troubles] == [True, False, True, False], troubles


def test_an_unknown_run_is_found_out_before_streaming(connect: Connect) -> None:
    with serve(silent(), get=json_reply({"error": "Run not found"}, 404)) as server:
        with pytest.raises(NotFound, match="run r1 was not found"):
            list(connect(server).runs.tail("r1"))
        assert streams_of(server) == []


def test_a_404_on_a_reconnect_ends_it(connect: Connect) -> None:
    with (
        serve(then(stream_head(), events(RUNNING), close_now), json_reply({}, 404)) as server,
        pytest.raises(NotFound),
    ):
        list(connect(server).runs.tail("r1"))


@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/event-stream-not"])
def test_what_is_no_event_stream_is_polled_instead(connect: Connect, kind: str) -> None:
    gets = iter([detail("queued"), detail("running"), detail("completed")])

    def answer(request: Received) -> Action:
        if request.path.endswith("/stream"):
            return then(stream_head(kind), raw(b"<html>", close=False), close_now)
        return next(gets)

    with RawServer(answer=answer) as server:
        snapshots = list(connect(server).runs.tail("r1"))
    assert [snapshot.status for snapshot in snapshots] == ["queued", "running", "completed"]


def test_a_status_is_there_before_the_next_is_sent(connect: Connect) -> None:
    sent: list[float] = []

    def numbered(talk: Conversation) -> None:
        for number in range(40):
            time.sleep(0.02)
            sent.append(time.time())
            events({"status": "running", "confidence": number / 100, "result": None, "error": None})(talk)
        events(DONE)(talk)

    late = []
    with serve(then(stream_head(), numbered)) as server:
        for snapshot in connect(server, clock=SystemClock()).runs.tail("r1"):
            if snapshot.status == "running":
                late.append(time.time() - sent[round(snapshot.confidence * 100)])
    assert len(late) == 40
    assert sorted(late)[20] < 0.01


@pytest.fixture
def last_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look that is taken when the time is up is short."""
    monkeypatch.setattr(waiting, "LAST_LOOK", 0.2)


@pytest.mark.parametrize("stream", [silent(), then(stream_head(), silent())], ids=["no answer", "no event"])
def test_a_deadline_fires_while_the_stream_is_silent(
    connect: Connect, stream: Action, last_look: None
) -> None:
    clock = SystemClock()
    with serve(stream) as server:
        begun = time.monotonic()
        with pytest.raises(WaitTimeout):
            budget = WaitBudget(clock, deadline=clock.monotonic() + 0.3)
            list(connect(server, clock=clock, request_timeout=30.0).within(budget).runs.tail("r1"))
        assert 0.25 < time.monotonic() - begun < 15


def test_a_deadline_fires_while_the_first_answer_dribbles(connect: Connect, last_look: None) -> None:
    def dribble(talk: Conversation) -> None:
        talk.send(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n")
        while talk.keep and not talk.server.stopping.is_set():
            talk.send(b" ")
            time.sleep(0.02)

    clock = SystemClock()
    with serve(silent(), get=dribble) as server:
        begun = time.monotonic()
        with pytest.raises(WaitTimeout):
            budget = WaitBudget(clock, deadline=clock.monotonic() + 0.3)
            list(connect(server, clock=clock).within(budget).runs.tail("r1"))
        assert time.monotonic() - begun < 20


def test_nothing_is_left_running(connect: Connect) -> None:
    before = set(threading.enumerate())
    with serve(then(stream_head(), events(RUNNING), silent())) as server:
        changes = connect(server).runs.tail("r1")
        assert [next(changes).status, next(changes).status] == ["queued", "running"]
        changes.close()  # type: ignore[attr-defined]
        end = time.monotonic() + 20
        while _streaming(before) and time.monotonic() < end:
            time.sleep(0.01)
        assert not _streaming(before), "the reading thread ends with the stream"


def _streaming(before: set[threading.Thread]) -> list[threading.Thread]:
    return [
        t for t in threading.enumerate() if t not in before and t.name == "eclips-stream" and t.is_alive()
    ]


def test_a_slow_consumer_makes_the_server_wait(connect: Connect) -> None:
    sent: list[int] = []
    event = b"data: " + json.dumps(RUNNING | {"result": "x" * 100_000}).encode() + b"\n\n"

    def flood(talk: Conversation) -> None:
        talk.sock.settimeout(1.0)
        while talk.keep and len(sent) < 1000:
            talk.send(event)
            if talk.keep:
                sent.append(len(event))

    with serve(then(stream_head(), flood)) as server:
        changes = connect(server).runs.tail("r1")
        assert [next(changes).status, next(changes).status] == ["queued", "running"]
        time.sleep(1.3)
        assert sum(sent) < 30_000_000, "only so much is read ahead"
        changes.close()  # type: ignore[attr-defined]


def test_an_outage_ends_with_the_networks_error(connect: Connect) -> None:
    with serve(reset_now, get=reset_now) as server, pytest.raises(NetworkError) as caught:
        client = connect(server)
        list(client.within(WaitBudget(client.clock, max_outage=30.0)).runs.tail("r1"))
    assert caught.value.hint


@pytest.mark.parametrize("encoding", ["gzip"])
def test_a_compressed_stream_is_read_all_the_same(connect: Connect, encoding: str) -> None:
    import gzip

    body = gzip.compress(b"data: " + json.dumps(DONE).encode() + b"\n\n")
    head = f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: {encoding}\r\n\r\n"
    with serve(raw(head.encode() + body)) as server:
        assert [s.status for s in connect(server).runs.tail("r1")] == ["queued", "completed"]


def test_a_read_within_a_wait_is_asked_until_it_is_answered(connect: Connect) -> None:
    troubled = iter([reset_now, json_reply({}, 502), json_reply([]), json_reply({}, 409)])
    with RawServer(answer=lambda _request: next(troubled, None) or detail("completed")) as server:
        client = connect(server, max_retries=0)
        answer = client.within(WaitBudget(client.clock)).runs.get("r1")
    assert answer.json["run"]["status"] == "completed"
