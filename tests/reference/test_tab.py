"""TAB, pressed in real shells: what it inserts reaches the program as it is, and nothing of it is ever executed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reference.conftest import HOSTILE, StandIn
from tests.reference.prompt import PROMPT, Prompt

SHELLS = ("bash", "zsh", "fish")
EACH = [pytest.param(name, marks=pytest.mark.debian(name)) for name in SHELLS]
Start = Callable[[str], Prompt]


@pytest.mark.parametrize("shell", EACH)
def test_hostile_values_arrive_as_they_are(
    shell: str, prompt: Start, stand_in: StandIn, tmp_path: Path
) -> None:
    values = {chr(ord("a") + number) + text: text for number, text in enumerate(HOSTILE)}
    stand_in.offer(list(values))
    shown = prompt(shell)
    for value in values:
        shown.ready()
        shown.press(f"eclips runs get {value[0]}\t")
        shown.until(lambda value=value: _inserted(shown, value))
        shown.press("\r")
        assert stand_in.was_given() == ["runs", "get", value]
    assert not list(tmp_path.rglob("pwned"))


def _inserted(shown: Prompt, value: str) -> bool:
    """Whether TAB has added to the last line: a value's second letter, however it is quoted, or an opening quote."""
    line = shown.text.splitlines()[-1].partition("eclips runs get ")[2]
    return len(line) > 2


@pytest.mark.parametrize("shell", EACH)
def test_words_of_the_tree_cost_no_start_of_the_program(
    shell: str, prompt: Start, stand_in: StandIn, tmp_path: Path
) -> None:
    shown = prompt(shell)
    (tmp_path / shell / "subdir").mkdir()
    for keys in (
        ["eclips runs li", "st", " --st", "atus", " pending_t", "riage"],
        ["eclips -o jsonl usa", "ge", " hi", "story"],
        ["eclips --sandbox runs ge", "t", " --out", "put", " cs", "v"],
        ["eclips run --priority ur", "gent"],
        ["eclips run --data @sub", "dir"],
    ):
        shown.ready()
        line = ""
        for typed, added in zip(keys[::2], keys[1::2], strict=True):
            shown.press(typed.lstrip() + "\t" if line else typed + "\t")
            line += typed + added
            shown.until(lambda line=line: _line(shown).startswith(line))
        shown.press("\r")
        assert " ".join(stand_in.was_given()).replace("=", " ").rstrip("/") == line.removeprefix("eclips ")
    assert not stand_in.asked


@pytest.mark.debian("bash", "zsh")
@pytest.mark.parametrize(("shell", "strict"), [("bash", "set -eEu"), ("zsh", "setopt err_exit no_unset")])
def test_a_strict_shell_outlives_a_tab(shell: str, strict: str, prompt: Start, stand_in: StandIn) -> None:
    shown = prompt(shell)
    shown.press(f"{strict}\r")
    for keys in (
        "eclips nonsense ",
        "eclips run --agent=",
        "eclips runs list --fields zz",
        "eclips run @no",
        "eclips ",
    ):
        shown.ready()
        shown.press(f"{keys}\t\t\x15")
    shown.ready()
    shown.press("eclips runs li\t")
    shown.until(lambda: _line(shown).startswith("eclips runs list"))
    shown.press("\r")
    assert stand_in.was_given() == ["runs", "list"]
    assert "unbound" not in shown.text and "not set" not in shown.text, shown.text
    shown.press("echo $-:\r")
    shown.until(lambda: "e" in next((line for line in shown.text.splitlines() if line.endswith(":")), ""))


@pytest.mark.parametrize("shell", EACH)
def test_members_are_completed_after_a_comma(shell: str, prompt: Start, stand_in: StandIn) -> None:
    shown = prompt(shell)
    shown.press("eclips runs list --fields id,conf\t")
    shown.until(lambda: "id,confidence_score" in _line(shown))
    shown.press("\r")
    assert ",".join(stand_in.was_given()) in (
        "runs,list,--fields,id,confidence_score",
        "runs,list,--fields=id,confidence_score",
    )


@pytest.mark.parametrize("shell", EACH)
def test_files_are_the_shells_own_to_complete(
    shell: str, prompt: Start, stand_in: StandIn, tmp_path: Path
) -> None:
    shown = prompt(shell)
    (tmp_path / shell / "a file $(touch pwned).csv").write_text("")
    shown.press("eclips run --data-file a\t")
    shown.until(lambda: ".csv" in shown.text)
    shown.press("\r")
    assert stand_in.was_given() == ["run", "--data-file", "a file $(touch pwned).csv"]
    assert not (tmp_path / shell / "pwned").exists()


def _line(shown: Prompt) -> str:
    """What stands at the prompt; zsh writes an option's value after an equals sign."""
    return shown.text.splitlines()[-1].removeprefix(PROMPT).replace("=", " ")


@pytest.mark.parametrize("shell", EACH)
def test_a_list_shows_what_each_value_is(
    shell: str, prompt: Start, stand_in: StandIn, tmp_path: Path
) -> None:
    shown = prompt(shell)
    shown.press("eclips runs \t\t")
    shown.until(lambda: "wait" in shown.text and "List runs, newest first" in shown.text)
    shown.press("\x03" if shell != "bash" else "\x15")
    stand_in.offer(["r-1", "s-2"])
    shown.press("\r")
    shown.ready()
    shown.press("eclips runs get \t\t")
    shown.until(lambda: "s-2" in shown.text and "50% off: [x]" in shown.text)
    assert not list(tmp_path.rglob("pwned"))
