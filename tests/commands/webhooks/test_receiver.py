"""What becomes of a delivery: pure, with a clock of its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from eclips_cli.commands.webhooks._receiver import Received, Receiver
from eclips_cli.commands.webhooks._request import ReceivedRequest
from eclips_cli.commands.webhooks._seen import SeenTransitions
from eclips_cli.commands.webhooks._signature import sign
from eclips_cli.durations import iso_text
from tests.commands.webhooks.conftest import SECRET, body_of

KEY = SECRET.encode()
NOW = 1_780_736_442.0


class Desk:
    """A receiver whose time and room a test sets."""

    def __init__(self, *secrets: bytes, seen: SeenTransitions | None = None) -> None:
        self.now, self.room = NOW, True
        self.taken: list[Received] = []
        self.receiver = Receiver(secrets or (KEY,), 300.0, lambda: self.now, seen or SeenTransitions())

    def post(self, body: bytes, signature: str | None = None, method: str = "POST") -> Received:
        given = sign(KEY, body) if signature is None else signature
        received = self.receiver.judge(ReceivedRequest(method, (("x-eclips-signature", given),), body))
        if received.verdict == "accepted":
            received = self.receiver.settle(received, "" if self.room else "no room")
            self.taken += [received] if self.room else []
        return received


@pytest.fixture
def desk() -> Desk:
    return Desk()


def fresh(event: str = "run.completed", age: float = 0, **more: Any) -> bytes:
    return body_of(event, iso_text(NOW - age), **more)


def test_a_genuine_one_is_accepted_with_what_it_says(desk: Desk) -> None:
    received = desk.post(fresh(output={"ok": True}))
    assert (received.verdict, received.status) == ("accepted", 200)
    assert received.said["data"] == {"output": {"ok": True}} and desk.taken == [received]


def test_what_is_not_genuine_is_refused(desk: Desk) -> None:
    body = fresh()
    forged = [
        desk.post(body, sign(b"whsec_other", body)),
        desk.post(body[:-2] + b" }", sign(KEY, body)),
        desk.post(body, "é"),
        desk.post(body, ""),
        desk.receiver.judge(ReceivedRequest("POST", (), body)),
        desk.receiver.judge(ReceivedRequest("POST", (("x-eclips-signature", sign(KEY, body)),) * 2, body)),
    ]
    assert {(got.verdict, got.status, got.said == {}) for got in forged} == {("refused", 401, True)}
    assert desk.post(body, method="GET").status == 405 and desk.taken == []


def test_a_replay_is_a_repeat_and_later_too_old(desk: Desk) -> None:
    body = fresh()
    assert [desk.post(body).verdict for _ in range(3)] == ["accepted", "repeat", "repeat"]
    desk.now += 299
    assert desk.post(body).verdict == "repeat"
    desk.now += 2
    late = desk.post(body)
    assert (late.verdict, late.status) == ("refused", 400) and "old" in late.reason
    assert len(desk.taken) == 1


def test_a_delivery_from_the_future_cannot_be_replayed_either(desk: Desk) -> None:
    body = fresh(age=-299)
    assert desk.post(body).verdict == "accepted"
    desk.now += 598
    assert desk.post(body).verdict == "repeat"
    assert desk.post(fresh("run.failed", age=-900)).status == 400


def test_the_same_transition_signed_anew_is_a_repeat(desk: Desk) -> None:
    assert desk.post(fresh(age=20)).verdict == "accepted"
    assert desk.post(fresh(age=0)).verdict == "repeat"
    assert desk.post(fresh("run.failed")).verdict == "accepted"
    items = [desk.post(fresh("run.triage_required", triage_item_id=item)) for item in ("t1", "t2", "t1")]
    assert [got.verdict for got in items] == ["accepted", "accepted", "repeat"]


def test_one_there_was_no_room_for_may_come_again(desk: Desk) -> None:
    desk.room = False
    assert desk.post(fresh()).status == 503
    desk.room = True
    assert desk.post(fresh()).verdict == "accepted"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b"{", b"[" * 50_000, b"\xff", b"{}", body_of(timestamp="noon"), body_of(timestamp=""),
        body_of("", iso_text(NOW)), body_of("a\nb", iso_text(NOW)), body_of("x" * 201, iso_text(NOW)),
        json.dumps({"event": 1, "run_id": "x", "timestamp": iso_text(NOW)}).encode(),
        json.dumps({"event": "run.failed", "timestamp": iso_text(NOW)}).encode(),
        json.dumps({"event": "run.failed", "run_id": "a\0b", "timestamp": iso_text(NOW)}).encode(),
    ],
)  # fmt: skip
def test_signed_nonsense_is_refused(desk: Desk, body: bytes) -> None:
    received = desk.post(body)
    assert (received.verdict, received.status) == ("refused", 400) and received.reason


def test_events_nobody_knows_yet_are_taken(desk: Desk) -> None:
    assert desk.post(fresh("run.paused")).verdict == "accepted"


def test_any_of_several_secrets_fits_while_one_is_rotated() -> None:
    desk, old, new, body = Desk(b"whsec_old", b"whsec_new"), b"whsec_old", b"whsec_new", fresh()
    assert desk.post(body, sign(old, body)).verdict == "accepted"
    assert desk.post(fresh("run.failed"), sign(new, fresh("run.failed"))).verdict == "accepted"
    assert desk.post(body, sign(KEY, body)).status == 401


def test_the_same_while_the_first_is_not_taken_yet_comes_too_early(desk: Desk) -> None:
    request = ReceivedRequest("POST", (("x-eclips-signature", sign(KEY, fresh())),), fresh())
    first, second = desk.receiver.judge(request), desk.receiver.judge(request)
    assert (first.status, second.status) == (200, 503)
    desk.receiver.settle(first, "no command began")
    third = desk.receiver.judge(request)
    assert third.verdict == "accepted"
    desk.receiver.settle(third, "")
    assert desk.receiver.judge(request).verdict == "repeat"


def test_after_a_restart_the_same_is_a_repeat(tmp_path: Path) -> None:
    def started() -> tuple[SeenTransitions, Desk]:
        seen = SeenTransitions(notes.append)
        seen.keep_in(tmp_path / "seen.db")
        return seen, Desk(seen=seen)

    notes: list[str] = []
    seen, desk = started()
    assert desk.post(fresh()).verdict == "accepted"
    beside, other = started()
    assert other.post(fresh()).verdict == "accepted", "two at once are two listeners"
    beside.close()
    seen.close()
    seen, desk = started()
    assert desk.post(fresh()).verdict == "repeat" and notes == []
    desk.now += 301
    assert desk.post(body_of("run.failed", iso_text(desk.now))).verdict == "accepted"
    seen.close()
    seen, _desk = started()
    assert len(seen._until) == 1, "what is too old to be replayed is forgotten"
    seen.close()


def test_without_a_file_deliveries_go_on(tmp_path: Path) -> None:
    (tmp_path / "seen.db").write_bytes(b"no database" * 500)
    notes: list[str] = []
    seen = SeenTransitions(notes.append)
    seen.keep_in(tmp_path / "seen.db")
    desk = Desk(seen=seen)
    assert [desk.post(fresh()).verdict for _ in range(2)] == ["accepted", "repeat"]
    (note,) = notes
    assert "listener's memory" in note and "only until this ends" in note
