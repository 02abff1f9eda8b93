"""What is worth knowing whatever the command: a text file a topic, some parts of them filled in from the program.

A file's first line says what it is about. Then blocks, an empty line between them: a paragraph; lines of code,
indented by four; or a term with its explanation, indented by four, on the lines below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from eclips_cli import sandbox
from eclips_cli.docstrings import doc_of
from eclips_cli.errors import every_type
from eclips_cli.exits import ExitCode
from eclips_cli.system import ai_agents as agents

INDENT = "    "


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Definitions:
    """Terms, each with its explanation."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Code:
    """Lines as they are."""

    lines: tuple[str, ...]


Block = Text | Definitions | Code


@dataclass(frozen=True)
class Topic:
    """One topic: what `eclips help NAME` shows."""

    name: str
    summary: str
    blocks: tuple[Block, ...]


def names() -> list[str]:
    """The topics there are."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.txt"))


def topic(name: str) -> Topic:
    """A topic by its name, one of `names()`."""
    summary, _, text = Path(__file__).with_name(f"{name}.txt").read_text("utf-8").partition("\n")
    return Topic(name, summary, tuple(blocks(text)))


def exit_codes() -> Definitions:
    """The exit codes and what each means."""
    return Definitions(tuple((f"{code.value} {code.name.lower()}", code.meaning) for code in ExitCode))


def error_types() -> Definitions:
    """The types of errors: the exit code of each, what it says, and whether the command may be tried again."""
    return Definitions(
        tuple(
            (name, f"{int(known.exit_code)}: {first_paragraph(doc_of(known))}{TRY_AGAIN * known.retryable}")
            for name, known in every_type().items()
        )
    )


TRY_AGAIN = "; may be tried again"


def first_paragraph(doc: str) -> str:
    """The first paragraph of a docstring on one line, as topics have it."""
    return " ".join(doc.split("\n\n")[0].split()).rstrip(".")


def test_cards() -> Definitions:
    """What a task can say to steer its outcome in the sandbox."""
    return Definitions(tuple(sandbox.test_cards()))


def fault_kinds() -> Definitions:
    """What `--fault` of the sandbox knows."""
    lines = (line.partition(" ") for line in sandbox.fault_kinds().splitlines())
    return Definitions(tuple((kind, about.strip()) for kind, _, about in lines))


def ai_agents() -> Definitions:
    """The variables by which an AI agent is recognised."""
    by_name: dict[str, list[str]] = {}
    for variable, name in agents.VARIABLES.items():
        by_name.setdefault(name, []).append(variable)
    rows = [(agents.NAMED_BY_VALUE, "any agent, by the name that it holds")]
    rows += [(", ".join(variables), name) for name, variables in by_name.items()]
    rows += [(variable, f"only {', '.join(values)}") for variable, values in agents.VALUES.items()]
    return Definitions(tuple(rows))


FILLED: dict[str, Callable[[], Definitions]] = {
    "{exit-codes}": exit_codes,
    "{error-types}": error_types,
    "{test-cards}": test_cards,
    "{fault-kinds}": fault_kinds,
    "{ai-agents}": ai_agents,
}


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text; neighbouring terms are one block."""
    rows: list[tuple[str, str]] = []
    for block in map(_block, filter(None, (part.strip("\n") for part in text.split("\n\n")))):
        if isinstance(block, Definitions) and len(block.rows) == 1:
            rows += block.rows
            continue
        if rows:
            yield Definitions(tuple(rows))
            rows = []
        yield block
    if rows:
        yield Definitions(tuple(rows))


def _block(text: str) -> Block:
    if text in FILLED:
        return FILLED[text]()
    first, *rest = text.split("\n")
    if first.startswith("  "):
        width = min(len(line) - len(line.lstrip()) for line in (first, *rest) if line.strip())
        return Code(tuple(line[width:].rstrip() for line in (first, *rest)))
    if rest and all(line.startswith(INDENT) for line in rest):
        return Definitions(((first, " ".join(" ".join(rest).split())),))
    return Text(" ".join(text.split()))
