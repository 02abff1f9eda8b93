"""A page of the manual in man(7), as `man` and `mandoc` read it."""

from __future__ import annotations

from collections.abc import Iterator

from eclips_cli import RELEASED, __version__
from eclips_cli.reference.page import HelpPage, Section
from eclips_cli.reference.topics import Block, Definitions, Text

ESCAPES = {
    "\\": "\\e",
    "-": "\\-",
    "'": "\\(aq",
    "`": "\\(ga",
    "^": "\\(ha",
    "~": "\\(ti",
    '"': "\\(dq",
}
WIDEST = 76
_ESCAPES = str.maketrans(ESCAPES)


def man(page: HelpPage, note: str) -> str:
    """The page's source; `note` says in a comment where it came from."""
    title = escaped(page.name.upper())
    lines = [
        f'.\\" {note}',
        f'.TH {title} 1 {RELEASED} "eclips {__version__}" "Eclips manual"',
        # no word is cut, and no line pulled apart
        ".nr HY 0",
        ".nh",
        ".ad l",
        ".SH NAME",
        *_wrapped(f"{page.name} - {page.summary}"),
    ]
    for section in page.sections:
        lines += _section(section)
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """`text` as a line that roff takes literally."""
    return _guarded(text.translate(_ESCAPES))


def _guarded(line: str) -> str:
    """A line that is no request, whatever it begins with."""
    return f"\\&{line}" if line.startswith((".", "'")) else line


def _wrapped(text: str) -> Iterator[str]:
    """A paragraph as lines of input of at most `WIDEST` bytes, as far as its words allow."""
    line = ""
    for word in text.split():
        shown = word.translate(_ESCAPES)
        if line and len(f"{line} {shown}".encode()) > WIDEST:
            yield _guarded(line)
            line = shown
        else:
            line = f"{line} {shown}" if line else shown
    yield _guarded(line) or "\\&"


def _section(section: Section) -> Iterator[str]:
    yield f".SH {escaped(section.title.upper())}"
    for number, block in enumerate(section.blocks):
        yield from _block(block, first=number == 0)


def _block(block: Block, *, first: bool) -> Iterator[str]:
    if isinstance(block, Text):
        if not first:
            yield ".PP"
        yield from _wrapped(block.text)
    elif isinstance(block, Definitions):
        for term, about in block.rows:
            yield ".TP"
            yield f"\\fB{escaped(term)}\\fR"
            yield from _wrapped(about)
    else:
        yield from (".PP", ".EX") if not first else (".EX",)
        yield from (escaped(line) for line in block.lines)
        yield ".EE"
