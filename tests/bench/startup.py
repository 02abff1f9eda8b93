"""Rows on start-up: what a person waits for before anything happens."""

from __future__ import annotations

from pathlib import Path

from tests.bench.processes import Spent, interleaved, ratio, ratios, run
from tests.bench.rows import Bench, Measured, Row
from tests.bench.serving import serving

REFERENCES = Path(__file__).with_name("references")
FLOOR = REFERENCES / "floor.py"
ROUNDS = 24


def compared(
    bench: Bench,
    ours: list[str],
    theirs: list[str],
    env: dict[str, str],
    rounds: int,
    our_env: dict[str, str] | None = None,
    floor: list[str] | None = None,
) -> Measured:
    """Two commands taking turns; wall clock decides, CPU is noted, and what the `floor` takes of theirs."""
    turns = {"ours": lambda: run(ours, our_env or env), "theirs": lambda: run(theirs, env)}
    if floor is not None:
        turns["floor"] = lambda: run(floor, our_env or env)
    spent = interleaved(bench.rounds(rounds), **turns)
    noted = notes(spent)
    if floor is not None:
        noted["typer, httpx and one GET alone"] = (
            f"{ratio(walls(spent['floor']), walls(spent['theirs'])):.2f}"
        )
    return Measured(ratio(walls(spent["ours"]), walls(spent["theirs"])),
                    ratios(walls(spent["ours"]), walls(spent["theirs"])), noted)  # fmt: skip


def walls(spent: list[Spent]) -> list[float]:
    """Seconds by the clock."""
    return [one.wall for one in spent]


def notes(spent: dict[str, list[Spent]]) -> dict[str, str]:
    """The same ratio in CPU time, and of the fastest runs: neither is disturbed much by others."""
    cpu = [[one.cpu for one in spent[name]] for name in ("ours", "theirs")]
    fastest = min(walls(spent["ours"])) / min(walls(spent["theirs"]))
    return {"in CPU time": f"{ratio(*cpu):.2f}", "fastest to fastest": f"{fastest:.2f}"}


def version(bench: Bench) -> Measured:
    """`eclips --version` beside an interpreter that does what an old pip's console script begins with."""
    made = bench.installed
    return compared(
        bench, [made.program, "--version"], [made.python, "-c", "import re"], made.environment(), 2 * ROUNDS
    )


def help_of(*words: str) -> Row:
    """The row of one help page."""

    def measure(bench: Bench) -> Measured:
        made = bench.installed
        reference = [made.python, str(REFERENCES / "two_plain_commands.py"), "--help"]
        return compared(bench, [made.program, *words, "--help"], reference, made.environment(), ROUNDS)

    name = ".".join(("startup.help", *words))
    return Row(name, "at most 0.5", 0.5, measure, reference="a two-command Typer app's --help")


def request(name: str, most: float, words: list[str], reference: str) -> Row:
    """The row of one command that makes one GET."""

    def measure(bench: Bench) -> Measured:
        made = bench.installed
        with serving(runs=100) as server:
            env = made.environment(**server.environment())
            theirs = [made.python, str(REFERENCES / "two_commands.py"), reference]
            return compared(
                bench, [made.program, *words], theirs, env, ROUNDS, floor=[made.python, str(FLOOR)]
            )

    return Row(
        name, f"at most {most:g}", most, measure, reference="a two-command Typer app with httpx, one GET"
    )


ROWS = [
    Row("startup.version", "at most 1.1", 1.1, version, reference='python -c "import re"'),
    help_of(),
    help_of("runs"),
    request("startup.health", 0.75, ["health"], "health"),
    request("startup.list.json", 0.8, ["runs", "list", "--limit", "100", "-o", "json"], "runs"),
    request("startup.list.table", 1.2, ["runs", "list", "--limit", "100", "-o", "table"], "runs"),
]
