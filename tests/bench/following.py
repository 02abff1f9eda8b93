"""Rows on following: how soon a status is shown, and what many runs in one process cost."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

from tests.bench.processes import Failed, ended, peak
from tests.bench.rows import Bench, Measured, Row
from tests.bench.server import run_id
from tests.bench.serving import serving

CPU = 1.0
"""CPU seconds for 1,000 events that are asked for at most"""
MEMORY = 150.0
"""MB that may be taken"""
LIFE = 4.0
"""seconds that a followed run keeps each of its three statuses; the list is looked at every 2 s"""
COUNTS = (1, 50, 500)


def latency(bench: Bench) -> Measured:
    """Milliseconds from an event's sending to its line on the pipe, and the same for `curl -N`."""
    with serving(runs=1) as server:
        env = bench.installed.environment(**server.environment())
        tail = [bench.installed.program, "runs", "tail", run_id(0), "-o", "jsonl"]
        curl = ["curl", "-sSN", f"{server.url}/v1/runs/{run_id(0)}/stream"]
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(bench.rounds(4)):
            ours += _latencies(tail, env)
            theirs += _latencies(curl, env)
    return Measured(median(ours), ours, {"curl -N, median": f"{median(theirs):.2f} ms"})


def _latencies(argv: list[str], env: dict[str, str]) -> list[float]:
    process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert process.stdout is not None
    found = []
    for line in process.stdout:
        now = time.monotonic()
        text = line.removeprefix(b"data: ").strip()
        sent = json.loads(text).get("sent") if text else None
        if sent is not None:
            found.append((now - sent) * 1000)
    process.stdout.close()
    ended(process, time.perf_counter())
    if len(found) < 50:
        raise Failed(f"{argv[0]} showed {len(found)} events")
    return found


def many(bench: Bench) -> Measured:
    """CPU seconds for 1,000 events of 500 runs; every run is to be seen in each status."""
    with ThreadPoolExecutor(len(COUNTS)) as pool:
        found = dict(zip(COUNTS, pool.map(lambda count: _followed(bench, count), COUNTS), strict=True))
    notes = {f"{count} run{'s' * (count > 1)}": one["text"] for count, one in found.items()}
    memory = found[500]["memory"]
    missed = []
    if memory > MEMORY:
        missed.append(f"{memory:.0f} MB of memory, 150 asked")
    if found[500]["unseen"]:
        missed.append(f"{found[500]['unseen']} events not shown")
    return Measured(found[500]["per_1000"], [], notes, ", ".join(missed))


def _followed(bench: Bench, count: int) -> dict[str, Any]:
    with serving(runs=count, life=LIFE) as server:
        env = bench.installed.environment(**server.environment())
        begun = time.perf_counter()
        process = subprocess.Popen(
            [bench.installed.program, "runs", "tail", "-", "-o", "jsonl"],
            env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("".join(run_id(number) + "\n" for number in range(count)).encode())
        process.stdin.close()
        seen: Counter[tuple[str, str]] = Counter()
        memory = 0.0
        for event in map(json.loads, process.stdout):
            seen[event["run_id"], event["status"]] += 1
            memory = max(memory, peak(process.pid))
        process.stdout.close()
        spent = ended(process, begun)
        a_minute = (server.told()["requests"] - 1) / spent.wall * 60
    per_1000 = spent.cpu / len(seen) * 1000
    text = f"{len(seen)} events, {memory:.0f} MB, {spent.cpu:.2f} CPU s, {a_minute:.0f} requests a minute"
    return {"memory": memory, "unseen": 3 * count - len(seen), "per_1000": per_1000, "text": text}


ROWS = [
    Row("status.latency", "under 2 ms, median", 2.0, latency, "ms", "the event's own send time"),
    Row("follow.500", "at most 1 CPU s for 1,000 events, 150 MB", CPU, many, "s", "following 1"),
]
