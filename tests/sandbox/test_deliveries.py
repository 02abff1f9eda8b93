"""The sandbox delivers webhooks for real: signed, retried, each transition once, whoever serves it."""

from __future__ import annotations

import hashlib
import hmac
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from eclips_cli import sandbox
from eclips_cli.sandbox import deliveries
from tests.installed import SPEED, wait_until
from tests.servers.raw import RawServer, Received, reply, silent

Api = Callable[..., Any]


class World:
    """A sandbox's file, and servers on it that come and go."""

    def __init__(self, state: Path, stack: ExitStack) -> None:
        self.state, self.stack = state, stack

    def serve(self) -> Any:
        running = sandbox.start(self.state, speed=SPEED)
        self.stack.callback(running.close)
        return running

    def receiver(self, *script: Any) -> RawServer:
        return self.stack.enter_context(RawServer(*(script or (reply(200),))))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(tmp_path / "sandbox.db", stack)


def call(running: Any, method: str, path: str, body: Any = None, key: str = "") -> Any:
    headers = {"authorization": f"Bearer {key or running.keys.full}"}
    answer = httpx.request(method, running.url + path, json=body, headers=headers, trust_env=False)
    assert answer.is_success, answer.text
    return answer.json()


def start(running: Any, task: str, **more: Any) -> str:
    return str(call(running, "POST", "/v1/run", {"task": task, **more})["run_id"])


def register(running: Any, url: str, *events: str, key: str = "") -> Any:
    every = ["run.completed", "run.failed", "run.triage_required"]
    return call(running, "POST", "/v1/webhooks", {"url": url, "events": list(events) or every}, key)["data"]


def told(receiver: RawServer, run_id: str | None = None) -> list[str]:
    return [got.json["event"] for got in receiver.requests if run_id in (None, got.json["run_id"])]


def is_signed(got: Received, secret: str) -> bool:
    right = hmac.new(secret.encode(), got.body, hashlib.sha256).hexdigest()
    return got.headers["x-eclips-signature"] == f"sha256={right}"


def settled(running: Any) -> None:
    """Wait until nothing is owed, and for as long as one more look takes."""
    state = running._store
    wait_until(lambda: not state.one("SELECT 1 FROM outbox WHERE state = 'owed'"))
    time.sleep(3 * deliveries.EVERY / 10)


def test_each_event_as_the_api_tells_it(world: World) -> None:
    running, receiver = world.serve(), world.receiver()
    secret = register(running, f"{receiver.url}/hook?x=1")["secret"]
    done, failed = start(running, "[instant] Say hello"), start(running, "[instant] [fail] Pay")
    waits = start(running, "[instant] [triage] Pay", agent_type="ap_specialist")
    cancelled = start(running, "[instant] [cancel] Pay")
    wait_until(lambda: len(receiver.requests) == 3)
    by_run = {got.json["run_id"]: got for got in receiver.requests}
    assert all(is_signed(got, secret) and got.target == "/hook?x=1" for got in receiver.requests)
    assert by_run[done].json["data"]["output"] and by_run[done].json["data"]["requires_triage"] is False
    assert by_run[failed].json["data"]["error"] and by_run[failed].json["event"] == "run.failed"
    item = call(running, "GET", f"/v1/runs/{waits}")["triage_item"]
    asked = by_run[waits]
    assert (
        asked.json["data"]["triage_item_id"] == item["id"] and asked.json["data"]["requires_triage"] is True
    )
    assert asked.headers["x-eclips-event"] == "run.triage_required" == asked.json["event"]
    assert asked.headers["x-eclips-timestamp"] == asked.json["timestamp"]
    assert (asked.json["agent_type"], asked.json["organization_id"]) == ("ap_specialist", "org_sandbox")
    call(running, "POST", f"/v1/triage/{item['id']}/approve", {})
    wait_until(lambda: told(receiver, waits) == ["run.triage_required", "run.completed"])
    settled(running)
    assert len(receiver.requests) == 4 and cancelled not in by_run


