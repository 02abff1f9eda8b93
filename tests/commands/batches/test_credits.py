"""What rows cost: learnt from what ended, told before sending, and kept to by --keep and --max-credits."""

import json
from pathlib import Path

import pytest

from eclips_cli import errors
from tests.commands.batches.conftest import KEY, csv_of, expected, order
from tests.inside import run_inside

BY = ("--agent", "ap_specialist", "--task", "Process {number}")


@pytest.fixture
def env(clean_env, server):
    server.credits, server.cost = 45632, 8
    return {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}


@pytest.fixture
def submit(env, tmp_path, server):
    """`submit(500, "--keep", "1")`: a file of so many rows; whatever is sent ends at once."""

    def submit(rows, *argv, first=0, ends=True):
        file = tmp_path / f"rows{rows}-{first}.csv"
        file.write_text(csv_of(rows, first))
        commit = server.commit

        def commit_and_end(body):
            job = commit(body)
            server.finish(job)
            return job

        server.commit = commit_and_end if ends else commit
        try:
            return run_inside(("batches", "submit", str(file), *BY, *argv), env)
        finally:
            server.commit = commit

    return submit


def learn(submit, server, *costs, rows=10):
    for number, cost in enumerate(costs):
        server.cost = cost
        assert submit(rows, first=5000 + number * rows).code == 0
    server.jobs.clear()


def test_keep_with_an_unknown_price_sends_nothing(submit, server):
    for argv in (("--keep", "45032"), ("--max-credits", "600"), ("--keep", "1", "--dry-run")):
        done = submit(500, *argv)
        assert done.code == 2, done.err
        assert f"{argv[0]}: what a row of ap_specialist costs is not known yet" in done.err
        assert "hint: say it: --price N" in done.err
    assert server.jobs == []


def test_keep_reckons_with_what_rows_cost(submit, server):
    """600 credits may go, and 500 rows at 8 would take 4,000."""
    learn(submit, server, 8)
    server.credits = 45632
    for more in ((), ("--price", "8")):
        done = submit(500, "--keep", "45032", *more)
        assert (done.code, server.jobs) == (10, []), done.err
    assert (
        "its 500 rows (4,000 credits) would leave 41,632 credits, fewer than the 45,032 to keep "
        "(0 of 500 rows were accepted)"
    ) in done.err
    assert submit(500, "--keep", "41632").code == 0 and server.credits == 41632


def test_max_credits_stops_before_the_job_that_would_cost_more(submit, server):
    done = submit(1203, "--max-credits", "8000", "--price", "8")
    assert done.code == 10, done.err
    assert len(server.jobs) == 2
    assert "would make it about 9,624 credits, more than the 8,000 of --max-credits" in done.err
    again = submit(1203, "--max-credits", "8000", "--price", "8")
    assert again.code == 10 and len(server.jobs) == 2, "what went before counts"
    assert submit(1203, "--max-credits", "9624", "--price", "8").code == 0
    assert server.tasks() == expected(1203)


def test_the_price_is_told_before_and_what_was_used_after(submit, server):
    first = submit(10, ends=True)
    assert "10 rows in 1 job to ap_specialist, price of a row unknown (45,632 credits left)" in first.err
    assert "80 credits were used meanwhile, 8 a row" in first.err
    shown = submit(1203, "--dry-run", first=100)
    assert "about 1,203 × 8 = 9,624 of 45,552 credits (from 1 batch)" in shown.err
    assert (
        "about 1,203 × 7.50 = 9,023 of 45,552 credits (--price)"
        in submit(1203, "--dry-run", "--price", "7.5", first=100).err
    )
    assert "about 11 × 8 = 88 of 45,552 credits (from 1 batch)" in submit(11, first=100).err


def test_the_highest_of_the_newest_five_counts_and_each_agent_has_its_own(submit, server, env):
    learn(submit, server, 99, 2, 9, 4, 5, 6)
    assert "about 1 × 9 = 9 of" in submit(1, "--dry-run").err
    assert "(from 5 batches)" in submit(1, "--dry-run").err
    assert "price of a row unknown" in submit(1, "--dry-run", "--agent", "payroll").err


@pytest.mark.parametrize("change", ["period", "less", "cancelled", "untold"])
def test_what_teaches_nothing(submit, server, change):
    commit = server.commit

    def committed(body):
        job = commit(body)
        if change == "period":
            server.usage = {"period": "2026-07"}
        if change == "less":
            server.used = 0
        if change == "untold":
            server.usage = {"credits_used": None}
        if change == "cancelled":
            server.outcome = lambda index, _row: {"status": "completed" if index else "cancelled"}
        return job

    server.used, server.commit = 500, committed
    submit(10)
    server.commit, server.usage = commit, {}
    assert "price of a row unknown" in submit(1, "--dry-run", first=50).err


