"""Live views under a shell that controls jobs: Ctrl-Z, bg, fg and &, as a person at a terminal types them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installed import run_installed
from tests.terminal import Terminal

HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"


@pytest.fixture(scope="module")
def unhurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A sandbox in real time: a slow run lasts for a minute."""
    from eclips_cli import sandbox

    with sandbox.start(tmp_path_factory.mktemp("unhurried") / "sandbox.db", speed=1) as running:
        yield running


@pytest.fixture
def shell(clean_env: dict[str, str], unhurried: Any, tmp_path: Path) -> Iterator[Terminal]:
    """bash at its prompt, with a run that goes on ($RUN) and a file to submit."""
    env = {**clean_env, "ECLIPS_BASE_URL": unhurried.url, "ECLIPS_API_KEY": unhurried.keys.full}
    run_id = run_installed(("run", "-d", "[slow] Reconcile"), env).lines[0]
    (tmp_path / "rows.csv").write_text("task\n[slow] one\n[slow] two\n")
    env |= {"PS1": "ready> ", "RUN": run_id, "ROWS": str(tmp_path / "rows.csv"), "HISTFILE": ""}
    opened = Terminal(("--norc", "--noprofile", "-i"), env, program="/bin/bash", lines=40)
    opened.until("ready>")
    opened.press("bind 'set enable-bracketed-paste off'; clear\r")
    opened.until("ready>", without="bind")
    yield opened
    opened.child.close(force=True)


VIEWS = {
    "run '[slow] x'": "running",
    "runs wait $RUN": "waiting for run",
    "runs watch": "AGENT",
    "batches submit $ROWS --yes": "rows done",
    "webhooks listen --port 0": "nothing came yet",
}


@pytest.mark.parametrize("command", VIEWS)
def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(shell: Terminal, command: str) -> None:
    shell.press(f"eclips {command}\r")
    shell.until(VIEWS[command])
    assert shell.screen.cursor.hidden
    shell.press("\x1a")
    shell.until("Stopped", "ready>")
    assert not shell.screen.cursor.hidden, "the cursor is back while it is stopped"
    shell.press("clear; stty -a | grep -o -e '[-]*icanon' -e ' [-]*echo '; echo se''en\r")
    assert "-icanon" not in shell.until("seen")
    assert quiet(shell), "nothing is drawn while it is stopped"
    shell.press("clear; bg; stty tostop; echo be''hind\r")
    shell.until("behind", "ready>")
    assert quiet(shell, 0.6), "nothing is drawn from the background"
    shell.press("clear; jobs\r")
    shell.until("Running", without="be''hind")
    shell.press("clear; fg\r")
    shell.until(VIEWS[command], without="Running")
    assert shell.screen.cursor.hidden
    shell.press("\x03")
    shell.until("ready>")
    assert not shell.screen.cursor.hidden


def test_what_is_started_in_the_background_draws_nothing_until_it_is_in_front(shell: Terminal) -> None:
    shell.press("stty tostop; eclips runs watch & eclips runs wait $RUN & sleep 2; clear; jobs\r")
    shown = shell.until("runs wait", "ready>", without="sleep 2")
    assert shown.count("Running") == 2 and "Stopped" not in shown
    assert HIDE not in shell.raw
    shell.press("clear; fg %1\r")
    shell.until("AGENT")
    shell.press("\x03")
    shell.until("ready>")
    shell.press("clear; fg %2\r")
    shell.until("waiting for run")
    shell.press("\x03")
    shell.until("ready>", "eclips runs tail")
    assert shell.raw.count(HIDE) == 2 and shell.raw.rfind(SHOW) > shell.raw.rfind(HIDE)


def quiet(shell: Terminal, seconds: float = 0.3) -> bool:
    """Whether nothing is written for so long, once the shell has said what it had to say."""
    import time

    shell.read(0.05)
    before, deadline = len(shell.raw), time.monotonic() + seconds
    while time.monotonic() < deadline:
        shell.read(0.05)
    return len(shell.raw) == before
