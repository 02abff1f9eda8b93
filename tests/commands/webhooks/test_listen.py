"""`webhooks listen` as a process: what is shown where, the commands, and how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from eclips_cli.commands.webhooks._delivery import made_up, signed
from eclips_cli.commands.webhooks._listener import UNSHOWN
from tests.commands.webhooks.conftest import SECRET
from tests.commands.webhooks.running import Running
from tests.hurried import hurried
from tests.installed import PROGRAM, Result, wait_until

Listen = Callable[..., AbstractContextManager[Running]]
SOON_REFUSED = hurried("eclips_cli.commands.webhooks._listener:TAKE_SECONDS=0.4")
"""what can't be taken is refused after that time rather than three seconds"""


@pytest.fixture
def listen(clean_env: dict[str, str]) -> Listen:
    def start(*more: str, secret: str | None = SECRET, program: Sequence[str] = (PROGRAM,)) -> Running:
        env = {**clean_env, "HOOK": secret or ""}
        source = ("--secret-env", "HOOK") if secret else ()
        return Running("webhooks", "listen", *source, *more, env=env, program=program)

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
    with listen("--exec", command, "--exec-at-once", "2") as listener:
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_whatever_stops_it_nothing_that_was_answered_with_2xx_is_dropped(
    listen: Listen, tmp_path: Path, number: signal.Signals
) -> None:
    command = f"echo x >> {tmp_path}/begun; until test -e {tmp_path}/go; do sleep 0.05; done; echo x >> {tmp_path}/done"
    begun = tmp_path / "begun"
    with listen("--exec", command, "--exec-at-once", "2", program=SOON_REFUSED) as listener:
        url = url_of(listener)
        statuses: list[int] = []

        def one() -> None:
            try:
                statuses.append(send(url)[0])
            except httpx.TransportError:
                statuses.append(0)  # it came too late

        senders = [threading.Thread(target=one) for _ in range(8)]
        for sender in senders:
            sender.start()
        wait_until(lambda: begun.exists() and begun.read_text() == "x\nx\n" and statuses.count(200) == 2)
        listener.process.send_signal(number)
        told = listener.said("2 commands are not done yet")
        for sender in senders:
            sender.join()
        (tmp_path / "go").touch()
        assert listener.process.wait(20) == (130 if number == signal.SIGINT else 143)
    assert told.count("run.completed of run ") == 2 and told.endswith("Ctrl-C again ends them")
    assert statuses.count(200) == 2 and set(statuses) <= {200, 503, 0}
    assert (tmp_path / "done").read_text() == begun.read_text() == "x\nx\n" and len(listener.out) == 2


def test_one_that_no_command_can_be_begun_for_is_asked_to_come_again(listen: Listen, tmp_path: Path) -> None:
    command = f"until test -e {tmp_path}/go; do sleep 0.05; done"
    with listen("--exec", command, "--exec-at-once", "1", program=SOON_REFUSED) as listener:
        url = url_of(listener)
        assert send(url)[0] == 200
        content = made_up("run.failed")
        second = signed(content, SECRET.encode(), time.time())

        def again() -> int:
            return httpx.post(url, content=second.body, headers=second.headers, trust_env=False).status_code

        assert again() == 503
        listener.said(f"refused (503): run.failed of run {content['run_id']}: too many commands are running")
        (tmp_path / "go").touch()
        assert again() == 200
        assert listener.stop() == 130
    assert len(listener.out) == 2


def test_a_command_is_given_its_time_at_the_end_and_no_more(listen: Listen) -> None:
    with listen("--exec", "trap '' TERM; sleep 300", "--exec-timeout", "1s") as listener:
        _, run_id = send(url_of(listener))
        listener.process.send_signal(signal.SIGTERM)
        listener.said(f"1 command is not done yet (run.completed of run {run_id})")
        assert listener.process.wait(20) == 143
        listener.said(f"of run {run_id} was ended after 1 s")


def test_what_a_second_signal_leaves_undone_is_named(listen: Listen) -> None:
    with listen("--exec", "sleep 300") as listener:
        status, run_id = send(url_of(listener))
        assert status == 200
        listener.process.send_signal(signal.SIGTERM)
        listener.said("not done yet")
        assert listener.stop(signal.SIGTERM) == 143
        listener.said(f"1 command ended unfinished (run.completed of run {run_id})")


