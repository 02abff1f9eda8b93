"""`eclips runs`: listing, reading, following several, and the ways to name a run."""

import csv
import io
import json
from typing import Any

import pytest

from tests.inside import inside
from tests.installed import Run

__all__ = ["inside"]


@pytest.fixture
def eclips(inside: Run) -> Run:
    """In this process: what counts here is what is printed, not how a process starts."""
    return inside


@pytest.fixture
def started(eclips: Run) -> list[str]:
    """Three runs that are over, oldest first."""
    return [eclips("run", "-d", f"[instant] Process invoice INV-{n}").lines[0] for n in range(3)]


def test_list_in_every_format(eclips: Run, started: list[str]) -> None:
    newest_first = started[::-1]
    whole = eclips("runs", "list", "--limit", "3", "-o", "json").json
    assert [run["id"] for run in whole] == newest_first
    assert {"agent_type", "status", "priority", "created_at", "confidence_score", "error_message"} <= set(
        whole[0]
    )
    assert eclips("runs", "list", "--limit", "3", "-o", "id").lines == newest_first
    flat = [json.loads(line) for line in eclips("runs", "list", "--limit", "3", "-o", "jsonl").lines]
    assert flat == whole
    rows = list(csv.DictReader(io.StringIO(eclips("runs", "list", "--limit", "3", "-o", "csv").out)))
    assert [row["id"] for row in rows] == newest_first
    piped = eclips("runs", "list", "--limit", "3")
    assert [line.split("\t")[0] for line in piped.lines] == newest_first
    table = eclips("runs", "list", "--limit", "3", "-o", "table")
    assert all(run_id in table.out for run_id in newest_first)


def test_fields_and_jq(eclips: Run, started: list[str]) -> None:
    assert (
        eclips("runs", "list", "--limit", "1", "--fields", "status,id").out == f"completed\t{started[-1]}\n"
    )
    assert eclips("runs", "list", "--limit", "2", "-o", "json", "--jq", ".[].id").lines == started[:0:-1]


def test_a_cut_list_says_so(eclips: Run, started: list[str]) -> None:
    assert "--all" in eclips("runs", "list", "--limit", "1", "-o", "table").err
    assert eclips("runs", "list", "--all", "-o", "id").err == ""


def test_filters_of_our_own(eclips: Run, started: list[str]) -> None:
    failed = eclips("run", "[fail] [instant] x", "-d", "-a", "payroll").lines[0]
    found = eclips("runs", "list", "--agent", "payroll", "--since", "1h", "-o", "id")
    assert started and failed in found.lines
    both = eclips("runs", "list", "--status", "completed", "--status", "failed", "--all", "-o", "json").json
    assert {run["status"] for run in both} == {"completed", "failed"}
    times = [run["created_at"] for run in both]
    assert times == sorted(times, reverse=True)
    assert eclips("runs", "list", "--since", "2001-01-01", "--agent", "nobody", "-o", "json").json == []


def test_the_ways_to_name_a_run(eclips: Run, started: list[str]) -> None:
    newest = started[-1]
    assert eclips("runs", "get", "@last", "--jq", ".run.id").out.strip() == newest
    assert eclips("runs", "get", newest[:13], "--jq", ".run.id").out.strip() == newest
    several = eclips("runs", "get", "-", "-o", "jsonl", stdin="\n".join(started) + "\n")
    assert [json.loads(line)["run"]["id"] for line in several.lines] == started
    assert [
        detail["run"]["id"] for detail in eclips("runs", "get", *started[:2], "-o", "json").json
    ] == started[:2]


@pytest.mark.parametrize("bad", ["", "../x", "..", "a\x1bb", "a\nb"])
def test_an_id_that_is_none_is_refused(eclips: Run, bad: str) -> None:
    done = eclips("runs", "get", bad)
    assert done.code in (2, 6), done
    assert done.out == "" and "\x1b" not in done.err
    assert len(done.err.splitlines()) <= 2


def test_last_without_a_run_says_so(eclips: Run) -> None:
    done = eclips("runs", "get", "@last")
    assert done.code == 2 and "@last" in done.err


def test_an_unknown_run_is_6(eclips: Run) -> None:
    done = eclips("runs", "get", "00000000-0000-4000-8000-000000000000", "-o", "json")
    assert (done.code, done.error["code"], done.error["status"]) == (6, "not_found", 404)


def test_some_of_several_ids_unknown_is_13(eclips: Run, started: list[str]) -> None:
    done = eclips("runs", "get", started[0], "00000000-0000-4000-8000-000000000000", "-o", "jsonl")
    assert done.code == 13
    assert [json.loads(line)["run"]["id"] for line in done.lines] == started[:1]


def test_tail_prints_each_change_once(eclips: Run) -> None:
    run_id = eclips("run", "-d", "Get quotes").lines[0]
    done = eclips("runs", "tail", run_id, "-o", "jsonl")
    events = [json.loads(line) for line in done.lines]
    assert done.code == 0, done.err
    assert all(event["run_id"] == run_id and event["at"] for event in events)
    statuses = [event["status"] for event in events]
    assert statuses[-1] == "completed" and len(statuses) == len(set(statuses))


def test_tail_of_a_run_that_is_over(eclips: Run, started: list[str]) -> None:
    done = eclips("runs", "tail", started[0])
    assert done.code == 0 and started[0] in done.out


@pytest.mark.parametrize("count", [2, 7])
def test_following_several_ends_with_the_worst(eclips: Run, count: int) -> None:
    ids = [eclips("run", "-d", "Get quotes").lines[0] for _ in range(count - 1)]
    ids.append(eclips("run", "-d", "[fail] Get quotes").lines[0])
    tailed = eclips("runs", "tail", *ids, "-o", "jsonl")
    assert tailed.code == 3, tailed.err
    last = {event["run_id"]: event["status"] for event in map(json.loads, tailed.lines)}
    assert sorted(last.values()) == ["completed"] * (count - 1) + ["failed"]
    waited = eclips("runs", "wait", *ids, "-o", "json")
    assert waited.code == 3
    assert [detail["run"]["id"] for detail in waited.json] == ids


def test_wait_any_stops_at_the_first(eclips: Run) -> None:
    stuck = eclips("run", "-d", "[triage] Pay").lines[0]
    quick = eclips("run", "-d", "[instant] x").lines[0]
    done = eclips("runs", "wait", "--any", "--through-triage", stuck, quick, "-o", "json")
    assert done.code == 0, done.err
    assert [detail["run"]["id"] for detail in done.json] == [quick]


def test_wait_through_triage_waits_for_the_person(eclips: Run, server: Any) -> None:
    run_id = eclips("run", "-d", "[triage] Pay").lines[0]
    assert eclips("runs", "wait", run_id).code == 8
    done = eclips("runs", "wait", run_id, "--through-triage", "--timeout", "0.5s")
    assert done.code == 124


def test_an_empty_list_is_0_and_says_what_to_do(eclips: Run, faulty: Any) -> None:
    running = faulty()
    done = eclips("runs", "list", ECLIPS_BASE_URL=running.url, ECLIPS_API_KEY=running.keys.full)
    assert (done.code, done.out) == (0, "")
    assert "eclips run" in done.err
