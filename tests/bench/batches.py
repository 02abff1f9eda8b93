"""Rows on batches: reading and planning a file, and submitting it."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

from tests.bench.processes import Failed, Spent, interleaved, ratio, ratios, run
from tests.bench.rows import Bench, Measured, Row
from tests.bench.serving import Serving, serving
from tests.bench.startup import walls

ROWS_READ = 100_000
ROWS_SENT = 10_000
DELAY = 100
"""milliseconds that the server takes for a job"""
GROWTH = 3.0
"""MB that ten times the rows may add to the peak of memory"""
PLANNER = Path(__file__).with_name("references") / "planning.py"
TEMPLATE = "Process invoice {number} from {vendor}"


def spreadsheet(path: Path, rows: int) -> Path:
    """A CSV file as a clerk exports it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "vendor", "amount", "due", "note"])
        writer.writerows(
            [
                f"INV-{row:06d}",
                f"Müller & Söhne {row % 97}",
                f"{row % 9973}.50",
                "2026-06-30",
                "net 30, by bank",
            ]
            for row in range(rows)
        )
    return path


def planning(bench: Bench) -> Measured:
    """Both in the same process, taking turns; memory in processes of their own."""
    large = spreadsheet(bench.folder / "large.csv", ROWS_READ)
    small = spreadsheet(bench.folder / "small.csv", ROWS_READ // 10)
    done = _plan(bench, large, rounds=bench.rounds(12))
    most = {
        name: _plan(bench, path, rounds=0)["memory"] for name, path in (("large", large), ("small", small))
    }
    grown = most["large"] - most["small"]
    notes = {"memory for 10,000 and 100,000 rows": f"{most['small']:.1f} and {most['large']:.1f} MB"}
    missed = f"memory grew by {grown:.1f} MB" if grown > GROWTH else ""
    return Measured(ratio(done["ours"], done["theirs"]), ratios(done["ours"], done["theirs"]), notes, missed)


def _plan(bench: Bench, path: Path, rounds: int) -> dict[str, list[float]]:
    argv = [bench.installed.python, str(PLANNER), str(path), TEMPLATE, str(rounds)]
    done = subprocess.run(
        argv, env=bench.installed.environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(done.stderr[-400:])
    return dict(json.loads(done.stdout))


def submitting(bench: Bench) -> Measured:
    """`batches submit --detach` of 10,000 rows beside `curl` that posts the same jobs one after another."""
    path = spreadsheet(bench.folder / "sent.csv", ROWS_SENT)
    with serving(runs=1, delay=DELAY) as server:
        env = bench.installed.environment(
            **server.environment(), ECLIPS_STATE_DIR=str(bench.folder / "state")
        )
        ours = [bench.installed.program, "batches", "submit", str(path), "--agent", "ap_specialist",
                "--task", TEMPLATE, "--detach", "--again"]  # fmt: skip
        config = _curl_config(bench.folder, server)
        spent = interleaved(
            bench.rounds(8),
            ours=lambda: _submitted(ours, env, server),
            theirs=lambda: run(["curl", "-sS", "-K", str(config)], env),
        )
    figures = walls(spent["ours"]), walls(spent["theirs"])
    notes = {"jobs": ROWS_SENT // 500}
    return Measured(ratio(*figures), ratios(*figures), notes)


def _submitted(argv: list[str], env: dict[str, str], server: Serving) -> Spent:
    """Submit; Failed unless each row came once."""
    before = len(server.told()["batches"])
    spent = run(argv, env)
    rows = sum(batch["total_rows"] for batch in server.told()["batches"][before:])
    if rows != ROWS_SENT:
        raise Failed(f"{rows} of {ROWS_SENT} rows were sent")
    return spent


def _curl_config(folder: Path, server: Serving) -> Path:
    """A configuration for curl that posts each job, over one connection."""
    parts = []
    for number in range(ROWS_SENT // 500):
        rows = [
            {
                "task": f"Process invoice INV-{row:06d} from Müller & Söhne",
                "data": {"amount": "1.50", "due": "x"},
            }
            for row in range(500)
        ]
        body = folder / f"job-{number}.json"
        body.write_text(json.dumps({"agent_type": "ap_specialist", "rows": rows, "name": f"job {number}"}))
        parts.append(
            f'url = "{server.url}/v1/batches"\ndata-binary = "@{body}"\noutput = "/dev/null"\n'
            'header = "Content-Type: application/json"\n'
        )
    config = folder / "curl.conf"
    config.write_text("next\n".join(parts))
    return config


ROWS = [
    Row("batches.plan", "at most 5, memory flat", 5.0, planning, reference="csv.reader over the same file"),
    Row("batches.submit", "at most 1", 1.0, submitting, reference="curl posting one job after another"),
]
