"""One thing of a list that has no id, or a number that no float can hold: said in a line, and never the end of the rest."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.inside import run_inside
from tests.installed import Result
from tests.servers.raw import Action, RawServer, Received, json_reply

KEY = "eck_live_0123456789abcdef0123456789abcdef"
LISTS = {"/v1/triage": "data", "/v1/runs": "data", "/v1/batches": "jobs", "/v1/webhooks": "data"}
HUGE = int("9" * 400)
MISSING = object()


class Odd:
    """An API whose lists hold three things, the second of which has `members` of its own."""

    def __init__(self, env: dict[str, str]) -> None:
        self.members: dict[str, Any] = {}
        self.usage: dict[str, Any] = {}
        self.of = 3
        self.server = RawServer(answer=self.answer)
        self.env = {**env, "ECLIPS_BASE_URL": self.server.url, "ECLIPS_API_KEY": KEY}

    def run(self, *argv: str) -> Result:
        return run_inside(argv, self.env)

    def things(self, kind: str) -> list[dict[str, Any]]:
        made = [
            {
                "id": f"{kind}-{number}", "status": "completed", "task": "INV-7", "url": "https://x.example/",
                "created_at": f"2026-11-2{number}T00:00:00Z", "total_rows": 3, "title": "Pay INV-7",
                "agent_runs": {"id": f"run-{number}", "confidence_score": 0.7}, **(self.members if number == 1 else {}),
            }
            for number in range(self.of)
        ]  # fmt: skip
        return [{name: one[name] for name in one if one[name] is not MISSING} for one in made]

    def answer(self, request: Received) -> Action:
        if request.method == "POST":
            _, item, verb = request.path.rsplit("/", 2)
            return json_reply({"data": {"id": item, "status": {"approve": "approved"}.get(verb, "rejected")}})
        if request.path == "/v1/health":
            return json_reply({"status": "ok", "timestamp": "2026-11-26T00:00:00Z"})
        if request.path == "/v1/usage":
            told = {"plan": "pro", "period": "2026-11", "credits_used": 5, "credits_remaining": 95}
            return json_reply({**told, **self.usage})
        if request.path in LISTS:
            kind = request.path.rpartition("/")[2]
            return json_reply({LISTS[request.path]: self.things(kind), "total": self.of})
        return json_reply({"error": "none"}, 404)


@pytest.fixture
def odd(clean_env: dict[str, str]) -> Iterator[Odd]:
    made = Odd(clean_env)
    with made.server:
        yield made


@pytest.mark.parametrize(
    "id_", [MISSING, None, "", ["x"], True], ids=["missing", "null", "empty", "list", "true"]
)
def test_a_thing_that_nobody_can_name(odd: Odd, id_: Any, tmp_path: Path) -> None:
    odd.members = {"id": id_}
    for noun in ("triage", "runs", "batches", "webhooks"):
        named = odd.run(noun, "list", "-o", "id")
        assert (named.code, named.lines) == (0, [f"{noun}-0", f"{noun}-2"]), named
        assert named.err == "warning: 1 left out: the API gives no id\n"
        assert len(odd.run(noun, "list", "-o", "jsonl").lines) == 3
    for verb, done in (("approve", "approved"), ("reject", "rejected")):
        bulk = odd.run("triage", verb, "--all", "--yes", "--expect", "2")
        assert bulk.code == 13 and [line.split("\t")[:2] for line in bulk.lines] == [
            ["triage-0", done],
            ["triage-2", done],
        ], bulk
        assert (
            "1 item is left out: the API gives no id" in bulk.err and f"without an id not {done}" in bulk.err
        )
    exported = odd.run("triage", "export", str(tmp_path / "items.csv"))
    assert exported.code == 0 and "1 item is left out" in exported.err
    with (tmp_path / "items.csv").open(encoding="utf-8-sig") as file:
        assert [row["item"] for row in csv.DictReader(file)] == ["triage-0", "triage-2"]
    assert odd.run("find", "INV-7").code == 0 and odd.run("status").code == 0


def test_no_item_can_be_named(odd: Odd) -> None:
    odd.members, odd.things = {}, lambda _kind: [{"title": "a"}, {"title": "b"}]  # type: ignore[method-assign]
    done = odd.run("triage", "approve", "--all", "--yes")
    assert done.code == 12 and "no item has an id" in done.err
    assert not any(request.method == "POST" for request in odd.server.requests)


def test_an_id_that_is_a_number(odd: Odd) -> None:
    odd.members = {"id": 17}
    assert odd.run("triage", "list", "-o", "id").lines == ["triage-0", "17", "triage-2"]
    done = odd.run("triage", "approve", "--all", "--yes", "-o", "id")
    assert (done.code, done.lines) == (0, ["triage-0", "17", "triage-2"]), done.err


def test_an_integer_of_some_hundred_digits(odd: Odd) -> None:
    odd.members = {
        "total_rows": HUGE,
        "completed_rows": HUGE,
        "priority": HUGE,
        "amount": HUGE,
        "output": HUGE,
    }
    for noun in ("triage", "runs", "batches", "webhooks"):
        for form in ("table", "json", "tsv", "csv"):
            assert odd.run(noun, "list", "-o", form).code == 0
    for member in ("credits_used", "credits_remaining"):
        odd.usage = {member: HUGE}
        for argv in (("usage",), ("usage", "--fail-under", "10%"), ("status",)):
            done = odd.run(*argv)
            assert "a fault of eclips" not in done.err and done.err.count("error:") <= 1, done
