"""`eclips status`: what needs somebody, each with its command; thresholds; what is local when the API is away."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from eclips_cli.api.waiting import SystemClock
from tests.faults.healthy import RUN, Healthy, a_run
from tests.golden import AllFormats
from tests.inside import run_inside
from tests.installed import Result
from tests.servers.raw import Action, RawServer, Received, json_reply

NOW = datetime(2026, 6, 20, 12, tzinfo=UTC)
EVERY = "queue-age=4h,queue=1,credits=90%,failed=0,unfinished=0"


def ago(**how: float) -> str:
    return (NOW - timedelta(**how)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def item(number: int, data: Any = None, **more: Any) -> dict[str, Any]:
    run = {"id": f"{RUN[:-1]}{number}", "agent_type": "ap_specialist", "confidence_score": 0.7, "data": data}
    return {
        "id": f"item-{number}",
        "run_id": run["id"],
        "created_at": ago(hours=number),
        "agent_runs": run,
        **more,
    }


class Api:
    """An API with a queue, failed runs and credits; what stands in `instead` is answered by path."""

    def __init__(self) -> None:
        self.queue: list[dict[str, Any]] = []
        self.failed: list[dict[str, Any]] = []
        self.runs: dict[str, Any] = {}
        self.instead: dict[str, Action] = {}
        self.asked: list[str] = []
        self._healthy = Healthy()

    def __call__(self, request: Received) -> Action:
        self.asked.append(request.path)
        for name in (request.path, f"{request.method} {request.path}"):
            if name in self.instead:
                return self.instead[name]
        if request.path == "/v1/triage":
            return json_reply({"data": self.queue, "total": len(self.queue), "limit": 100, "offset": 0})
        if request.path == "/v1/runs" and request.query.get("status") == "failed":
            return json_reply({"data": self.failed, "total": len(self.failed), "limit": 100, "offset": 0})
        if request.path.removeprefix("/v1/runs/") in self.runs:
            return json_reply({"run": self.runs[request.path.removeprefix("/v1/runs/")], "triage_item": None})
        return self._healthy(request)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def status(
    api: Api, clean_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Result]]:
    """Run `eclips status` at NOW; `words` stand before it."""
    monkeypatch.setattr(SystemClock, "now", lambda _self: NOW.timestamp())
    with RawServer(answer=api) as server:
        env = {
            **clean_env,
            "ECLIPS_BASE_URL": server.url,
            "ECLIPS_API_KEY": "eck_live_canary_0123456789abcdef",
        }

        def run(*argv: str, words: tuple[str, ...] = ("status",), **more: str) -> Result:
            return run_inside((*words, *argv, "--max-retries", "0"), {**env, **more})

        run.env = env  # type: ignore[attr-defined]
        yield run


def trouble(api: Api, status: Callable[..., Result], tmp_path: Path) -> None:
    """A queue, a failed run, a submission that was cut short."""
    api.queue = [
        item(1, {"amount": 1250, "currency": "EUR"}),
        item(5, {"invoice": {"total": "10.50", "currency": "USD"}}),
        item(2, {"total": "1.234"}),
    ]
    api.failed = [
        a_run("failed") | {"created_at": ago(hours=3)},
        a_run("failed", "old") | {"created_at": ago(days=2)},
    ]
    (tmp_path / "june.csv").write_text("task\none\ntwo\n")
    api.instead["POST /v1/batches"] = json_reply({"error": "later"}, 429)
    assert status(f"{tmp_path}/june.csv", "--yes", words=("batches", "submit")).code == 10


def test_all_is_well(status: Callable[..., Result]) -> None:
    done = status("-o", "table")
    assert (done.code, done.err) == (0, "")
    assert [line.split()[:2] for line in done.lines] == [
        ["✓", name] for name in ("api", "credits", "waiting", "failed", "unfinished")
    ]
    assert status("--check", EVERY.replace("90%", "10%")).out == ""


@pytest.mark.parametrize("width", [60, 100])
def test_what_needs_somebody_with_the_command_that_deals_with_it(
    api: Api, status: Callable[..., Result], tmp_path: Path, width: int
) -> None:
    trouble(api, status, tmp_path)
    done = status("-o", "table", COLUMNS=str(width))
    assert (done.code, done.err) == (0, "")
    assert len(done.lines) < 20 and max(map(cell_len, done.lines)) <= width
    for said in (
        "! waiting     3 items, the oldest for 5h",
        "1,250.00 EUR · 10.50 USD · 1 without an amount",
        "eclips triage review",
        "✗ failed      1 run since yesterday (1d)",
        "eclips runs list --status failed --since 1d",
        "✗ unfinished  1 submission: 2 of 2 rows unsent",
        "eclips batches resume",
    ):
        assert said in done.out


def test_json_has_each_part_and_a_pipe_one_line(
    api: Api, status: Callable[..., Result], tmp_path: Path
) -> None:
    trouble(api, status, tmp_path)
    found = status("-o", "json").json
    assert list(found) == ["api", "credits", "queue", "failed", "unfinished"]
    assert all(part["command"].startswith("eclips ") for part in found.values())
    queue = found["queue"]
    assert (queue["count"], queue["oldest_at"], queue["without_amount"]) == (3, ago(hours=5), 1)
    assert queue["amounts"] == [{"currency": "EUR", "total": 1250}, {"currency": "USD", "total": 10.5}]
    assert '"total": 10.50' in status("-o", "json").out, "digits are kept"
    assert found["failed"] == {**found["failed"], "count": 1, "runs": [RUN], "since": ago(days=1)}
    assert found["unfinished"]["submissions"][0]["rows_unsent"] == 2
    assert status().lines == [f"ok\t37520\t\t3\t{ago(hours=5)}\t1\t1"]


def test_amounts_are_read_from_the_runs_where_the_queue_has_none(
    api: Api, status: Callable[..., Result]
) -> None:
    api.queue = [item(1), item(2)]
    api.runs = {
        item(1)["run_id"]: a_run() | {"id": item(1)["run_id"], "data": {"amount": 7, "currency": "EUR"}}
    }
    found = status("-o", "json").json["queue"]
    assert found["amounts"] == [{"currency": "EUR", "total": 7}] and found["without_amount"] == 1
    api.asked.clear()
    status("--check", "queue=9")
    assert api.asked == ["/v1/triage"], "a check asks for what it needs"
    api.queue = [item(number) for number in range(30)]
    api.asked.clear()
    status()
    assert not [path for path in api.asked if path.startswith("/v1/runs/")], "not for a long queue"


@pytest.mark.parametrize(
    ("check", "broken"),
    [
        ("queue-age=4h", "queue-age: 5h, more than 4h: eclips triage review"),
        ("queue-age=6h", ""),
        ("queue=2", "queue: 3 items, more than 2: eclips triage review"),
        ("queue=3", ""),
        ("credits=90%", "credits: 37,520 left, fewer than 90%: eclips usage"),
        ("credits=37521", "credits: 37,520 left, fewer than 37521: eclips usage"),
        ("credits=10%", ""),
        ("failed=0", "failed: 1 run, more than 0: eclips runs list --status failed --since 1d"),
        ("unfinished=0", "unfinished: 1 submission, more than 0: eclips batches resume"),
    ],
)
def test_a_threshold(
    api: Api, status: Callable[..., Result], tmp_path: Path, check: str, broken: str
) -> None:
    trouble(api, status, tmp_path)
    done = status("--check", check, "-o", "table")
    assert (done.code, done.out, done.err) == (15 if broken else 0, f"{broken}\n" if broken else "", "")


def test_several_thresholds_a_line_each(api: Api, status: Callable[..., Result], tmp_path: Path) -> None:
    trouble(api, status, tmp_path)
    done = status("--check", EVERY)
    assert done.code == 15
    assert [line.split("\t")[0] for line in done.lines] == [
        "queue-age",
        "queue",
        "credits",
        "failed",
        "unfinished",
    ]
    assert [one["check"] for one in status("--check", EVERY, "-o", "json").json] == [
        line.split("\t")[0] for line in done.lines
    ]
    assert status("--check", "queue=9", "--check", "failed=0").lines[0].startswith("failed\t")


@pytest.mark.parametrize(
    ("check", "says"),
    [
        ("queu=1", "did you mean queue?"),
        ("x=1", "queue-age, queue, credits, failed, unfinished"),
        ("queue", "NAME=LIMIT"),
        ("queue=", "NAME=LIMIT"),
        ("queue=-1", "not a whole number"),
        ("queue-age=long", "not a duration"),
        ("credits=101%", "more than 100%"),
        ("queue=1,queue=2", "queue twice"),
        ("", "--check is empty"),
    ],
)
def test_what_is_no_threshold(api: Api, status: Callable[..., Result], check: str, says: str) -> None:
    done = status("--check", check)
    assert (done.code, done.out, api.asked) == (2, "", []) and says in done.err


def test_with_the_api_out_of_reach_what_is_local_is_shown(
    api: Api, status: Callable[..., Result], tmp_path: Path
) -> None:
    trouble(api, status, tmp_path)
    (config := Path(tmp_path / "home/.config/eclips/config.toml")).parent.mkdir(parents=True)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    base_url = status("-o", "json", words=("config", "get", "base_url")).json["value"]
    config.write_text(f'[profiles.default]\nbase_url = "{base_url}"\n')
    done = status("-o", "table", "--base-url", f"http://127.0.0.1:{port}")
    assert done.code == 7 and done.err.count("error: ") == 1
    assert "? waiting     not known: see above" in done.out and "✓ unfinished" in done.out
    for path in ("/v1/health", "/v1/usage", "/v1/triage", "/v1/runs"):
        api.instead[path] = json_reply({"error": "down"}, 503)
    done = status("-o", "json")
    assert done.code == 12 and done.error["type"] == "server"
    assert done.json["unfinished"]["count"] == 1 and done.json["queue"]["error"]["type"] == "server"
    done = status("--check", EVERY)
    assert done.code == 12 and [line.split("\t")[0] for line in done.lines] == ["unfinished"]
    assert status("--check", "unfinished=0").code == 15, "which needs no API"


def test_without_a_key_the_api_is_looked_at_all_the_same(api: Api, status: Callable[..., Result]) -> None:
    done = status("-o", "json", ECLIPS_API_KEY="")
    assert (done.code, done.error["type"], api.asked) == (4, "key_missing", ["/v1/health"])
    assert done.json["api"]["status"] == "ok"


def test_a_scope_that_is_missing_is_told_and_an_error_only_where_a_check_needs_it(
    api: Api, status: Callable[..., Result]
) -> None:
    refusal = {"error": "Insufficient scope", "required": "triage:read", "provided": ["agents:read"]}
    api.instead["/v1/triage"] = json_reply(refusal, 403)
    done = status("-o", "table")
    assert (done.code, done.err) == (
        0,
        "",
    ) and "? waiting     the API key lacks the scope triage:read" in done.out
    assert status("--check", "credits=1").code == 0
    assert status("--check", "queue=1").code == 5


def test_curl_shows_what_would_be_asked(api: Api, status: Callable[..., Result]) -> None:
    done = status("--curl")
    assert (done.code, len(done.lines), api.asked) == (0, 4, [])
    assert all(line.startswith("curl ") for line in done.lines)


def test_an_api_that_is_not_well_says_so(api: Api, status: Callable[..., Result]) -> None:
    api.instead["/v1/health"] = json_reply({"status": "degraded\x1b[2J", "version": None})
    done = status("-o", "table")
    assert "! api         degraded\\x1b[2J" in done.out and "eclips doctor" in done.out
    assert json.loads(status("-o", "json").out)["api"]["version"] is None


def test_as_it_is_shown(
    api: Api, status: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble(api, status, tmp_path)
    monkeypatch.setattr(SystemClock, "monotonic", lambda _self: 1000.0)
    monkeypatch.setattr("time.perf_counter", lambda: 1.0)
    found = status("-o", "json").json["unfinished"]["submissions"][0]

    def masked(text: str) -> str:
        return text.replace(found["key"], "k7f3q2").replace(found["created_at"], "2026-06-20T12:00:00.000Z")

    AllFormats(status.env, masked).check("status", "status")  # type: ignore[attr-defined]
