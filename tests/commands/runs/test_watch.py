"""`runs watch`: every open run is in it, however old, and what it counts is true."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from eclips_cli.api import EclipsClient
from eclips_cli.commands.runs import _open_runs
from eclips_cli.commands.runs._open_runs import OpenRuns
from eclips_cli.commands.runs._view import RUNS
from eclips_cli.commands.runs.watch import title, wrapped
from eclips_cli.output.screen import Screen
from eclips_cli.output.theme import Look
from tests.api.conftest import FakeClock
from tests.servers.raw import Action, RawServer, Received, json_reply


class Api:
    """Runs by id, newest first; a list filtered by status as the manual has it."""

    def __init__(self) -> None:
        self.runs: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []

    def add(self, count: int, status: str, agent: str = "center") -> list[str]:
        ids = [f"r{len(self.runs) + number:05d}" for number in range(count)]
        new = {i: {"id": i, "status": status, "agent_type": agent, "created_at": i} for i in ids}
        self.runs = {i: new[i] for i in reversed(ids)} | self.runs
        return ids

    def end(self, ids: list[str], status: str = "completed") -> None:
        for run_id in ids:
            self.runs[run_id] = {**self.runs[run_id], "status": status}

    def __call__(self, request: Received) -> Action:
        self.asked.append(request.target)
        if request.path != "/v1/runs":
            return json_reply({"run": self.runs[request.path.rpartition("/")[2]], "triage_item": None})
        wanted = request.query.get("status")
        listed = [run for run in self.runs.values() if wanted in (None, run["status"])]
        limit, offset = int(request.query["limit"]), int(request.query["offset"])
        page = listed[offset : offset + limit]
        return json_reply({"data": page, "total": len(listed), "limit": limit, "offset": offset})


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def client(api: Api) -> Iterator[EclipsClient]:
    with (
        RawServer(answer=api) as server,
        EclipsClient("eck_live_x", base_url=server.url, clock=FakeClock()) as made,
    ):
        yield made


def test_every_open_run_is_shown_however_many_ended_since(api: Api, client: EclipsClient) -> None:
    old = api.add(1, "running") + api.add(2, "pending_triage") + api.add(1, "reviewing")
    api.add(350, "queued")
    api.add(300, "completed")
    runs = OpenRuns(client)
    runs.look()
    # what has a status that nobody knows is found among the newest alone
    assert len(runs.rows) == 353 and set(old[:3]) <= runs.open.keys()
    assert (runs.ended, runs.counts, runs.exact) == ([], {}, True), "what ended before is not counted"
    assert runs.rows == sorted(runs.rows, key=lambda run: run["id"], reverse=True)


def test_what_ended_is_counted_once_whatever_its_way(api: Api, client: EclipsClient) -> None:
    old = api.add(30, "running")
    api.add(400, "completed")
    runs = OpenRuns(client)
    runs.look()
    api.end(old[:3])
    api.end(old[3:4], "failed")
    new = api.add(150, "completed") + api.add(2, "queued")
    runs.look()
    assert runs.counts == {"completed": 153, "failed": 1}, "also those that began and ended in between"
    assert {run["id"] for run in runs.ended} == {*old[:4], *new[:150]}
    api.end(old[4:])
    runs.look()
    runs.look()
    assert runs.counts == {"completed": 179, "failed": 1} and set(runs.open) == set(new[150:])
    client.clock.sleep(60)
    runs.look()
    assert runs.ended == [] and runs.counts.total() == 180 and runs.exact
    assert len(api.asked) < 60


def test_only_an_agents_runs(api: Api, client: EclipsClient) -> None:
    api.add(3, "running")
    mine = api.add(2, "running", "payroll")
    runs = OpenRuns(client, "payroll")
    runs.look()
    api.end(list(api.runs))
    api.add(4, "failed")
    runs.look()
    assert runs.counts == {"completed": 2} and {run["id"] for run in runs.ended} == set(mine)


def test_that_there_is_none_is_said_once(api: Api, client: EclipsClient) -> None:
    runs = OpenRuns(client)
    runs.look()
    stream = io.StringIO()
    with Screen(stream, lambda _rows, _view: "", lambda: Look(width=100)) as screen:
        screen.show(runs.rows, RUNS, empty="", title=lambda look: title(runs, None, 0.0, look))
    assert stream.getvalue().count("open run") == 1 and "\n\x1b[K\n" not in stream.getvalue()


def test_a_bound_that_is_reached_is_said(
    api: Api, client: EclipsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_open_runs, "MOST", 200)
    api.add(301, "queued")
    api.add(5, "running")
    runs = OpenRuns(client)
    runs.look()
    api.end([run["id"] for run in runs.rows if run["status"] == "running"][:1])
    runs.look()
    assert len(runs.rows) == 204 and runs.unread == {"queued": 301} and not runs.exact
    lines = title(runs, None, 0.0, Look(width=100))
    assert lines[0] == "305 open runs: 301 queued · 4 running"
    assert lines[1].endswith("at least 1 completed") and "of 301 queued are read" in lines[2]


def test_a_title_takes_as_many_lines_as_it_needs() -> None:
    parts = ["1,100 queued", "171 running", "21 pending_triage"]
    assert wrapped("1,292 open runs", parts, 80) == [
        "1,292 open runs: 1,100 queued · 171 running · 21 pending_triage"
    ]
    assert wrapped("1,292 open runs", parts, 40) == [
        "1,292 open runs: 1,100 queued",
        "  171 running · 21 pending_triage",
    ]
    assert wrapped("0 open runs", [], 40) == ["0 open runs"]


def test_in_a_pipe_each_change_is_a_line(api: Api, clean_env: dict[str, str]) -> None:
    from tests.inside import run_inside

    open_ = api.add(1, "running")
    api.add(250, "completed")
    with RawServer(answer=api) as server:
        env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_0123456789"}
        done = run_inside(("runs", "watch", "--timeout", "0", "-o", "jsonl"), env)
    assert [json.loads(line)["id"] for line in done.lines] == open_
