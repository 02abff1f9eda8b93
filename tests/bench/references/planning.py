"""Reads, checks and plans a CSV file with rows' digests, taking turns with csv.reader: `planning.py FILE TEMPLATE ROUNDS`.

Prints CPU seconds of each round; with no rounds, plans once and prints the peak of memory in MB.
"""

import csv
import json
import sys
import time
from pathlib import Path

from eclips_cli.commands.batches.plan import choose_mapping, planned_jobs
from eclips_cli.commands.batches.plan.repeats import Repeats
from eclips_cli.commands.batches.plan.row_digests import digests
from eclips_cli.sheets import open_rows


def ours(path: Path, template: str) -> int:
    """How many rows were planned."""
    source, rows = open_rows(path), Repeats()
    mapping = choose_mapping(source, template=template)
    for job in planned_jobs(source, mapping):
        rows.add(digests([row[2] for row in job], source.columns))
    assert not rows.groups()
    return len(rows)


def theirs(path: Path) -> int:
    """How many rows csv.reader sees, less the header."""
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def main() -> None:
    """Measure."""
    path, template, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    if not rounds:
        ours(path, template)
        status = Path("/proc/self/status").read_text().splitlines()
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
        print(json.dumps({"memory": peak / 1024}))
        return
    found: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(rounds):
        begun = time.process_time()
        planned = ours(path, template)
        between = time.process_time()
        assert planned == theirs(path)
        found["ours"].append(between - begun)
        found["theirs"].append(time.process_time() - between)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
