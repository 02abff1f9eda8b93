"""A page of the manual as text for a terminal or a pipe."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from eclips_cli.reference.page import Page, Section
from eclips_cli.reference.topics import Block, Rows, Text, Topic

WIDEST = 100
INDENT = 4
TERM = 26
"""cells of a term beside which its explanation begins on the same line"""


Strong = Callable[[str], str]


def page(page: Page, width: int, strong: Strong) -> str:
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
    elif isinstance(block, Rows):
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
