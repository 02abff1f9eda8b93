"""Reads, checks and plans a CSV file with rows' digests, taking turns with csv.reader: `planning.py FILE TEMPLATE ROUNDS`.

Prints CPU seconds of each round; with no rounds, plans once and prints the peak of memory in MB.
"""

import csv
import gc
import json
import sys
import time
from itertools import chain
from pathlib import Path

from eclips_cli.commands.batches.plan import choose_mapping, planned_jobs
from eclips_cli.commands.batches.plan.jobs import task_columns
from eclips_cli.commands.batches.plan.repeats import EqualTasks, Repeats
from eclips_cli.commands.batches.plan.row_digests import RowDigester
from eclips_cli.main import START_UP_OBJECTS
from eclips_cli.sheets import open_rows


def ours(path: Path, template: str) -> int:
    """How many rows were planned."""
    source, rows, tasks = open_rows(path), Repeats(), EqualTasks()
    mapping = choose_mapping(source, template=template)
    digests = RowDigester(source.columns, watched=task_columns(mapping))
    for job in planned_jobs(source, mapping, tasks=tasks):
        rows.add(digests.of([row[2] for row in job]))
    equal = tasks.groups()
    assert not rows.groups(sorted(chain.from_iterable(equal)) if digests.as_written else None)
    return len(rows)


def theirs(path: Path) -> int:
    """How many rows csv.reader sees, less the header."""
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def main() -> None:
    """Measure."""
    gc.set_threshold(START_UP_OBJECTS)  # as the program does
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
