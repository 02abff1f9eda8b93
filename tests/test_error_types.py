"""Each `type` of an error is one that a user can meet: here each is provoked, by a server or on this machine."""

from __future__ import annotations

import json
import os
import pwd
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from eclips_cli import errors
from eclips_cli.api.waiting import SystemClock
from eclips_cli.commands.batches._submissions import Submissions
from eclips_cli.records.journal import Target
from eclips_cli.reference import topics
from tests.faults.healthy import ITEM, OTHER_RUN, RUN, Healthy
from tests.inside import run_inside
from tests.installed import Result, fresh_environment
from tests.servers.raw import Action, RawServer, Received, json_reply, raw, reply, reset_now

KEY = "eck_live_canary_0123456789abcdef"
HTML = reply(200, b"<!DOCTYPE html><html></html>", [("content-type", "text/html")])
FORBIDDEN = reply(403, b"<html>no</html>", [("content-type", "text/html")])
SCOPES = json_reply({"error": "Insufficient scope", "required": "agents:run", "provided": ["x"]}, 403)


class World:
    """An API, this machine, and one command line after another."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tmp_path, self.monkeypatch = tmp_path, monkeypatch
        self.answer: Callable[[Received], Action] = Healthy()
        self.api = RawServer(answer=lambda request: self.answer(request))
        self.env = fresh_environment(tmp_path / "home")
        self.env |= {"ECLIPS_STATE_DIR": str(tmp_path / "state"), "ECLIPS_API_KEY": KEY}

    def run(self, *argv: str, answer: Action | None = None, stdin: str = "", **more: Any) -> Result:
        """A command line; the API gives this `answer` to whatever it is asked."""
        if answer is not None:
            self.answer = lambda _request: answer
        env = {**self.env, "ECLIPS_BASE_URL": self.api.url, **more.pop("env", {})}
        return run_inside((*argv, "-o", "json", "--max-retries", "0"), env, stdin, **more)

    def file(self, name: str, text: str) -> str:
        """A file of this text; its path."""
        (self.tmp_path / name).write_text(text)
        return str(self.tmp_path / name)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(tmp_path, monkeypatch)
    with made.api:
        yield made


def nobody_listens(world: World) -> Result:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    return world.run("usage", env={"ECLIPS_BASE_URL": f"http://127.0.0.1:{port}"})


def one_of_two_is_gone(world: World) -> Result:
    api = Healthy()
    gone = json_reply({"error": "Not found"}, 404)
    world.answer = lambda request: gone if request.path.endswith(OTHER_RUN) else api(request)
    return world.run("runs", "get", RUN, OTHER_RUN)


def another_is_at_it(world: World) -> Result:
    rows = world.file("rows.csv", "task\none\n")
    api, later = Healthy(), json_reply({"error": "later"}, 429)
    world.answer = lambda asked: later if asked.method == "POST" else api(asked)
    world.run("batches", "submit", rows, "--yes")
    state = world.tmp_path / "state"
    submissions = Submissions(state, Target("default", world.api.url), SystemClock())
    try:
        with submissions.lock_of(submissions.known()[0]):
            return world.run("batches", "resume")
    finally:
        submissions.close()


def no_home(world: World) -> Result:
    def unknown(_uid: int) -> Any:
        raise KeyError("uid not found")

    world.monkeypatch.setattr(pwd, "getpwuid", unknown)
    world.env = {name: value for name, value in world.env.items() if name not in ("HOME", "ECLIPS_STATE_DIR")}
    return world.run("run", "x")


def stopped(world: World) -> Result:
    api = Healthy(running=9)

    def answer(request: Received) -> Action:
        os.kill(os.getpid(), signal.SIGINT)
        return api(request)

    world.answer = answer
    return world.run("runs", "wait", RUN)


def results_cannot_be_written(world: World) -> Result:
    rows = world.file("rows.csv", "task\none\n")
    folder = world.tmp_path / "gone"
    folder.mkdir()
    api = Healthy()

    def answer(request: Received) -> Action:
        if request.method == "POST":
            folder.rmdir()
        return api(request)

    world.answer = answer
    return world.run("batches", "submit", rows, "--yes", "--results", f"{folder}/done.csv")


def not_genuine(world: World) -> Result:
    secret, body = world.file("secret", "whsec_1"), world.file("body", "{}")
    return world.run("webhooks", "verify", "--signature", "0" * 64, "--secret-file", secret, body)


PROVOKED: dict[str, Callable[[World], Result]] = {
    "error": not_genuine,
    "declined": lambda w: w.run("triage", "approve", "--all", stdin="n\n", terminal=True),
    "not_written": results_cannot_be_written,
    "usage": lambda w: w.run("runs", "list", "--since", "soon"),
    "config": lambda w: w.run("usage", env={"ECLIPS_BASE_URL": "http://api.example"}),
    "not_confirmed": lambda w: w.run("triage", "approve", "--all"),
    "key_missing": lambda w: w.run("usage", env={"ECLIPS_API_KEY": ""}),
    "key_rejected": lambda w: w.run("usage", answer=json_reply({"error": "Invalid key"}, 401)),
    "scope_missing": lambda w: w.run("run", "x", answer=SCOPES),
    "plan_without_api": lambda w: w.run("usage", answer=json_reply({"error": "Plan"}, 403)),
    "access_refused": lambda w: w.run("usage", answer=FORBIDDEN),
    "guard": lambda w: w.run("run", "x", env={"ECLIPS_READ_ONLY": "1"}),
    "not_found": lambda w: w.run("runs", "get", RUN, answer=json_reply({"error": "Not found"}, 404)),
    "network": nobody_listens,
    "below_threshold": lambda w: w.run("usage", "--fail-under", "100%"),
    "rate_limited": lambda w: w.run("usage", answer=json_reply({"error": "Slow down"}, 429)),
    "out_of_credits": lambda w: w.run("usage", answer=json_reply({"error": "Out of credits"}, 429)),
    "outcome_unknown": lambda w: w.run("run", "x", answer=reset_now),
    "server": lambda w: w.run("usage", answer=json_reply({"error": "Oops"}, 500)),
    "protocol": lambda w: w.run("usage", answer=HTML),
    "other_protocol": lambda w: w.run("run", "x", answer=raw(b"SSH-2.0-x\r\n")),
    "partial": one_of_two_is_gone,
    "rejected": lambda w: w.run("run", "x", answer=json_reply({"error": "Unknown agent"}, 422)),
    "already_resolved": lambda w: w.run("triage", "approve", ITEM, answer=json_reply({"error": "Gone"}, 409)),
    "busy": another_is_at_it,
    "local": lambda w: w.run("run", "x", env={"ECLIPS_STATE_DIR": "/dev/null/state"}),
    "no_home": no_home,
    "timeout": lambda w: _waiting(w).run("runs", "wait", RUN, "--timeout", "0"),
    "interrupted": stopped,
}


def _waiting(world: World) -> World:
    world.answer = Healthy(running=99)
    return world


@pytest.mark.parametrize("name", PROVOKED)
def test_a_type_is_met(world: World, name: str) -> None:
    done = PROVOKED[name](world)
    known = errors.every_type()[name]
    error = json.loads(done.err[done.err.rindex('{"error"') :])["error"]  # a question may stand before it
    assert (error["type"], done.code) == (name, int(known.exit_code)), done
    assert error["code"] == known.exit_code.name.lower()
    assert error["retryable"] is known.retryable
    assert list(error)[:4] == ["code", "type", "retryable", "message"]


def test_every_class_has_a_type_of_its_own() -> None:
    known = [found for found in vars(errors).values() if isinstance(found, type)]
    ours = [found for found in known if issubclass(found, errors.EclipsError)]
    assert len({found.type for found in ours}) == len(ours)


def test_every_type_is_provoked_and_listed(world: World) -> None:
    assert set(PROVOKED) == set(errors.every_type())
    shown, rows = world.run("help", "exit-codes").out, dict(topics.error_types().rows)
    for name, known in errors.every_type().items():
        assert f"\n{name} " in shown
        assert rows[name].startswith(f"{int(known.exit_code)}: ")
        assert rows[name].endswith(topics.TRY_AGAIN) == known.retryable


@pytest.mark.parametrize(
    ("status", "headers", "argv", "retryable", "says"),
    [
        (500, [], ("run", "x"), False, "may have been done"),
        (503, [("retry-after", "1200")], ("run", "x"), True, "try again in 20 min"),
        (503, [("retry-after", "1200")], ("usage",), True, "try again in 20 min"),
        (408, [], ("run", "x"), True, "can be tried again"),
    ],
)
def test_a_change_that_may_be_done_is_not_tried_again(
    world: World,
    status: int,
    headers: list[tuple[str, str]],
    argv: tuple[str, ...],
    retryable: bool,
    says: str,
) -> None:
    error = world.run(*argv, answer=json_reply({"error": "Down"}, status, headers)).error
    assert (error["type"], error["retryable"]) == ("server", retryable)
    assert says in error["hint"]
    if headers:
        assert error["retry_after"] == 1200 and "it asks to wait 20 min" in error["message"]


def test_null_in_place_of_a_list_is_an_empty_one(world: World) -> None:
    for argv, body in (
        (("runs", "list"), {"data": None, "total": 0}),
        (("triage", "list"), {"data": None}),
        (("batches", "list"), {"jobs": None}),
        (("usage", "members"), {"data": None}),
    ):
        done = world.run(*argv, answer=json_reply(body))
        assert done.code == 0, (argv, done)
        assert json.loads(done.out) in ([], body)
    assert world.run("runs", "list", answer=json_reply({"total": 0})).code == 12, "none at all is no list"
