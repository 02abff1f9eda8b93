"""What a command line loads, by name: an eager import shows up here, not in a stopwatch."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "asyncio", "click", "httpx", "keyring", "openpyxl", "platformdirs", "pydantic", "pygments", "rich",
    "sqlite3", "ssl", "starlette", "tomlkit", "typer",
}  # fmt: skip
PROBE = """
import sys
from eclips_cli.main import main
code = main({argv!r})
import json
sys.stderr.write("\\n" + json.dumps(sorted(name.split(".")[0] for name in sys.modules)))
"""

SIGNED = ["webhooks", "verify", "--signature", "x", "--secret-env", "ECLIPS_API_KEY", "-"]
CASES = {
    "verify": (SIGNED, {"typer"}),
    "version": (["--version"], set()),
    "completion": (["__complete", "run", "", "eclips", "runs", "get"], set()),
    "help": (["--help"], {"typer"}),
    "noun help": (["runs", "--help"], {"typer"}),
    "command help": (["runs", "list", "--help"], {"typer"}),
    "wrong option": (["runs", "list", "--nope"], {"typer"}),
    "health": (["health", "-o", "json"], {"typer", "httpx", "ssl"}),
    "list": (["runs", "list", "-o", "json"], {"typer", "httpx", "ssl"}),
    "triage": (["triage", "list", "-o", "json"], {"typer", "httpx", "ssl"}),
    "detached run": (["run", "--detach", "[instant] Say hello"], {"typer", "httpx", "ssl"}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_command_loads_only_what_it_needs(case: str, api_env: dict[str, str]) -> None:
    argv, allowed = CASES[case]
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(argv=argv)],
        env=api_env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    loaded = set(json.loads(done.stderr.rsplit("\n", 1)[1]))
    assert loaded & HEAVY <= allowed, done.stderr
