"""Killed on the first night, and something changed before the second: each row once, or a stop that says so."""

import shutil
import signal
from pathlib import Path
from unittest import mock

import pytest

from tests import forking
from tests.commands.batches.conftest import KEY, csv_of, expected
from tests.inside import run_inside
from tests.installed import PROGRAM

ROWS = 1203
OTHER = "eck_live_ffffffffffffffffffffffffffffffff"
STEPS = ("after:5", "after:6", "before:7", "after:7", "after:8", "after:11")
"""written down; the first job on its way, answered and not noted, noted; the second on its way; all sent"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "june.csv"
    path.write_text(csv_of(ROWS))
    return path


@pytest.fixture
def env(clean_env, server):
    return {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}


@pytest.fixture
def killed(env, file):
    """The first night, killed at a step."""

    def run(step, *options):
        submit = ["batches", "submit", str(file), "--task", "Process {number}", "--detach", *options]
        done = forking.run([PROGRAM, step, *submit], env, module="tests.commands.batches.killed")
        assert done.returncode == -signal.SIGKILL, done.stderr

    return run


@pytest.fixture
def eclips(env, clock):
    def run(*argv, stdin="", **more):
        with mock.patch("eclips_cli.api.waiting.SystemClock", lambda: clock):
            return run_inside(("batches", *argv), {**env, **more}, stdin)

    return run


@pytest.fixture
def again(eclips, file):
    def run(*options, path=file, **more):
        return eclips("submit", str(path), "--task", "Process {number}", "--detach", *options, **more)

    return run


def once(server, count=ROWS):
    return sorted(server.tasks()) == expected(count)


@pytest.mark.parametrize(
    ("change", "step"),
    [*(("saved anew", step) for step in STEPS)]
    + [
        (how, step)
        for how in ("a copy", "a key", "another key of the account")
        for step in (STEPS[0], STEPS[3])
    ],
)
def test_what_is_no_change_goes_on(server, killed, again, file, step, change):
    killed(step)
    how = {}
    if change == "saved anew":
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    if change == "a copy":
        how["path"] = shutil.copy(file, file.with_name("copy.csv"))
    if change == "another key of the account":
        how["ECLIPS_API_KEY"] = OTHER
    done = again(*(("--key", "number") if change == "a key" else ()), **how)
    if change == "another key of the account" and done.code == 2:
        assert step in STEPS[:3], "no accepted job is known yet, which could be read with the other key"
        assert "--rotated-key" in done.err
        assert again("--rotated-key", **how).code == 0
    else:
        assert done.code == 0, done.err
    assert once(server)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("change", "way"), [("a row appended", "resume"), ("a row mended", "cancel")])
def test_a_changed_file_waits_for_what_is_unfinished(server, killed, again, eclips, file, step, change, way):
    killed(step)
    text = file.read_text()
    file.write_text(
        csv_of(ROWS + 1) if change == "a row appended" else text.replace("INV-1202,", "INV-1203,")
    )
    stop = again()
    assert stop.code == 2, stop.err
    before = len(server.tasks())
    key = eclips("history", "-o", "id").lines[0]
    if step == STEPS[-1]:
        assert "--on-duplicate skip" in stop.err
    else:
        assert f"batches resume {key}" in stop.err and f"batches cancel {key} --unsent" in stop.err
        server.now += 3600
        settled = eclips("resume", "-d") if way == "resume" else eclips("cancel", key, "--unsent")
        assert settled.code == 0, settled.err
    assert before <= len(server.tasks())
    done = again("--on-duplicate", "skip")
    assert done.code == 0, done.err
    assert len(server.tasks()) == len(set(server.tasks()))
    wanted = set(expected(ROWS + 1)) - ({"Process INV-1202"} if change == "a row mended" else set())
    assert wanted <= set(server.tasks()), "all of the changed file's rows are there"


@pytest.mark.parametrize("step", STEPS)
def test_the_journal_is_deleted(server, killed, again, tmp_path, env, step):
    """What the server has is found there by the markers, without any memory here."""
    killed(step)
    shutil.rmtree(Path(env["HOME"]) / ".local" / "state" / "eclips", ignore_errors=True)
    done = again()
    if done.code == 2:
        assert "sent before" in done.err and "--on-duplicate skip" in done.err, done.err
        done = again("--on-duplicate", "skip")
    assert done.code == 0, done.err
    assert once(server)


@pytest.mark.parametrize("step", STEPS)
def test_another_machine_meanwhile(server, killed, again, tmp_path, step):
    """Killed here; the file goes on from another machine; and here again."""
    killed(step)
    laptop = {"ECLIPS_STATE_DIR": str(tmp_path / "laptop")}
    there = again(**laptop)
    if there.code == 2:
        there = again("--on-duplicate", "skip", **laptop)
    assert there.code == 0 and once(server), there.err
    here = again()
    assert here.code == 0 and once(server), here.err


@pytest.mark.parametrize("step", STEPS)
def test_another_account_gets_nothing_of_a_file_that_was_cut(server, killed, again, step):
    server.accounts = {KEY: "ours", OTHER: "theirs"}
    killed(step)
    before = len(server.tasks())
    other = again(ECLIPS_API_KEY=OTHER)
    if step == STEPS[-1]:
        assert other.code == 0, "all of it was sent there; here it is new"
        return
    assert other.code == 2 and ("another account" in other.err or "--rotated-key" in other.err), other.err
    assert len(server.tasks()) == before
    assert again().code == 0 and once(server)


@pytest.mark.parametrize("step", STEPS)
def test_again_is_cut_and_goes_on(server, killed, again, step):
    assert again().code == 0
    killed(step, "--again")
    assert again("--again").code == 0 or step == STEPS[-1]
    counts = {task: server.tasks().count(task) for task in expected(ROWS)}
    assert set(counts.values()) <= ({2} if step != STEPS[-1] else {2, 3})


@pytest.mark.parametrize("step", STEPS[1:])
def test_two_nights_of_the_recipe_for_cron(server, killed, eclips, clock, file, tmp_path, step):
    """The first one killed; then the list has grown and a remark was added; and a third night with nothing new."""
    clock.on_sleep = server.finish
    killed(step)
    rows = [f"{line},seen" for line in csv_of(ROWS + 2).splitlines()]
    file.write_text("\n".join(["number,vendor,remark", *rows[1:]]) + "\n")
    recipe = ("--key", "number", "--columns", "number,vendor", "--on-duplicate", "skip")
    for night in (2, 3):
        resumed = eclips("resume", "--quiet")
        assert resumed.code == 0, resumed.err
        results = tmp_path / f"done{night}.csv"
        done = eclips(
            "submit", "--quiet", str(file), "--task", "Process {number}", *recipe, "--results", str(results)
        )
        assert done.code == 0, done.err
        assert once(server, ROWS + 2)
        assert len(results.read_text().splitlines()) == ROWS + 3


def test_a_retry_of_a_whole_job_with_a_lost_answer(server, eclips, again, clock, file):
    file.write_text(csv_of(3))
    assert again().code == 0
    server.outcome = lambda *_: {"status": "failed"}
    server.finish()
    server.faults = ["after-broken"]
    assert eclips("retry", "b001", "-d").code == 11
    server.broken_gets = 0
    done = eclips("retry", "b001", "-d")
    assert done.code == 0 and len(server.jobs) == 2, "the retry's own job was found, not the first one"
    assert server.jobs[0]["name"] != server.jobs[1]["name"]
