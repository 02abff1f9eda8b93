"""What a person at a terminal meets: live views, keys, questions, Ctrl-C at any moment."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.installed import Run, run_installed
from tests.terminal import Terminal


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopping_a_live_view_gives_the_cursor_back_and_the_way_on(
    api_env: dict[str, str], faulty: Any, number: int, code: int
) -> None:
    running = faulty(speed=1)
    env = {**api_env, "ECLIPS_BASE_URL": running.url, "ECLIPS_API_KEY": running.keys.full}
    terminal = Terminal(("run", "[slow] Reconcile the May statements"), env)
    terminal.shows("running")
    assert terminal.screen.cursor.hidden, "no cursor jumps about in a live view"
    os.kill(terminal.child.pid, number)
    assert terminal.ended() == code
    assert "eclips runs tail " in terminal.text
    assert terminal.cursor_is_back
    assert "Traceback" not in terminal.text


@pytest.mark.parametrize(
    ("argv", "shown", "told"),
    [
        (("runs", "tail", "{run}"), "running", "error: stopped following; the run goes on"),
        (("runs", "wait", "{run}"), "waiting", "error: stopped following; the run goes on"),
        (("triage", "watch"), "watching", "stopped watching"),
        (("health", "--watch"), "ok", "stopped"),
        (("webhooks", "listen", "--port", "0"), "nothing came", "stopped"),
        (
            ("webhooks", "forward", "--to", "http://127.0.0.1:9/"),
            "0 delivered",
            "stopped; the same command goes on",
        ),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_what_ctrl_c_ended_stands_in_a_line_of_its_own(
    api_env: dict[str, str], faulty: Any, argv: tuple[str, ...], shown: str, told: str
) -> None:
    """The terminal shows the key as ^C, where the cursor is."""
    running = faulty(speed=1)
    env = {**api_env, "ECLIPS_BASE_URL": running.url, "ECLIPS_API_KEY": running.keys.full}
    run_id = run_installed(("run", "-d", "[slow] Count"), env).lines[0]
    terminal = Terminal(tuple(word.format(run=run_id) for word in argv), env)
    terminal.shows(shown)
    terminal.press("\x03")
    assert terminal.ended() == 130
    lines = [line for line in terminal.text.splitlines() if "stopped" in line]
    assert len(lines) == 1 and lines[0].startswith(told), terminal.text
    assert "^C" not in terminal.text and terminal.cursor_is_back


def test_a_followed_run_ends_with_its_result_and_no_trace_of_the_live_line(api_env: dict[str, str]) -> None:
    terminal = Terminal(
        ("run", "Get 3 vendor quotes for 500 laptops", "-a", "procurement_specialist"), api_env
    )
    shown = terminal.shows("procurement_specialist")
    assert terminal.ended() == 0
    assert "✓ completed" in terminal.text and "running" not in terminal.text, shown
    assert terminal.cursor_is_back


def test_the_live_table_follows_the_size_of_the_window(api_env: dict[str, str], faulty: Any) -> None:
    running = faulty(speed=1)
    env = {**api_env, "ECLIPS_BASE_URL": running.url, "ECLIPS_API_KEY": running.keys.full}
    ids = [run_installed(("run", "-d", f"[slow] Count {n}"), env).lines[0] for n in range(2)]
    terminal = Terminal(("runs", "watch"), env)
    terminal.shows(lambda text: all(run_id in text for run_id in ids) and "AGENT" in text)
    terminal.resize(60, 12)
    shown = terminal.shows(lambda text: all(run_id in text for run_id in ids) and "AGENT" not in text)
    assert max(map(len, shown.splitlines())) <= 60
    terminal.press("\x03")
    assert terminal.ended() == 130
    assert terminal.cursor_is_back and "Traceback" not in terminal.text


def test_a_key_is_typed_without_being_shown(clean_env: dict[str, str], server: Any) -> None:
    env = {**clean_env, "ECLIPS_BASE_URL": server.url}
    terminal = Terminal(("auth", "login", "--store", "file"), env)
    terminal.shows("API key")
    terminal.press(f" {server.keys.full} \r")
    assert terminal.ended() == 0, terminal.text
    assert server.keys.full.encode() not in terminal.raw
    kept = Path(clean_env["HOME"], ".config/eclips/keys/default.key")
    assert kept.read_text() == f"{server.keys.full}\n"


def test_without_a_keyring_a_plain_file_is_offered_before_the_key_is_asked_for(
    clean_env: dict[str, str], server: Any
) -> None:
    env = {**clean_env, "ECLIPS_BASE_URL": server.url}
    kept = Path(clean_env["HOME"], ".config/eclips/keys/default.key")

    def asked(answer: str, code: int, *says: str) -> None:
        terminal = Terminal(("auth", "login"), env)
        shown = terminal.shows("[y/N]")
        assert "no session bus" in shown and "plain text file" in shown and "API key" not in shown
        for keys, shows in zip(answer.split(" "), ("API key", ""), strict=False):
            terminal.press(keys)
            terminal.shows(shows if keys == "y\r" else "")
        assert terminal.ended() == code, terminal.text
        assert terminal.cursor_is_back and all(word in terminal.text for word in says), terminal.text
        assert server.keys.full.encode() not in terminal.raw

    asked("n\r", 17, "keeps a plain file")
    asked("\x04", 17, "keeps a plain file")
    asked("y\r \x04", 2, "no key was given")
    asked(f"y\r '{server.keys.full}'\r", 2, "has quotes around it", "without its quotes")
    assert not kept.exists()
    asked(f"y\r {server.keys.full}\r", 0, "is in the plain text file")
    assert kept.read_text() == f"{server.keys.full}\n"
    given = run_installed(("auth", "login", "--with-key"), env, server.keys.full)
    assert given.code == 17, "nobody is asked without a terminal"


def test_leaving_a_question_changes_nothing(clean_env: dict[str, str]) -> None:
    env = {**clean_env, "ECLIPS_STATE_DIR": f"{clean_env['HOME']}/state"}
    login = ("auth", "login", "--store", "file")
    for argv, question in ((login, "API key"), (("sandbox", "reset"), "[y/N]")):
        terminal = Terminal(argv, env)
        terminal.shows(question)
        terminal.press("\x03")
        assert terminal.ended() == 130
        assert terminal.cursor_is_back, f"the prompt must not stand behind {question}"
        assert "Traceback" not in terminal.text
    terminal = Terminal(("sandbox", "reset"), env)
    terminal.shows("[y/N]")
    terminal.press("\r")
    assert terminal.ended() == 1 and "nothing was done" in terminal.text


def test_a_wait_ends_on_time_though_the_stream_says_nothing(eclips: Run, faulty: Any) -> None:
    running = faulty("stream_silent:at=0")
    argv = ("run", "[triage] Pay", "--through-triage", "--timeout", "1s", "-o", "json")
    done = eclips(*argv, ECLIPS_BASE_URL=running.url, ECLIPS_API_KEY=running.keys.full)
    assert (done.code, done.error["code"]) == (124, "timeout")
    assert done.error["hint"].startswith("eclips runs tail ")


@pytest.mark.parametrize("ids", [1, 6])
def test_an_outage_ends_a_wait_only_after_max_outage(eclips: Run, faulty: Any, ids: int) -> None:
    running = faulty("status:code=502,method=GET,after=0")
    env = {"ECLIPS_BASE_URL": running.url, "ECLIPS_API_KEY": running.keys.full}
    started = [eclips("run", "-d", f"[slow] {n}", env=env).lines[0] for n in range(ids)]
    done = eclips("runs", "wait", *started, "--max-outage", "1s", "--max-retries", "0", "-o", "json", env=env)
    assert (done.code, done.error["status"]) == (12, 502), done
    assert "eclips runs tail" in done.error["hint"]


def test_an_outage_shorter_than_that_is_survived(eclips: Run, faulty: Any) -> None:
    running = faulty("status:code=502,method=GET,times=2", "drop_before:method=GET,after=4,times=1")
    done = eclips("run", "x", "-o", "json", ECLIPS_BASE_URL=running.url, ECLIPS_API_KEY=running.keys.full)
    assert done.code == 0 and done.json["run"]["status"] == "completed", done
