"""What `eclips help` shows, as text for a terminal or a pipe: a page of the manual, a topic, or the program's help."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any

from eclips_cli import words
from eclips_cli.errors import UsageError
from eclips_cli.reference import topics
from eclips_cli.reference.page import HelpPage, Section, page_of
from eclips_cli.reference.topics import Block, Definitions, Text, Topic
from eclips_cli.reference.tree import PROGRAM, describe_one

WIDEST = 100
INDENT = 4
TERM = 26
"""cells of a term beside which its explanation begins on the same line"""


Strong = Callable[[str], str]


def text(typed: list[str], context: Any, width: int, strong: Strong) -> str:
    """The text on what `typed` name. Raises UsageError, with the nearest name, when there is nothing of it.

    `context` is the root's own, whose help is shown where no word is given; `strong` makes a heading stand out.
    """
    root = context.command
    if not typed:
        return f"{root.get_help(context)}\n\n{_list_of_topics(strong)}\n"
    found = describe_one(root, typed)
    if found is not None:
        return page(page_of(found, alone=False), width, strong) + "\n"
    if len(typed) == 1 and typed[0] in topics.names():
        return topic(topics.topic(typed[0]), width, strong) + "\n"
    raise _nothing(typed, root)


def _list_of_topics(strong: Strong) -> str:
    """The topics and what each is about."""
    rows = (f"  {name:<12}  {topics.topic(name).summary}" for name in topics.names())
    return "\n".join([f"{strong('Topics')} (`{PROGRAM} help TOPIC`):", *rows])


def page(page: HelpPage, width: int, strong: Strong) -> str:
    """The page, wrapped to `width` cells; `strong` makes a heading stand out."""
    sections = [Section("name", (Text(f"{page.name} - {page.summary}"),)), *page.sections]
    return "\n".join(line for section in sections for line in _section(section, width, strong)).rstrip("\n")


def topic(topic: Topic, width: int, strong: Strong) -> str:
    """The topic, wrapped to `width` cells; `strong` makes its heading stand out."""
    lines = [
        strong(topic.summary),
        "",
        *(line for block in topic.blocks for line in (*_block(block, 0, width), "")),
    ]
    return "\n".join(lines).rstrip("\n")


def _section(section: Section, width: int, strong: Strong) -> Iterator[str]:
    yield strong(section.title.upper())
    for block in section.blocks:
        yield from _block(block, INDENT, width)
        yield ""


def _block(block: Block, indent: int, width: int) -> Iterator[str]:
    margin = " " * indent
    wide = max(20, min(width, WIDEST))
    if isinstance(block, Text):
        yield from textwrap.wrap(
            block.text, wide, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
        )
    elif isinstance(block, Definitions):
        column = indent + 2 + max((len(term) for term, _ in block.rows if len(term) <= TERM), default=TERM)
        for term, about in block.rows:
            yield from _row(term, about, margin, min(column, max(indent + 4, wide // 2)), wide)
    else:
        yield from (f"{margin}  {line}".rstrip() for line in block.lines)


def _row(term: str, about: str, margin: str, column: int, width: int) -> Iterator[str]:
    beside = len(margin) + len(term) + 2 <= column
    if not beside:
        yield from textwrap.wrap(term, width, initial_indent=margin, subsequent_indent=margin)
    lines = textwrap.wrap(about, max(20, width - column), break_on_hyphens=False) or [""]
    for number, line in enumerate(lines):
        head = f"{margin}{term}" if beside and not number else ""
        yield f"{head:<{column}}{line}".rstrip()


def _nothing(typed: list[str], root: Any) -> UsageError:
    """No such command or topic, and what may have been meant."""
    depth = next(n for n in range(1, len(typed) + 1) if describe_one(root, typed[:n]) is None)
    above, wrong = typed[: depth - 1], typed[depth - 1]
    parent = describe_one(root, above)
    noun, names = " ".join(above), _names(parent)
    meant = words.meant(noun, wrong, root.verbs_by_noun)
    if meant is None or meant.startswith("-"):
        candidates = names if above else [*names, *topics.names()]
        near = get_close_matches(wrong, candidates, n=1, cutoff=0.5)
        meant = " ".join(filter(None, (noun, near[0]))) if near else None
    what = " ".join((*above, wrong))
    meant = meant and meant.removeprefix("help ")
    hint = f"did you mean `{PROGRAM} help {meant}`?" if meant else f"`{PROGRAM} help` lists them"
    return UsageError(f"no such command or topic: {what}", hint=hint)


def _names(command: Any) -> list[str]:
    return [name for child in command.children for name in (child.path[-1], *child.aliases)]
