"""Pauses before a request is repeated: one line in place on a terminal, one line in all elsewhere."""

import threading
from collections.abc import Iterator

import pytest

from eclips_cli.api import EclipsClient, Hooks
from eclips_cli.api.waiting import SystemClock
from eclips_cli.errors import NetworkError
from tests.inside import run_inside
from tests.installed import wait_until
from tests.servers.raw import Conversation, RawServer, json_reply

LIMITED = json_reply({"error": "Too many requests"}, 429, [("Retry-After", "7")])
HEALTHY = json_reply({"status": "ok", "version": "1"})


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(LIMITED, LIMITED, LIMITED, HEALTHY) as running:
        yield running


def test_elsewhere_a_rate_limit_is_one_line_however_often_it_is_met(
    server: RawServer, clean_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(SystemClock, "sleep", lambda _clock, seconds: slept.append(seconds))
    done = run_inside(("health", "-o", "id"), {**clean_env, "ECLIPS_BASE_URL": server.url})
    assert (done.code, done.out, slept) == (0, "ok\n", [7.0] * 3)
    assert done.err == "rate limited: Too many requests; trying again in 7 s\n"


def test_on_a_terminal_it_counts_down_in_place_and_leaves_no_trace(
    server: RawServer, clean_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    now, mine = [1000.0], threading.current_thread()

    def sleep(_clock: SystemClock, seconds: float) -> None:
        if threading.current_thread() is not mine:
            return  # a reader that another test has left pauses, too
        for left in ("7 s", "3 s"):
            now[0] += 0 if left == "7 s" else seconds - 3
            wait_until(lambda left=left: drawn().rpartition("\r")[2].count(f"trying again in {left}"))
        now[0] += 3

    def drawn() -> str:
        return sys.stderr.buffer.getvalue().decode()  # type: ignore[attr-defined]

    monkeypatch.setattr(SystemClock, "sleep", sleep)
    monkeypatch.setattr("eclips_cli.output.countdown.time", type("Time", (), {"monotonic": lambda: now[0]}))
    env = {**clean_env, "ECLIPS_BASE_URL": server.url}
    done = run_inside(("health", "-o", "id"), env, terminal=True)
    assert (done.code, done.out) == (0, "ok\n"), done.err[-2000:]
    assert "\n" not in done.err and done.err.endswith("\r\x1b[2K\x1b[?25h")
    assert done.err.count("\x1b[?25l") == 3, "one pause after the other, each in the same line"


def test_a_request_that_breaks_because_the_command_has_ended_is_not_tried_again() -> None:
    ended, waits = threading.Event(), []

    def breaks(talk: Conversation) -> None:
        ended.wait(20)
        talk.reset()

    with RawServer(breaks) as server:
        client = EclipsClient("eck_live_0123456789", base_url=server.url, hooks=Hooks(on_wait=waits.append))

        def read() -> None:
            with pytest.raises(NetworkError):
                client.runs.get("r1")

        reader = threading.Thread(target=read)
        reader.start()
        wait_until(lambda: server.requests)
        client.close()
        ended.set()
        reader.join(20)
        assert not reader.is_alive() and len(server.requests) == 1 and waits == []
