"""What a review does in the background, against a sandbox: runs read ahead, decisions checked and sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from eclips_cli.api import EclipsClient, Hooks
from eclips_cli.api.http.hooks import NotSent
from eclips_cli.commands.triage._decide import Decision
from eclips_cli.commands.triage._queue import whole_queue
from eclips_cli.commands.triage._review.background import BackgroundReader, send
from eclips_cli.commands.triage._review.items import Item, PendingDecision
from eclips_cli.commands.triage.review import _command
from eclips_cli.errors import EclipsError, ScopeMissing, ServerError, UnknownOutcome
from tests.commands.triage.conftest import Waiting
from tests.installed import wait_until


class Told:
    """Notes what it is told, by the name of the method."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *what: self.told.append((name, *what))

    def of(self, name: str) -> list[tuple[Any, ...]]:
        return [told[1:] for told in self.told if told[0] == name]


@pytest.fixture
def client(waiting: Waiting) -> Iterator[Callable[..., EclipsClient]]:
    made = []

    def make(key: str = "full", **how: Any) -> EclipsClient:
        keys = {"full": waiting.running.keys.full, "read_only": waiting.running.keys.read_only}
        made.append(EclipsClient(keys[key], base_url=waiting.running.url, max_retries=0, **how))
        return made[-1]

    yield make
    for one in made:
        one.close()


def listed(client: EclipsClient) -> Item:
    return Item(next(iter(client.triage.list(limit=1))))


Make = Callable[..., EclipsClient]


def test_a_decision_is_sent_with_its_note(waiting: Waiting, client: Make) -> None:
    item_id = waiting.add("Pay")[0]
    events, decided = Told(), PendingDecision(listed(client()), Decision("reject", "no"))
    send(client(), decided, events)  # type: ignore[arg-type]
    assert events.of("was_sent") == [(decided,)] and decided.answer["status"] == "rejected"
    assert waiting.items()[item_id]["resolution_note"] == "no"


@pytest.mark.parametrize("knows_run", [True, False])
def test_what_somebody_else_resolved_is_not_decided_again(
    waiting: Waiting, client: Make, knows_run: bool
) -> None:
    item_id = waiting.add("Pay")[0]
    item = listed(client())
    waiting.decide(item_id, "reject")
    if not knows_run:
        item.listed = {"id": item_id}
    posts = waiting.running_requests(f"/v1/triage/{item_id}/approve")
    events = Told()
    send(client(), PendingDecision(item, Decision("approve")), events)  # type: ignore[arg-type]
    assert [late[1] for late in events.of("was_late")] == ["rejected" if knows_run else "resolved"]
    assert waiting.running_requests(f"/v1/triage/{item_id}/approve") == posts == 0


@pytest.mark.parametrize("fault", ["drop_after", "status:code=502"])
def test_a_lost_answer_comes_back_and_is_recognised_as_ours(
    waiting: Waiting, client: Make, fault: str
) -> None:
    item_id = waiting.add("Pay")[0]
    item = listed(client())
    waiting.order(f"{fault}{',' if ':' in fault else ':'}method=POST,nth=1")
    events, decided = Told(), PendingDecision(item, Decision("approve"))
    send(client(), decided, events)  # type: ignore[arg-type]
    error = events.of("has_failed")[0][1]
    assert isinstance(error, (UnknownOutcome, ServerError)) and item.unsure == decided.decision
    again = PendingDecision(item, Decision("reject", "changed my mind"))
    send(client(), again, events)  # type: ignore[arg-type]
    sent = events.of("was_sent")[0][0]
    done = "approved" if fault == "drop_after" else "rejected"
    assert (sent.decision.done, waiting.items()[item_id]["status"]) == (done, done)


def test_whatever_goes_wrong_the_decision_does_not_vanish(waiting: Waiting, client: Make) -> None:
    waiting.add("Pay")
    events, item = Told(), listed(client())
    send(client("read_only"), PendingDecision(item, Decision("approve")), events)  # type: ignore[arg-type]

    def broken(_request: Any) -> None:
        raise RuntimeError("bug")

    send(client(hooks=Hooks(intercept=broken)), PendingDecision(item, Decision("approve")), events)  # type: ignore[arg-type]
    first, second = (error for _decided, error in events.of("has_failed"))
    assert isinstance(first, ScopeMissing) and type(second) is EclipsError and "bug" in second.message


def test_a_dry_run_shows_and_sends_nothing(waiting: Waiting, client: Make) -> None:
    def stop(request: Any) -> None:
        if request.is_change:
            raise NotSent(f"{request.method} {request.path}")

    item_id = waiting.add("Pay")[0]
    events, item = Told(), listed(client())
    send(client(hooks=Hooks(intercept=stop)), PendingDecision(item, Decision("approve")), events)  # type: ignore[arg-type]
    assert events.of("was_shown") == [(f"POST /v1/triage/{item_id}/approve",)]
    assert events.of("was_sent")[0][0].answer["status"] == "not-sent"
    assert waiting.items()[item_id]["status"] == "pending"


def test_runs_are_read_once_and_again_after_trouble(waiting: Waiting, client: Make) -> None:
    waiting.add("Pay Acme", "Pay Bolt")
    bolt, acme = (Item(item) for item in client().triage.list())
    nameless = Item({"id": "x"})
    waiting.order(f"status:code=500,path=/v1/runs/{bolt.run_id},nth=1")
    events = Told()
    reader = BackgroundReader(client(), lambda: whole_queue(client()), events, every=3600)  # type: ignore[arg-type]
    reader.want([acme, bolt, nameless])
    reader.start()
    try:
        wait_until(lambda: len(events.of("was_unread")) == 2)
        reader.want([acme, bolt])
        wait_until(lambda: len(events.of("was_read")) == 2)
    finally:
        reader.stop()
    assert [item for item, _detail in events.of("was_read")] == [acme, bolt]
    detail = events.of("was_read")[0][1]
    assert detail["run"]["output"]["amount"] and detail["triage_item"]["agent_runs"]


def test_the_queue_is_looked_at_and_doubts_are_cleared(waiting: Waiting, client: Make) -> None:
    ids = waiting.add("Pay Acme", "Pay Bolt")
    item = listed(client())
    waiting.decide(item.id)
    waiting.order("status:code=500,path=/v1/triage,nth=1")
    events = Told()
    reader = BackgroundReader(client(), lambda: whole_queue(client()), events, every=0.1)  # type: ignore[arg-type]
    reader.doubt([item])
    reader.start()
    try:
        wait_until(lambda: len(events.of("was_listed")) >= 2)
    finally:
        reader.stop()
    assert events.of("was_gone")[0] == (item, "approved")
    trouble, whole = events.of("was_listed")[:2]
    assert "500" in trouble[1] and ([listed["id"] for listed in whole[0]], whole[1]) == (ids[:1], "")


def test_what_was_not_sent_is_told_as_a_command_to_paste() -> None:
    item = Item({"id": "t1"})
    assert _command(PendingDecision(item, Decision("reject", "it's off"))) == (
        """eclips triage reject --reason 'it'"'"'s off' t1"""
    )
    assert _command(PendingDecision(item, Decision("approve"))) == "eclips triage approve t1"
