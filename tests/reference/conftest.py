"""The tree and its completion scripts, made once; a stand-in for `eclips` that tells what it was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from eclips_cli import app
from eclips_cli.reference.shells import SHELLS
from eclips_cli.reference.tree import CommandEntry, describe
from tests.installed import wait_until
from tests.reference.prompt import Prompt

HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`",
    "it's",
    'say "it"',
    "back\\slash\\",
    "a:b:c",
    "two  words",
    "*.[a-z]?",
    "a=b&c;d|e>f<g(h)",
    "{x,y}#%",
    "~root",
    "\\$(touch pwned)",
)
"""what a value may hold; the n-th one is offered with the letter n before it"""


@pytest.fixture(scope="session")
def tree() -> CommandEntry:
    return describe(app.build())


@pytest.fixture(scope="session")
def scripts(tree: CommandEntry) -> dict[str, str]:
    return {name: shell.script(tree) for name, shell in SHELLS.items()}


@dataclass(frozen=True)
class StandIn:
    """A program named eclips: answers `__complete` from a file, writes down every other start of it."""

    directory: Path

    def __post_init__(self) -> None:
        self.directory.mkdir()
        program = self.directory / "eclips"
        program.write_text(
            f'#!/bin/sh\nif [ "$1" = __complete ]; then echo "$@" >> {self.directory}/asked\n'
            f"cat {self.directory}/live; exit; fi\n"
            f"printf '%s\\n' \"$@\" > {self.directory}/tmp; mv {self.directory}/tmp {self.directory}/given\n"
        )
        program.chmod(0o755)
        self.offer([])

    def offer(self, values: list[str]) -> None:
        """Let `__complete` answer these, each with a hostile description."""
        lines = (f"{value}\tpaid $(touch pwned) `touch pwned` 50% off: [x] \\\n" for value in values)
        (self.directory / "live").write_text("".join(lines))

    @property
    def asked(self) -> bool:
        """Whether completion started the program."""
        return (self.directory / "asked").exists()

    def was_given(self) -> list[str]:
        """The words of its next start."""
        given = self.directory / "given"
        wait_until(given.exists)
        words = given.read_text().split("\n")[:-1]
        given.unlink()
        return words


@pytest.fixture
def stand_in(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path / "programs")


@pytest.fixture
def prompt(
    tmp_path: Path, stand_in: StandIn, scripts: dict[str, str], clean_env: dict[str, str]
) -> Iterator[Callable[[str], Prompt]]:
    """Start a shell: `prompt("zsh")`."""
    started: list[Prompt] = []

    def start(shell: str) -> Prompt:
        started.append(Prompt(shell, scripts[shell], tmp_path / shell, stand_in.directory, clean_env))
        return started[-1]

    yield start
    for shell in started:
        shell.close()
