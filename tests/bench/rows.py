"""A row of the table: what is asked, what was measured, and whether it is met."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.installation import Installation


@dataclass(frozen=True)
class Bench:
    """What rows are measured with: the installation, a folder for files, and how often to repeat."""

    installed: Installation
    folder: Path
    quick: bool = False

    def rounds(self, usual: int) -> int:
        """How many rounds: fewer with --quick."""
        return max(3, usual // 4) if self.quick else usual


@dataclass(frozen=True)
class Measured:
    """`value` decides; `samples` show its spread; `notes` are further figures worth knowing."""

    value: float
    samples: list[float] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    missed: str = ""
    """what else was asked and not met, in words"""


@dataclass(frozen=True)
class Row:
    """One row: `most` is the bound on the measured value, in `unit` (x: times the reference)."""

    name: str
    asked: str
    most: float
    measure: Callable[[Bench], Measured]
    unit: str = "x"
    reference: str = ""


@dataclass(frozen=True)
class Verdict:
    """A row and what came out of it."""

    row: Row
    measured: Measured | None
    why_not: str = ""

    @property
    def word(self) -> str:
        """met, MISSED, or why it was not measured."""
        if self.measured is None:
            return "not measured"
        return "met" if self.measured.value <= self.row.most and not self.measured.missed else "MISSED"

    def as_json(self) -> dict[str, Any]:
        """The row as an object."""
        shown: dict[str, Any] = {
            "row": self.row.name,
            "reference": self.row.reference,
            "asked": self.row.asked,
            "most": self.row.most,
            "unit": self.row.unit,
            "verdict": self.word,
        }
        if self.measured is None:
            return shown | {"why": self.why_not}
        low, middle, high = spread(self.measured)
        figures = {"measured": self.measured.value, "min": low, "median": middle, "max": high}
        rounded = {name: round(value, 4) for name, value in figures.items()}
        return shown | rounded | {"missed": self.measured.missed, "notes": self.measured.notes}


def spread(measured: Measured) -> tuple[float, float, float]:
    """Least, middle and greatest sample."""
    samples = measured.samples or [measured.value]
    return min(samples), median(samples), max(samples)


HEADER = ("row", "asked", "measured", "min", "median", "max", "verdict")


def table(verdicts: list[Verdict]) -> str:
    """The rows as a table for people, with what else was found below each."""
    lines: list[tuple[str, ...]] = [HEADER]
    for verdict in verdicts:
        row = verdict.row
        if verdict.measured is None:
            lines.append((row.name, row.asked, "", "", "", "", f"not measured: {verdict.why_not}"))
            continue
        figures = [_figure(value, row.unit) for value in (verdict.measured.value, *spread(verdict.measured))]
        word = verdict.word + (f": {verdict.measured.missed}" if verdict.measured.missed else "")
        lines.append((row.name, row.asked, *figures, word))
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    text = []
    for line, verdict in zip(lines, [None, *verdicts], strict=True):
        text.append("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if verdict and verdict.measured and verdict.measured.notes:
            text.append(
                "    " + "; ".join(f"{name} {value}" for name, value in verdict.measured.notes.items())
            )
    return "\n".join(text) + "\n"


def _figure(value: float, unit: str) -> str:
    return f"{value:.2f}" if unit == "x" else f"{value:.3g} {unit}"


def as_json(verdicts: list[Verdict]) -> str:
    """The rows as one JSON array."""
    return json.dumps([verdict.as_json() for verdict in verdicts], indent=2) + "\n"
