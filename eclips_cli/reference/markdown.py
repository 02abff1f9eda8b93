"""The reference as Markdown: the page of all commands, and the README's blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eclips_cli.reference import topics
from eclips_cli.reference.topics import Block, Code, Definitions, Text
from eclips_cli.reference.tree import CommandEntry, Option


def reference(tree: CommandEntry, note: str) -> str:
    """The page of all commands, with a list of them at its top."""
    commands = list(tree.walk())
    lines = [f"<!-- {note} -->", "# Commands", "", tree.paragraphs[0], ""]
    for command in commands[1:]:
        depth = "  " * (len(command.path) - 1)
        lines.append(f"{depth}- [`{command.title}`](#{_anchor(command)}) {inline(command.summary)}")
    lines += ["", "## Options of every command", "", "Before or after its name.", ""]
    lines += _options(tree.takes)
    for command in commands[1:]:
        lines += _command(command)
    for name in topics.names():
        topic = topics.topic(name)
        lines += [f"## About {name}", "", f"{inline(topic.summary)}.", ""]
        lines += [line for block in topic.blocks for line in (*_block(block), "")]
    return "\n".join(lines).rstrip("\n") + "\n"


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in lines)


def exit_codes() -> str:
    """The exit codes as a table."""
    rows = ((*term.split(" "), about) for term, about in topics.exit_codes().rows)
    return table(("code", "name", "meaning"), rows)


def test_cards() -> str:
    """The sandbox's test cards as a table."""
    rows = ((f"`{card}`", f"the run {about}") for card, about in topics.test_cards().rows)
    return table(("in the task", "what happens"), rows)


def topic(name: str) -> str:
    """The text of a topic, without its first line."""
    return "\n\n".join(part for block in topics.topic(name).blocks for part in _block(block))


def fenced(lines: Iterable[str], language: str = "") -> str:
    """Lines of code."""
    return "\n".join((f"```{language}", *lines, "```"))


def inline(text: str) -> str:
    """A sentence, what Markdown would take for markup in it escaped outside of backquotes."""
    parts = text.split("`")
    for number in range(0, len(parts), 2):
        for mark in "\\*_<>[]":
            parts[number] = parts[number].replace(mark, "\\" + mark)
    return "`".join(parts)


def _anchor(command: CommandEntry) -> str:
    return command.title.replace(" ", "-")


def _command(command: CommandEntry) -> Iterator[str]:
    yield from (f"## {command.title}", "")
    if command.aliases:
        yield from (f"Also `eclips {' '.join((*command.path[:-1], command.aliases[0]))}`.", "")
    yield from (fenced([command.usage]), "")
    for block in topics.blocks("\n\n".join(command.paragraphs)):
        yield from (*_block(block), "")
    if command.children:
        yield from (f"- [`{c.title}`](#{_anchor(c)}) {inline(c.summary)}" for c in command.children)
        yield ""
    if command.arguments:
        yield from (table(("argument", "what it is"), (_row(a.row) for a in command.arguments)), "")
    own = [option for option in command.options if option.spellings[-1] != "--help"]
    if own:
        yield from _options(own)
    if command.examples:
        yield from (fenced(command.examples, "sh"), "")


def _options(options: Iterable[Option]) -> list[str]:
    return [table(("option", "what it does"), (_row(option.row) for option in options)), ""]


def _row(row: tuple[str, str]) -> tuple[str, str]:
    return f"`{row[0]}`", inline(row[1])


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Text):
        yield inline(block.text)
    elif isinstance(block, Definitions):
        yield table(("", ""), (_row(row) for row in block.rows))
    elif isinstance(block, Code):
        yield fenced(block.lines, "sh")
