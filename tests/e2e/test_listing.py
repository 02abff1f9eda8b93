"""`eclips runs list` is exact: each run once while new ones arrive, the filters of its own, what it says when it cuts."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from eclips_cli import sandbox
from eclips_cli.api import EclipsClient
from tests.inside import run_inside
from tests.installed import Result

SEEDED = 230


class Api:
    """A sandbox of one's own with completed runs in it, and somebody who asks it."""

    def __init__(self, running: Any, env: dict[str, str]) -> None:
        self.url, self.key = running.url, running.keys.full
        self.env = {**env, "ECLIPS_BASE_URL": self.url, "ECLIPS_API_KEY": self.key}

    def __call__(self, *argv: str) -> Result:
        return run_inside(("runs", "list", *argv), self.env)

    def ids(self, *argv: str) -> list[str]:
        done = self(*argv, "-o", "id")
        assert done.code == 0, done
        return done.lines

    def start(self, *tasks: str, agent: str | None = None) -> list[str]:
        with EclipsClient(self.key, base_url=self.url) as client:
            return [client.runs.start(task, agent_type=agent).json["run_id"] for task in tasks]


@pytest.fixture
def api(faulty: Any, tmp_path: Path, clean_env: dict[str, str]) -> Api:
    running = faulty()
    sandbox.seed_runs(tmp_path / "faulty-0" / "sandbox.db", SEEDED)
    return Api(running, clean_env)


def test_each_run_once_while_new_ones_arrive(api: Api) -> None:
    before = api.ids("--all")
    assert len(before) == len(set(before)) == SEEDED
    stop = threading.Event()
    started: list[str] = []

    def keep_starting() -> None:
        while not stop.is_set():
            started.extend(api.start("[instant] x"))

    thread = threading.Thread(target=keep_starting)
    thread.start()
    try:
        listed = [api.ids("--all") for _ in range(4)]
    finally:
        stop.set()
        thread.join()
    assert len(started) > 3, "nothing arrived meanwhile"
    for ids in listed:
        assert len(ids) == len(set(ids)), "a run came twice"
        assert set(before) <= set(ids), "a run is missing"
    assert set(api.ids("--all")) == {*before, *started}


def test_limit_and_offset_and_what_was_cut(api: Api) -> None:
    whole = api.ids("--all")
    assert api.ids() == whole[:20]
    assert api.ids("--limit", "150") == whole[:150]
    assert api.ids("--limit", "5", "--offset", "3") == whole[3:8]
    assert api.ids("--all", "--offset", "225") == whole[225:]
    assert api.ids("--offset", "500") == []
    assert api().err == f"showing 20 of {SEEDED}; --all for the rest\n"
    assert api("--limit", "5", "--offset", "3").err == f"showing 5 of {SEEDED - 3}; --all for the rest\n"
    assert api("--limit", "230").err == api("--all").err == ""
    assert api("--limit", "3", "-q").err == f"showing 3 of {SEEDED}; --all for the rest\n"
    assert api("--offset", "5000").err == f"none of {SEEDED} runs is left after --offset 5,000\n"
    assert api("--offset", "5000", "--agent", "center").err.endswith(
        "matches --agent center after --offset 5,000\n"
    )


def test_a_list_that_a_filter_emptied_says_out_of_how_many(api: Api) -> None:
    wrong = api("--status", "complted")
    assert (wrong.code, wrong.out) == (0, "")
    warned, told = wrong.err.splitlines()
    assert warned == ("warning: --status complted is none that the manual knows; did you mean completed?")
    assert told == f"none of {SEEDED} runs matches --status complted; did you mean completed?"
    assert api("--status", "failed").err == f"none of {SEEDED} runs matches --status failed\n"
    own = api("--agent", "no body", "--needs-triage", "--status", "failed,running", "--status", "queued")
    assert own.err.endswith(
        "matches --status failed,running --status queued --agent 'no body' --needs-triage\n"
    )
    assert api("--status", "complted", "-q").err == f"{warned}\n"
    assert "known are queued, running" in api("--status", "x").err
    other = api("--status", "Completed,zz")
    assert other.err.splitlines()[-1].endswith("; did you mean completed?")
    assert api("--status", "failed,").code == 2


def test_statuses_with_commas_are_merged_newest_first(api: Api) -> None:
    old = api.ids("--limit", "3")
    [failed] = api.start("[fail] [instant] a")
    [waits] = api.start("[triage] [instant] b")
    assert api.ids("--status", "failed,pending_triage,completed", "--limit", "5") == [waits, failed, *old]


def test_filters_of_its_own_read_on_until_enough_match(api: Api) -> None:
    old = api.ids("--all")
    [paid] = api.start("[instant] x", agent="payroll")
    failed = api.start("[fail] [instant] a", "[fail] [instant] b")
    [waits] = api.start("[triage] [instant] c")
    assert api.ids("--agent", "payroll", "--limit", "1") == [paid]
    assert api.ids("--status", "failed") == failed[::-1]
    assert api.ids("--status", "failed", "--status", "pending_triage") == [waits, *failed[::-1]]
    both = api("--status", "failed", "--status", "pending_triage", "--limit", "2", "-o", "id")
    assert both.lines == [waits, failed[1]]
    assert both.err == "showing the newest 2 that match; --all for the rest\n"
    assert api.ids("--status", "failed", "--status", "failed", "--offset", "1") == failed[:1]
    assert api.ids("--needs-triage") == [waits]
    assert api.ids("--agent", "nobody", "--all") == []
    assert api("--agent", "nobody", "--all").err.endswith(" runs matches --agent nobody\n")
    hour = api.ids("--since", "10m", "--all")
    assert hour[:4] == [waits, *failed[::-1], paid]
    ahead = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
    assert api.ids("--since", ahead) == []
    assert api.ids("--since", "2001-01-01", "--all") == [waits, *failed[::-1], paid, *old]


def test_since_stops_reading_once_a_page_is_older(api: Api) -> None:
    [newest] = api.start("[instant] x")
    done = api("--since", "10s", "--all", "-v", "-o", "id")
    assert done.lines[0] == newest and 1 <= len(done.lines) < 100, "they are a second apart"
    pages = [line for line in done.err.splitlines() if line.startswith("> GET")]
    assert 1 <= len(pages) <= 5, "pages are read a few ahead, and no more"
