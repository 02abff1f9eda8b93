"""The README's recipes for cron and systemd, run as those run them."""

import configparser
import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.installed import PROGRAM, run_installed, wait_until
from tests.output.rows import USAGE
from tests.servers.cron import Crontab, block
from tests.servers.raw import RawServer, json_reply

pytestmark = pytest.mark.debian("flock", "setsid")


class Night(Crontab):
    """The crontab of somebody who did what the README says, with a sandbox in place of the API."""

    def __init__(self, home: Path, running: Any) -> None:
        super().__init__(home)
        (home / ".local/bin").mkdir(parents=True)
        (home / ".local/bin/eclips").symlink_to(PROGRAM)
        self.key_file = home / ".eclips-key"
        make = block("(umask 077;")[0].split("#")[0].replace("~", str(home))
        subprocess.run(["sh", "-c", make], input=f"{running.keys.full}\n", text=True, check=True)
        self.variables["ECLIPS_BASE_URL"] = running.url
        self.key = running.keys.full

    def run(self, word: str, **more: str) -> Any:
        mail = super().run(word, **more)
        assert self.key not in mail.text
        return mail


@pytest.fixture
def night(tmp_path: Path, server: Any) -> Night:
    return Night(tmp_path, server)


def test_the_crontab_is_one(night: Night) -> None:
    assert len(night.commands) == 5
    assert all(len(times) == 5 for times in night.times)
    assert set(night.variables) == {"PATH", "ECLIPS_API_KEY_FILE", "MAILTO", "ECLIPS_BASE_URL"}
    assert night.key_file.stat().st_mode & 0o777 == 0o600


def test_nothing_is_mailed_when_all_is_well(tmp_path: Path, faulty: Any) -> None:
    night = Night(tmp_path, faulty())
    for job in ("usage", "triage", "health", "inventory_monitor"):
        mail = night.run(job)
        assert (mail.code, mail.text) == (0, ""), job


def test_the_run_of_a_day_is_started_once(tmp_path: Path, faulty: Any) -> None:
    night = Night(tmp_path, faulty())
    for _ in range(2):
        assert night.run("inventory_monitor").text == ""
    env = {**night.variables, "HOME": str(night.home)}
    assert len(json.loads(run_installed(("runs", "list", "-o", "json"), env).out)) == 1


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
    env = {**night.variables, "HOME": str(night.home)}
    run_installed(("run", "-d", "[triage] [instant] Pay 40,000"), env)
    mail = wait_until(lambda: (mail := night.run("triage")).text and mail)
    assert mail.code == 0 and "Amount above auto-approval threshold" in mail.text


def test_the_nights_batch_goes_on_and_never_twice(night: Night) -> None:
    (night.home / "invoices.csv").write_text(
        "number,vendor,amount\nINV-1 [instant],A,1\nINV-2 [instant],B,2\n"
    )
    first = night.run("batches")
    log = (night.home / "eclips.log").read_text()
    assert (first.code, first.text) == (0, ""), log
    done = (night.home / "done.csv").read_text().splitlines()
    assert len(done) == 3 and done[0].startswith("number,vendor,amount,status")
    env = {**night.variables, "HOME": str(night.home)}
    jobs = json.loads(run_installed(("batches", "history", "-o", "json"), env).out)
    assert night.run("batches").code == 0
    assert json.loads(run_installed(("batches", "history", "-o", "json"), env).out) == jobs
    with (night.home / ".eclips.lock").open("w") as held:
        import fcntl

        fcntl.flock(held, fcntl.LOCK_EX)
        assert "the batch ended with 1, see eclips.log" in night.run("batches").text
    with (night.home / "invoices.csv").open("a") as file:
        file.write("INV-3 [fail] [instant],A,3\n")
    assert "the batch ended with 3, see eclips.log" in night.run("batches").text, (
        night.home / "eclips.log"
    ).read_text()


def test_a_key_file_that_others_can_read_is_refused_with_the_way_to_mend_it(night: Night) -> None:
    night.key_file.chmod(0o644)
    mail = night.run("usage")
    assert mail.code == 2 and f"chmod 600 {night.key_file}" in mail.text


def test_without_a_key_cron_is_told_at_once_what_works_there(night: Night) -> None:
    night.key_file.unlink()
    mail = night.run("usage", ECLIPS_API_KEY_FILE="")
    assert mail.code == 4
    assert "no session bus" in mail.text and "ECLIPS_API_KEY_FILE" in mail.text


def test_the_systemd_service_finds_its_credential(tmp_path: Path, server: Any) -> None:
    unit = configparser.RawConfigParser()
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string("\n".join(block("[Unit]\nDescription=Do Eclips credits run low?\n[Service]")))
    service = unit["Service"]
    name, _, source = service["LoadCredential"].partition(":")
    assert source == "/etc/eclips/api.key"
    (tmp_path / name).write_text(f"{server.keys.full}\n")
    (tmp_path / name).chmod(0o440)  # as systemd makes it
    program, *words = shlex.split(service["ExecStart"].replace("%%", "%"))
    assert Path(program).name == "eclips"
    state = service["Environment"].replace("/var/lib/eclips", str(tmp_path / "state"))
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path), "ECLIPS_BASE_URL": server.url, "PATH": "/usr/bin:/bin"}
    env = ["env", "-i", state, *(f"{name}={value}" for name, value in given.items())]
    done = subprocess.run([*env, PROGRAM, *words], cwd="/", capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), done
    assert done.stdout.startswith("team\t")


@pytest.mark.debian("cron", "crontab")
@pytest.mark.skipif("ECLIPS_TESTS_CRON" not in os.environ, reason="a real cron daemon runs in CI alone")
def test_a_real_cron_runs_it() -> None:
    """Collected last; the daemon was started before the first test."""
    directory = Path(os.environ["ECLIPS_TESTS_CRON"])
    code = wait_until(lambda: (directory / "code").exists() and (directory / "code").read_text().strip(), 100)
    assert code == "0", (directory / "err").read_text()
    run = json.loads((directory / "out").read_text())["run"]
    assert run["status"] == "completed" and shutil.which("cron")
    assert run["id"] in (directory / "err").read_text()
