"""The kill matrix: SIGKILL at every step of a submission, run again: each row exactly once at the server."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from eclips_cli.batch.plan import choose_mapping
from eclips_cli.batch.reading import open_rows
from eclips_cli.batch.recording import Order
from tests.batch.conftest import csv_of, expected

ROOT = Path(__file__).resolve().parents[2]
ROWS = 1203
STEPS = 11  # begin, three jobs, ready, and sending and accepted for each of the three


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "june.csv"
    path.write_text(csv_of(ROWS))
    return path


def start(server, tmp_path, file, step="none"):
    command = [sys.executable, "-m", "tests.batch.killed", tmp_path / "state", server.url, file, step]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def rerun(desks, server, clock, file, meanwhile=lambda: None):
    """The same command in a new process's place; `meanwhile` is what happens while it waits."""
    clock.on_sleep = meanwhile
    desk = desks()
    source = open_rows(file)
    mapping = choose_mapping(source, template="Process {number}")
    order = Order(source, mapping, "June", "ap_specialist", "default", server.url)
    return desk.submit(order)


def assert_once(server):
    assert sorted(server.tasks()) == expected(ROWS)
    assert len({job["name"] for job in server.jobs}) == 3


@pytest.mark.parametrize("number", range(1, STEPS + 1))
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_a_write_of_the_journal(desks, server, clock, tmp_path, file, when, number):
    with start(server, tmp_path, file, f"{when}:{number}") as process:
        assert process.wait() == -signal.SIGKILL
    rerun(desks, server, clock, file)
    assert_once(server)


def test_the_steps_are_all_there_are(server, tmp_path, file):
    with start(server, tmp_path, file, f"before:{STEPS + 1}") as process:
        assert process.stdout.read() == b"done\n" and process.wait() == 0
    assert_once(server)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("when", ["before", "after", "late"])
def test_killed_while_the_server_has_the_request(desks, server, clock, tmp_path, file, when, number):
    commit, calls, process = server.commit, [], None

    def killing(body):
        calls.append(body)
        if len(calls) != number:
            return commit(body)
        if when == "after":
            commit(body)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        raise ConnectionAbortedError

    server.commit = killing
    server.handle_error = lambda *_: None
    process = start(server, tmp_path, file)
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    server.commit = commit
    looks = []

    def commit_late():
        looks.append(1)
        if when == "late" and len(looks) == 2:
            commit(calls[-1])

    rerun(desks, server, clock, file, commit_late)
    assert_once(server)


def test_killed_twice(desks, server, clock, tmp_path, file):
    for step in ("after:6", "before:4"):
        with start(server, tmp_path, file, step) as process:
            process.wait()
    rerun(desks, server, clock, file)
    assert_once(server)


def test_two_processes_at_once(server, tmp_path, file):
    both = [start(server, tmp_path, file) for _ in range(2)]
    for process in both:
        process.wait()
        process.stdout.close()
    assert_once(server)
