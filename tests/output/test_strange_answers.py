"""One strange member of an answer is shown as it is, and ends neither the list nor the command."""

from __future__ import annotations

import pytest

from tests.inside import run_inside
from tests.servers.raw import Action, RawServer, Received, reply

HUGE = "1" + "0" * 400
ID = "a1b2c3d4-0000-4000-8000-000000000000"
ANSWERS = {
    "/v1/usage": '{"plan":"t","period":"2026-06","included_credits":HUGE,"credits_used":HUGE,"credits_remaining":HUGE}',
    "/v1/usage/history": '{"data":[{"created_at":"2026-06-06T09:00:00Z","credits":HUGE,"balance":HUGE}]}',
    "/v1/usage/members": '{"data":[{"member":"a","credits":HUGE}]}',
    "/v1/runs": '{"data":[{"id":"ID","status":"completed","confidence_score":HUGE,"created_at":HUGE},'
    '{"status":"failed"},{"id":"x2","status":"completed","confidence_score":42}],"total":3}',
    f"/v1/runs/{ID}": '{"run":{"id":"ID","status":"completed","confidence_score":HUGE,"output":{"amount":HUGE}}}',
    "/v1/triage": '{"data":[{"id":"ID","status":"pending","title":"one","created_at":HUGE,'
    '"agent_runs":{"confidence_score":42}},{"status":"pending","title":"two","agent_runs":{"confidence_score":0.9}}],"total":2}',
    "/v1/batches": '{"jobs":[{"id":"b1","status":"running","total_rows":HUGE,"completed_rows":1},{"name":"x"}]}',
    "/v1/webhooks": '{"data":[{"url":"https://x","events":[]},{"id":"w1","url":"https://y"}]}',
}


def strange(request: Received) -> Action:
    body = ANSWERS[request.path].replace("HUGE", HUGE).replace("ID", ID)
    return reply(200, body.encode(), [("content-type", "application/json")])


@pytest.mark.parametrize("format", ["table", "json", "csv", "tsv"])
@pytest.mark.parametrize(
    "words",
    ["usage", "usage history", "usage members", "usage --fail-under 5", "runs list", f"runs get {ID}", "triage list",
     "batches list", "webhooks list"],
)  # fmt: skip
def test_a_huge_number_and_a_missing_id(clean_env: dict[str, str], words: str, format: str) -> None:
    with RawServer(answer=strange) as server:
        env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_0123456789abcdef"}
        done = run_inside((*words.split(), "-o", format), env)
    assert done.code == 0 and done.out and "error" not in done.err, done.err


def test_a_score_outside_of_0_to_1_is_none(clean_env: dict[str, str]) -> None:
    with RawServer(answer=strange) as server:
        env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_0123456789abcdef"}
        done = run_inside(("triage", "list", "--min-confidence", "0.65", "-o", "json"), env)
    assert [item["title"] for item in done.json] == ["two"]


@pytest.mark.parametrize("format", ["json", "tsv", "table"])
def test_a_list_that_stops_early_is_no_success(clean_env: dict[str, str], format: str) -> None:
    def answer(request: Received) -> Action:
        rows = ",".join(f'{{"id":"r{n}"}}' for n in range(20)) if request.query["offset"] == "0" else ""
        return reply(
            200, f'{{"data":[{rows}],"total":1000}}'.encode(), [("content-type", "application/json")]
        )

    with RawServer(answer=answer) as server:
        env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_0123456789abcdef"}
        done = run_inside(("runs", "list", "--all", "-o", format), env)
    assert done.code == 12 and "after 20 of 1,000" in done.err
    assert len(done.out.splitlines()) == (20 if format == "tsv" else 0)
