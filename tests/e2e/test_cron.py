"""The recipes of `eclips help cron`, run as cron runs them."""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.installed import PROGRAM, run_installed, wait_until
from tests.output.rows import USAGE
from tests.servers.cron import Crontab, block, set_up
from tests.servers.raw import RawServer, json_reply

pytestmark = pytest.mark.debian("setsid")
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} \w+: .+")
"""a line of the log: a time and a name before what was said"""


class Night(Crontab):
    """The crontab of somebody who did what the help says, with a sandbox in place of the API."""

    def __init__(self, home: Path, running: Any) -> None:
        super().__init__(home)
        set_up(home, PROGRAM, running.keys.full)
        self.key_file = home / ".eclips-key"
        self.variables["ECLIPS_BASE_URL"] = running.url
        self.key = running.keys.full
        self.env = {**self.variables, "HOME": str(home)}

    def run(self, word: str, **more: str) -> Any:
        mail = super().run(word, **more)
        assert self.key not in mail.text
        assert all(map(LINE.fullmatch, self.log)), self.log
        return mail

    @property
    def log(self) -> list[str]:
        log = self.home / "eclips.log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def night(tmp_path: Path, faulty: Any) -> Night:
    # with a sandbox of its own: another test's batch of the same name could not be told from this one's
    return Night(tmp_path, faulty())


def test_the_crontab_is_one(night: Night) -> None:
    assert len(night.commands) == 5
    assert all(len(times) == 5 for times in night.times)
    assert set(night.variables) == {"PATH", "ECLIPS_API_KEY_FILE", "MAILTO", "ECLIPS_BASE_URL"}
    assert night.key_file.stat().st_mode & 0o777 == 0o600
    shown = run_installed(("help", "cron"), night.env).out
    for beginning in ("(umask 077;", "#!/bin/sh", "PATH="):
        assert "\n".join(f"  {line}" for line in block("cron", beginning)) in shown, "whole, to be copied"


def test_nothing_is_mailed_when_all_is_well(tmp_path: Path, faulty: Any) -> None:
    night = Night(tmp_path, faulty())
    for job in ("usage", "triage", "health", "inventory_monitor"):
        mail = night.run(job)
        assert (mail.code, mail.text) == (0, ""), job


def test_the_run_of_a_day_is_started_once(tmp_path: Path, faulty: Any) -> None:
    night = Night(tmp_path, faulty())
    for _ in range(2):
        assert night.run("inventory_monitor").text == ""
    assert len(json.loads(run_installed(("runs", "list", "-o", "json"), night.env).out)) == 1


def test_an_alarm_is_mailed_when_credits_run_low_or_the_api_is_down(night: Night) -> None:
    (night.home / ".config/eclips").mkdir(parents=True)
    (night.home / ".config/eclips/config.toml").write_text("[profiles.default]\nmax_retries = 0\n")
    low = USAGE | {"credits_used": 46000, "credits_remaining": 4000}
    with RawServer(
        answer=lambda r: json_reply(
            low if r.path == "/v1/usage" else {"error": "x"}, 200 if "usage" in r.path else 503
        )
    ) as server:
        night.variables["ECLIPS_BASE_URL"] = server.url
        credits, health = night.run("usage"), night.run("health")
    assert credits.code == 10
    assert credits.text.startswith("error: 4,000 credits are left, fewer than 5,000\nhint: ")
    assert health.code == 12 and health.text.startswith("error: GET /v1/health was answered 503")
    assert night.run("health").text.startswith("error: could not reach 127.0.0.1"), "nobody listens any more"


def test_what_waits_for_a_person_is_mailed(night: Night) -> None:
    run_installed(("run", "-d", "[triage] [instant] Pay 40,000"), night.env)
    mail = wait_until(lambda: (mail := night.run("triage")).text and mail)
    assert mail.code == 0 and "Amount above auto-approval threshold" in mail.text


def history(night: Night) -> Any:
    return json.loads(run_installed(("batches", "history", "-o", "json"), night.env).out)


def test_the_nights_batch_goes_on_and_never_twice(night: Night) -> None:
    file = night.home / "invoices.csv"
    file.write_text("number,vendor,amount\nINV-1 [instant],A,1\nINV-2 [instant],B,2\n")
    first = night.run("invoices")
    assert (first.code, first.text) == (0, ""), night.log
    done = (night.home / "done.csv").read_text().splitlines()
    assert len(done) == 3 and done[0].startswith("number,vendor,amount,status")
    jobs = history(night)
    assert night.run("invoices").code == 0 and history(night) == jobs
    with file.open("a") as more:
        more.write("INV-3 [fail] [instant],A,3\n")
    mail = night.run("invoices")
    beginning, *said = mail.text.splitlines()
    assert beginning == f"invoices ended with 3, see {night.home}/eclips.log:" and mail.code == 3
    assert said and all(map(LINE.fullmatch, said)) and "eclips batches retry" in mail.text, mail


