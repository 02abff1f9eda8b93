"""What is said of an item that is decided holds its money, and no terminal cuts that in two."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.commands.triage.conftest import Waiting
from tests.installed import PROGRAM
from tests.terminal import Terminal


@pytest.mark.parametrize("columns", [100, 60, 40])
def test_last_names_the_amount_of_the_one_that_was_listed(
    waiting: Waiting, clean_env: dict[str, str], columns: int
) -> None:
    waiting.add("Pay the invoice INV-2042 of a vendor with a name")
    env: dict[str, Any] = {
        **clean_env,
        "ECLIPS_BASE_URL": waiting.running.url,
        "ECLIPS_API_KEY": waiting.running.keys.full,
        "TERM": "xterm",
    }
    commands = f"{PROGRAM} triage list > /dev/tty && {PROGRAM} triage approve @last"
    terminal = Terminal(["-c", commands], env, columns=columns, program="/bin/sh")
    assert terminal.ended() == 0
    _, _, said = terminal.text.partition("approving triage item")
    assert re.search(r"out: [0-9]{2},[0-9]{3}\.[0-9]{2} USD", " ".join(said.split())), terminal.text
    assert re.search(r"[0-9]{2},[0-9]{3}\.[0-9]{2}", said), "cut by the end of a line"
