"""What `--curl` prints works when it is pasted, sends nothing by itself, and never shows the key."""

import json
import subprocess
import urllib.request
from typing import Any

import pytest

from tests.inside import run_inside
from tests.installed import wait_until

pytestmark = pytest.mark.debian("curl")
COMMANDS = {
    "health": 200,
    "usage": 200,
    "usage history": 200,
    "usage members": 200,
    "runs list --status completed --limit 7": 200,
    "runs list --all --since 1h": 200,
    "runs get RUN": 200,
    "runs tail RUN": 200,
    "runs wait RUN": 200,
    "runs watch": 200,
    'run It\'s_a_"quoted"_$task -f a=é --priority high': 202,
    "run -d x": 202,
    "triage list": 200,
    "triage approve ITEM --note it's_fine": 200,
    "triage reject OTHER --reason no": 200,
    "webhooks list": 200,
    "webhooks create https://example.com/hook?a=1&b=2": 201,
    "webhooks delete HOOK --yes": 200,
    "batches list": 200,
    "batches get BATCH": 200,
    "batches wait BATCH": 200,
    "batches cancel BATCH": 200,
    "api GET /v1/runs?limit=1": 200,
    "api POST /v1/run -f task=x": 202,
    "auth status": 200,
}


@pytest.fixture(scope="module")
def ids(server: Any) -> dict[str, str]:
    from eclips_cli.api import EclipsClient

    with EclipsClient(server.keys.full, base_url=server.url) as client:
        run = client.runs.start("[instant] x").json["run_id"]
        for number in range(2):
            client.runs.start(f"[triage] [instant] Pay {number}")
        hook = client.webhooks.create("https://example.com/hook", ["run.completed"]).json["data"]["id"]
        items = wait_until(lambda: len(found := list(client.triage.list(limit=2))) == 2 and found)
        batch = client.batches.create("ap_specialist", [{"task": "[triage] x"}]).json["job"]["id"]
    return {"RUN": run, "ITEM": items[0]["id"], "OTHER": items[1]["id"], "HOOK": hook, "BATCH": batch}


def posts(server: Any) -> int:
    with urllib.request.urlopen(f"{server.url}/__sandbox__/requests") as answer:
        seen = json.loads(answer.read())["requests"]
    return sum(request["count"] for request in seen if request["method"] != "GET")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_printed_line_works(
    command: str, api_env: dict[str, str], server: Any, ids: dict[str, str]
) -> None:
    words = [ids.get(word, word) for word in command.split()]
    before = posts(server)
    shown = run_inside((*words, "--curl"), api_env)
    assert shown.code == 0, shown
    assert posts(server) == before, "it was sent"
    [line] = shown.lines
    assert line.startswith("curl ") and server.keys.full not in line
    assert ("$ECLIPS_API_KEY" in line) == (command != "health")
    whole = f"{line} -sS -o /dev/null --max-time 20 -w '%{{http_code}}'"
    done = subprocess.run(["sh", "-c", whole], env=api_env, capture_output=True, text=True, timeout=60)
    assert done.stdout == str(COMMANDS[command]), done


def test_without_a_key_there_is_a_line_all_the_same(clean_env: dict[str, str]) -> None:
    for argv in (("runs", "list"), ("run", "x"), ("auth", "status")):
        done = run_inside((*argv, "--curl"), clean_env)
        assert done.code == 0, done
        assert done.out.startswith("curl ") and "https://api.eclips.tech/v1/" in done.out
