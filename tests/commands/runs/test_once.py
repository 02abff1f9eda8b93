"""`run --once KEY`: never two runs under a key without --again, whatever is killed, lost, refused or at once."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands.runs.api import KEY, RunApi
from tests.forking import Fork
from tests.inside import run_inside
from tests.installed import PROGRAM, Result, wait_until

WHAT = ("run", "--once", "stock", "--agent", "inventory_monitor", "Check stock")


@pytest.fixture
def api() -> Iterator[RunApi]:
    with RunApi() as api:
        yield api


@pytest.fixture
def env(clean_env: dict[str, str], api: RunApi) -> dict[str, str]:
    return {**clean_env, "ECLIPS_BASE_URL": api.url, "ECLIPS_API_KEY": KEY}


@pytest.fixture
def call(env: dict[str, str]) -> Callable[..., Result]:
    def call(*argv: str, **more: str) -> Result:
        return run_inside(argv or WHAT, {**env, **more})

    return call


def test_the_same_again_starts_nothing_and_ends_the_same(call: Any, api: RunApi) -> None:
    first, second = call(*WHAT, "-o", "json"), call(*WHAT, "-o", "json")
    assert (first.code, first.out) == (second.code, second.out) and first.code == 0
    assert len(api.posts) == 1
    assert second.err.startswith("run run-1\nit was started under --once stock on ")


def test_its_code_is_the_runs(call: Any, api: RunApi) -> None:
    call(*WHAT, "-d")
    api.runs[0]["status"] = "failed"
    assert [call().code, call().code] == [3, 3] and len(api.posts) == 1


def test_detach_prints_the_same_answer(call: Any, api: RunApi) -> None:
    bodies = [call(*WHAT, "-d", "-o", "json") for _ in range(2)]
    assert bodies[0].json == bodies[1].json == {
        "run_id": "run-1", "status": "queued", "agent_type": "inventory_monitor",
    }  # fmt: skip
    assert call(*WHAT, "-d").lines == ["run-1"] and len(api.posts) == 1


@pytest.mark.parametrize(
    "other",
    [
        ("run", "--once", "stock", "--agent", "inventory_monitor", "Check stocks"),
        ("run", "--once", "stock", "Check stock"),
        (*WHAT, "-f", "a=1"),
    ],
)
def test_another_task_agent_or_data_is_refused(call: Any, api: RunApi, other: tuple[str, ...]) -> None:
    call()
    for argv in (other, (*other, "--dry-run"), (*other, "--curl")):
        refused = call(*argv)
        assert refused.code == 2
        assert "for another task, agent or data: 'Check stock' to inventory_monitor" in refused.err
    assert len(api.posts) == 1
    assert call(*other, "--again").code == 0 and len(api.posts) == 2
    assert call(*other).code == 0 and len(api.posts) == 2


def test_the_same_data_in_another_order_and_the_default_agent_by_name(call: Any, api: RunApi) -> None:
    for more in (("--data", '{"a": 1, "b": 2.50}'), ("--data", '{"b":2.5,"a":1}', "--agent", "center")):
        assert call("run", "--once", "k", "x", *more).code == 0
    assert len(api.posts) == 1


def test_a_key_is_one_profiles_and_one_apis(call: Any, api: RunApi, env: dict[str, str]) -> None:
    config = Path(env["HOME"]) / ".config/eclips/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[profiles.other]\n")
    call(), call(*WHAT, "-p", "other"), call(*WHAT, "--base-url", api.url + "/")
    assert len(api.posts) == 2
    with RunApi() as elsewhere:
        call(*WHAT, "--base-url", elsewhere.url)
        assert len(elsewhere.posts) == 1


@pytest.mark.parametrize("argv", [("--once", ""), ("--once", "a\nb"), ("--once", "x" * 201), ("--again",)])
def test_bad_keys(call: Any, api: RunApi, argv: tuple[str, ...]) -> None:
    assert call("run", *argv, "x").code == 2 and api.posts == []


def test_a_dry_run_uses_no_key_and_says_what_a_used_one_does(
    call: Any, api: RunApi, env: dict[str, str]
) -> None:
    assert call(*WHAT, "--dry-run").json["method"] == "POST"
    assert call(*WHAT, "--curl").out.startswith("curl -X POST")
    assert not list(Path(env["HOME"]).rglob("batches.sqlite3"))
    call()
    told = call(*WHAT, "--dry-run")
    assert (told.code, told.out) == (0, "") and "run run-1 would be followed, and none started" in told.err
    assert call(*WHAT, "--curl").out.startswith(f"curl {api.url}/v1/runs/run-1 ")
    assert call(*WHAT, "--again", "--dry-run").json["method"] == "POST"
    assert len(api.posts) == 1


@pytest.mark.parametrize(("fault", "code"), [("400", 14), ("429", 10), ("401", 4), ("403", 5)])
def test_what_was_surely_refused_leaves_the_key_free(call: Any, api: RunApi, fault: str, code: int) -> None:
    api.faults = [fault]
    assert call(*WHAT, "--max-retries", "0").code == code
    assert call("run", "--once", "stock", "Something else").code == 0 and len(api.posts) == 1


def test_an_api_that_is_not_there_leaves_the_key_free(call: Any, api: RunApi) -> None:
    nowhere = {"ECLIPS_BASE_URL": "http://127.0.0.1:9"}
    assert call(*WHAT, "--max-retries", "0", **nowhere).code == 7
    assert call(*WHAT, "--dry-run", **nowhere).json["method"] == "POST"


def test_again_that_was_refused_keeps_the_run_of_before(call: Any, api: RunApi) -> None:
    call()
    api.faults = ["400"]
    assert call(*WHAT, "--again").code == 14
    assert call(*WHAT, "-d").lines == ["run-1"] and len(api.posts) == 1


@pytest.mark.parametrize(("fault", "posted"), [("after", 1), ("lost", 0)])
def test_a_lost_answer_is_11_until_again(call: Any, api: RunApi, fault: str, posted: int) -> None:
    api.faults = [fault]
    for done in (call(*WHAT, "-o", "json"), call(*WHAT, "-o", "json"), call(*WHAT, "-d", "-o", "json")):
        assert done.code == 11 and len(api.posts) == posted
        error = done.error
        assert error["code"] == "unknown_outcome" and error.get("candidates") == (
            ["run-1"] if posted else None
        )
        assert error["hint"].endswith("the same command with --again starts a new run under stock")
    told = call(*WHAT, "--dry-run")
    assert told.code == 0 and "the run would be looked for, and none started" in told.err
    assert call(*WHAT, "--again").code == 0 and len(api.posts) == posted + 1
    assert call().code == 0 and len(api.posts) == posted + 1


def test_a_5xx_is_12_and_then_looked_for(call: Any, api: RunApi) -> None:
    api.faults = ["500"]
    first = call()
    assert first.code == 12 and "hint: the same command looks for it and starts nothing" in first.err
    assert call().code == 11 and api.posts == []


@pytest.mark.parametrize("ahead", [0.0, 2 * 86400.0, -2 * 86400.0])
def test_candidates_are_told_by_agent_task_and_the_servers_clock(
    call: Any, api: RunApi, ahead: float
) -> None:
    api.ahead = ahead
    body = {"task": "Check stock", "agent_type": "inventory_monitor"}
    old = {"created_at": "2001-01-01T00:00:00.000Z"}
    api.commit(body, **old)
    api.commit({**body, "task": "Another"})
    api.commit({**body, "agent_type": "payroll"})
    call(
        "run", "--once", "ours", "-a", "inventory_monitor", "Check stock"
    )  # run-4, known to be another key's
    api.faults = ["after"]
    assert call(*WHAT, "-o", "json").error["candidates"] == ["run-5"]
    api.tells_tasks = False
    for run in api.runs:
        run.pop("task")
    assert call(*WHAT, "-o", "json").error["candidates"] == ["run-5", "run-2"]


def test_a_look_that_fails_is_11_too(call: Any, api: RunApi) -> None:
    api.faults = ["after"]
    call()
    done = call(*WHAT, "--max-retries", "0", ECLIPS_BASE_URL=api.url)
    assert done.code == 11
    api.runs = [{"id": None}]
    assert call().code == 11 and len(api.posts) == 1


def test_a_run_that_the_api_has_no_more(call: Any, api: RunApi) -> None:
    call()
    api.runs = []
    gone = call()
    assert gone.code == 6 and "the same command with --again starts a new run under stock" in gone.err


# -- killed, and at once


@pytest.fixture
def start(env: dict[str, str]) -> Callable[..., Fork]:
    def start(step: str = "none", *argv: str) -> Fork:
        return Fork([PROGRAM, step, *WHAT, *argv], env, module="tests.commands.runs.killed")

    return start


def killed(process: Fork) -> bool:
    process.communicate()
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("step", "posted", "code"),
    [("before:1", 0, 0), ("after:1", 0, 11), ("before:2", 1, 11), ("after:2", 1, 0)],
)
def test_killed_at_a_write(call: Any, start: Any, api: RunApi, step: str, posted: int, code: int) -> None:
    assert killed(start(step)) and len(api.posts) == posted
    done = call()
    assert done.code == code, done.err
    assert len(api.posts) == (1 if code == 0 else posted)
    assert call(*WHAT, "--again").code == 0 and call().code == 0
    assert len(api.posts) == (2 if code == 0 else posted + 1)


@pytest.mark.parametrize("step", ["before:1", "after:1"])
@pytest.mark.parametrize("fault", ["after", "400"])
def test_killed_at_the_write_of_what_went_wrong(
    call: Any, start: Any, api: RunApi, fault: str, step: str
) -> None:
    api.faults = [fault]
    assert killed(start(f"{step[:-1]}2"))
    posted = len(api.posts)
    done = call()
    assert done.code == (0 if (fault, step) == ("400", "after:1") else 11)
    assert len(api.posts) - posted == (done.code == 0)


@pytest.mark.parametrize("carried_out", [True, False])
def test_killed_while_the_server_has_the_request(
    call: Any, start: Any, api: RunApi, carried_out: bool
) -> None:
    started: list[Any] = []

    def kill(body: Any) -> None:
        wait_until(lambda: started)
        os.kill(started[0].pid, signal.SIGKILL)
        api.faults = [] if carried_out else ["lost"]

    api.at_post = kill
    api.faults = ["after" if carried_out else "lost"]
    started.append(start())
    assert killed(started[0])
    api.at_post, api.faults = lambda _body: None, []
    assert call().code == 11 and len(api.posts) == int(carried_out)


def test_killed_in_an_again(call: Any, start: Any, api: RunApi) -> None:
    call()
    assert killed(start("after:1", "--again"))
    assert call().code == 11 and len(api.posts) == 1


def test_two_at_once_one_starts_and_the_other_is_busy_or_follows(call: Any, start: Any, api: RunApi) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def wait(_body: Any) -> None:
        arrived.set()
        go_on.wait(30)

    api.at_post = wait
    first = start()
    assert arrived.wait(30)
    second = call(*WHAT, "-o", "json")
    assert second.code == 16, second.err
    assert second.error["message"].startswith("another eclips is starting the run of --once stock (process ")
    go_on.set()
    assert b"run run-1" in first.communicate()[1]
    assert call(*WHAT, "-d").lines == ["run-1"] and len(api.posts) == 1


def test_many_at_once(start: Any, api: RunApi) -> None:
    all_ = [start() for _ in range(4)]
    ended = [(process.communicate(), process.returncode) for process in all_]
    assert len(api.posts) == 1
    assert {code for _, code in ended} <= {0, 16}, ended
    assert any(b"run run-1" in err for (_, err), _ in ended)


def test_what_is_kept_is_the_users_alone_and_holds_no_key(call: Any, env: dict[str, str]) -> None:
    call(*WHAT, "--data", json.dumps({"a": "b"}))
    [file] = Path(env["HOME"]).rglob("batches.sqlite3")
    assert file.stat().st_mode & 0o777 == 0o600 and KEY.encode() not in file.read_bytes()


def test_sandbox_reset_forgets_keys_submissions_and_memory(
    call: Any, api: RunApi, clean_env: dict[str, str], tmp_path: Path
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("task\n[instant] x\n")

    def here(*argv: str) -> Result:
        return run_inside(argv, clean_env)

    def both() -> list[str]:
        run = here("--sandbox", "run", "--once", "k", "[instant] x", "-d").out
        return [run, here("--sandbox", "batches", "submit", str(rows), "--detach", "-o", "id").out]

    call()
    first = both()
    assert both() == first
    assert here("sandbox", "reset", "--dry-run").code == 0 and both() == first
    assert here("sandbox", "reset", "--yes").code == 0
    assert here("--sandbox", "batches", "history", "-o", "json").json == []
    assert here("--sandbox", "runs", "get", "@last").code == 2
    assert not set(both()) & set(first)
    assert call(*WHAT, "-d").lines == ["run-1"] and call("runs", "get", "@last").code == 0
    assert len(api.posts) == 1, "what is known of the API stays"
