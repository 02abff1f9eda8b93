"""Generated files: as the command tree has them, sound for man, and where an installed package must have them."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from eclips_cli.exits import ExitCode
from eclips_cli.reference import files, roff
from eclips_cli.reference.page import page_of
from eclips_cli.reference.topics import Code, Definitions, Text, blocks
from eclips_cli.reference.tree import CommandEntry
from tests.installed import run_installed

REPOSITORY = Path(__file__).resolve().parents[2]
BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"
PAGES = sorted((REPOSITORY / "man" / "man1").glob("*.1"))


def test_generated_files_are_as_the_tree_has_them() -> None:
    found = [str(path.relative_to(REPOSITORY)) for path in files.drifted()]
    assert found == [], "`python -m eclips_cli.reference` writes them anew"


def test_drift_is_found_and_mended(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text((REPOSITORY / "README.md").read_text())
    files.write(tmp_path)
    assert files.drifted(tmp_path) == []
    (tmp_path / "completions" / "_eclips").write_text("old")
    (tmp_path / "man" / "man1" / "eclips-gone.1").write_text("of a command that is no more")
    readme = tmp_path / "README.md"
    readme.write_text(
        re.sub(r"(<!-- exit-codes -->\n).*?(<!-- /exit)", r"\1\2", readme.read_text(), flags=re.S)
    )
    found = {path.name for path in files.drifted(tmp_path)}
    assert found == {"_eclips", "eclips-gone.1", "README.md"}
    files.write(tmp_path)
    assert files.drifted(tmp_path) == []
    assert not (tmp_path / "man" / "man1" / "eclips-gone.1").exists()


def test_a_readme_without_a_block_is_refused() -> None:
    with pytest.raises(SystemExit, match="0 blocks <!-- help -->"):
        files.with_blocks("no markers", {"help": "text"})


def test_check_says_what_drifted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from eclips_cli.reference.__main__ import main

    monkeypatch.setattr(files, "drifted", lambda: [files.ROOT / "man" / "README.md"])
    assert main(["--check"]) == 1
    assert "man/README.md" in capsys.readouterr().err
    monkeypatch.setattr(files, "drifted", lambda: [])
    assert main(["--check"]) == 0
    assert main(["--nonsense"]) == 2


def test_the_readme_names_every_exit_code() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    for code in ExitCode:
        assert f"| {code.value} | {code.name.lower()} | {code.meaning} |" in readme


def test_no_dates_and_no_paths_of_a_machine(tree: CommandEntry) -> None:
    for path in (*PAGES, *(REPOSITORY / "completions").iterdir(), REPOSITORY / "man" / "README.md"):
        assert str(REPOSITORY) not in path.read_text(), path
        assert str(Path.home()) + "/" not in path.read_text(), path


def test_each_command_has_a_page_with_all_sections(tree: CommandEntry) -> None:
    assert {page_of(command).name for command in tree.walk()} == {path.stem for path in PAGES}
    for command in tree.walk():
        titles = [section.title for section in page_of(command).sections]
        for needed in (
            "synopsis",
            "description",
            "examples",
            "environment",
            "files",
            "exit status",
            "see also",
        ):
            assert needed in titles, (command.title, needed)


@pytest.mark.debian("mandoc", "lexgrog", "man")
def test_pages_are_clean_and_readable() -> None:
    lint = subprocess.run(["mandoc", "-T", "lint", "-W", "style", *PAGES], capture_output=True, text=True)
    assert (lint.stdout + lint.stderr, lint.returncode) == ("", 0)
    names = subprocess.run(["lexgrog", *PAGES], capture_output=True, text=True)
    assert names.stdout.count(" - ") == len(PAGES)
    env = {"MANPATH": str(REPOSITORY / "man"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MANWIDTH": "90"}
    shown = subprocess.run(["man", "eclips", "runs"], env=env, capture_output=True, text=True)
    assert "List, read and follow runs" in " ".join(shown.stdout.split()), shown.stderr
    whole = subprocess.run(["man", "--warnings", "eclips"], env=env, capture_output=True, text=True)
    assert whole.stderr == ""
    assert "unknown_outcome" in whole.stdout


def test_roff_takes_nothing_of_a_text_for_a_request() -> None:
    assert roff.escaped(".so /etc/passwd") == "\\&.so /etc/passwd"
    assert (
        roff.escaped('\'tis `a` \\ ^ ~ "b" --c') == "\\(aqtis \\(gaa\\(ga \\e \\(ha \\(ti \\(dqb\\(dq \\-\\-c"
    )


def test_the_parts_of_a_text() -> None:
    text = "One\nparagraph.\n\n    some | code\n      more\n\nterm\n    what it\n    is\n\nother\n    thing\n\n{exit-codes}"
    one, code, terms, codes = blocks(text)
    assert one == Text("One paragraph.")
    assert code == Code(("some | code", "  more"))
    assert terms == Definitions((("term", "what it is"), ("other", "thing")))
    assert isinstance(codes, Definitions) and ("14 rejected", ExitCode.REJECTED.meaning) in codes.rows


def test_a_wheel_has_them_where_shells_and_man_look(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    names = {name.partition(".data/data/")[2] for name in zipfile.ZipFile(wheel).namelist()}
    assert {
        "share/bash-completion/completions/eclips",
        "share/zsh/site-functions/_eclips",
        "share/fish/vendor_completions.d/eclips.fish",
    } <= names
    assert {f"share/man/man1/{path.name}" for path in PAGES} <= names
    assert any(name.endswith("reference/topics/sandbox.txt") for name in zipfile.ZipFile(wheel).namelist())


@pytest.mark.debian("bash", BASH_COMPLETION)
def test_the_installed_script_completes_by_itself(clean_env: dict[str, str]) -> None:
    """`completion install`, then a fresh bash that knows bash-completion: nothing else to do."""
    home = Path(clean_env["HOME"])
    done = run_installed(("completion", "install", "bash"), clean_env)
    place = home / ".local/share/bash-completion/completions/eclips"
    assert (done.code, done.out.split("\t")[:3]) == (0, ["bash", str(place), "written"])
    asked = f"source {BASH_COMPLETION}; _completion_loader eclips; complete -p eclips"
    shown = subprocess.run(["bash", "-c", asked], env=clean_env, capture_output=True, text=True)
    assert "_eclips" in shown.stdout, shown.stderr
