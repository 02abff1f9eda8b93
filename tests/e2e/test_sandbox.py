"""`eclips sandbox`: served for other tools, its keys and faults, what it holds, and forgetting it."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.installed import PROGRAM, Result, run_installed


@contextmanager
def served(env: dict[str, str], *argv: str) -> Iterator[dict[str, Any]]:
    """`eclips sandbox serve` in a process of its own; ended by Ctrl-C, which it takes well."""
    process = subprocess.Popen(
        [PROGRAM, "sandbox", "serve", "-o", "json", *argv],
        env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "stopped\n")


def test_served_to_other_tools_and_held_for_the_next_one(clean_env: dict[str, str]) -> None:
    def eclips(*argv: str, **more: str) -> Result:
        return run_installed(argv, {**clean_env, **more})

    with served(clean_env, "--speed", "50", "--fault", "rate_limit:path=/v1/usage,retry_after=1") as ready:
        assert set(ready) == {"url", "api_key", "keys"}
        assert set(ready["keys"]) == {"full", "read_only", "revoked", "no_plan"}
        assert ready["api_key"] == ready["keys"]["full"]
        env = {"ECLIPS_BASE_URL": ready["url"], "ECLIPS_API_KEY": ready["api_key"]}
        followed = eclips("run", "Get quotes", "-o", "json", **env)
        assert followed.code == 0, followed
        limited = eclips("usage", "--max-retries", "0", "-o", "json", **env)
        assert (limited.code, limited.error["retry_after"]) == (10, 1)
        status = eclips("sandbox", "status", "-o", "json").json
        assert (status["served"], status["runs"]) == (ready["url"], 1)
        taken = eclips("sandbox", "serve", "--port", ready["url"].rpartition(":")[2])
        assert taken.code == 17 and "already in use" in taken.err.lower(), taken
        assert len(taken.err.splitlines()) <= 2
    assert eclips("sandbox", "status", "-o", "json").json["served"] is None
    held = eclips("--sandbox", "runs", "list", "-o", "id").lines
    assert held == [followed.json["run"]["id"]], "what one command starts, the next one sees"
    assert eclips("sandbox", "reset").code == 2
    assert eclips("sandbox", "reset", "--yes").code == 0
    assert eclips("--sandbox", "runs", "list", "-o", "json").json == []
    assert eclips("sandbox", "status", "-o", "json").json["keys"]["full"] == ready["api_key"], "its keys stay"


def test_for_people_it_prints_lines_to_paste(clean_env: dict[str, str]) -> None:
    process = subprocess.Popen(
        [PROGRAM, "sandbox", "serve", "-o", "table"], env=clean_env, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = []
    while not lines or "no plan" not in lines[-1]:
        lines.append(process.stdout.readline())
        assert lines[-1], "it ended"
    exports = "".join(line for line in lines if "export " in line)
    done = subprocess.run(
        ["sh", "-c", f"{exports}\n{PROGRAM} usage --jq .plan"], env=clean_env, capture_output=True, text=True
    )
    process.terminate()
    assert done.stdout == "team\n"
    assert process.wait(timeout=30) == 143


def test_a_port_that_is_taken_by_another_program(clean_env: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = run_installed(("sandbox", "serve", "--port", str(other.getsockname()[1])), clean_env)
    assert done.code == 17 and done.err.startswith("error: ") and "in use" in done.err.lower()


@pytest.mark.parametrize("kind", ["full", "read_only"])
def test_the_sandbox_in_the_process_needs_no_key_and_no_network(clean_env: dict[str, str], kind: str) -> None:
    env = {**clean_env, "HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
    if kind == "read_only":
        env["ECLIPS_API_KEY"] = "eck_live_0123456789abcdef"
    done = run_installed(("--sandbox", "run", "[instant] x", "-o", "json"), env)
    assert done.code == 0 and done.json["run"]["status"] == "completed", done
