"""`webhooks listen` as a process: what is shown where, the commands, and how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from eclips_cli.commands.webhooks._delivery import made_up, signed
from tests.commands.webhooks.conftest import SECRET
from tests.commands.webhooks.running import Running
from tests.installed import PROGRAM, Result, wait_until

Listen = Callable[..., AbstractContextManager[Running]]


@pytest.fixture
def listen(clean_env: dict[str, str]) -> Listen:
    def start(*more: str, secret: str | None = SECRET) -> Running:
        env = {**clean_env, "HOOK": secret or ""}
        source = ("--secret-env", "HOOK") if secret else ()
        return Running("webhooks", "listen", *source, *more, env=env)

    return start


def url_of(listener: Running) -> str:
    return listener.said("listening on").split()[2]


def send(url: str, event: str = "run.completed", body: bytes | None = None) -> tuple[int, str]:
    """Send a fresh delivery (with another body, if one is given); the status and the run id."""
    content = made_up(event)
    delivery = signed(content, SECRET.encode(), time.time())
    answer = httpx.post(url, content=body or delivery.body, headers=delivery.headers, trust_env=False)
    return answer.status_code, content["run_id"]


def test_in_a_pipe_each_delivery_is_a_line_and_the_rest_is_talk(listen: Listen) -> None:
    with listen() as listener:
        url = url_of(listener)
        status, run_id = send(url)
        assert status == 200
        assert send(url, body=b'{"event":"run.completed"}')[0] == 401
        refusal = listener.said("refused (401)")
        again = signed(made_up("run.failed") | {"run_id": run_id}, SECRET.encode(), time.time())
        for _ in range(2):
            assert (
                httpx.post(url, content=again.body, headers=again.headers, trust_env=False).status_code == 200
            )
        listener.said(f"repeat (200): run.failed of run {run_id}")
        shown = [json.loads(line) for line in listener.lines(2)]
        assert listener.stop() == 130
    assert [(said["event"], said["run_id"]) for said in shown] == [
        ("run.completed", run_id), ("run.failed", run_id),
    ]  # fmt: skip
    assert list(shown[0])[-1] == "received_at" and shown[0]["data"]["output"]
    assert "the signature does not fit: " in refusal and len(listener.out) == 2


def test_the_first_line_of_json_says_where(listen: Listen) -> None:
    with listen("-o", "json", secret=None) as listener:
        url = json.loads(listener.lines(1)[0])["url"]
        assert listener.said("secret whsec_").startswith("secret whsec_")
        assert send(url)[0] == 401
        assert listener.stop(signal.SIGTERM) == 143
    assert len(listener.out) == 1 and "whsec_" not in listener.out[0]


def test_a_command_for_each_delivery(listen: Listen, tmp_path: Path) -> None:
    there = f'{tmp_path}/"$ECLIPS_RUN_ID"'
    command = f'cat > {there}.part; mv {there}.part {there}; echo "did $ECLIPS_EVENT"; exit 3'
    with listen("--exec", command) as listener:
        _, run_id = send(url_of(listener), "run.triage_required")
        listener.said("  did run.triage_required")
        listener.said(f"the command for run.triage_required of run {run_id} ended with 3")
        body = json.loads((tmp_path / run_id).read_bytes())
        assert body["run_id"] == run_id and json.loads(listener.lines(1)[0])["run_id"] == run_id
        assert listener.stop() == 130


def test_a_command_that_hangs_is_ended_and_does_not_keep_others(listen: Listen, tmp_path: Path) -> None:
    command = f'test "$ECLIPS_EVENT" = run.failed && sleep 60; touch {tmp_path}/"$ECLIPS_RUN_ID"'
    with listen("--exec", command, "--exec-timeout", "0.5s", "--exec-at-once", "2") as listener:
        url = url_of(listener)
        _, hung = send(url, "run.failed")
        _, quick = send(url)
        wait_until((tmp_path / quick).exists)
        listener.said(f"of run {hung} was ended after 0.5 s")
        assert not (tmp_path / hung).exists()
        assert listener.stop() == 130


def test_what_was_answered_is_still_done_after_ctrl_c(listen: Listen, tmp_path: Path) -> None:
    command = f"while test ! -e {tmp_path}/go; do sleep 0.05; done; echo x >> {tmp_path}/done"
    with listen("--exec", command, "--exec-at-once", "1") as listener:
        url = url_of(listener)
        for _ in range(2):
            assert send(url)[0] == 200
        listener.process.send_signal(signal.SIGINT)
        listener.said("2 commands are not done yet")
        (tmp_path / "go").touch()
        assert listener.process.wait(20) == 130
    assert (tmp_path / "done").read_text() == "x\nx\n" and len(listener.out) == 2


def test_a_second_ctrl_c_ends_the_commands(listen: Listen, tmp_path: Path) -> None:
    with listen("--exec", f"echo $$ > {tmp_path}/pid; sleep 300") as listener:
        assert send(url_of(listener))[0] == 200
        wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip())
        listener.process.send_signal(signal.SIGINT)
        listener.said("not done yet")
        assert listener.stop() == 130
    pid = (tmp_path / "pid").read_text().strip()
    wait_until(lambda: not Path(f"/proc/{pid}").exists())


@pytest.mark.parametrize(
    "options",
    [("--tolerance", "0"), ("--tolerance", "soon"), ("--exec", " "), ("--exec", "x", "--exec-timeout", "0"),
     ("--port", "70000"), ("--exec-at-once", "0"), ("--secret-env", "NOT_SET")],
)  # fmt: skip
def test_options_that_make_no_sense(here: Callable[..., Result], options: tuple[str, ...]) -> None:
    done = here("webhooks", "listen", *options)
    assert done.code == 2 and done.out == "" and done.err.count("\n") <= 2


def test_a_stale_delivery_is_refused(listen: Listen) -> None:
    with listen("--tolerance", "10s") as listener:
        old = signed(made_up("run.failed"), SECRET.encode(), time.time() - 60)
        url = url_of(listener)
        assert httpx.post(url, content=old.body, headers=old.headers, trust_env=False).status_code == 400
        assert "1m" in listener.said("old; at most 10s")
        assert listener.stop() == 130


def test_a_reader_that_has_enough_ends_it_quietly(clean_env: dict[str, str]) -> None:
    argv = [PROGRAM, "webhooks", "listen", "--secret-env", "HOOK"]
    reading, writing = os.pipe()
    env = {**clean_env, "HOOK": SECRET}
    with subprocess.Popen(argv, env=env, stdout=writing, stderr=subprocess.PIPE, text=True) as listener:
        os.close(writing)
        assert listener.stderr is not None
        url = listener.stderr.readline().split()[2]
        send(url)
        assert os.read(reading, 10) == b'{"event":"'
        os.close(reading)

        def gone() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                send(url)
            return listener.poll() is not None

        wait_until(gone)
        assert listener.returncode == 0 and listener.stderr.read() == ""
