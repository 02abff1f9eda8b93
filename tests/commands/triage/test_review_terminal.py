"""Whole reviews on a real terminal, against a sandbox."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eclips_cli.commands.triage._review.controller import HELD
from tests.commands.triage.conftest import Waiting
from tests.hurried import hurried
from tests.installed import PROGRAM, Run, wait_until
from tests.sheets.filled import approve_all
from tests.terminal import Terminal

KEYS = "a approve"
Open = Callable[..., Terminal]


@pytest.fixture
def review(waiting: Waiting, api_env: dict[str, str]) -> Open:
    def open_(*argv: str, looks_often: bool = False, **how: Any) -> Terminal:
        keys = waiting.running.keys
        env = {**api_env, "ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": keys.full}
        program, *words = (
            hurried("eclips_cli.commands.triage.review:LOOK_EVERY=0.5") if looks_often else [PROGRAM]
        )
        return Terminal((*words, "triage", "review", *argv), env, program=program, **how)

    return open_


def again(terminal: Terminal, key: str) -> None:
    """Press a key that was the last one too, later than one that is held down repeats itself."""
    time.sleep(2 * HELD)
    terminal.press(key)


def test_a_whole_review(waiting: Waiting, review: Open) -> None:
    names = ["Pay Acme", "Pay Bolt", "Pay Cato", "Pay Dune", "Pay Echo"]
    acme, bolt, cato, dune, echo = waiting.add(*names)
    waiting.decide(dune)
    waiting.order(f"status:code=500,method=POST,path=/v1/triage/{bolt},nth=1")
    amount = "USD amount"
    terminal = review("--grace", "1s", shell=True, looks_often=True)

    screen = terminal.until("Pay Acme", '"purchase_order"', amount, KEYS, "4 to decide")
    assert screen.index(amount) < screen.index("Amount above") < screen.index("Pay Acme"), (
        "money, reason, rest"
    )
    assert "0.71  proceeds with a warning" in screen
    assert b"\x1b[36m" in terminal.raw, "JSON has colours"

    terminal.press("s")
    terminal.until("Pay Bolt", "1 skipped", without="Pay Acme")
    terminal.press("r")
    terminal.until("Reason:")
    terminal.press("not this one\x15Too much")
    terminal.until("Reason: Too much")
    terminal.press("\x1b")
    terminal.until("Pay Bolt", KEYS)
    terminal.press("r")
    terminal.until("Reason:")
    terminal.press("Over budget")
    terminal.until("Reason: Over budget")
    # undone at once, however slow this machine is
    terminal.press("\ru")
    terminal.until("Pay Bolt", "a approve", without="Reason:")
    terminal.press("r")
    terminal.until("Reason: Over budget")
    terminal.press("\r")
    terminal.until("Pay Cato", "1 rejected")

    # somebody else decides what is on the screen, before our own decision on it is sent
    waiting.decide(cato)
    terminal.press("a")
    terminal.until("Pay Echo")
    terminal.resize(60, 20)
    terminal.until("Pay Echo", "a approve  r reject  s skip  u undo  ? keys  q leave")
    assert max(len(line) for line in terminal.text.splitlines()) <= 60
    terminal.resize(120, 40)
    # the first decision fails at the API and comes next; the second was somebody else's meanwhile
    terminal.until("1 failed", "Pay Echo")
    terminal.until("1 by others")
    fox = waiting.add("Pay Foxtrot")[0]
    terminal.until("3 to decide")
    again(terminal, "a")
    terminal.until("Pay Bolt", "the last decision (reject) was not accepted", without="Pay Echo\n")
    again(terminal, "a")
    terminal.until("Pay Foxtrot", "2 approved")
    again(terminal, "a")
    terminal.until("Everything else is decided; 1 item was skipped.")
    terminal.press("\r")
    terminal.until("Pay Acme", "1 to decide")
    terminal.press("q")
    told = terminal.end()

    assert "code=0" in told and "-echo" not in told.split("code=")[1]
    after = told.split("\x1b[?1049l")[-1]
    assert "3 approved, 1 resolved by somebody else, 1 not decided" in after
    assert all(item_id in after for item_id in (bolt, echo, fox)) and "\x1b[?25h" in told
    found = {item_id: item["status"] for item_id, item in waiting.items().items()}
    assert found == {acme: "pending"} | dict.fromkeys((bolt, cato, dune, echo, fox), "approved")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (None, 130)])
def test_stopped_in_the_middle_what_was_decided_is_sent(
    waiting: Waiting, review: Open, number: int | None, code: int
) -> None:
    first, second = waiting.add("Pay Acme", "Pay Bolt")
    terminal = review("--grace", "1h")
    terminal.until("Pay Acme", KEYS)
    terminal.press("a")
    terminal.until("Pay Bolt", "u undoes")
    terminal.press("r")
    terminal.until("Reason:")
    terminal.press("half a rea")
    terminal.until("half a rea")
    if number is None:
        terminal.press("\x03")
    else:
        os.kill(terminal.child.pid, number)
        os.kill(terminal.child.pid, number)
    told = terminal.end()
    assert (terminal.child.exitstatus, terminal.child.signalstatus) == (code, None)
    assert told.count("\x1b[?1049h") == told.count("\x1b[?1049l") == 1
    assert "1 approved, 1 not decided" in told.split("\x1b[?1049l")[1]
    found = waiting.items()
    assert (found[first]["status"], found[second]["status"]) == ("approved", "pending")


def test_a_terminal_that_closes_loses_nothing_decided(waiting: Waiting, review: Open) -> None:
    first, second, third = waiting.add("Pay Acme", "Pay Bolt", "Pay Cato")
    terminal = review("--grace", "1h")
    terminal.until("Pay Acme", KEYS)
    terminal.press("a")
    terminal.until("Pay Bolt", "u undoes")
    terminal.press("r")
    terminal.until("Reason:")
    terminal.press("Too much")
    terminal.until("Reason: Too much")
    terminal.press("\r")
    terminal.until("Pay Cato", "1 rejected")
    status = terminal.close()
    assert os.waitstatus_to_exitcode(status) == 143
    found = waiting.items()
    assert found[first]["status"] == "approved"
    assert (found[second]["status"], found[second]["resolution_note"]) == ("rejected", "Too much")
    assert found[third]["status"] == "pending"


def test_a_full_disk_under_the_results_is_an_error_after_everything_was_sent(
    waiting: Waiting, review: Open
) -> None:
    first = waiting.add("Pay Acme")[0]
    terminal = review("--grace", "1h", "-o", "json", ">/dev/full", shell=True)
    terminal.until("Pay Acme", KEYS)
    terminal.press("a")
    terminal.until("queue is clear")
    terminal.press("q")
    told = terminal.end()
    assert "code=1" in told and "could not be written" in told
    assert waiting.items()[first]["status"] == "approved"


def test_without_colour_the_screen_says_the_same(waiting: Waiting, review: Open) -> None:
    waiting.add("Pay Acme")
    terminal = review("--color", "never", columns=60, lines=18)
    terminal.until("USD amount", "! Amount above", "0.71", KEYS)
    terminal.press("q")
    told = terminal.end()
    assert not re.search(r"\x1b\[[1-9][0-9;]*m", told)
    assert "1 not decided" in told


@pytest.mark.parametrize(("said", "code", "status"), [("n\n", 1, "pending"), ("y\n", 0, "approved")])
def test_all_asks_on_a_terminal(
    waiting: Waiting, api_env: dict[str, str], said: str, code: int, status: str
) -> None:
    ids = waiting.add("Pay Acme", "Pay Bolt")
    keys = waiting.running.keys
    env = {**api_env, "ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": keys.full}
    terminal = Terminal(("triage", "approve", "--all"), env)
    terminal.until(*ids, "approve 2 items? [y/N]")
    terminal.press(said)
    terminal.end()
    assert terminal.child.exitstatus == code
    assert {item["status"] for item in waiting.items().values()} == {status}


def test_what_was_typed_before_the_first_screen_decides_nothing(waiting: Waiting, review: Open) -> None:
    waiting.add("Pay Acme", "Pay Bolt")
    waiting.order("slow:path=/v1/triage,seconds=1,nth=1")
    terminal = review()
    terminal.press("aaaa")
    terminal.until("Pay Acme", KEYS, "2 to decide")
    terminal.press("?")
    terminal.until("undo the last decision")
    terminal.press("qq")
    assert "2 not decided" in terminal.end()


@pytest.mark.parametrize(
    "pieces",
    [("\x1b[Ma!!",), ("\x1b[M", "a", "!!"), ("\x1b[<0;5;7M",), ("ars",), ("A-1001a\r",)],
)
def test_mouse_reports_and_scanners_decide_nothing(
    waiting: Waiting, review: Open, pieces: tuple[str, ...]
) -> None:
    waiting.add("Pay Acme", "Pay Bolt")
    terminal = review("--grace", "0s")
    terminal.until("Pay Acme", KEYS, "2 to decide")
    assert all(b"\x1b[?%dl" % mode in terminal.raw for mode in (9, 1000, 1002, 1003, 1006))
    for piece in pieces:
        terminal.press(piece)
    terminal.press("\x1b[B")
    terminal.press("?")
    terminal.until("undo the last decision", "2 to decide")
    again(terminal, "?")
    terminal.until("Pay Acme", "2 to decide")
    terminal.press("q")
    assert "2 not decided" in terminal.end()
    assert {item["status"] for item in waiting.items().values()} == {"pending"}


def test_a_review_needs_a_terminal(triage: Run) -> None:
    done = triage("review")
    assert done.code == 2 and "terminal" in done.err and "eclips triage list" in done.err


def test_no_input_is_obeyed(review: Open) -> None:
    terminal = review("--no-input")
    assert "needs a terminal" in terminal.end() and terminal.child.exitstatus == 2


def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(
    waiting: Waiting, api_env: dict[str, str]
) -> None:
    waiting.add("Pay Acme")
    keys = waiting.running.keys
    env = {**api_env, "ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": keys.full, "PS1": "ready> "}
    shell = Terminal(("--norc", "--noprofile", "-i"), env, program="/bin/bash")
    shell.until("ready>")
    shell.press(f"{PROGRAM} triage review\r")
    shell.until("Pay Acme", KEYS)
    shell.press("\x1a")
    shell.until("Stopped", "ready>")
    # the screen of this test knows no alternate one
    assert shell.raw.count(b"\x1b[?1049l") == 1 and not shell.screen.cursor.hidden
    shell.press("clear; stty -a | grep -o -e '[-]*icanon' -e ' [-]*echo '; echo se''en\r")
    screen = shell.until("seen", without=KEYS)
    assert "icanon" in screen and "-icanon" not in screen and " -echo" not in screen
    shell.press("fg\r")
    shell.until("Pay Acme", KEYS, "1 to decide")
    shell.press("r")
    shell.until("Reason:")
    shell.press("half a rea\x1a")
    shell.until("Stopped", "ready>")
    shell.press("clear\r")
    shell.until("ready>", without="Reason:")
    shell.press("fg\r")
    shell.until("Reason: half a rea")
    shell.press("\x1b")
    shell.until(KEYS, without="Reason:")
    shell.press("q")
    shell.until("1 not decided", "ready>")
    shell.press("exit\r")
    shell.end()
    assert shell.raw.count(b"\x1b[?1049h") == shell.raw.count(b"\x1b[?1049l") >= 3


def test_at_40_columns_what_happened_stands_before_the_title(waiting: Waiting, review: Open) -> None:
    first, second = waiting.add("Pay Acme for everything", "Pay Bolt")
    terminal = review("--grace", "1h", columns=40, lines=20)
    terminal.until("a yes")
    terminal.press("a")
    said = next(line for line in terminal.until("✓ approved").splitlines() if "✓ approved" in line)
    assert said.strip().startswith("✓ approved") and said.index("u undoes") < said.index("[t")
    waiting.decide(second)
    terminal.press("\x03")
    terminal.end()
    assert waiting.items()[first]["status"] == "approved"


def test_two_persons_at_one_queue(waiting: Waiting, review: Open) -> None:
    """Two reviews on two terminals: an item is decided once, and the other one is told."""
    acme, bolt = waiting.add("Pay Acme", "Pay Bolt")
    anna, ben = (review("--grace", "1s", shell=True, looks_often=True) for _ in range(2))
    for terminal in (anna, ben):
        terminal.until("Pay Acme", KEYS, "2 to decide")
    anna.press("a")
    anna.until("Pay Bolt", "1 approved")
    wait_until(lambda: waiting.items()[acme]["status"] == "approved")
    ben.press("r")  # whether this machine has looked at the queue by now or not
    ben.until("approved by somebody else meanwhile")
    ben.press("\x1b")
    ben.until(KEYS)
    ben.press("s")
    ben.until("Pay Bolt", KEYS, "1 by others")
    for terminal in (anna, ben):
        terminal.press("q")
    left, right = anna.end(), ben.end()
    assert "code=0" in left and "1 approved" in left
    assert "1 resolved by somebody else" in right and "approved," not in right, right
    posts = [waiting.running_requests(f"/v1/triage/{acme}/{verb}") for verb in ("approve", "reject")]
    assert posts == [1, 0], "what somebody else has resolved is not sent"
    assert [waiting.items()[one]["status"] for one in (acme, bolt)] == ["approved", "pending"]


def test_two_persons_apply_one_sheet(
    waiting: Waiting, triage: Run, api_env: dict[str, str], tmp_path: Path
) -> None:
    """On two machines, both asked before either has answered: each item once, the later one is told in words (14)."""
    items = waiting.add(*(f"Pay {name}" for name in ("Acme", "Bolt", "Cato", "Dune")))
    sheet = tmp_path / "items.csv"
    assert triage("export", str(sheet)).code == 0
    approve_all(sheet)
    keys = waiting.running.keys
    env = {**api_env, "ECLIPS_BASE_URL": waiting.running.url, "ECLIPS_API_KEY": keys.full}
    anna, ben = (
        Terminal(
            ("triage", "apply", str(sheet)), env | {"ECLIPS_STATE_DIR": str(tmp_path / name)}, shell=True
        )
        for name in ("anna", "ben")
    )
    for terminal in (anna, ben):
        terminal.until("approve 4 items", "[y/N]")
    anna.press("y\r")
    assert "code=0" in anna.end() and "4 approved" in anna.text
    ben.press("y\r")
    told = ben.end()
    assert "code=14" in told and "4 resolved by others" in told, told
    assert "was resolved already" in told
    assert {waiting.items()[item]["status"] for item in items} == {"approved"}
