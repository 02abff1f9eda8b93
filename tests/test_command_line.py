"""Commands that are suggested: where they lead, and that nothing else in what is said is changed."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from eclips_cli import command_line
from eclips_cli.app import TREE, build
from eclips_cli.command_line import _WITH_VALUE, command, placed, repeated, without
from eclips_cli.options import Options, place_asked
from tests.hints import commands
from tests.inside import inside, run_inside
from tests.installed import Run

__all__ = ["inside"]

PLACE = Options(profile="work", base_url="http://h:1", api_key_file="/a b/k").place
ALL = "--profile work --base-url http://h:1 --api-key-file '/a b/k'"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("eclips batches wait k", f"eclips {ALL} batches wait k"),
        ("eclips runs list; then: eclips usage", f"eclips {ALL} runs list; then: eclips {ALL} usage"),
        ("eclips run 'see eclips usage'", f"eclips {ALL} run 'see eclips usage'"),
        (f"eclips {ALL} run 'see eclips usage'", f"eclips {ALL} run 'see eclips usage'"),
        ("eclips -o json run 'eclips usage'", f"eclips {ALL} -o json run 'eclips usage'"),
        (
            "eclips --profile other runs list",
            "eclips --base-url http://h:1 --api-key-file '/a b/k' --profile other runs list",
        ),
        (
            "eclips runs list -p work",
            "eclips --base-url http://h:1 --api-key-file '/a b/k' runs list -p work",
        ),
        ("eclips --sandbox runs list", "eclips --profile work --sandbox runs list"),
        ("`eclips auth login`", "`eclips --profile work --base-url http://h:1 auth login`"),
        ("eclips config unset agent", "eclips --profile work config unset agent"),
        ("`eclips runs list --help` shows it", "`eclips runs list --help` shows it"),
        ("another eclips is sending a run", "another eclips is sending a run"),
    ],
)
def test_a_command_leads_where_this_one_did_and_is_placed_once(said: str, told: str) -> None:
    assert placed(said, PLACE) == told
    assert placed(told, PLACE) == told


def test_what_looks_like_an_option_stands_behind_the_end_of_options() -> None:
    assert command("runs tail", "-x", "a b") == "eclips runs tail -- -x 'a b'"
    assert (
        repeated(["batches", "submit", "--", "-f.csv"], "--again")
        == "eclips batches submit --again -- -f.csv"
    )


@pytest.mark.parametrize("before", [True, False])
def test_a_task_that_names_a_command_is_not_changed_in_a_hint(
    inside: Run, api_env: dict[str, str], tmp_path: Path, before: bool
) -> None:
    file = tmp_path / f"invoices {before}.csv"
    file.write_text(f"number\n{before}-1\n")
    task = "first eclips usage, then pay {number}"
    where, rest = (
        ["--base-url", api_env["ECLIPS_BASE_URL"]],
        ["batches", "submit", str(file), "--task", task, "-d"],
    )
    typed = [*where, *rest] if before else [*rest, *where]
    assert inside(*typed).code == 0
    file.write_text(f"number\n{before}-1\n{before}-2\n")
    stopped = inside(*typed)
    assert stopped.code == 2
    ways = [shlex.split(way)[1:] for way in commands(stopped.err.splitlines()[-1])]
    assert ways and all(task in way and way.count("--base-url") == 1 for way in ways), stopped.err
    assert inside(*ways[0]).code == 0


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["run", "Pay", "it", "-a", "ap_specialist", "now"], ["run", "Pay it now", "-a", "ap_specialist"]),
        (
            ["--profile", "work", "run", "-a", "it", "Pay", "it"],
            ["--profile", "work", "run", "-a", "it", "Pay it"],
        ),
        (["find", "Acme", "Ltd", "--all"], ["find", "Acme Ltd", "--all"]),
    ],
)
def test_quotes_are_offered_with_all_that_was_typed(
    clean_env: dict[str, str], typed: list[str], told: list[str]
) -> None:
    done = run_inside(tuple(typed), clean_env)
    assert done.code == 2
    assert [shlex.split(way)[1:] for way in commands(done.err.splitlines()[1])] == [told]


def test_the_options_that_have_a_value_are_those_of_the_tree() -> None:
    options = [param for param in build().params if param.param_type_name == "option" and not param.is_flag]
    assert {spelling for option in options for spelling in option.opts} == _WITH_VALUE


def test_each_command_is_known_to_ask_the_api_or_not_to():
    asks_nothing = {"audit", "auth", "completion", "config", "help", "sandbox", "welcome"}
    assert set(TREE) == command_line._ASKING | asks_nothing
    assert not command_line._ASKING & asks_nothing


def test_a_profile_written_to_its_letter_is_the_place_that_was_asked_for():
    assert (
        place_asked(["-pwork", "runs", "lst"]) == place_asked(["-p", "work", "runs"]) == {"profile": "work"}
    )
    assert place_asked(["runs", "get", "--", "-pwork"]) == {}


def test_an_option_is_taken_out_with_its_value_and_nothing_that_only_looks_like_it() -> None:
    words = [
        "runs",
        "list",
        "--since",
        "1d",
        "--status=failed",
        "--since=2d",
        "--since-now",
        "--",
        "--since",
        "3d",
    ]
    assert without(words, "--since") == [
        "runs",
        "list",
        "--status=failed",
        "--since-now",
        "--",
        "--since",
        "3d",
    ]
    assert without(words, "--status") == [word for word in words if word != "--status=failed"]
    assert without(["--since"], "--since") == []
    assert without(["--note", "--", "x"], "--note") == ["x"], (
        "the value of an option is its value, whatever it is"
    )
