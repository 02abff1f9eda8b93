"""What a command line loads, by name: an eager import shows up here, not in a stopwatch."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "asyncio", "click", "concurrent", "dataclasses", "email", "h2", "hashlib", "httpx", "keyring", "openpyxl",
    "platformdirs", "pydantic", "pygments", "random", "rich", "sqlite3", "ssl", "starlette", "tempfile", "truststore",
    "tomlkit", "typer", "uuid",
}  # fmt: skip
"""what takes long to load, of others and of the standard library; `typer` and `httpx` bring some of it themselves"""
OURS = {"api", "audit", "batches", "credentials", "doctor", "output", "records", "reference", "runs", "sandbox",
        "session", "sheets", "triage", "usage", "webhooks"}  # fmt: skip
"""rooms of ours, and nouns below `commands`; which of them a command enters shows what it loads for nothing"""
TYPER = {"typer", "uuid"}
REQUEST = {*TYPER, "dataclasses", "email", "hashlib", "httpx", "random", "ssl", "tempfile"}
ROOMS = {"api", "credentials", "output", "records", "session"}
PROBE = """
import sys
before = set(sys.modules)
from eclips_cli.main import main
code = main({argv!r})
loaded = sorted(set(sys.modules) - before)
import json
sys.stderr.write("\\n" + json.dumps(loaded))
"""

SIGNED = ["webhooks", "verify", "--signature", "x", "--secret-env", "ECLIPS_API_KEY", "-"]
CASES = {
    "verify": (SIGNED, {*TYPER, "dataclasses", "hashlib", "random"}, {*ROOMS, "webhooks"}),
    "triage": (["triage", "list", "-o", "json"], REQUEST, {*ROOMS, "triage"}),
    "completion": (
        ["__complete", "run", "", "eclips", "runs", "get"],
        set(),
        {"credentials", "output", "records", "session"},
    ),
    "help": (["--help"], TYPER, {"session"}),
    "noun help": (["runs", "--help"], TYPER, {"session"}),
    "command help": (["runs", "list", "--help"], TYPER, {*ROOMS, "runs"}),
    "wrong option": (["runs", "list", "--nope"], TYPER, {*ROOMS, "runs"}),
    "health": (["health", "-o", "json"], REQUEST, ROOMS),
    "usage": (["usage", "-o", "json"], REQUEST, {*ROOMS, "usage"}),
    "list": (["runs", "list", "-o", "json"], REQUEST, {*ROOMS, "runs"}),
    "list by pages": (["runs", "list", "--all", "-o", "jsonl"], REQUEST, {*ROOMS, "runs"}),
    "table": (["runs", "list", "-o", "table"], {*REQUEST, "rich"}, {*ROOMS, "runs"}),
    "detached run": (["run", "--detach", "[instant] Say hello"], REQUEST, {*ROOMS, "runs"}),
}


def loaded_by(argv: list[str], env: dict[str, str], probe: str = PROBE) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", probe.format(argv=argv)], env=env, capture_output=True, text=True, timeout=60
    )
    return list(json.loads(done.stderr.rsplit("\n", 1)[1]))


@pytest.mark.parametrize("case", CASES)
def test_a_command_loads_only_what_it_needs(case: str, api_env: dict[str, str]) -> None:
    argv, allowed, rooms = CASES[case]
    loaded = loaded_by(argv, api_env)
    assert {name.split(".")[0] for name in loaded} & HEAVY <= allowed, loaded
    ours = {name.removeprefix("eclips_cli.").removeprefix("commands.").split(".")[0] for name in loaded}
    entered = ours & OURS
    assert entered <= rooms, loaded


def test_the_version_loads_nothing_at_all(clean_env: dict[str, str]) -> None:
    assert set(loaded_by(["--version"], clean_env)) <= {"__future__", "eclips_cli", "eclips_cli.main", "gc"}


def test_no_certificates_are_loaded_for_this_machine(api_env: dict[str, str]) -> None:
    probe = (
        "import ssl\n"
        "def refuse(*_, **__): raise AssertionError('certificates were loaded')\n"
        "class Bare(ssl.SSLContext):\n"
        "    load_verify_locations = load_default_certs = set_default_verify_paths = refuse\n"
        "ssl.SSLContext = Bare\n" + PROBE.replace("code = main", "assert not main")
    )
    assert "httpx" in loaded_by(["runs", "list", "-o", "json"], api_env, probe)
