"""Webhooks end to end on one machine: the sandbox, a listener with a command, a forwarder, and a person's decision."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.webhooks.conftest import SECRET
from tests.commands.webhooks.running import Running
from tests.inside import inside
from tests.installed import Run, wait_until

__all__ = ["inside"]


@pytest.fixture
def listen(clean_env: dict[str, str]) -> Callable[..., Running]:
    def start(*more: str, **env: str) -> Running:
        return Running("webhooks", "listen", "-o", "json", *more, env={**clean_env, **env})

    return start


def free_port() -> int:
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def shown(listener: Running, count: int) -> list[tuple[str, str]]:
    """The first deliveries a listener showed, after its line about itself."""
    lines = [json.loads(line) for line in listener.lines(count + 1)[1:]]
    return [(said["run_id"], said["event"]) for said in lines]


@pytest.mark.debian("jq")
def test_from_a_run_to_a_decision_to_its_end(
    eclips: Run, listen: Callable[..., Running], api_env: dict[str, str], tmp_path: Path
) -> None:
    """sandbox → webhook → `listen --exec` → `triage approve` → run completed → webhook."""
    url, secret = f"http://127.0.0.1:{free_port()}/hook", tmp_path / "hook.secret"
    created = eclips("webhooks", "create", url, "--secret-file", str(secret), "-o", "json")
    assert created.code == 0, created.err
    approve = (
        'test "$ECLIPS_EVENT" = run.triage_required || exit 0; '
        'eclips triage approve "$(jq -r .data.triage_item_id)" --note "by the hook, run $ECLIPS_RUN_ID" -o json'
    )
    env = {name: api_env[name] for name in ("ECLIPS_BASE_URL", "ECLIPS_API_KEY")}
    port = url.rpartition(":")[2].partition("/")[0]
    with listen("--secret-file", str(secret), "--port", port, "--exec", approve, **env) as listener:
        listener.lines(1)
        run_id = eclips("run", "-d", "-a", "ap_specialist", "[triage] Pay invoice INV-1001").lines[0]
        assert shown(listener, 2) == [(run_id, "run.triage_required"), (run_id, "run.completed")]
        ended = eclips("runs", "get", run_id, "-o", "json").json
        assert listener.stop() == 130
    assert ended["run"]["status"] == "completed"
    assert ended["triage_item"]["resolution_note"] == f"by the hook, run {run_id}"
    assert not [line for line in listener.err if "refused" in line or "ended with" in line]
    assert eclips("webhooks", "delete", created.json["id"], "--yes").code == 0


def test_forward_to_a_listener_across_a_kill(
    eclips: Run, listen: Callable[..., Running], api_env: dict[str, str]
) -> None:
    env = {**api_env, "HOOK": SECRET}
    with listen("--secret-env", "HOOK", HOOK=SECRET) as listener:
        url = json.loads(listener.lines(1)[0])["url"]
        argv = ("webhooks", "forward", "--to", url, "--secret-env", "HOOK", "-o", "json")
        with Running(*argv, env=env) as forwarder:
            ready = json.loads(forwarder.lines(1)[0])
            assert ready["to"] == url and ready["resumed"] is False
            first = eclips("run", "-d", "[instant] x").lines[0]
            assert shown(listener, 1) == [(first, "run.completed")]
            row = json.loads(forwarder.lines(2)[1])
            assert (row["run_id"], row["state"], row["status"]) == (first, "delivered", 200)
            second = eclips(*argv, HOOK=SECRET)
            assert second.code == 16 and "forwards to" in second.error["message"] and second.out == ""
            assert forwarder.stop(signal.SIGKILL) == -signal.SIGKILL
        later = [
            eclips("run", "-d", "[instant] [fail] y").lines[0],
            eclips("run", "-d", "[instant] z").lines[0],
        ]
        with Running(*argv, env=env) as forwarder:
            assert json.loads(forwarder.lines(1)[0])["resumed"] is True
            wait_until(lambda: len(listener.out) >= 4)
            assert shown(listener, 3)[1:] == [(later[0], "run.failed"), (later[1], "run.completed")]
            assert forwarder.stop() == 130
            assert "the same command goes on" in forwarder.err[-1]
        assert listener.stop() == 130
    assert len(listener.out) == 4 and not any("repeat" in line for line in listener.err)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--to", "http://example.com/"), "--to must begin with https://"),
        (("--to", "http://127.0.0.1:9/", "--since", "soon"), "not a time"),
        (("--to", "http://127.0.0.1:9/", "--dry-run"), "no --dry-run"),
        (("--to", "http://127.0.0.1:9/", "--secret-env", "NOT_SET"), "no variable NOT_SET"),
    ],
)
def test_a_forwarder_that_makes_no_sense(inside: Run, options: tuple[str, ...], words: str) -> None:
    done = inside("webhooks", "forward", *options)
    assert done.code == 2 and words in done.err and done.out == ""


def test_a_forwarder_without_a_right_key(inside: Run, server: Any) -> None:
    argv = ("webhooks", "forward", "--to", "http://127.0.0.1:9/", "--secret-env", "HOOK")
    env = {"HOOK": SECRET, "ECLIPS_API_KEY": server.keys.revoked}
    assert inside(*argv, env=env).code == 4
    assert inside(*argv, env=env | {"ECLIPS_API_KEY": server.keys.no_plan}).code == 5


def test_a_forwarder_gives_up_when_the_api_is_away_for_too_long(inside: Run) -> None:
    argv = ("webhooks", "forward", "--to", "http://127.0.0.1:9/", "--secret-env", "HOOK")
    done = inside(
        *argv, "--max-outage", "0.1s", env={"HOOK": SECRET, "ECLIPS_BASE_URL": "http://127.0.0.1:9"}
    )
    assert done.code == 7