@pytest.mark.parametrize("told", [None, "45632", True, "missing"])
@pytest.mark.parametrize("member", ["credits_remaining", "credits_used"])
def test_credits_that_cant_be_told_are_not_taken_for_enough(submit, server, env, member, told):
    """With --keep nothing is sent (2), by any verb, also where jobs were sent before."""
    server.faults = ["ok", "429-credits"]
    assert submit(501, "--detach", first=1000, ends=False).code == 10
    server.outcome = lambda *_: {"status": "failed"}
    server.finish()
    sent = len(server.jobs)
    usage = {"credits_remaining": 45632, "credits_used": 0, "unlimited": False, member: told}
    server.usage = usage if told != "missing" else {}
    server.hidden = {member} if told == "missing" else set()
    keep = ("--keep", "1", "--price", "8")
    for verb in (("resume",), ("retry", server.jobs[0]["id"], "--yes")):
        done = run_inside(("batches", *verb, "--detach", *keep), env)
        assert (done.code, len(server.jobs)) == (2, sent), (verb, done.err)
        assert "--keep: how many credits are left can't be told" in done.err and member in done.err
    done = submit(10, *keep)
    assert (done.code, len(server.jobs)) == (2, sent), done.err
    assert submit(10, "--max-credits", "80", "--price", "8", "--detach").code == 0
    for under in ("1", "1%"):
        done = run_inside(("usage", "--fail-under", under), env)
        assert done.code == 12 and member in done.err, "never 0, which would mean that enough is left"


def test_an_unlimited_plan_keeps_any_number(submit, server):
    server.credits = None
    assert submit(10, "--keep", "1000000").code == 0
    assert submit(20, "--keep", "1000000", "--max-credits", "100", "--price", "8", first=20).code == 10
    server.usage = {"unlimited": "true"}
    assert submit(30, "--keep", "1", "--price", "8", first=50).code == 2


def test_a_look_at_the_credits_that_fails_stops_nothing_but_keep(submit, server, env):
    server.usage = {"credits_used": None}
    assert submit(10).code == 0
    assert submit(20, "--keep", "1", "--price", "1", first=20).code == 2
    assert len(server.jobs) == 1


def test_curl_asks_nothing_and_a_dry_run_without_a_key_works(submit, server, env):
    assert submit(3, "--curl").out.startswith("curl -X POST")
    assert server.log == []
    del env["ECLIPS_API_KEY"]
    done = submit(3, "--dry-run")
    assert done.code == 0 and "price of a row unknown" in done.err


@pytest.mark.parametrize("price", ["-1", "nan", "inf", "much"])
def test_a_price_is_a_number(submit, price):
    assert submit(1, "--price", price).code == 2


def test_a_rerun_counts_what_is_not_charged_yet(machines, server):
    server.credits, server.charge = 1200, lambda _rows: None
    with pytest.raises(errors.LimitReached):
        machines().submit(order(machines()), keep=300)
    with pytest.raises(errors.LimitReached, match="credits, fewer than the 300"):
        machines().submit(order(machines()), keep=300)
    assert len(server.jobs) == 1


def test_several_at_a_time_keep_the_promise(machine, server):
    server.credits = 2600
    with pytest.raises(errors.LimitReached):
        machine.submit(order(machine, count=5000), keep=1000, in_flight=4)
    assert len(server.jobs) == 3 and server.credits == 1100


def test_it_is_learnt_by_wait_too_and_once(submit, server, env):
    assert submit(10, "--detach", ends=False).code == 0
    server.finish()
    for _ in range(2):
        server.used += 0
        waited = run_inside(("batches", "wait", server.jobs[0]["id"], "-o", "json"), env)
        assert waited.code == 0, waited.err
    assert "about 1 × 8 = 8 of" in submit(1, "--dry-run", first=50).err
    assert json.loads(waited.out)[0]["total_rows"] == 10
    assert Path(env["HOME"]).exists()


@pytest.mark.parametrize("limit", ["--keep", "--max-credits"])
def test_several_submissions_of_one_command_keep_one_promise(submit, server, env, limit):
    """Nothing is charged before it ends: what the first one sends counts for the second one."""
    server.faults = ["429-credits", "429-credits"]
    assert [submit(10, first=100, ends=False).code, submit(10, first=200, ends=False).code] == [10, 10]
    server.charge = lambda _rows: None
    most = "120" if limit == "--max-credits" else str(server.credits - 120)
    done = run_inside(("batches", "resume", limit, most, "--price", "8", "--detach"), env)
    assert done.code == 13 and len(server.jobs) == 1, done.err
    assert "(80 credits) would leave" in done.err or "would make it about 160 credits" in done.err
