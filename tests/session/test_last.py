"""`@last` for what changes something: this terminal session's own, and never another process's."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.commands.triage.conftest import Waiting, waiting
from tests.inside import inside
from tests.installed import Result, run_installed
from tests.shells import Shell

__all__ = ["inside", "waiting"]

CHANGES = [
    ("triage", "approve", "@last"),
    ("triage", "reject", "@last"),
    ("webhooks", "delete", "@last", "--yes"),
    ("batches", "cancel", "@last"),
    ("batches", "retry", "@last"),
]


@pytest.fixture
def env(waiting: Waiting, clean_env: dict[str, str]) -> dict[str, str]:
    running = waiting.running
    return {**clean_env, "ECLIPS_BASE_URL": running.url, "ECLIPS_API_KEY": running.keys.full}


@pytest.fixture
def shells(env: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], Shell]]:
    """Open terminal sessions, all of one user."""
    opened: list[Shell] = []

    def new() -> Shell:
        opened.append(Shell(env, tmp_path / f"shell-{len(opened)}"))
        return opened[-1]

    yield new
    for shell in opened:
        shell.close()


def no_terminal(env: dict[str, str], *argv: str, stdin: str = "") -> Result:
    """As cron runs it: in a session that no terminal controls."""
    return run_installed(argv, env, stdin, start_new_session=True)


def test_each_terminal_session_has_its_own(
    waiting: Waiting, env: dict[str, str], shells: Callable[[], Shell]
) -> None:
    mine, others, crons = waiting.add("Pay Acme", "Pay Other", "Pay Cron")
    here, there = shells(), shells()
    assert here("triage", "show", mine).code == 0
    assert there("triage", "show", others).code == 0
    assert no_terminal(env, "triage", "show", crons).code == 0
    done = here("triage", "approve", "@last", "--note", "looked at it", "-o", "id")
    assert (done.code, done.lines) == (0, [mine]), done.err
    assert "approving" in done.err and "Pay Acme" in done.err and "USD" in done.err
    assert there("triage", "reject", "@last", "-o", "id").lines == [others]
    assert waiting.items()[crons]["status"] == "pending"


@pytest.mark.parametrize("change", CHANGES, ids=" ".join)
def test_without_a_terminal_it_is_refused(
    waiting: Waiting, env: dict[str, str], change: tuple[str, ...]
) -> None:
    (item,) = waiting.add("Pay Acme")
    assert no_terminal(env, "triage", "show", item).code == 0
    assert no_terminal(env, "webhooks", "create", "https://your-app.com/hook").code == 0
    assert no_terminal(env, "batches", "submit", "-", "-d", stdin="task\n[triage] one\n").code == 0
    done = no_terminal(env, *change)
    assert done.code == 2 and "@last" in done.err and "hint: " in done.err, done.err
    assert waiting.items()[item]["status"] == "pending"
    assert len(no_terminal(env, "webhooks", "list", "-o", "id").lines) == 1
    reading = {"triage": "show", "batches": "get"}.get(change[0])
    assert reading is None or no_terminal(env, change[0], reading, "@last").code == 0, "reading is free to"


@pytest.mark.parametrize("change", CHANGES, ids=" ".join)
def test_a_session_that_showed_nothing_has_none(
    env: dict[str, str], shells: Callable[[], Shell], change: tuple[str, ...]
) -> None:
    done = shells()(*change)
    assert done.code == 2 and "this terminal session" in done.err and "hint: " in done.err, done.err


def test_what_was_started_or_listed_alone_counts_and_several_do_not(
    waiting: Waiting, env: dict[str, str], shells: Callable[[], Shell]
) -> None:
    here = shells()
    (first,) = waiting.add("Pay Acme")
    assert here("triage", "list", "-o", "id").lines == [first]
    second, third = waiting.add("Pay HP", "Pay Dell")
    here("triage", "show", second, third)
    here("triage", "list")
    assert here("triage", "approve", "@last", "-o", "id").lines == [first]
    made = [here("webhooks", "create", f"https://your-app.com/{n}", "-o", "json").json["id"] for n in (1, 2)]
    done = here("webhooks", "delete", "@last", "--yes", "-o", "json")
    assert done.json["id"] == made[1] and "https://your-app.com/2" in done.err
    assert here("webhooks", "list", "-o", "id").lines == made[:1]
    assert here("webhooks", "delete", "@last", "--yes", "-o", "json").json["id"] == made[0]
    here("batches", "submit", "-", "-d", "--name", "June", stdin="task\n[triage] one\n[triage] two\n")
    no_terminal(env, "batches", "submit", "-", "-d", "--name", "Cron", stdin="task\n[triage] three\n")
    done = here("batches", "cancel", "@last", "-o", "json")
    assert done.code == 0 and done.json[0]["name"].startswith("June"), done.err
    assert "June" in done.err and "2 rows" in done.err


def test_a_dry_run_remembers_nothing(waiting: Waiting, shells: Callable[[], Shell]) -> None:
    here = shells()
    one, two = waiting.add("Pay Acme", "Pay HP")
    here("triage", "show", one)
    here("triage", "show", two, "--dry-run")
    here("triage", "list", "--limit", "1", "--dry-run")
    shown = here("triage", "approve", "@last", "--dry-run")
    assert f"/v1/triage/{one}/approve" in shown.out


def test_a_followed_run_that_waits_is_the_sessions_own(waiting: Waiting, shells: Callable[[], Shell]) -> None:
    here = shells()
    done = here("run", "[triage] [instant] Pay Acme")
    assert done.code == 8
    (other,) = waiting.add("Pay HP")
    approved = here("triage", "approve", "@last", "-o", "id")
    assert approved.code == 0 and approved.lines != [other]


@pytest.mark.parametrize("state", ["ECLIPS_STATE_DIR"])
def test_a_memory_that_cannot_be_written_is_told_where_there_is_a_session(
    waiting: Waiting, env: dict[str, str], tmp_path: Path, state: str
) -> None:
    (one,) = waiting.add("Pay Acme")
    nowhere: dict[str, Any] = {**env, state: "/dev/null/no"}
    here = Shell(nowhere, tmp_path / "nowhere")
    shown = here("triage", "show", one)
    here.close()
    assert shown.code == 0 and "warning: " in shown.err and "@last" in shown.err
    assert "warning" not in no_terminal(nowhere, "triage", "show", one).err


@pytest.mark.debian("ps")
def test_a_terminal_session_is_known_without_proc(clean_env: dict[str, str], tmp_path: Path) -> None:
    """As on macOS: by /dev/tty and ps; the same for each process of a session, and another for each session."""
    asking = (
        "from pathlib import Path; from eclips_cli.system.terminal_session import terminal_session; "
        f"print(terminal_session(Path({str(tmp_path / 'none')!r})))"
    )
    words = [sys.executable, "-c", asking]
    line = f"{shlex.join(words)} </dev/null | cat"
    told = [
        str(pexpect.run(f"/bin/sh -c {shlex.quote(f'{line}; {line}')}", env=clean_env, encoding="utf-8"))
        for _ in range(2)
    ]
    here, there = (text.split("\r\n") for text in told)
    assert here[0] == here[1] != "None" and there[0] == there[1] != "None" and here[0] != there[0]
    alone = subprocess.run(words, env=clean_env, capture_output=True, text=True, start_new_session=True)
    assert alone.stdout == "None\n", alone.stderr
