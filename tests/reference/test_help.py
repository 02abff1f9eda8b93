"""`eclips help` and `eclips completion`, through the whole program inside this process."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pexpect
import pytest

from eclips_cli.reference import topics
from tests.inside import inside, run_inside
from tests.installed import PROGRAM, Run

__all__ = ["inside"]


def test_help_of_a_command_is_its_page(inside: Run) -> None:
    shown = inside("help", "runs", "list")
    assert shown.code == 0 and shown.err == ""
    for part in (
        "eclips-runs-list",
        "SYNOPSIS",
        "--needs-triage",
        "eclips runs list --status failed --since 1d",
    ):
        assert part in shown.out
    assert inside("help", "batch", "submit").out == inside("help", "batches", "submit").out


def test_help_alone_is_the_programs_and_lists_the_topics(inside: Run) -> None:
    shown = inside("help").out
    assert shown.startswith("Usage: eclips")
    assert all(f"  {name} " in shown for name in topics.names())


def test_headings_stand_out_on_a_terminal(clean_env: dict[str, str]) -> None:
    for words, heading in (
        ([], b"Set up"),
        (["runs", "list"], b"SYNOPSIS"),
        (["keys"], b"Where the API key"),
    ):
        shown = pexpect.run(shlex.join([PROGRAM, "help", *words]), env=clean_env, timeout=60)
        assert b"\x1b[1m" + heading in shown, "as bold text"
        assert b"\\x1b" not in shown, "and not as made visible"


def test_the_topics_of_the_contract(inside: Run) -> None:
    for name in ("exit-codes", "environment", "output", "cron", "keys", "sandbox"):
        assert inside("help", name).code == 0
    assert "11 unknown_outcome" in inside("help", "exit-codes").out
    sandbox = inside("help", "sandbox").out
    for part in ("[low-confidence]", "[triage]", "rate_limit", "commit_late", "stream_drop"):
        assert part in sandbox


def test_every_variable_is_in_the_topic() -> None:
    package = Path(__file__).resolve().parents[2] / "eclips_cli"
    code = "".join(path.read_text() for path in package.rglob("*.py"))
    used = set(
        re.findall(r"\bECLIPS_[A-Z_]+[A-Z]\b|\bCREDENTIALS_DIRECTORY\b|\bNO_COLOR\b|\bFORCE_COLOR\b", code)
    )
    explained = (package / "reference" / "topics" / "environment.txt").read_text()
    assert used == set(
        re.findall(r"\b(?:ECLIPS_[A-Z_]+|CREDENTIALS_DIRECTORY|NO_COLOR|FORCE_COLOR)\b", explained)
    )


def test_lines_are_as_wide_as_the_terminal(inside: Run) -> None:
    for width in ("40", "72"):
        shown = inside("help", "environment", COLUMNS=width).out
        assert max(map(len, shown.splitlines())) <= int(width)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("exit-code",), "eclips help exit-codes"),
        (("rns",), "eclips help run"),
        (("runs", "lst"), "eclips help runs list"),
        (("webhok", "list"), "eclips help webhook"),
        (("zzzz",), "`eclips help` lists them"),
        (("runs", "list", "more"), "`eclips help` lists them"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest(
    words: tuple[str, ...], hint: str, inside: Run
) -> None:
    shown = inside("help", *words)
    assert (shown.code, shown.out) == (2, "")
    assert hint in shown.err


def test_show_prints_the_script(inside: Run, scripts: dict[str, str]) -> None:
    for shell, script in scripts.items():
        assert inside("completion", "show", shell).out == script


def test_a_shell_that_is_not_supported(inside: Run) -> None:
    for words in (("show", "pwsh"), ("install", "tcsh")):
        shown = inside("completion", *words)
        assert (shown.code, shown.out) == (2, "")
        assert "bash, zsh, fish" in shown.err
    assert inside("completion", "install", SHELL="/bin/dash").code == 2
    assert "SHELL is not set" in inside("completion", "install").err


PLACES = {
    "bash": ".local/share/bash-completion/completions/eclips",
    "zsh": ".local/share/zsh/site-functions/_eclips",
    "fish": ".config/fish/completions/eclips.fish",
}


@pytest.mark.parametrize("shell", PLACES)
def test_install_once_and_again(shell: str, clean_env: dict[str, str], scripts: dict[str, str]) -> None:
    place = Path(clean_env["HOME"], PLACES[shell])
    env = {**clean_env, "SHELL": f"/usr/bin/{shell}"}
    tried = run_inside(("completion", "install", "--dry-run", "-o", "json"), env)
    assert (tried.json["state"], place.exists()) == ("would be written", False)
    done = run_inside(("completion", "install", "-o", "json"), env)
    assert (done.json["file"], done.json["state"]) == (str(place), "written")
    assert place.read_text() == scripts[shell]
    assert run_inside(("completion", "install", "-o", "json"), env).json["state"] == "unchanged"


def test_zsh_is_told_what_to_add_until_it_is_there(clean_env: dict[str, str]) -> None:
    home = Path(clean_env["HOME"])
    (home / ".zshrc").write_text("# fpath=(~/.local/share/zsh/site-functions $fpath)\n")
    first = run_inside(("completion", "install", "zsh", "-o", "json"), clean_env).json
    assert f"fpath=({home}/.local/share/zsh/site-functions $fpath)" in first["next"]
    (home / ".zshrc").write_text("fpath=(~/.local/share/zsh/site-functions $fpath)\n")
    again = run_inside(("completion", "install", "zsh", "-o", "json"), clean_env).json
    assert again["next"] == "open a new shell"


def test_somebody_elses_file_is_left_alone(clean_env: dict[str, str]) -> None:
    place = Path(clean_env["HOME"], PLACES["fish"])
    place.parent.mkdir(parents=True)
    place.write_text("# mine\n")
    shown = run_inside(("completion", "install", "fish"), clean_env)
    assert (shown.code, place.read_text()) == (17, "# mine\n")
    assert "move it away" in shown.err


def test_a_place_that_cannot_be_written(clean_env: dict[str, str]) -> None:
    shown = run_inside(("completion", "install", "bash"), {**clean_env, "XDG_DATA_HOME": "/dev/null"})
    assert shown.code == 17
    assert "error: /dev/null/" in shown.err


@pytest.mark.parametrize("argv", [("--help",), ("completion", "--help"), ("batches", "submit", "--help")])
def test_help_is_as_narrow_as_the_terminal(argv: tuple[str, ...], clean_env: dict[str, str]) -> None:
    shown = run_inside(argv, {**clean_env, "COLUMNS": "40"}).out
    text, _, examples = shown.partition("Examples:")
    wide = [line for line in text.splitlines() if len(line) > 40]
    assert not [line for line in wide if " " in line.strip() and not line.endswith(":")], wide
    assert "  eclips " in examples, "what is pasted is never wrapped"
