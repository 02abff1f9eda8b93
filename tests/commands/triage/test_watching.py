"""`eclips triage watch`: each new item once, a command for each, trouble survived."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eclips_cli.api.waiting import SystemClock
from eclips_cli.system.processes import run_command
from tests.commands.triage.conftest import Waiting
from tests.inside import run_inside
from tests.installed import PROGRAM, Run, wait_until


@pytest.fixture
def leaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sleeping takes no time, and the clock says that it did."""
    slept = [0.0]
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, seconds: slept.append(slept.pop() + seconds))
    monkeypatch.setattr(SystemClock, "monotonic", lambda _self: time.monotonic() + slept[0])


def test_only_what_is_new_is_shown_once_and_the_command_is_given_it(
    waiting: Waiting, watching: Callable[..., Any], tmp_path: Path
) -> None:
    waiting.add("old")
    told = tmp_path / "told"
    command = f'cat >> {told}; echo "$ECLIPS_TRIAGE_ID $ECLIPS_RUN_ID" >> {told}; exit 3'
    child = watching("--interval", "0.1s", "--exec", command, "-o", "json")
    assert b"1 wait already" in child.stderr.readline()
    added = waiting.add("new", "newer")
    assert all(b"ended with 3" in child.stderr.readline() for _ in added)
    child.send_signal(signal.SIGINT)
    out, _err = child.communicate(timeout=30)
    items = json.loads(out)
    assert [item["id"] for item in items] == added, "each once, and the array is whole"
    assert child.returncode == 130
    given = told.read_text().splitlines()
    assert [json.loads(line) for line in given[::2]] == items
    assert given[1::2] == [f"{item['id']} {item['run_id']}" for item in items]


def test_backlog_begins_with_what_waits_the_oldest_first(waiting: Waiting, triage: Run, leaps: None) -> None:
    ids = waiting.add("one", "two")
    done = triage("watch", "--backlog", "--timeout", "10m", "--interval", "2m", "-o", "id")
    assert (done.code, done.lines) == (0, ids)
    line = triage("watch", "--backlog", "--timeout", "1m", "-o", "table", COLUMNS="120").lines[0]
    assert all(part in line for part in (ids[0], "0.71", "ap_specialist", "Amount above"))


def test_passing_trouble_is_survived_and_lasting_trouble_is_not(
    waiting: Waiting, triage: Run, leaps: None
) -> None:
    waiting.add("one")
    waiting.order("status:code=502,path=/v1/triage,nth=1")
    slow = ("--interval", "1m", "--max-retries", "0", "-o", "id")
    done = triage("watch", "--backlog", "--timeout", "10m", *slow)
    assert done.code == 0 and len(done.lines) == 1
    assert "watching goes on" in done.err and "answers again" in done.err
    waiting.order("status:code=502,path=/v1/triage")
    assert triage("watch", "--max-outage", "5m", *slow).code == 12


def test_the_deadline_comes_through_a_silent_api(
    waiting: Waiting, triage: Run, faulty: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eclips_cli.api.waiting.LAST_LOOK", 0.2)
    waiting.running = faulty("hang:path=/v1/triage")
    begun = time.monotonic()
    assert triage("watch", "--timeout", "0.3s").code == 0
    assert time.monotonic() - begun < 15


@pytest.mark.parametrize(
    "argv", [("--interval", "0s"), ("--interval", "x"), ("--exec", " "), ("--exec-timeout", "-1")]
)
def test_bad_options_are_refused(triage: Run, argv: tuple[str, ...]) -> None:
    assert triage("watch", *argv).code == 2


@pytest.fixture
def watching(waiting: Waiting, api_env: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """Start `eclips triage watch` in a process of its own."""
    keys, started = waiting.running.keys, []
    env = {**api_env, "ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": keys.full}

    def start(*argv: str) -> Any:
        command = [PROGRAM, "triage", "watch", *argv]
        started.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for child in started:
        child.kill()
        child.communicate()


def test_lines_are_flushed_as_items_arrive_and_ctrl_c_is_130(
    waiting: Waiting, watching: Callable[..., Any]
) -> None:
    ids = waiting.add("one")
    child = watching("--backlog", "-o", "jsonl", "--exec", "sleep 600")
    assert json.loads(child.stdout.readline())["id"] == ids[0]
    sleeping = wait_until(lambda: _child_of(child.pid))
    child.send_signal(signal.SIGINT)
    _out, err = child.communicate(timeout=30)
    assert child.returncode == 130 and b"stopped" in err
    assert not Path(f"/proc/{sleeping}").exists(), "the command is ended too"


def _child_of(pid: int) -> str:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().strip()


def test_a_signal_while_a_command_is_being_started_leaves_no_child(monkeypatch: Any) -> None:
    started: list[Any] = []

    class Interrupted(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            started.append(self)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_command("sleep 600", b"", {"PATH": "/usr/bin:/bin"}, 60)
    assert started[0].returncode == -signal.SIGTERM


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    command = f"sh -c 'echo $$ > {mark}; exec sleep 600' & wait"
    trouble = run_command(command, b"x" * 1_000_000, {"PATH": "/usr/bin:/bin"}, 0.5)
    assert trouble == "was ended after 0.5 s"
    wait_until(lambda: not Path(f"/proc/{mark.read_text().strip()}").exists())


def test_a_command_that_ends_badly_says_how() -> None:
    env = {"PATH": "/usr/bin:/bin"}
    assert run_command("exit 0", b"unread", env, 9) is None
    assert run_command("exit 4", b"", env, 9) == "ended with 4"
    assert run_command("kill -9 $$", b"", env, 9) == "was ended by signal 9"
    assert run_command("no-such-program-here", b"", env, 9) == "ended with 127"


def test_a_followed_run_that_waits_is_last(waiting: Waiting, api_env: dict[str, str], triage: Run) -> None:
    env = {**api_env, "ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": waiting.running.keys.full}
    followed = run_inside(("run", "-a", "ap_specialist", "[triage] [instant] Pay"), env)
    assert followed.code == 8, followed.err
    assert triage("reject", "@last").code == 0
