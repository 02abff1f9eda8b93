"""`triage apply` killed in the middle, and two of them at the same time: each decision reaches the API once."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from eclips_cli.commands.triage import _apply
from tests import forking
from tests.commands.triage.conftest import Waiting
from tests.commands.triage.killed import MOMENTS
from tests.commands.triage.test_sheets import fill
from tests.installed import PROGRAM, Run, wait_until
from tests.servers.sockets import is_left_behind
from tests.sheets.filled import approve_all

COUNT = 12


@pytest.fixture
def sheet(waiting: Waiting, triage: Run, tmp_path: Path) -> tuple[Path, list[str]]:
    items = waiting.add(*(f"Pay {number}" for number in range(COUNT)))
    path = tmp_path / "items.xlsx"
    assert triage("export", str(path)).code == 0
    fill(path, dict.fromkeys(items, ("approve", "ok")))
    return path, items


def environment(waiting: Waiting, api_env: dict[str, str]) -> dict[str, str]:
    keys = waiting.running.keys
    return {**api_env, "ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": keys.full}


def _look(waiting: Waiting, items: list[str]) -> dict[str, tuple[int, str]]:
    """How often each item was asked about at the server, and its status."""
    found, asked = waiting.items(), waiting.asked()
    return {item: (asked[f"/v1/triage/{item}/approve"], found[item]["status"]) for item in items}


def _at_rest(waiting: Waiting, items: list[str]) -> dict[str, tuple[int, str]]:
    """A look once its connection is closed: what the killed process had sent is decided, or cut off and never will be."""
    wait_until(lambda: not is_left_behind(waiting.port))
    return _look(waiting, items)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("count", [1, 7])
def test_killed_at_any_step_it_goes_on(
    sheet: tuple[Path, list[str]],
    waiting: Waiting,
    triage: Run,
    api_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    count: int,
) -> None:
    path, items = sheet
    monkeypatch.setattr(_apply, "SETTLING", 0.0)  # here it is waited for, and not for a time
    argv = ["triage", "apply", str(path), "--yes"]
    killed = forking.run(
        [PROGRAM, moment, str(count), *argv],
        environment(waiting, api_env),
        module="tests.commands.triage.killed",
    )
    assert killed.returncode == -9, killed.stderr
    before = _at_rest(waiting, items)
    done = triage(*argv[1:])
    assert done.code == 0, done.err
    found = waiting.items()
    assert {found[item]["status"] for item in items} == {"approved"}
    for item, (sent, _) in _look(waiting, items).items():
        cut_off = before[item] == (1, "pending")
        assert sent == (2 if cut_off else 1), "nothing that was decided was sent twice"


def test_two_people_apply_halves_that_overlap(
    sheet: tuple[Path, list[str]], waiting: Waiting, triage: Run, api_env: dict[str, str], tmp_path: Path
) -> None:
    path, items = sheet
    other = tmp_path / "other.xlsx"
    assert triage("export", str(other)).code == 0
    fill(path, dict.fromkeys(items[:8], ("approve", "")))
    fill(other, dict.fromkeys(items[4:], ("approve", "")))
    people = []
    for number, file in enumerate((path, other)):
        env = {**environment(waiting, api_env), "HOME": str(tmp_path / f"home{number}")}
        env["ECLIPS_STATE_DIR"] = str(tmp_path / f"state{number}")
        argv = [PROGRAM, "triage", "apply", str(file), "--yes", "-o", "id"]
        people.append(
            subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
    told = [person.communicate(timeout=60) for person in people]
    decided = [line for out, _ in told for line in out.splitlines()]
    assert sorted(decided) == sorted(items), told
    assert all(person.returncode in (0, 13) for person in people), told
    found = waiting.items()
    assert {found[item]["status"] for item in items} == {"approved"}


def test_two_of_one_person_send_each_once(
    sheet: tuple[Path, list[str]], waiting: Waiting, api_env: dict[str, str]
) -> None:
    path, items = sheet
    argv = [PROGRAM, "triage", "apply", str(path), "--yes", "-o", "id"]
    both = [
        subprocess.Popen(
            argv, env=environment(waiting, api_env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    told = [one.communicate(timeout=60) for one in both]
    decided = {line for out, _ in told for line in out.splitlines()}
    found = waiting.items()
    assert {found[item]["status"] for item in items} == {"approved"} and decided <= set(items), told


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_by_a_signal_it_says_what_is_left_and_goes_on(
    waiting: Waiting, triage: Run, api_env: dict[str, str], tmp_path: Path, number: int, code: int
) -> None:
    """What is under way is waited for, nothing more is begun, and the same command goes on."""
    items = waiting.add(*(f"Pay {number}" for number in range(3 * COUNT)))
    sheet = tmp_path / "items.csv"
    assert triage("export", str(sheet)).code == 0
    approve_all(sheet)
    waiting.order("slow:method=POST,seconds=0.5")
    argv = [PROGRAM, "triage", "apply", str(sheet), "--yes", "-o", "id"]
    env = environment(waiting, api_env)
    with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as one:
        wait_until(lambda: sum(waiting.asked()[f"/v1/triage/{item}/approve"] for item in items))
        one.send_signal(number)
        out, err = one.communicate(timeout=60)
    assert one.returncode == code, err
    decided = [item for item, found in waiting.items().items() if found["status"] == "approved"]
    assert sorted(out.splitlines()) == sorted(decided) and 0 < len(decided) < len(items)
    assert f"{len(decided)} approved, {len(items) - len(decided)} not tried" in err, err
    assert f"eclips triage apply {sheet}" in err
    waiting.order()
    done = triage("apply", str(sheet), "--yes", "-o", "id")
    assert done.code == 0 and sorted(done.lines) == sorted(set(items) - set(decided)), done.err
    assert {sent for sent, _ in _look(waiting, items).values()} == {1}
