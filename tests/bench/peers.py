"""Beside other command lines on the same machine: `python -m tests.bench --peers`.

Those that come by pip are installed into `build/bench-peers` the first time; `curl`, `jq` and `gh` are taken
where they are. Every figure is a ratio to `eclips`, which takes its turn in every round.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import trustme

from tests.bench.installation import ROOT, Installation
from tests.bench.processes import Failed, interleaved, ratio, run
from tests.bench.rows import Bench
from tests.bench.serving import serving
from tests.bench.startup import walls
from tests.bench.tls import machine

FOLDER = ROOT / "build" / "bench-peers"
PACKAGES = {"http": "httpie", "aws": "awscli", "hf": "huggingface_hub", "llm": "llm"}
TASKS = ("version", "help", "one GET", "over TLS", "100 pages")
ROUNDS = 8
DELAY = 5
"""milliseconds that the server takes for an answer"""
MARKERS = ("<!-- bench-peers -->", "<!-- /bench-peers -->")

Commands = dict[str, dict[str, list[str]]]


def table(bench: Bench) -> str:
    """The ratios as a table for the README: how many times the time of `eclips` each one takes."""
    authority = trustme.CA()
    certificate, store = machine(bench.folder, authority)
    with (
        serving(runs=10_000, delay=DELAY) as server,
        serving(runs=100, delay=DELAY, certificate=str(certificate)) as safe,
    ):
        # the store that each finds by itself, and for HTTPie one file of as many authorities
        env = bench.installed.environment(**server.environment(), SSL_CERT_DIR=str(store))
        env["PATH"] = f"{env['PATH']}:{FOLDER / 'bin'}"
        commands = _commands(bench.installed, server.url, safe.url, store)
        cells = {name: dict.fromkeys(TASKS, "") for name in commands}
        for task in TASKS:
            for name, figure in _ratios(commands, task, env, bench.rounds(ROUNDS)).items():
                cells[name][task] = figure
    lines = [f"| | {' | '.join(TASKS)} |", f"| --- |{' ---: |' * len(TASKS)}"]
    lines += [f"| {name} | {' | '.join(row[task] or '–' for task in TASKS)} |" for name, row in cells.items()]
    return "\n".join(lines) + "\n"


def write_readme(text: str) -> None:
    """Put the table between its markers in the README."""
    path = ROOT / "README.md"
    before, _, rest = path.read_text().partition(MARKERS[0])
    _old, _, after = rest.partition(MARKERS[1])
    path.write_text(f"{before}{MARKERS[0]}\n{text}{MARKERS[1]}{after}")


def _ratios(commands: Commands, task: str, env: dict[str, str], rounds: int) -> dict[str, str]:
    def case(argv: list[str]) -> Callable[[], object]:
        return lambda: run(argv, env)

    able = {name: argv[task] for name, argv in commands.items() if task in argv}
    for name, argv in list(able.items()):
        try:
            run(argv, env)
        except (Failed, OSError) as error:
            print(f"{name}: {task}: {error}", file=sys.stderr)
            del able[name]
    spent = interleaved(rounds, **{name: case(argv) for name, argv in able.items()})  # type: ignore[arg-type]
    own = walls(spent["eclips"])
    return {name: f"{ratio(walls(found), own):.1f}" for name, found in spent.items()}


def _commands(made: Installation, url: str, safe: str, store: Path) -> Commands:
    """What each program is asked, for the tasks it has; a pipe runs in sh. `safe` is spoken to over TLS."""
    page, over_tls = (f"{where}/v1/runs?limit=100" for where in (url, safe))
    bundle = store.with_suffix(".pem")
    bundle.write_bytes(b"".join(one.read_bytes() for one in sorted(store.glob("*.[0-9]"))))
    list_ = [made.program, "runs", "list", "--limit", "100", "-o", "json"]
    found: Commands = {
        "eclips": {
            "version": [made.program, "--version"],
            "help": [made.program, "--help"],
            "one GET": list_,
            "over TLS": [*list_, "--base-url", safe],
            "100 pages": [made.program, "runs", "list", "--all", "-o", "jsonl"],
        },
        "curl with jq": {
            "version": ["sh", "-c", "curl --version; jq --version"],
            "help": ["sh", "-c", "curl --help; jq --help"],
            "one GET": ["sh", "-c", f"curl -sS '{page}' | jq .data"],
            "over TLS": ["sh", "-c", f"curl -sS --capath {store} '{over_tls}' | jq .data"],
            "100 pages": ["sh", "-c", f"curl -sS '{page}&offset=[0-9900:100]' | jq -c '.data[]'"],
        },
        "HTTPie": {
            **_asked("http"),
            "one GET": ["http", "--ignore-stdin", "GET", page],
            "over TLS": [
                "http",
                "--ignore-stdin",
                "--check-status",
                "--verify",
                str(bundle),
                "GET",
                over_tls,
            ],
        },
        "aws": {"version": ["aws", "--version"], "help": ["aws", "s3", "help"]},
        "hf": {"version": ["hf", "version"], "help": ["hf", "--help"]},
        "llm": _asked("llm"),
    }
    if shutil.which("gh"):
        found["gh"] = _asked("gh")
    _install()
    return found


def _asked(program: str) -> dict[str, list[str]]:
    return {"version": [program, "--version"], "help": [program, "--help"]}


def _install() -> None:
    """The ones that come by pip, each if it installs; those that are there stay."""
    missing = [package for program, package in PACKAGES.items() if not (FOLDER / "bin" / program).exists()]
    if not missing:
        return
    if not (FOLDER / "bin" / "pip").exists():
        venv.EnvBuilder(symlinks=True, with_pip=True).create(FOLDER)
    for package in missing:
        pip = [str(FOLDER / "bin" / "pip"), "install", "--quiet", package]
        if subprocess.run(pip, check=False).returncode:
            print(f"{package} does not install here", file=sys.stderr)
