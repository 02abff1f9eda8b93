"""Whatever changes something goes on without its stdout, and ends with what was done."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import IO

import pytest

from tests.faults.healthy import Healthy
from tests.installed import PROGRAM
from tests.servers.raw import RawServer

MANY = 30
ITEMS = [f"71f2e3a4-0000-4000-8000-{number:012}" for number in range(MANY)]
FORMATS = ("tsv", "jsonl", "json", "csv", "id", "table")


def without(env: dict[str, str], stdout: IO[bytes] | int, *argv: str) -> tuple[int, str, list[str]]:
    """The exit code, stderr, and the changes that the API was asked for."""
    with RawServer(answer=Healthy()) as server:
        env = {**env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_0123456789abcdef"}
        done = subprocess.run([PROGRAM, *argv], env=env, stdout=stdout, stderr=subprocess.PIPE, timeout=60)
        changes = [request.path for request in server.requests if request.method != "GET"]
    return done.returncode, done.stderr.decode(), changes


@pytest.fixture
def unread() -> IO[bytes]:
    """A pipe that nobody reads from any more."""
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "wb")


@pytest.mark.parametrize("format", FORMATS)
def test_a_pipe_that_nobody_reads(clean_env: dict[str, str], unread: IO[bytes], format: str) -> None:
    code, err, changes = without(clean_env, unread, "triage", "approve", *ITEMS, "-o", format)
    assert (code, len(changes)) == (0, MANY), err
    assert "30 of 30 approved" in err


@pytest.mark.parametrize("format", FORMATS)
def test_a_full_disk(clean_env: dict[str, str], format: str) -> None:
    with Path("/dev/full").open("wb") as full:
        code, err, changes = without(clean_env, full, "triage", "approve", *ITEMS, "-o", format)
    assert (code, len(changes)) == (1, MANY), err
    assert "30 of 30 approved" in err and "the result could not be written: no space left on device" in err


def test_a_followed_run_ends_with_its_code(clean_env: dict[str, str], unread: IO[bytes]) -> None:
    code, err, changes = without(clean_env, unread, "run", "Count", "-o", "jsonl")
    assert (code, changes) == (0, ["/v1/run"]) and "error" not in err


def test_a_reading_command_still_ends_quietly(clean_env: dict[str, str], unread: IO[bytes]) -> None:
    assert without(clean_env, unread, "runs", "list", "--all")[:2] == (0, "")
