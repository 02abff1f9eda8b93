"""Every typed method against the sandbox, which is a second reading of the same manual."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eclips_cli import errors
from eclips_cli.api import EclipsClient
from eclips_cli.api.waiting import WaitBudget

sandbox = pytest.importorskip("eclips_cli.sandbox.serve", reason="the extra `server` is not installed")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from eclips_cli.sandbox import start

    state: Path = tmp_path_factory.mktemp("sandbox") / "sandbox.db"
    running = start(state, speed=20.0)
    yield running
    running.close()


@pytest.fixture
def client(api: Any) -> Iterator[EclipsClient]:
    with EclipsClient(api.keys.full, base_url=api.url) as client:
        yield client


def test_health(api: Any) -> None:
    with EclipsClient(base_url=api.url) as anonymous:
        report = anonymous.health.check()
    assert report.ok
    assert report.clock_skew_s is not None
    assert report.answer.checked["version"]


def test_a_run_from_its_start_to_its_end(client: EclipsClient) -> None:
    accepted = client.runs.start("Get 3 vendor quotes", agent_type="procurement_specialist", data={"a": 1})
    assert (accepted.status, accepted.checked["status"]) == (202, "queued")
    run_id = accepted.checked["run_id"]
    snapshots = list(client.runs.tail(run_id))
    assert [snapshot.final for snapshot in snapshots][-1]
    assert snapshots[-1].status == "completed"
    assert snapshots[-1].result is not None
    detail = client.runs.get(run_id).checked
    assert tuple(detail["run"][name] for name in ("id", "status", "output")) == (
        run_id,
        "completed",
        snapshots[-1].result,
    )
    assert run_id in [run["id"] for run in client.runs.list(status="completed", limit=5)]


def test_the_servers_time_is_known_from_what_was_read_in_a_wait(api: Any) -> None:
    with EclipsClient(api.keys.full, base_url=api.url) as client:
        assert client.server_now() is None
        client.within(WaitBudget(client.clock)).usage.summary()
        assert client.server_now() == pytest.approx(time.time(), abs=5)


@pytest.mark.parametrize(("task", "status"), [("[fail] x", "failed"), ("[cancel] x", "cancelled")])
def test_runs_that_end_badly(client: EclipsClient, task: str, status: str) -> None:
    run_id = client.runs.start(task).checked["run_id"]
    assert [snapshot.status for snapshot in client.runs.tail(run_id)][-1] == status


@pytest.mark.parametrize(("verb", "status"), [("approve", "completed"), ("reject", "cancelled")])
def test_triage_from_the_queue_to_a_decision(client: EclipsClient, verb: str, status: str) -> None:
    run_id = client.runs.start("[triage] [instant] pay").checked["run_id"]
    assert [snapshot.status for snapshot in client.runs.tail(run_id)][-1] == "pending_triage"
    item = next(item for item in client.triage.list().checked() if item["run_id"] == run_id)
    assert item["id"] and item["triage_reason"] and item["agent_runs"] is not None
    linked = client.runs.get(run_id).checked["triage_item"]
    assert linked is not None and linked["id"] == item["id"]
    decided = getattr(client.triage, verb)(item["id"], "because")
    assert decided.checked["data"]["id"] == item["id"]
    assert [snapshot.status for snapshot in client.runs.tail(run_id, through_triage=True)] == [status]
    assert item["id"] not in [item["id"] for item in client.triage.list()]
    with pytest.raises(errors.AlreadyResolved):
        client.triage.approve(item["id"])


def test_webhooks(client: EclipsClient) -> None:
    created = client.webhooks.create("https://your-app.com/webhooks/eclips", ["run.failed"])
    assert created.status == 201
    hook = created.checked["data"]
    assert hook["id"] and hook["secret"] and hook["secret"].startswith("whsec_")
    listed = {item["id"]: item for item in client.webhooks.list()}
    assert "secret" not in listed[hook["id"]]
    assert client.webhooks.delete(hook["id"]).json == {"success": True}
    with pytest.raises(errors.NotFound):
        client.webhooks.delete(hook["id"])


def test_a_batch_from_its_start_to_its_end(client: EclipsClient) -> None:
    rows = [{"task": "[instant] a"}, {"task": "[instant] b", "data": {"n": 1}}]
    created = client.batches.create("ap_specialist", rows, name="June invoices")
    assert created.status == 201
    job = created.checked["job"]
    assert job["id"] and (job["name"], job["total_rows"]) == ("June invoices", 2)
    detail = client.batches.get(job["id"]).checked
    assert [(row["row_index"], row["task"]) for row in detail["rows"]] == [
        (0, "[instant] a"),
        (1, "[instant] b"),
    ]
    assert job["id"] in [item["id"] for item in client.batches.list(limit=10)]
    slow = client.batches.create("ap_specialist", [{"task": "[slow] x"}] * 3).checked["job"]
    assert slow["id"] and client.batches.cancel(slow["id"]).json == {"cancelled": True}
    with pytest.raises(errors.Rejected):
        client.batches.cancel(slow["id"])


def test_usage(client: EclipsClient) -> None:
    client.runs.start("[instant] x")
    summary = client.usage.summary().checked
    assert summary["plan"] and summary["credits_used"] is not None
    assert client.usage.history().rows
    assert client.usage.members().rows


def test_lists_of_several_pages(client: EclipsClient, api: Any) -> None:
    for number in range(3):
        client.batches.create("ap_specialist", [{"task": f"[instant] {number} {row}"} for row in range(90)])
    listing = client.runs.list()
    ids = [run["id"] for run in listing]
    assert len(set(ids)) == len(ids) == listing.total
    assert len(ids) > 3


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda c: c.runs.get("00000000-0000-4000-8000-000000000000"), errors.NotFound),
        (lambda c: list(c.runs.tail("nope")), errors.NotFound),
        (lambda c: c.runs.start("x", agent_type="no_such_agent_type"), errors.Rejected),
        (lambda c: c.runs.start(""), errors.Rejected),
        (lambda c: c.triage.approve("nope"), errors.NotFound),
        (lambda c: c.batches.get("nope"), errors.NotFound),
        (lambda c: c.batches.cancel("nope"), errors.NotFound),
    ],
)
def test_refusals(client: EclipsClient, call: Any, error: type[errors.EclipsError]) -> None:
    with pytest.raises(error):
        call(client)


@pytest.mark.parametrize(
    ("key", "error"),
    [("read_only", errors.ScopeMissing), ("revoked", errors.KeyRejected), ("no_plan", errors.PlanWithoutApi)],
)
def test_keys_that_may_not(api: Any, key: str, error: type[errors.EclipsError]) -> None:
    with EclipsClient(getattr(api.keys, key), base_url=api.url) as client, pytest.raises(error):
        client.runs.start("x")
