"""Golden files look like what they are; one call is checked in all formats at once.

`ECLIPS_UPDATE_GOLDEN=1 pytest tests/output` writes them anew: read the diff as a user would.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from tests.inside import run_inside
from tests.installed import Result

HERE = Path(__file__).parent
WIDTHS = (100, 60)
FILES = {"tsv": ".tsv", "csv": ".csv", "json": ".json", "jsonl": ".jsonl", "id": ".ids.txt"}
STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""what could move a cursor, start an escape sequence, or turn the direction of text"""
Mask = Callable[[str], str]


class AllFormats:
    """One call in every format, compared with its golden files and with what must hold of any call."""

    def __init__(self, env: Mapping[str, str], mask: Mask = lambda text: text) -> None:
        self._env, self._mask = dict(env), mask

    def run(self, *argv: str, **more: str) -> Result:
        done = run_inside(argv, {**self._env, **more})
        return Result(done.code, self._mask(done.out), self._mask(done.err))

    def check(self, name: str, *argv: str, code: int = 0, least: int = 60) -> dict[str, Result]:
        """Run `argv` in all formats; the results by format (`table-100`, `table-60`, `tsv`, …).

        `least` is the width below which no terminal can hold what is never cut: ids and statuses.
        """
        found = {f"table-{width}": self.run(*argv, "-o", "table", COLUMNS=str(width)) for width in WIDTHS}
        found |= {format_: self.run(*argv, "-o", format_) for format_ in FILES}
        for kind, done in found.items():
            assert done.code == code, (kind, done)
            assert not STEERS.search(done.out.replace("\t", "") if kind in ("tsv", "csv") else done.out), kind
            compare(HERE / f"{name}{FILES.get(kind, f'.{kind}.txt')}", done.out)
        for width in WIDTHS:
            fits(found[f"table-{width}"].out, max(width, least))
        same_rows(found)
        return found


def fits(table: str, width: int) -> None:
    """No line of a table is wider than the terminal."""
    for line in table.splitlines():
        assert cell_len(line) <= width, line


def same_rows(found: Mapping[str, Result]) -> None:
    """JSON lines hold the JSON's items, CSV a record for each of them, TSV and ids a line."""
    whole: Any = json.loads(found["json"].out)
    lines = [json.loads(line) for line in found["jsonl"].out.splitlines()]
    if whole in ([], {}) or (isinstance(whole, dict) and lines == [whole]) or lines == whole:
        records = list(csv.DictReader(io.StringIO(found["csv"].out)))
        assert len(records) == len(lines) == len(found["tsv"].lines) == len(found["id"].lines)
    else:  # an envelope of no fixed shape, whose rows the other formats show
        assert lines in whole.values()


def compare(path: Path, text: str) -> None:
    """`text` is what the file holds; or writes it, where that was asked for."""
    if os.environ.get("ECLIPS_UPDATE_GOLDEN") == "1":
        path.write_bytes(text.encode())
    assert path.read_bytes().decode() == text, f"{path.name} differs"
