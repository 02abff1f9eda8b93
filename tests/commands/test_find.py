"""`eclips find`: rows that were sent, changes that were made, ids that were seen, then what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from eclips_cli.api.waiting import SystemClock
from tests.faults.healthy import BATCH, ITEM, RUN, Healthy
from tests.golden import AllFormats
from tests.inside import run_inside
from tests.installed import Result
from tests.servers.raw import Action, RawServer, Received, json_reply

ROWS = "number,vendor,amount,currency\nINV-1001,Müller,1250.00,EUR\nINV-1002,Straße 7,99.90,USD\n"
WAITING = {
    "id": ITEM,
    "run_id": RUN,
    "title": "Process invoice INV-1002\x1b[2J",
    "triage_reason": "Amount above threshold",
    "created_at": "2026-06-06T09:00:00.000Z",
    "agent_runs": {"id": RUN, "agent_type": "ap_specialist", "data": {"amount": 99.9, "currency": "USD"}},
}


class Api:
    def __init__(self) -> None:
        self.queue: list[dict[str, Any]] = []
        self.instead: dict[str, Action] = {}
        self._healthy = Healthy()

    def __call__(self, request: Received) -> Action:
        for name in (request.path, f"{request.method} {request.path}"):
            if name in self.instead:
                return self.instead[name]
        if request.path == "/v1/triage":
            return json_reply({"data": self.queue, "total": len(self.queue), "limit": 100, "offset": 0})
        return self._healthy(request)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def env(api: Api, clean_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    monkeypatch.setattr(SystemClock, "now", lambda _self: 1780736400.0)
    monkeypatch.setattr("time.time", lambda: 1780736400.0)
    with RawServer(answer=api) as server:
        yield {
            **clean_env,
            "ECLIPS_BASE_URL": server.url,
            "ECLIPS_API_KEY": "eck_live_canary_0123456789abcdef",
        }


@pytest.fixture
def eclips(env: dict[str, str]) -> Callable[..., Result]:
    return lambda *argv, **more: run_inside((*argv, "--max-retries", "0"), {**env, **more})


@pytest.fixture
def sent(eclips: Callable[..., Result], tmp_path: Path) -> str:
    """A file of two rows that was submitted; its path."""
    file = tmp_path / "june.csv"
    file.write_text(ROWS)
    argv = ("--task", "Process invoice {number}", "--yes", "--quiet", "--agent", "center")
    assert eclips("batches", "submit", str(file), *argv).code == 0
    return str(file)


def test_a_row_with_its_place_batch_and_amount(eclips: Callable[..., Result], sent: str) -> None:
    (row,) = eclips("find", "inv-1001", "-o", "json").json
    assert (row["kind"], row["file"], row["line"], row["batch"]) == ("row", sent, 2, BATCH)
    assert (row["amount"], row["status"], row["about"]) == (
        "1,250.00 EUR",
        "completed",
        "Process invoice INV-1001",
    )
    assert row["command"] == f"eclips batches get {BATCH}"
    for text in ("müller", "MÜLLER", "  1250.00 ", "process invoice  inv-1001"):
        assert [one["line"] for one in eclips("find", text, "-o", "json").json] == [2], text
    assert [one["line"] for one in eclips("find", "strasse", "-o", "json").json] == [3]


def test_what_is_unfinished_says_how_to_go_on(
    api: Api, eclips: Callable[..., Result], tmp_path: Path
) -> None:
    api.instead["POST /v1/batches"] = json_reply({"error": "later"}, 429)
    (tmp_path / "june.csv").write_text("task\nPay INV-7\n")
    assert eclips("batches", "submit", f"{tmp_path}/june.csv", "--yes").code == 10
    (row, *_changes) = eclips("find", "INV-7", "-o", "json").json
    assert row["status"] == "unfinished" and row["command"] == f"eclips batches resume {row['submission']}"


def test_decisions_and_runs_from_the_record(api: Api, eclips: Callable[..., Result], sent: str) -> None:
    eclips("run", "-d", "Check INV-1002", "-f", "amount=5", "-f", "currency=EUR")
    api.queue = [WAITING]
    eclips("triage", "list")
    assert eclips("triage", "approve", ITEM, "--note", "PO 12").code == 0
    api.queue = []
    found = {one["kind"]: one for one in eclips("find", "INV-1002", "-o", "json").json}
    assert list(found) == ["row", "decision", "run"]
    decision, run = found["decision"], found["run"]
    assert (decision["decision"], decision["note"], decision["item"]) == ("approved", "PO 12", ITEM)
    assert decision["by"] == "profile default, key …cdef" and decision["at"]
    assert decision["about"].startswith("Process invoice INV-1002")
    assert (run["run"], run["amount"], run["command"]) == (RUN, "5.00 EUR", f"eclips runs get {RUN}")
    assert [one["kind"] for one in eclips("find", "po 12", "-o", "json").json] == ["decision"]


def test_what_waits_and_what_was_only_seen(api: Api, eclips: Callable[..., Result]) -> None:
    api.queue = [WAITING]
    (waiting,) = eclips("find", "INV-1002", "-o", "json").json
    assert (waiting["kind"], waiting["item"], waiting["run"]) == ("waiting", ITEM, RUN)
    assert (waiting["amount"], waiting["command"]) == ("99.90 USD", f"eclips triage show {ITEM}")
    eclips("triage", "list")
    api.queue = []
    (seen,) = eclips("find", "INV-1002", "-o", "json").json
    assert (seen["kind"], seen["item"]) == ("seen", ITEM)


def test_nothing_is_6_and_no_text_is_2(eclips: Callable[..., Result]) -> None:
    done = eclips("find", "INV-9", "-o", "json")
    assert (done.code, done.error["type"], done.json) == (6, "not_found", [])
    assert eclips("find", " ").code == 2
    quotes = eclips("find", "Acme", "Ltd")
    assert quotes.code == 2 and "eclips find 'Acme Ltd'" in quotes.err


def test_what_is_local_is_shown_though_the_api_is_away(
    api: Api, eclips: Callable[..., Result], sent: str
) -> None:
    for status, code in ((503, 12), (401, 4)):
        api.instead["/v1/triage"] = json_reply({"error": "no"}, status)
        done = eclips("find", "INV-1001", "-o", "json")
        assert (done.code, len(done.json)) == (code, 1)
    scope = {"error": "Insufficient scope", "required": "triage:read", "provided": ["agents:read"]}
    api.instead["/v1/triage"] = json_reply(scope, 403)
    done = eclips("find", "INV-1001")
    assert (done.code, len(done.lines)) == (
        0,
        1,
    ) and "warning: what waits for a person is not known" in done.err
    done = eclips("find", "INV-1001", "-o", "table", ECLIPS_API_KEY="")
    assert done.code == 4 and "june.csv:2" in done.out


def test_many_are_cut_and_said_so(eclips: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "many.csv").write_text("task\n" + "".join(f"Pay ACME {number}\n" for number in range(30)))
    eclips("batches", "submit", f"{tmp_path}/many.csv", "--yes", "--quiet")
    done = eclips("find", "acme")
    assert len(done.lines) == 20 and done.err == "showing the first 20; --all for the rest\n"
    assert len(eclips("find", "acme", "--all", "-o", "jsonl").lines) == 30


def test_as_it_is_shown(api: Api, env: dict[str, str], eclips: Callable[..., Result], sent: str) -> None:
    api.queue = [WAITING]
    url, folder = env["ECLIPS_BASE_URL"], str(Path(sent).parent)
    key = eclips("find", "INV-1002", "-o", "json").json[0]["submission"]

    def masked(text: str) -> str:
        return text.replace(folder, "/home/ann").replace(url, "http://127.0.0.1:54321").replace(key, "k7f3q2")

    found = AllFormats(env, masked).check("find", "find", "INV-1002", least=80)
    assert max(map(cell_len, found["table-60"].lines)) <= 60
