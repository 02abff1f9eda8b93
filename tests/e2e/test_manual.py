"""Each `curl` example of the API's manual, run with curl against the sandbox, gets what the manual shows."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eclips_cli import sandbox
from eclips_cli.api import EclipsClient
from tests.installed import wait_until
from tests.manual import examples, lacks, stream_events

pytestmark = pytest.mark.debian("curl")
EXAMPLES = {example.name: example for example in examples()}
RUN_ID = "a1b2c3d4-0000-4000-8000-000000000000"
KEY = '-H "Authorization: Bearer $ECLIPS_API_KEY"'
STATUS = {"POST /v1/run": 202, "POST /v1/webhooks": 201, "POST /v1/batches": 201}
SAID_IN_WORDS = {
    "GET /v1/webhooks": {"data": [{"id": "f1e2d3c4", "url": "https://", "events": ["run.completed"]}]},
    "DELETE /v1/webhooks/$WEBHOOK_ID": {"success": True},
    "POST /v1/triage/$TRIAGE_ID/approve": {
        "data": {"id": "t1r2i3a4", "status": "approved", "resolved_at": "2026"}
    },
}
"""answers that the manual describes without showing them whole"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A sandbox whose time runs as ours does, so that what is open stays so."""
    with sandbox.start(tmp_path_factory.mktemp("manual") / "sandbox.db") as running:
        yield running


@pytest.fixture(scope="module")
def world(server: Any) -> dict[str, str]:
    """What the examples take for granted: a completed run, items to decide, a webhook, batches that are open and over."""
    with EclipsClient(server.keys.full, base_url=server.url) as client:
        run = client.runs.start("[instant] Get 3 vendor quotes", agent_type="procurement_specialist").json[
            "run_id"
        ]
        for number in range(2):
            client.runs.start(f"[triage] [instant] Pay {number}", agent_type="ap_specialist")
        hook = client.webhooks.create("https://example.com/hook", ["run.completed"]).json["data"]["id"]
        rows = [{"task": "[instant] Process invoice INV-1001"}, {"task": "[slow] Process invoice INV-1002"}]
        batch = client.batches.create("ap_specialist", rows, name="June invoices").json["job"]["id"]
        wait_until(lambda: client.batches.get(batch).json["job"]["status"] == "running")
        items = wait_until(lambda: found if len(found := list(client.triage.list(limit=2))) == 2 else None)
    return {
        "RUN_ID": run,
        "TRIAGE_ID": items[0]["id"],
        "OTHER_ID": items[1]["id"],
        "WEBHOOK_ID": hook,
        "BATCH_ID": batch,
    }


Curl = Callable[[str], tuple[int, str]]


@pytest.fixture
def curl(world: dict[str, str], server: Any, tmp_path: Path) -> Curl:
    """Run a command of the manual; its status code and body."""

    def run(command: str) -> tuple[int, str]:
        command = command.replace("https://api.eclips.tech", server.url)
        command = command.replace(RUN_ID, world["RUN_ID"]).replace("a1b2c3d4-...", world["RUN_ID"])
        env = {**world, "ECLIPS_API_KEY": server.keys.full, "PATH": "/usr/local/bin:/usr/bin:/bin"}
        if "/reject" in command:
            env["TRIAGE_ID"] = world["OTHER_ID"]
        whole = f"{command} -sS -o '{tmp_path}/body' -w '%{{http_code}}'"
        done = subprocess.run(
            ["sh", "-c", whole], env=env, capture_output=True, text=True, timeout=60, check=True
        )
        return int(done.stdout), (tmp_path / "body").read_text()

    return run


def test_the_manual_has_the_examples_that_it_has() -> None:
    assert len(examples()) == len(EXAMPLES) == 16
    assert sum(example.shown is not None for example in examples()) == 12


ORDER = sorted(
    (name for name in EXAMPLES if not name.endswith("/stream")),
    key=lambda name: (name.startswith("DELETE"), name.endswith(("/approve", "/reject", "/cancel"))),
)


def test_every_example_gets_what_the_manual_shows(curl: Curl) -> None:
    for name in ORDER:
        shown = SAID_IN_WORDS.get(name, EXAMPLES[name].shown)
        assert shown is not None, f"{name}: nothing to compare with"
        status, body = curl(EXAMPLES[name].command)
        assert status == STATUS.get(name, 200), (name, body)
        assert lacks(shown, json.loads(body)) == [], name


def test_the_stream_sends_the_events_that_the_manual_shows(curl: Curl) -> None:
    status, body = curl(EXAMPLES["GET /v1/runs/a1b2c3d4-.../stream"].command)
    assert status == 200
    events = [
        json.loads(line.removeprefix("data: ")) for line in body.splitlines() if line.startswith("data: ")
    ]
    first, last = stream_events()
    assert all(set(event) == set(first) for event in events)
    assert lacks(last, events[-1]) == [] and events[-1]["status"] == last["status"]


@pytest.mark.parametrize(
    ("command", "status", "members"),
    [
        ("curl https://api.eclips.tech/v1/runs", 401, {"error"}),
        (
            'curl https://api.eclips.tech/v1/run -d "{}" ' + KEY,
            400,
            {"error"},
        ),
        (
            f"""curl https://api.eclips.tech/v1/run {KEY} -d '{{"task": "x", "agent_type": "nobody"}}'""",
            400,
            {"error", "field"},
        ),
        (f"curl -X DELETE https://api.eclips.tech/v1/webhooks/00000000 {KEY}", 404, {"error"}),
        (f"curl https://api.eclips.tech/v1/runs/00000000 {KEY}", 404, {"error"}),
        (
            f"""curl https://api.eclips.tech/v1/webhooks {KEY} -d '{{"url": "http://x.com", "events": ["run.failed"]}}'""",
            400,
            {"error"},
        ),
        (
            f"""curl https://api.eclips.tech/v1/webhooks {KEY} -d '{{"url": "https://x.com", "events": []}}'""",
            400,
            {"error"},
        ),
    ],
)
def test_what_the_manual_says_is_refused(curl: Curl, command: str, status: int, members: set[str]) -> None:
    got, body = curl(command.replace(" -d ", " -H 'Content-Type: application/json' -d "))
    assert (got, members <= set(json.loads(body))) == (status, True), body


def test_a_missing_scope_is_403_with_what_is_required(curl: Curl, server: Any) -> None:
    got, body = curl(EXAMPLES["POST /v1/run"].command.replace("$ECLIPS_API_KEY", server.keys.read_only))
    answer = json.loads(body)
    assert (got, answer["error"], answer["required"]) == (403, "Insufficient scope", "agents:run")
    assert "agents:read" in answer["provided"]


def test_a_batch_of_more_than_500_rows_is_refused(curl: Curl, tmp_path: Path) -> None:
    body = {"agent_type": "ap_specialist", "rows": [{"task": "x"}] * 501}
    (tmp_path / "rows.json").write_text(json.dumps(body))
    command = f"curl https://api.eclips.tech/v1/batches {KEY} -H 'Content-Type: application/json' -d @{tmp_path}/rows.json"
    assert curl(command)[0] == 400


def test_a_batch_that_is_over_can_not_be_cancelled(curl: Curl, server: Any) -> None:
    with EclipsClient(server.keys.full, base_url=server.url) as client:
        batch = client.batches.create("ap_specialist", [{"task": "[slow] x"}]).json["job"]["id"]
    cancel = EXAMPLES["POST /v1/batches/$BATCH_ID/cancel"].command.replace("$BATCH_ID", batch)
    curl(cancel)
    assert curl(cancel)[0] == 400
