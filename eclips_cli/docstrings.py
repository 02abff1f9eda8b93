"""Docstrings that are shown: where they come from, and how a command's is made up: paragraphs, then examples."""

from __future__ import annotations

import textwrap
from typing import Any

EXAMPLES = "Examples:"


def split_doc(text: str) -> tuple[list[str], list[str]]:
    """A docstring's paragraphs and the lines of its `Examples:` part."""
    about, _, examples = text.partition(EXAMPLES)
    paragraphs = [part.strip("\n") for part in about.strip().split("\n\n") if part.strip()]
    return paragraphs, textwrap.dedent(examples.strip("\n")).splitlines()


def doc_of(thing: Any) -> str:
    """The docstring of a function or a class, cleaned; from its source where Python was told to forget it (-OO)."""
    import inspect

    if thing.__doc__ is not None:
        return inspect.cleandoc(thing.__doc__)
    import ast

    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
    except (OSError, TypeError, SyntaxError):
        return ""
    return ast.get_docstring(body[0]) or ""  # type: ignore[arg-type]
