"""Hints that name the way on: quotes that were forgotten, a directory in place of a file, how it was installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from eclips_cli.system import installation
from tests.inside import run_inside


@pytest.mark.parametrize(
    ("argv", "hint"),
    [
        (("run", "Process", "invoice", "INV-1"), "eclips run 'Process invoice INV-1'"),
        (("run", "Pay it", "-a", "center", "now"), "eclips run 'Pay it now' -a center"),
        (("health", "now"), "`eclips health --help` shows how it is used"),
        (("config", "get", "agent", "x"), "`eclips config get --help` shows how it is used"),
    ],
)
def test_a_text_in_several_words_is_offered_in_quotes(
    clean_env: dict[str, str], argv: tuple[str, ...], hint: str
) -> None:
    done = run_inside(argv, clean_env)
    assert done.code == 2 and hint in done.err.splitlines()[1], done


def test_a_directory_in_place_of_a_file(clean_env: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "june.csv"
    folder.mkdir()
    argv = ("batches", "submit", str(folder), "--task", "x")
    done = run_inside(argv, clean_env)
    assert (done.code, done.err.splitlines()[1]) == (2, "hint: name a file")
    for name in "abcd":
        (folder / name).touch()
    done = run_inside(argv, clean_env)
    assert f"{folder} is a directory, not a file" in done.err
    assert done.err.splitlines()[1] == "hint: name a file in it: a, b, c and 1 more"


@pytest.mark.parametrize(
    ("file", "adds", "upgrades"),
    [
        ("pipx_metadata.json", "pipx install --force 'eclips-cli[", "pipx upgrade eclips-cli"),
        ("uv-receipt.toml", "uv tool install --force 'eclips-cli[", "uv tool upgrade eclips-cli"),
        ("pyvenv.cfg", "pip install 'eclips-cli[jq]'", "pip install -U eclips-cli"),
    ],
)
def test_an_extra_is_added_as_the_program_was_installed(
    file: str, adds: str, upgrades: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / file).touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(installation, "EXTRAS", {"server": ("nothing_of_that_name",), "jq": ("json",)})
    assert installation.to_add("server").startswith(adds.replace("[jq]", "[server]"))
    assert ("jq" in installation.to_add("server")) == (file != "pyvenv.cfg"), "it stays"
    assert installation.to_upgrade() == upgrades
    monkeypatch.setitem(sys.modules, "jq", None)
    done = run_inside(("runs", "list", "--jq", "."), {"HOME": str(tmp_path)})
    assert adds.split("[")[0] in done.err


def test_help_survives_an_optimized_python(clean_env: dict[str, str]) -> None:
    def shown(*argv: str, level: str) -> str:
        command = [sys.executable, "-m", "eclips_cli", *argv]
        env = {**clean_env, "PYTHONOPTIMIZE": level, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout

    for argv in (("runs", "list", "--help"), ("help", "batches", "submit"), ("help", "exit-codes")):
        assert shown(*argv, level="2") == shown(*argv, level="0")