def test_a_run_s_own_url_and_what_a_webhook_asked_for(world: World) -> None:
    running, own, picky, other = world.serve(), world.receiver(), world.receiver(), world.receiver()
    gone = register(running, other.url)
    call(running, "DELETE", f"/v1/webhooks/{gone['id']}")
    register(running, other.url, key=running.other_org)
    run_id = start(running, "[instant] Say hello", webhook_url=own.url)
    wait_until(lambda: told(own) == ["run.completed"])
    assert is_signed(own.requests[0], sandbox.status(world.state)["signing_secret"])
    secret = register(running, picky.url, "run.failed")["secret"]
    for task in ("[instant] x", "[instant] [fail] x"):
        start(running, task, webhook_url=own.url)
    wait_until(lambda: len(own.requests) == 3 and len(picky.requests) == 1)
    settled(running)
    assert told(picky) == ["run.failed"] and told(own, run_id) == ["run.completed"] and other.requests == []
    assert is_signed(own.requests[2], secret) and is_signed(picky.requests[0], secret)


def test_retries_until_a_2xx_and_then_no_more(world: World) -> None:
    running, receiver = world.serve(), world.receiver(reply(500), reply(302), reply(204))
    register(running, receiver.url)
    run_id = start(running, "[instant] x")
    wait_until(lambda: len(receiver.requests) == 3)
    settled(running)
    assert told(receiver, run_id) == ["run.completed"] * 3
    assert sandbox.status(world.state)["deliveries"] == {"delivered": 1}


def test_it_is_given_up_in_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "PAUSES", (0.1, 0.1))
    running, receiver = world.serve(), world.receiver(reply(500))
    register(running, receiver.url)
    start(running, "[instant] x")
    wait_until(lambda: sandbox.status(world.state)["deliveries"] == {"given up": 1})
    assert len(receiver.requests) == 3


def test_a_receiver_that_hangs_is_given_up_on_and_keeps_nobody_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "TIMEOUT", 1.5)
    running, slow, quick = world.serve(), world.receiver(silent(60), reply(200)), world.receiver()
    register(running, slow.url)
    register(running, quick.url)
    start(running, "[instant] x")
    wait_until(lambda: quick.requests and slow.requests)
    assert len(slow.requests) == 1
    wait_until(lambda: len(slow.requests) == 2)
    settled(running)
    assert len(slow.requests) == 2 and len(quick.requests) == 1


def test_one_that_very_much_is_owed_to_keeps_nobody_waiting(world: World) -> None:
    """It never answers, and has more deliveries due than are in hand at a time."""
    running, slow, quick = world.serve(), world.receiver(silent(60)), world.receiver()
    register(running, slow.url)
    for number in range(deliveries.AT_ONCE + 2):
        start(running, f"[instant] {number}")
    wait_until(lambda: slow.requests)
    register(running, quick.url)
    run_id = start(running, "[instant] x")
    wait_until(lambda: told(quick, run_id), deliveries.TIMEOUT / 2)


def test_what_happened_while_nothing_was_serving_is_delivered_once(world: World) -> None:
    first, receiver = world.serve(), world.receiver()
    register(first, receiver.url)
    run_id = start(first, "Takes a moment")
    first.close()
    assert receiver.requests == []
    wait_until(lambda: sandbox.status(world.state)["runs_by_status"] == {"completed": 1})
    second = world.serve()
    wait_until(lambda: told(receiver, run_id) == ["run.completed"])
    settled(second)
    second.close()
    settled(world.serve())
    assert len(receiver.requests) == 1


def test_the_last_delivery_of_a_server_that_ends_at_once(world: World) -> None:
    running, receiver = world.serve(), world.receiver()
    start(running, "[instant] x", webhook_url=receiver.url)
    running.close()
    assert told(receiver) == ["run.completed"]


def test_two_servers_on_one_state_deliver_each_once(world: World) -> None:
    one, two, receiver = world.serve(), world.serve(), world.receiver()
    register(one, receiver.url)
    threads = [
        threading.Thread(target=lambda on=on: [start(on, "[instant] x") for _ in range(15)])
        for on in (one, two)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: len(receiver.requests) >= 30)
    settled(one)
    assert len({got.json["run_id"] for got in receiver.requests}) == len(receiver.requests) == 30


def test_over_tls_the_certificates_are_read_once(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And from where the environment said when serving began: another thread may be changing it by now."""
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    read: list[object] = []
    load = ssl.SSLContext.load_verify_locations

    def counted(context: ssl.SSLContext, *where: Any) -> None:
        read.append(where[0])
        load(context, *where)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counted)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    running = world.serve()
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    with RawServer(reply(200), reply(200), tls=tls) as receiver:
        register(running, receiver.url)
        for _ in range(2):
            start(running, "[instant] x")
        wait_until(lambda: len(told(receiver)) == 2)
    assert read.count(str(tmp_path / "ca.pem")) == 1
