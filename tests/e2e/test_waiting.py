"""Waiting, the same for every command that waits: `--timeout` bounds each try, an outage is told once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from eclips_cli.api import waiting
from eclips_cli.api.waiting import SystemClock
from tests.inside import run_inside
from tests.installed import Result
from tests.servers.raw import Action, RawServer, Received, json_reply, reply, silent

RUNS = [f"a1b2c3d4-0000-4000-8000-00000000000{number}" for number in range(6)]
BATCH = "b1a2t3c4-0000-4000-8000-000000000000"
FEW, MANY = tuple(RUNS[:3]), tuple(RUNS)
WAITS = [
    ("runs", "wait", RUNS[0]),
    ("runs", "wait", *FEW),
    ("runs", "wait", *MANY),
    ("runs", "tail", RUNS[0]),
    ("runs", "tail", *FEW),
    ("runs", "tail", *MANY),
    ("batches", "wait", BATCH),
    ("runs", "watch"),
    ("triage", "watch"),
    ("health", "--watch"),
]
ENDS_WITH = {"wait": 124, "tail": 124, "watch": 0, "--watch": 7}
"""the exit code of each kind of wait whose time is up while nobody answers"""

Inside = Callable[..., Result]


class Api:
    """Runs and a batch with one status, and a health check; `fail` may answer instead."""

    def __init__(self, status: str = "running") -> None:
        self.status = status
        self.fail: Callable[[Received], Action | None] = lambda _request: None

    def __call__(self, request: Received) -> Action:
        return self.fail(request) or json_reply(self._body(request.path))

    def _body(self, path: str) -> Any:
        if path == "/v1/health":
            return {"status": "ok", "version": "1", "timestamp": "2026-06-06T09:00:00.000Z"}
        if path.startswith("/v1/batches/"):
            rows = [{"id": "r", "row_index": 0, "task": "x", "status": self.status}]
            return {"job": {"id": BATCH, "status": self.status, "total_rows": 1}, "rows": rows}
        if path == "/v1/runs":
            runs = [{"id": run_id, "status": self.status} for run_id in RUNS]
            return {"data": runs, "total": len(runs), "limit": 100, "offset": 0}
        if path == "/v1/triage":
            return {"data": [], "total": 0, "limit": 100, "offset": 0}
        return {"run": {"id": path.split("/")[3], "status": self.status}, "triage_item": None}


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def at(clean_env: dict[str, str], api: Api) -> Iterator[Inside]:
    """`at("runs", "wait", …)`: a command line sent to `api`; its streams never come."""

    def answer(request: Received) -> Action:
        if request.path.endswith("/stream"):
            return api.fail(request) or silent()
        return api(request)

    with RawServer(answer=answer) as server:
        env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_0123456789abcdef"}
        yield lambda *argv, **more: run_inside(argv, {**env, **more})


@pytest.fixture
def leaps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Sleeping takes no time, and the clock says that it did; the seconds slept so far."""
    slept = [0.0]
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, seconds: slept.__setitem__(0, slept[0] + seconds))
    monkeypatch.setattr(SystemClock, "monotonic", lambda _self: time.monotonic() + slept[0])
    return slept


def named(argv: tuple[str, ...]) -> str:
    return " ".join(argv[:2]) + (f" of {len(argv) - 2}" if len(argv) > 2 else "")


@pytest.mark.parametrize("argv", WAITS, ids=named)
def test_the_timeout_comes_although_nobody_answers(at: Inside, api: Api, argv: tuple[str, ...]) -> None:
    api.fail = lambda _request: silent()
    begun = time.monotonic()
    done = at(*argv, "--timeout", "1.2s")
    assert time.monotonic() - begun < 20  # a busy machine is slow; without a bound it is 150
    assert done.code == ENDS_WITH[argv[1]], done.err


@pytest.mark.parametrize("argv", WAITS[:7], ids=named)
def test_a_timeout_of_nothing_is_one_look(at: Inside, api: Api, argv: tuple[str, ...]) -> None:
    going_on = at(*argv, "--timeout", "0")
    assert going_on.code == 124 and "the time is up" in going_on.err
    api.status = "completed"
    assert at(*argv, "--timeout", "0").code == 0
    api.status = "failed"
    assert at(*argv, "--timeout", "0").code == 3


def test_one_look_shows_what_it_found(at: Inside, api: Api) -> None:
    api.status = "completed"
    done = at("runs", "wait", *MANY, "--timeout", "0", "-o", "json")
    assert [found["run"]["id"] for found in done.json] == RUNS
    assert at("runs", "wait", RUNS[0], "--timeout", "0", "-o", "json").json["run"]["status"] == "completed"
    watched = at("health", "--watch", "--timeout", "0", "-o", "json")
    assert (watched.code, [line["status"] for line in watched.json]) == (0, ["ok"])


