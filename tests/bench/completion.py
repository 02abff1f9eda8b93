"""Rows on TAB in bash: what the script knows itself, and what it has to ask the program for."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from tests.bench.installation import ROOT
from tests.bench.processes import Failed, interleaved, ratio, ratios, run
from tests.bench.rows import Bench, Measured, Row
from tests.bench.server import run_id
from tests.bench.serving import serving
from tests.bench.startup import ROUNDS, walls

SCRIPT = ROOT / "completions" / "eclips.bash"
TRAP = '#!/bin/sh\necho "$0 $*" >> "$STARTED"\n'


def tab(*words: str) -> list[str]:
    """A bash that sources the script, completes the last of `words`, and prints what it found."""
    line = " ".join(words)
    before = words[-2]
    code = (
        f"source {shlex.quote(str(SCRIPT))}; COMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}; "
        f"COMP_LINE={shlex.quote(line)}; COMP_POINT={len(line)}; COMP_TYPE=9; "
        f"_eclips eclips {shlex.quote(words[-1])} {shlex.quote(before)}; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    return ["bash", "--norc", "--noprofile", "-c", code]


def found(argv: list[str], env: dict[str, str]) -> list[str]:
    """What is offered."""
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=True)
    return done.stdout.split()


def static(bench: Bench) -> Measured:
    """How many programs were started for a command and an option; the script's own time is noted."""
    traps = bench.folder / "traps"
    traps.mkdir(exist_ok=True)
    for name in ("eclips", "python", "python3", "python3.11", "env"):
        (traps / name).write_text(TRAP)
        (traps / name).chmod(0o755)
    started = bench.folder / "started"
    started.write_text("")
    env = bench.installed.environment(STARTED=str(started))
    env["PATH"] = f"{traps}:{env['PATH']}"
    for words, expected in (
        (("eclips", "runs", "li"), "list"),
        (("eclips", "runs", "list", "--sta"), "--status"),
    ):
        if expected not in found(tab(*words), env):
            raise Failed(f"TAB after {' '.join(words)!r} does not offer {expected}")
    spent = interleaved(
        bench.rounds(ROUNDS),
        ours=lambda: run(tab("eclips", "runs", "list", "--sta"), env),
        theirs=lambda: run(["bash", "--norc", "--noprofile", "-c", f"source {SCRIPT}"], env),
    )
    figure = f"{ratio(walls(spent['ours']), walls(spent['theirs'])):.2f}"
    return Measured(
        float(len(started.read_text().splitlines())), [], {"time, to bash sourcing the script": figure}
    )


def asked(name: str, words: tuple[str, ...], expected: str) -> Row:
    """The row of a word that only the program knows."""

    def measure(bench: Bench) -> Measured:
        made = bench.installed
        env = made.environment(
            ECLIPS_STATE_DIR=str(bench.folder / "tab"), ECLIPS_CONFIG_DIR=str(bench.folder / "tabs")
        )
        _remembered(bench, env)
        if expected not in found(tab(*words), env):
            raise Failed(f"TAB after {' '.join(words)!r} does not offer {expected}")
        spent = interleaved(
            bench.rounds(ROUNDS),
            ours=lambda: run(tab(*words), env),
            theirs=lambda: run([made.python, "-c", "import typer"], env),
        )
        figures = walls(spent["ours"]), walls(spent["theirs"])
        return Measured(ratio(*figures), ratios(*figures))

    return Row(name, "at most 1.2", 1.2, measure, reference='python -c "import typer"')


def _remembered(bench: Bench, env: dict[str, str]) -> None:
    """Runs that this machine saw in a list, and two profiles."""
    folder = Path(env["ECLIPS_CONFIG_DIR"])
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text('[profiles.work]\nagent = "ap_specialist"\n[profiles.home]\n')
    with serving(runs=100) as server:
        run(
            [bench.installed.program, "runs", "list", "--limit", "100", "-o", "json"],
            env | server.environment(),
        )


ROWS = [
    Row("tab.static", "no Python started", 0.0, static, "started", "bash sourcing the script"),
    asked("tab.id", ("eclips", "runs", "get", run_id(7)[:8]), run_id(7)),
    asked("tab.profile", ("eclips", "--profile", "wo"), "work"),
]