def test_what_was_cut_short_goes_first_and_two_at_once_are_no_failure(tmp_path: Path, faulty: Any) -> None:
    night = Night(tmp_path, faulty("rate_limit:method=POST,path=/v1/batches,times=1,retry_after=600"))
    file = night.home / "invoices.csv"
    file.write_text("number,vendor,amount\nINV-1 [instant],A,1\n")
    by = ("--agent", "ap_specialist", "--task", "Process invoice {number}", "--key", "number", "-d")
    begun = run_installed(
        ("batches", "submit", str(file), *by, "--columns", "number,vendor,amount"), night.env
    )
    assert begun.code == 10, begun
    with file.open("a") as more:
        more.write("INV-2 [instant],B,2\n")
    [lock] = (night.home / ".local/state/eclips/locks").glob("*.lock")
    with lock.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        mail = night.run("invoices")
        assert (mail.code, mail.text) == (0, ""), mail
        assert any("another eclips is working on" in line and " unfinished: " in line for line in night.log)
    assert night.run("invoices").text == "", night.log
    assert [job["rows"] for job in history(night)] == [1, 1]
    assert len((night.home / "done.csv").read_text().splitlines()) == 3


SHELLS = [
    words for words in (("sh",), ("dash",), ("bash", "--posix"), ("busybox", "sh")) if shutil.which(words[0])
]
WORKS = """trap 'echo told to end; exit $1' TERM
echo begun; read -r given; echo "given $given"; while :; do sleep 0.01; done"""
"""a program that goes on until it is told to end, and then ends with its argument"""


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
@pytest.mark.parametrize(("ends", "code"), [(143, 143), (0, 0), (16, 0)])
def test_a_kill_of_the_job_reaches_the_command(
    tmp_path: Path, shell: tuple[str, ...], ends: int, code: int
) -> None:
    """It is waited for, its last words are in the log, and its code is the job's."""
    job = tmp_path / "eclips-job"
    job.write_text("\n".join(block("cron", "#!/bin/sh")) + "\n")
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)}
    argv = [*shell, str(job), "stock", "sh", "-c", WORKS, "works", str(ends)]
    log = tmp_path / "eclips.log"
    with subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None and running.stdout is not None
        running.stdin.write("work\n")
        running.stdin.flush()
        wait_until(lambda: log.exists() and "stock: given work" in log.read_text())
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == code
        mail = running.stdout.read()
    lines = log.read_text().splitlines()
    assert [line.partition(": ")[2] for line in lines] == ["begun", "given work", "told to end"]
    assert all(map(LINE.fullmatch, lines))
    assert mail.startswith(f"stock ended with 143, see {log}:") if code else mail == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["eclips-job", "eclips.log"]


def test_a_kill_of_the_job_ends_eclips_as_it_should_end(night: Night) -> None:
    argv = ("sh", night.home / ".local/bin/eclips-job", "queue", "eclips", "triage", "watch")
    with subprocess.Popen(argv, env=night.env, stdout=subprocess.PIPE, text=True) as running:
        wait_until(lambda: any("watching" in line for line in night.log))
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 143 and running.stdout is not None
        assert running.stdout.read().startswith("queue ended with 143")


def test_a_key_file_that_others_can_read_is_refused_with_the_way_to_mend_it(night: Night) -> None:
    night.key_file.chmod(0o644)
    mail = night.run("usage")
    assert mail.code == 2 and f"chmod 600 {night.key_file}" in mail.text


def test_without_a_key_cron_is_told_at_once_what_works_there(night: Night) -> None:
    night.key_file.unlink()
    mail = night.run("usage", ECLIPS_API_KEY_FILE="")
    assert mail.code == 4
    assert "no session bus" in mail.text and "ECLIPS_API_KEY_FILE" in mail.text


@pytest.mark.debian("cron", "crontab")
@pytest.mark.skipif("ECLIPS_TESTS_CRON" not in os.environ, reason="a real cron daemon runs in CI alone")
def test_a_real_cron_runs_it() -> None:
    """Collected last; the daemon was started before the first test."""
    directory = Path(os.environ["ECLIPS_TESTS_CRON"])
    code = wait_until(lambda: (directory / "code").exists() and (directory / "code").read_text().strip(), 100)
    assert (code, (directory / "mail").read_text()) == ("0", "") and shutil.which("cron")
    assert len((directory / "home/done.csv").read_text().splitlines()) == 3
