"""From how many rows on a submission asks a person, and what answers in his place."""

import pytest

from tests.commands.batches.conftest import KEY, csv_of, failing
from tests.inside import run_inside

BY = ("--task", "Process {number}", "--detach")


@pytest.fixture
def submit(clean_env, server, tmp_path):
    """`submit(rows, option…)`: at a terminal unless told; the answer is what is typed."""
    env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": KEY}

    def run(rows, *options, typed="\n", terminal=True, **more):
        file = tmp_path / f"rows-{rows}.csv"
        file.write_text(csv_of(rows, 10_000 * rows))
        argv = ("batches", "submit", str(file), *BY, *options)
        return run_inside(argv, {**env, **more}, typed, terminal=terminal)

    run.env = env
    return run


def test_it_asks_from_25_rows_on(submit, server):
    done = submit(24, "--agent", "ap_specialist")
    assert (done.code, len(server.jobs)) == (0, 1), done.err
    done = submit(25, "--agent", "ap_specialist")
    assert (done.code, len(server.jobs)) == (1, 1), done.err
    assert (
        "Submit 25 rows in 1 job to ap_specialist, price of a row unknown? [y/N]" in done.err
        and "nothing was done" in done.err
    )
    done = submit(25, "--agent", "ap_specialist", typed="y\n")
    assert (done.code, len(server.jobs)) == (0, 2), done.err


def test_it_always_asks_where_nobody_named_an_agent(submit, server):
    done = submit(1)
    assert (done.code, len(server.jobs)) == (1, 0), done.err
    assert (
        "Neither --agent nor the profile names an agent: submit 1 row in 1 job to center, "
        "price of a row unknown? [y/N]" in " ".join(done.err.split())
    )
    run_inside(("config", "set", "agent", "ap_specialist"), submit.env)
    assert submit(1).code == 0


def test_many_rows_of_several_jobs_are_one_question(submit, server):
    done = submit(1203, typed="y\ny\ny\n")
    assert done.err.count("[y/N]") == 1, done.err
    assert len(server.jobs) == 3


@pytest.mark.parametrize(
    ("options", "terminal", "more"),
    [
        (("--yes",), True, {}),
        (("--no-input",), True, {}),
        ((), True, {"ECLIPS_NO_INPUT": "1"}),
        ((), False, {}),
    ],
)
def test_where_nobody_is_asked_it_goes(submit, server, options, terminal, more):
    done = submit(1203, *options, typed="", terminal=terminal, **more)
    assert (done.code, len(server.jobs)) == (0, 3) and "[y/N]" not in done.err, done.err


def test_the_profile_says_from_how_many(submit, server):
    run_inside(("config", "set", "ask_from_rows", "1000"), submit.env)
    assert submit(999, "--agent", "ap_specialist").code == 0
    assert submit(1000, "--agent", "ap_specialist").code == 1
    run_inside(("config", "set", "ask_from_rows", "1"), submit.env)
    assert submit(1, "--agent", "ap_specialist").code == 1


def test_a_retry_asks_too(submit, server):
    assert submit(40, "--agent", "ap_specialist", "--yes").code == 0
    server.outcome = failing(*range(400_001, 400_031))
    server.finish()
    key = server.jobs[0]["name"].rpartition("#")[2]
    retry = ("batches", "retry", key, "--detach")
    done = run_inside(retry, submit.env, "n\n", terminal=True)
    assert (
        done.code == 1 and "Submit 30 rows to ap_specialist again, price of a row unknown? [y/N]" in done.err
    ), done.err
    assert len(server.jobs) == 1
    assert run_inside((*retry, "--yes"), submit.env, "", terminal=True).code == 0
    assert len(server.jobs) == 2
