"""The kill matrix: `eclips batches submit` killed at every step, run again: each row exactly once at the server."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from tests.commands.batches.conftest import KEY, csv_of, expected
from tests.inside import run_inside

ROOT = Path(__file__).resolve().parents[3]
ROWS = 1203
STEPS = 11  # begin, three jobs, ready, and sending and accepted for each of the three


@pytest.fixture
def submit(tmp_path):
    """The command line, as a person repeats it."""
    (tmp_path / "june.csv").write_text(csv_of(ROWS))
    return ("batches", "submit", f"{tmp_path}/june.csv", "--task", "Process {number}", "--detach")


@pytest.fixture
def env(clean_env, server):
    return {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}


@pytest.fixture
def start(env, submit):
    """Start the command in a process of its own, to be killed at a step."""

    def start(step="none"):
        command = [sys.executable, "-m", "tests.commands.batches.killed", step, *submit]
        return subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    return start


@pytest.fixture
def rerun(env, submit, clock):
    """The same command again, waiting on a clock that is not real; `meanwhile` happens while it waits."""

    def rerun(meanwhile=lambda: None):
        clock.on_sleep = meanwhile
        with mock.patch("eclips_cli.api.waiting.SystemClock", lambda: clock):
            done = run_inside(submit, env)
        assert done.code == 0, done.err
        return done

    return rerun


def assert_once(server):
    assert sorted(server.tasks()) == expected(ROWS)
    assert len({job["name"] for job in server.jobs}) == 3


def killed(process):
    process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("number", range(1, STEPS + 1))
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_a_write_of_the_journal(server, start, rerun, when, number):
    assert killed(start(f"{when}:{number}"))
    rerun()
    assert_once(server)


def test_the_steps_are_all_there_are(server, start):
    process = start(f"before:{STEPS + 1}")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, len(out.splitlines())) == (0, 3), err
    assert_once(server)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("when", ["before", "after", "late"])
def test_killed_while_the_server_has_the_request(server, start, rerun, when, number):
    commit, calls, process = server.commit, [], None

    def killing(body):
        calls.append(body)
        if len(calls) != number:
            return commit(body)
        if when == "after":
            commit(body)
        os.kill(process.pid, signal.SIGKILL)
        raise ConnectionAbortedError

    server.commit = killing
    server.handle_error = lambda *_: None
    process = start()
    assert killed(process)
    server.commit = commit
    looks = []

    def commit_late():
        looks.append(1)
        if when == "late" and len(looks) == 2:
            commit(calls[-1])

    rerun(commit_late)
    assert_once(server)


def test_killed_twice(server, start, rerun):
    for step in ("after:6", "before:2"):
        assert killed(start(step))
    rerun()
    assert_once(server)


def test_two_processes_at_once(server, start):
    both = [start() for _ in range(2)]
    told = [process.communicate(timeout=60)[1] for process in both]
    assert 0 in {process.returncode for process in both}, "\n".join(told)
    assert_once(server)
    for process, err in zip(both, told, strict=True):
        refused = process.returncode == 16 and "another eclips is working on" in err
        assert refused or process.returncode == 0, err
