"""`eclips help --tree -o json`: its shape, and that what it says of scopes and exit codes is so."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from eclips_cli import app
from eclips_cli.commands._entries import Leaf
from eclips_cli.exits import ExitCode
from eclips_cli.reference import programs
from tests.faults.faults import RULES
from tests.faults.healthy import Healthy
from tests.faults.rows import CHANGE, ROWS, Row
from tests.faults.running import run as run_row
from tests.inside import run_inside
from tests.manual import TEXT
from tests.servers.raw import RawServer

ENDLESS = ("webhooks forward",)
"""commands that end only when they are stopped"""
KINDS = {"flag", "integer", "number", "duration", "time", "file", "json", "url", "text"}
OPTION = {"names": list, "help": str, "type": str, "many": bool, "values": list}
SHAPE: dict[str, Any] = {
    "form": int,
    "program": str,
    "version": str,
    "options": [OPTION],
    "commands": [
        {
            "command": str,
            "summary": str,
            "usage": str,
            "arguments": [{"name": str, "help": str, "required": bool, "many": bool, "values": list}],
            "options": [OPTION],
            "changes": bool,
            "scopes": [str],
            "exit_codes": [int],
            "examples": [str],
        }
    ],
    "topics": [str],
    "exit_codes": [{"code": int, "name": str, "meaning": str}],
    "error_types": [{"type": str, "code": int, "retryable": bool, "meaning": str}],
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    done = run_inside(("help", "--tree", "-o", "json"), {"HOME": str(tmp_path_factory.mktemp("home"))})
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = done.json
    return found


def check(value: Any, shape: Any, where: str = "") -> None:
    if isinstance(shape, dict):
        assert isinstance(value, dict) and set(value) - {"default"} == set(shape), where
        for name, inner in shape.items():
            check(value[name], inner, f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for number, one in enumerate(value):
            check(one, shape[0], f"{where}[{number}]")
    else:
        assert type(value) is shape, where


def commands() -> dict[str, Leaf]:
    found = {}
    for noun, entry in app.TREE.items():
        below = {"": entry} if isinstance(entry, Leaf) else entry.commands
        found |= {f"{noun} {verb}".strip(): leaf for verb, leaf in below.items() if not leaf.hidden}
    return found


def test_its_shape(tree: dict[str, Any]) -> None:
    check(tree, SHAPE)
    options = [*tree["options"], *(option for one in tree["commands"] for option in one["options"])]
    assert {option["type"] for option in options} <= KINDS
    assert all(name.startswith("-") for option in options for name in option["names"])
    assert all("default" in option for option in options)
    assert [one["code"] for one in tree["exit_codes"]] == [int(code) for code in ExitCode]


def test_every_command_is_in_it(tree: dict[str, Any]) -> None:
    found = {one["command"]: one for one in tree["commands"]}
    assert set(found) == set(commands())
    assert all(found[name]["changes"] is leaf.changes for name, leaf in commands().items())
    limit = next(option for option in found["runs list"]["options"] if "--limit" in option["names"])
    assert (limit["type"], limit["default"]) == ("integer", 20)
    watch = next(option for option in found["health"]["options"] if "--interval" in option["names"])
    assert (watch["type"], watch["default"]) == ("duration", "5s")
    assert set(programs.SCOPES) | set(programs.ENDS) | set(programs.NO_SCOPE) <= set(found)


def test_as_rows_it_is_the_commands(clean_env: dict[str, str]) -> None:
    rows = run_inside(("help", "--tree"), clean_env).lines
    assert len(rows) == len(commands()) and rows[0].startswith("run\ttrue\t")
    names = run_inside(("help", "--tree", "--jq", ".commands[].command"), clean_env).lines
    assert names == list(commands())
    assert run_inside(("help", "--tree", "runs"), clean_env).code == 2


def manual_scopes() -> dict[str, str]:
    """By endpoint, as a pattern: its scope, as the manual has it."""
    found = re.findall(r"(GET|POST|DELETE) (/v1/\S+) — scope ([a-z]+:[a-z]+)", TEXT)
    scopes = {f"{method} " + re.sub(r":\w+", "[^/]+", path): scope for method, path, scope in found}
    return scopes | {"GET /v1/usage/(history|members)": "agents:read"}


def test_the_scopes_are_those_of_its_requests(tmp_path: Path) -> None:
    by_endpoint = manual_scopes()
    needed: dict[str, set[str]] = defaultdict(set)
    ending = [row for row in ROWS if row.command not in ENDLESS]
    for number, row in enumerate(ending):
        for request in asked(row, tmp_path / str(number)):
            scope = [scope for pattern, scope in by_endpoint.items() if re.fullmatch(pattern, request)]
            needed[row.command] |= set(scope)
    for command, scopes in needed.items():
        if command not in programs.NO_SCOPE:
            assert scopes <= set(programs.scopes(command)), command
    assert needed["status"] == set(programs.scopes("status"))


def asked(row: Row, home: Path) -> list[str]:
    """The requests of a row of the fault matrix where nothing goes wrong."""
    home.mkdir()
    for file, content in row.files.items():
        (home / file).write_text(content)
    api = Healthy(running=row.running, runs=row.runs, failing=row.failing)
    with RawServer(answer=api) as server:
        env = {
            "HOME": str(home),
            "ECLIPS_API_KEY": "eck_live_canary_0123456789abcdef",
            "ECLIPS_BASE_URL": server.url,
        }
        for argv in filter(None, (row.before, row.argv)):
            run_row(
                [word.replace("{tmp}", str(home)) for word in (*argv, "-o", "json")], env, stdin=row.stdin
            )
        return [f"{request.method} {request.path}" for request in server.requests]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_exit_codes_hold_all_that_the_fault_matrix_expects(tree: dict[str, Any], row: Row) -> None:
    (told,) = [one["exit_codes"] for one in tree["commands"] if one["command"] == row.command]
    for fault, rule in RULES.items():
        if fault not in row.skip:
            code = (rule.change if row.kind == CHANGE else rule.read)[0]
            assert row.instead.get(fault, code) in told, fault
