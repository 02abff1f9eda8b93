"""Rows on lists: many pages, read ahead, in flat memory."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from tests.bench.processes import Failed, Spent, ended, interleaved, peak, ratio, ratios, run
from tests.bench.rows import Bench, Measured, Row
from tests.bench.serving import Serving, serving
from tests.bench.startup import walls

DELAY = 5
"""milliseconds that the server takes for a page"""
MEMORY = 40.0
"""MB that listing may take at its peak"""
SLOW_PAUSE = 0.002
"""seconds that the reader of the slow pipe rests after each 64 KiB"""


def row(count: int, rounds: int, most: float) -> Row:
    """The row of a list of `count` runs."""

    def measure(bench: Bench) -> Measured:
        with serving(runs=count, delay=DELAY) as server:
            env = bench.installed.environment(**server.environment())
            ours = [bench.installed.program, "runs", "list", "--all", "-o", "jsonl"]
            spent = interleaved(
                max(2, rounds // 2) if bench.quick else rounds,
                ours=lambda: _listed(ours, env, bench.folder / "runs.jsonl", count),
                theirs=lambda: run(curl(server, count), env),
            )
            fast, slow = _memory(ours, env, 0.0), _memory(ours, env, SLOW_PAUSE)
        figures = walls(spent["ours"]), walls(spent["theirs"])
        memory = max(fast, slow)
        notes = {"peak memory": f"{fast:.0f} MB", "into a slow pipe": f"{slow:.0f} MB"}
        missed = f"{memory:.0f} MB of memory, {MEMORY:.0f} asked" if memory > MEMORY else ""
        return Measured(ratio(*figures), ratios(*figures), notes, missed)

    asked = f"at most {most:g}, {MEMORY:.0f} MB"
    return Row(f"lists.{count}", asked, most, measure, reference="sequential curl over one connection")


def curl(server: Serving, count: int) -> list[str]:
    """Every page, one after another, over one connection."""
    url = f"{server.url}/v1/runs?limit=100&offset=[0-{count - 100}:100]"
    return ["curl", "-sS", "-o", os.devnull, "-H", "Authorization: Bearer eck_live_bench", url]


def _listed(argv: list[str], env: dict[str, str], into: Path, count: int) -> Spent:
    """List into a file; Failed unless each run is there once, newest first."""
    with into.open("wb") as file:
        spent = run(argv, env, stdout=file)
    with into.open("rb") as file:
        numbers = [int(line[7:15], 16) for line in file]
    if numbers != list(range(count - 1, -1, -1)):
        raise Failed(f"{len(numbers)} of {count} runs were listed, or not in their order")
    return spent


def _memory(argv: list[str], env: dict[str, str], pause: float) -> float:
    """Peak memory in MB, with a reader that rests for `pause` seconds after each 64 KiB."""
    process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert process.stdout is not None
    most = 0.0
    while os.read(process.stdout.fileno(), 65536):
        most = max(most, peak(process.pid))
        time.sleep(pause)
    process.stdout.close()
    ended(process, 0.0)
    return most


ROWS = [row(10_000, 10, 0.55), row(100_000, 2, 0.4)]
