"""Run all rows, or those that are named: `python -m tests.bench [--quick] [--json] [ROW…]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import batches, completion, following, lists, peers, startup, tls, triage
from tests.bench.installation import install
from tests.bench.processes import Failed
from tests.bench.rows import Bench, Row, Verdict, as_json, table

ROWS: list[Row] = [
    *startup.ROWS,
    *tls.ROWS,
    *completion.ROWS,
    *lists.ROWS,
    *following.ROWS,
    *batches.ROWS,
    *triage.ROWS,
]


def main() -> int:
    """Measure and print; 1 when a row was missed."""
    given = _options().parse_args()
    if given.list:
        print("\n".join(f"{row.name:28} {row.asked}  ({row.reference})" for row in ROWS))
        return 0
    wanted = [row for row in ROWS if not given.rows or any(row.name.startswith(name) for name in given.rows)]
    if not wanted:
        print(f"no such row; one of {', '.join(row.name for row in ROWS)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="eclips-bench-") as folder:
        bench = Bench(install(Path(folder)), Path(folder), given.quick)
        if given.peers:
            shown = peers.table(bench)
            if given.readme:
                peers.write_readme(shown)
            sys.stdout.write(shown)
            return 0
        verdicts = [_verdict(row, bench) for row in wanted]
    sys.stdout.write(as_json(verdicts) if given.json else table(verdicts))
    return int(any(verdict.word == "MISSED" for verdict in verdicts))


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    options.add_argument("rows", nargs="*", metavar="ROW", help="a row, or the beginning of its name")
    options.add_argument("--quick", action="store_true", help="fewer rounds")
    options.add_argument("--json", action="store_true", help="as JSON")
    options.add_argument("--peers", action="store_true", help="other command lines beside eclips, as a table")
    options.add_argument(
        "--readme", action="store_true", help="with --peers: write the table into the README"
    )
    options.add_argument("--list", action="store_true", help="name the rows and measure nothing")
    return options


def _verdict(row: Row, bench: Bench) -> Verdict:
    print(f"{row.name} …", file=sys.stderr, flush=True)
    try:
        return Verdict(row, row.measure(bench))
    except (Failed, OSError) as error:
        return Verdict(row, None, str(error))


if __name__ == "__main__":
    sys.exit(main())