def test_before_the_time_is_up_there_is_a_last_look(at: Inside, api: Api, leaps: list[float]) -> None:
    """A run that ends after the last ordinary look, and before the deadline, is seen to have ended."""

    begun = SystemClock().monotonic()

    def ends(_request: Received) -> None:
        api.status = "completed" if SystemClock().monotonic() - begun > 59.5 else "running"

    api.fail = lambda request: ends(request)
    done = at("runs", "wait", *MANY, "--timeout", "1m")
    assert (done.code, leaps[0]) == (0, pytest.approx(60, abs=2))


PASSING = [408, 409, 421, 425, 429, 499, 500, 502, 503, 504, 507, 599]
"""statuses of an outage: `batches wait` meets each, the other commands one that is repeated and one that is not"""


@pytest.mark.parametrize(
    ("argv", "status"),
    [(WAITS[6], status) for status in PASSING]
    + [(argv, status) for argv in (WAITS[2], WAITS[5], *WAITS[7:9]) for status in (409, 502)],
    ids=lambda value: named(value) if isinstance(value, tuple) else str(value),
)
def test_passing_trouble_is_told_once_and_so_is_its_end(
    at: Inside, api: Api, leaps: list[float], argv: tuple[str, ...], status: int
) -> None:
    for body in (b"{}", b"<html>no</html>") if status == 502 else (b"{}",):
        left = iter(range(5))
        api.fail = lambda _request, left=left, body=body: (
            reply(status, body) if next(left, None) is not None else None
        )  # type: ignore[misc]
        api.status = "completed"
        more = ("--timeout", "2m", "--max-retries", "0")
        done = at(*argv, *more)
        assert done.code == 0, done.err
        assert done.err.count("goes on") == 1 and done.err.count("the API answers again") == 1, done.err


@pytest.mark.parametrize("argv", [*WAITS[:2], *WAITS[3:5]], ids=named)
@pytest.mark.parametrize("status", [408, 425, 502])
def test_so_it_is_where_streams_are_followed(
    at: Inside, api: Api, leaps: list[float], argv: tuple[str, ...], status: int
) -> None:
    left = iter(range(20))
    api.fail = lambda _request: reply(status) if next(left, None) is not None else None
    api.status = "completed"
    done = at(*argv)
    assert done.code == 0, done.err
    assert done.err.count("goes on") == 1 and done.err.count("the API answers again") == 1, done.err


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [(WAITS[6], *ending) for ending in [(408, 12), (409, 12), (429, 10), (422, 14)]]
    + [(argv, *ending) for argv in WAITS[:9] for ending in [(502, 12), (401, 4)]],
    ids=lambda value: named(value) if isinstance(value, tuple) else str(value),
)
def test_trouble_that_lasts_ends_it(
    at: Inside, api: Api, leaps: list[float], argv: tuple[str, ...], status: int, code: int
) -> None:
    api.fail = lambda _request: reply(status)
    begun = leaps[0]
    done = at(*argv, "--max-outage", "2m", "-o", "json")
    assert done.code == code, done.err
    assert leaps[0] - begun == pytest.approx(120 if code in (10, 12) else 0, abs=25)
    assert json.loads(done.err.splitlines()[-1])["error"]["message"]


@pytest.mark.parametrize("argv", [("health", "--watch"), ("triage", "watch")])
@pytest.mark.parametrize("interval", ["0s", "0", "0.01s", "soon"])
def test_an_interval_of_nothing_is_refused(at: Inside, argv: tuple[str, ...], interval: str) -> None:
    assert at(*argv, "--interval", interval, "--timeout", "1s").code == 2


@pytest.mark.parametrize("argv", [*WAITS[:7], ("run", "Count the stock")], ids=named)
def test_off_a_terminal_a_wait_ends_after_a_day(
    at: Inside, api: Api, leaps: list[float], argv: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert waiting.UNATTENDED == 86400
    monkeypatch.setattr(waiting, "UNATTENDED", 300.0)  # a day of looks would take a minute

    def answer(request: Received) -> Action | None:
        if request.path == "/v1/run":
            return json_reply({"run_id": RUNS[0], "status": "queued"}, 202)
        return reply(501) if request.path.endswith("/stream") else None

    api.fail = answer
    done = at(*argv)
    assert done.code == 124, done.err
    assert leaps[0] == pytest.approx(300, abs=5)
