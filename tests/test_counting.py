"""A number with its noun."""

import re
from pathlib import Path

import pytest

from eclips_cli.counting import how_many

SOURCE = Path(__file__).parents[1] / "eclips_cli"
WRITTEN = re.compile(r"(?:len\([^{}]*\)|[a-z_.]*(?:rows|count|jobs|total))(?::,)?\} ([a-z]+s)\b(?! of)")
NEVER_ONE = {
    "commands/doctor/_machine.py": "a limit, 25 unless set",
    "commands/runs/watch.py": "more than are read",
    "commands/batches/_credits.py": "more than a limit",
    "commands/batches/_send.py": "a job that is halved",
    "commands/triage/_amounts.py": "one amount is shown itself",
}


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (how_many(0, "row"), "0 rows"),
        (how_many(1, "row"), "1 row"),
        (how_many(1203, "row was", "rows were"), "1,203 rows were"),
        (how_many(1, "batch", "batches"), "1 batch"),
    ],
)
def test_one_is_one(told: str, text: str) -> None:
    assert told == text


def test_no_command_says_1_rows() -> None:
    found = {
        f"{name}: {match[0]}"
        for path in sorted((SOURCE / "commands").rglob("*.py"))
        if (name := str(path.relative_to(SOURCE))) not in NEVER_ONE
        for match in WRITTEN.finditer(path.read_text())
    }
    assert found == set()