def test_the_commands_are_done_although_the_reader_has_enough(
    clean_env: dict[str, str], tmp_path: Path
) -> None:
    command = f"sleep 1; echo x >> {tmp_path}/done"
    argv = [PROGRAM, "webhooks", "listen", "--secret-env", "HOOK", "--exec", command]
    env = {**clean_env, "HOOK": SECRET}
    with subprocess.Popen(
        argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as listener:
        assert listener.stderr is not None and listener.stdout is not None
        url = listener.stderr.readline().split()[2]
        listener.stdout.close()
        assert send(url)[0] == 200
        assert listener.wait(20) == 0
    assert (tmp_path / "done").read_text() == "x\n"


def test_an_unread_stdout_neither_piles_up_nor_keeps_it_from_ending(clean_env: dict[str, str]) -> None:
    argv = [*SOON_REFUSED, "webhooks", "listen", "--secret-env", "HOOK"]
    env = {**clean_env, "HOOK": SECRET}
    large = {"data": {"output": "x" * 900_000}}
    with subprocess.Popen(
        argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as listener:
        assert listener.stderr is not None
        url = listener.stderr.readline().split()[2]
        names, statuses = [], []
        for _ in range(UNSHOWN + 1):
            content = made_up("run.completed") | large
            delivery = signed(content, SECRET.encode(), time.time())
            answer = httpx.post(
                url, content=delivery.body, headers=delivery.headers, trust_env=False, timeout=20
            )
            names.append(content["run_id"])
            statuses.append(answer.status_code)
        assert statuses == [200] * UNSHOWN + [503]
        memory = Path(f"/proc/{listener.pid}/status").read_text().split("VmHWM:")[1].split()[0]
        assert int(memory) < 200 * 1024
        listener.send_signal(signal.SIGTERM)
        assert listener.wait(60) == 143
        told = listener.stderr.read()
    assert (
        f"{UNSHOWN} deliveries were answered, and could not be shown (run.completed of run {names[0]}, "
        in told
    )


def test_bodies_that_nobody_signed_hold_up_no_delivery(listen: Listen) -> None:
    nested = b"[" + b",".join([b"[" * 400 + b"]" * 400] * 1300) + b"]"
    forged = {"X-eClips-Signature": "sha256=" + "0" * 64}
    with listen() as listener:
        url = url_of(listener)
        stop = threading.Event()

        def flood(body: bytes) -> None:
            while not stop.is_set():
                httpx.post(url, content=body, headers=forged, trust_env=False, timeout=20)

        floods = [
            threading.Thread(target=flood, args=(body,)) for body in (nested[: 2**20], nested[:16_019] + b"]")
        ]
        for thread in floods:
            thread.start()
        listener.said("the signature does not fit")
        for _ in range(5):
            begun = time.monotonic()
            assert send(url)[0] == 200 and time.monotonic() - begun < 15
        stop.set()
        for thread in floods:
            thread.join()
        memory = Path(f"/proc/{listener.process.pid}/status").read_text().split("VmHWM:")[1].split()[0]
        assert int(memory) < 200 * 1024
        assert listener.stop() == 130


def test_the_same_delivery_after_a_restart_is_a_repeat(listen: Listen, tmp_path: Path) -> None:
    delivery = signed(made_up("run.failed"), SECRET.encode(), time.time())
    for verdict in ("", "repeat (200)"):
        with listen("--exec", f"echo x >> {tmp_path}/done") as listener:
            url = url_of(listener)
            answer = httpx.post(url, content=delivery.body, headers=delivery.headers, trust_env=False)
            assert answer.status_code == 200
            if verdict:
                listener.said(verdict)
            assert listener.stop(signal.SIGTERM) == 143
    assert (tmp_path / "done").read_text() == "x\n"


def test_two_secrets_while_one_is_rotated(listen: Listen, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("whsec_new")
    with listen("--secret-file", str(tmp_path / "new"), "--host", "hook.example") as listener:
        url = url_of(listener)
        for secret, status in ((SECRET, 200), ("whsec_new", 200), ("whsec_older", 401)):
            delivery = signed(made_up("run.failed"), secret.encode(), time.time())
            headers = {**delivery.headers, "Host": "hook.example"}
            answer = httpx.post(url, content=delivery.body, headers=headers, trust_env=False)
            assert answer.status_code == status
        stranger = httpx.post(url, content=b"", headers={"Host": "evil.example"}, trust_env=False)
        assert stranger.status_code == 421
        listener.said("refused (421): it is meant for evil.example, not for this machine")
        assert listener.stop() == 130


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
