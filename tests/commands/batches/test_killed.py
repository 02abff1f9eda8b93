"""The kill matrix: `eclips batches submit` killed at every step, run again: each row exactly once at the server."""

import os
import signal
from unittest import mock

import pytest

from tests.commands.batches.conftest import KEY, csv_of, expected
from tests.forking import Fork
from tests.inside import run_inside
from tests.installed import PROGRAM, wait_until

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
        return Fork([PROGRAM, step, *submit], env, module="tests.commands.batches.killed")

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
    process.communicate()
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("number", range(1, STEPS + 1))
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_a_write_of_the_journal(server, start, rerun, when, number):
    assert killed(start(f"{when}:{number}"))
    rerun()
    assert_once(server)


def test_the_steps_are_all_there_are(server, start):
    process = start(f"before:{STEPS + 1}")
    out, err = process.communicate()
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
        wait_until(lambda: process)
        os.kill(process.pid, signal.SIGKILL)
        raise ConnectionAbortedError

    server.commit = killing
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
    told = [process.communicate()[1] for process in both]
    assert 0 in {process.returncode for process in both}, b"\n".join(told)
    assert_once(server)
    for process, err in zip(both, told, strict=True):
        refused = process.returncode == 16 and b"another eclips is working on" in err
        assert refused or process.returncode == 0, err
