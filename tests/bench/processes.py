"""Processes, measured: wall clock, CPU and memory of each, and several commands taking turns."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Spent:
    """What one process took: seconds by the clock, CPU seconds (user and system)."""

    wall: float
    cpu: float


def peak(pid: int) -> float:
    """The most memory that a running process has had, in MB; 0 when it is over.

    Not `ru_maxrss`: there a child begins with the memory of the process that started it.
    """
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Failed(Exception):
    """A measured command ended with an error: there is nothing to compare."""


def run(argv: Sequence[str], env: Mapping[str, str], *, stdout: Any = subprocess.DEVNULL) -> Spent:
    """Run a command to its end; `Failed` unless it exits with 0."""
    begun = time.perf_counter()
    process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    return ended(process, begun, said)


def ended(process: subprocess.Popen[bytes], begun: float, said: bytes = b"") -> Spent:
    """Wait for a process that was started at `begun`; what it took."""
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if process.returncode:
        raise Failed(
            f"{process.args!r} ended with {process.returncode}: {said.decode(errors='replace')[-400:]}"
        )
    return Spent(wall, usage.ru_utime + usage.ru_stime)


Case = Callable[[], Spent]


def interleaved(rounds: int, **cases: Case) -> dict[str, list[Spent]]:
    """Each case once a round, the first round not counted; so noise of the machine hits all alike."""
    found: dict[str, list[Spent]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, case in cases.items():
            spent = case()
            if number:
                found[name].append(spent)
    return found


def ratios(candidate: list[float], reference: list[float]) -> list[float]:
    """Round by round."""
    return [ours / theirs for ours, theirs in zip(candidate, reference, strict=True)]


def ratio(candidate: list[float], reference: list[float]) -> float:
    """Of the medians."""
    return median(candidate) / median(reference)
