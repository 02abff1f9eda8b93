"""CONTRIBUTING.md is true: the files it names are there, the floors are those that the walls test, the walk is whole."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.test_layers import FLOORS, PACKAGE

TEXT = (PACKAGE.parent / "CONTRIBUTING.md").read_text()
WALK = TEXT.partition("## One command, end to end")[2].partition("\n## ")[0]
ROOMS = ("", "api/http/", "output/")
"""where a file that is named without its room is looked for"""
PROBE = """
import json, sys
entered = set()

def entering(frame, event, _argument):
    code = frame.f_code
    if event == "call" and code.co_name not in ("<module>", "<lambda>") and not code.co_name[0].isupper():
        entered.add(code.co_filename)

from eclips_cli.main import main
main(["help"]), main(["usage", "-q"])  # what classes and modules do while they are made is no part of the walk
sys.setprofile(entering)
code = main(["usage", "--fail-under", "10%", "-o", "table"])
sys.setprofile(None)
sys.stderr.write("\\n" + json.dumps([code, sorted(entered)]))
"""
ON_THE_WAY = {"system", "exits.py", "api/waiting.py", "output/columns.py", "output/stderr.py", "api/http/hooks.py",
              "api/http/call.py", "api/__init__.py", "credentials/keyring_store.py", "json_values.py"}  # fmt: skip
"""what everything stands on, and is not worth a stop"""


def named(text: str) -> set[str]:
    found = re.findall(r"`([\w/]+\.py)`", text)
    return {
        name.removeprefix("eclips_cli/") for name in found if not name.startswith("_") and "NOUN" not in name
    }


def test_each_file_that_is_named_is_there() -> None:
    gone = [
        name
        for name in named(TEXT)
        if not any((PACKAGE / room / name).exists() for room in ROOMS)
        and not (PACKAGE.parent / name).exists()
    ]
    assert gone == []


def test_the_floors_are_those_of_the_test() -> None:
    table = TEXT.partition("## The house")[2].partition("Where a rule")[0]
    rows = [line for line in table.splitlines() if line.startswith("    ")]
    for name in (entry for floor in FLOORS for entry in floor if "." not in entry and entry != "__main__"):
        assert any(re.search(rf"\b{name}\b", row) for row in rows), f"{name} stands in no row"


def test_the_walk_names_every_file_that_is_entered(api_env: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=api_env, capture_output=True, text=True, timeout=60
    )
    code, entered = json.loads(done.stderr.rsplit("\n", 1)[1])
    assert code == 0, done.stderr
    ours = {str(Path(name).relative_to(PACKAGE)) for name in entered if Path(name).is_relative_to(PACKAGE)}
    walked = {room + name for room in ROOMS for name in named(WALK)}
    assert {
        name for name in ours - walked if name not in ON_THE_WAY and name.split("/")[0] not in ON_THE_WAY
    } == set()
