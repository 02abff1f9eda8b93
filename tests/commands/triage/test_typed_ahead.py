"""What was typed before a question could be read is no answer to it."""

from __future__ import annotations

import threading

from tests.faults.healthy import Healthy
from tests.servers.raw import Action, RawServer, Received
from tests.terminal import Terminal


def test_a_yes_that_was_typed_while_the_queue_was_read_decides_nothing(clean_env: dict[str, str]) -> None:
    asked, typed = threading.Event(), threading.Event()
    api = Healthy()

    def answer(request: Received) -> Action:
        if request.path == "/v1/triage":
            asked.set()
            typed.wait(20)
        return api(request)

    with RawServer(answer=answer) as server:
        env = {**clean_env, "ECLIPS_BASE_URL": server.url, "ECLIPS_API_KEY": "eck_live_0123456789abcdef"}
        terminal = Terminal(["triage", "approve", "--all"], env)
        assert asked.wait(20)
        terminal.press("y\n")
        terminal.read(0.5)  # the terminal's echo: it has taken it in
        typed.set()
        terminal.until("approve 1 item? [y/N]")
        terminal.press("n\n")
        assert terminal.ended() == 1
        terminal.shows("nothing was done")
        assert {request.method for request in server.requests} == {"GET"}
