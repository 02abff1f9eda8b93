"""A page of the manual as sections of blocks, whatever it is printed as: roff, text or Markdown."""

from __future__ import annotations

from dataclasses import dataclass

from eclips_cli.reference import topics
from eclips_cli.reference.topics import Block, Code, Definitions, Text
from eclips_cli.reference.tree import PROGRAM, CommandEntry, Option

AS_SECTIONS = ("environment", "files", "exit-codes")
"""topics that every page ends with"""
SECTION_TITLES = {"exit-codes": "exit status"}


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class HelpPage:
    """A page: its name (`eclips-runs-list`), one line about it, its sections."""

    name: str
    summary: str
    sections: tuple[Section, ...]


def page_of(command: CommandEntry, *, alone: bool = True) -> HelpPage:
    """The page of a command; that of the whole program holds every topic.

    A page that is not read `alone` leaves out what is the same on all of them.
    """
    sections = [
        Section("synopsis", (Code((command.usage,)),)),
        Section("description", tuple(topics.blocks("\n\n".join(command.paragraphs)))),
        *_commands(command),
        *_rows("arguments", [argument.row for argument in command.arguments]),
        *_rows("options", [option.row for option in command.options]),
        *_shared(command),
        Section("examples", (Code(command.examples),)),
        *(_all_topics() if not command.path else _own_topic(command)),
        *(_end(name, command) for name in AS_SECTIONS if alone),
        Section("see also", (Text(_see_also(command)),)),
    ]
    kept = tuple(section for section in sections if section.blocks and section.blocks != (Code(()),))
    return HelpPage("-".join((PROGRAM, *command.path)), _summary(command), kept)


def _summary(command: CommandEntry) -> str:
    """One line, as the list of commands has it."""
    return command.summary[:1].lower() + command.summary[1:] if command.path else command.summary


def _commands(command: CommandEntry) -> list[Section]:
    panels: dict[str, list[tuple[str, str]]] = {}
    for child in command.children:
        names = ", ".join((child.path[-1], *child.aliases))
        panels.setdefault(child.panel, []).append((names, child.summary))
    return [Section(title.lower(), (Definitions(tuple(rows)),)) for title, rows in panels.items()]


def _rows(title: str, rows: list[tuple[str, str]]) -> list[Section]:
    return [Section(title, (Definitions(tuple(rows)),))] if rows else []


def _shared(command: CommandEntry) -> list[Section]:
    title = "options of every command"
    if not command.path:
        return _rows(title, [option.row for option in command.takes])
    if command.children:
        return []
    names = ", ".join(_longest(option) for option in command.takes)
    return [Section(title, (Text(f"{names}: see {PROGRAM}(1), or `{PROGRAM} --help`."),))]


def _longest(option: Option) -> str:
    return option.spellings[-1]


def _all_topics() -> list[Section]:
    return [_topic(name) for name in topics.names() if name not in AS_SECTIONS]


def _end(name: str, command: CommandEntry) -> Section:
    """A section that every page has: the exit codes, of the others their terms, and where to read on."""
    found = _topic(name)
    if not command.path:
        return found
    if name == "exit-codes":
        tables = [at for at, block in enumerate(found.blocks) if isinstance(block, Definitions)]
        # the second table, of the types of errors, is for whoever writes programs; a text before it says so
        return Section(found.title, found.blocks[: tables[1] - 1])
    terms = [term for block in found.blocks if isinstance(block, Definitions) for term, _ in block.rows]
    return Section(found.title, (Text(f"{', '.join(terms)}: see {PROGRAM}(1), or `{PROGRAM} help {name}`."),))


def _own_topic(command: CommandEntry) -> list[Section]:
    """What there is to know about a noun that is a topic too."""
    return [
        Section(f"about the {name}", _topic(name).blocks)
        for name in topics.names()
        if command.path == (name,)
    ]


def _topic(name: str) -> Section:
    found = topics.topic(name)
    return Section(SECTION_TITLES.get(name, name), found.blocks)


def _see_also(command: CommandEntry) -> str:
    near = [command.path[:-1]] if command.path else []
    near += [child.path for child in command.children]
    pages = [f"{'-'.join((PROGRAM, *path))}(1)" for path in near]
    return ", ".join([*pages, f"`{PROGRAM} help` and a topic: {', '.join(topics.names())}"])
