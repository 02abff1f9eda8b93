"""Rows on decisions: many items looked at, and decided through a sheet, several requests at a time."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.bench.processes import Failed, Spent, interleaved, ratio, ratios, run
from tests.bench.rows import Bench, Measured, Row
from tests.bench.server import run_id
from tests.bench.serving import Serving, serving
from tests.bench.startup import walls
from tests.sheets.filled import approve_all

DELAY = 50
"""milliseconds that the server takes for an answer"""
LISTED, DECIDED = 100, 500
PAGE = 100


def _details(bench: Bench) -> Measured:
    with serving(runs=LISTED, delay=DELAY) as server:
        env = bench.installed.environment(**server.environment())
        ours = [bench.installed.program, "triage", "list", "--details", "--limit", str(LISTED), "-o", "jsonl"]
        asked = _config(bench.folder / "details.curl", server, _pages(LISTED) + _runs(LISTED))
        spent = interleaved(
            2 if bench.quick else 5, ours=lambda: run(ours, env), theirs=lambda: run(asked, env)
        )
    return _measured(spent)


def _apply(bench: Bench) -> Measured:
    with serving(runs=DECIDED, delay=DELAY) as server:
        env = bench.installed.environment(**server.environment())
        sheet = bench.folder / "items.csv"
        run([bench.installed.program, "triage", "export", str(sheet), "--overwrite"], env)
        approve_all(sheet)
        argv = [bench.installed.program, "triage", "apply", str(sheet), "--yes", "-o", "id"]
        decisions = [f"/v1/triage/{run_id(number)}/approve" for number in range(DECIDED)]
        asked = _config(bench.folder / "apply.curl", server, _pages(DECIDED) + _runs(DECIDED), decisions)
        spent = interleaved(
            1 if bench.quick else 3, ours=lambda: _applied(bench, argv, env), theirs=lambda: run(asked, env)
        )
    return _measured(spent)


def _applied(bench: Bench, argv: list[str], env: dict[str, str]) -> Spent:
    """Apply with a state of its own; Failed unless each item was decided once."""
    state, told = bench.folder / "state", bench.folder / "decided"
    shutil.rmtree(state, ignore_errors=True)
    with told.open("wb") as file:
        spent = run(argv, {**env, "ECLIPS_STATE_DIR": str(state)}, stdout=file)
    decided = told.read_text().split()
    if sorted(decided) != [run_id(number) for number in range(DECIDED)]:
        raise Failed(f"{len(set(decided))} of {DECIDED} items were decided")
    return spent


def _pages(count: int) -> list[str]:
    return [f"/v1/triage?limit={PAGE}&offset={offset}" for offset in range(0, count, PAGE)]


def _runs(count: int) -> list[str]:
    return [f"/v1/runs/{run_id(number)}" for number in range(count)]


def _config(file: Path, server: Serving, reads: list[str], posts: list[str] | None = None) -> list[str]:
    """curl asking for all of this, one after another over one connection."""
    requests = [[f'url = "{server.url}{path}"'] for path in reads]
    requests += [[f'url = "{server.url}{path}"', 'data = "{}"'] for path in posts or ()]
    common = [
        "silent",
        "show-error",
        f'output = "{os.devnull}"',
        'header = "Authorization: Bearer eck_live_bench"',
    ]
    file.write_text("\nnext\n".join("\n".join([*common, *lines]) for lines in requests))
    return ["curl", "-K", str(file)]


def _measured(spent: dict[str, list[Spent]]) -> Measured:
    ours, theirs = walls(spent["ours"]), walls(spent["theirs"])
    notes = {"eclips": f"{min(ours):.1f} s", "curl": f"{min(theirs):.1f} s"}
    return Measured(ratio(ours, theirs), ratios(ours, theirs), notes)


ROWS = [
    Row("triage.details", "at most 0.35", 0.35, _details, reference="sequential curl, the same requests"),
    Row("triage.apply", "at most 0.35", 0.35, _apply, reference="sequential curl, the same requests"),
]
