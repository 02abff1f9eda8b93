"""How a command's docstring is made up: paragraphs, then examples."""

from __future__ import annotations

import textwrap

EXAMPLES = "Examples:"


def split_doc(text: str) -> tuple[list[str], list[str]]:
    """A docstring's paragraphs and the lines of its `Examples:` part."""
    about, _, examples = text.partition(EXAMPLES)
    paragraphs = [part.strip("\n") for part in about.strip().split("\n\n") if part.strip()]
    return paragraphs, textwrap.dedent(examples.strip("\n")).splitlines()
