"""What `eclips help` shows: a command's page, a topic, or the whole program's help."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from eclips_cli.errors import UsageError
from eclips_cli.reference import plain, topics
from eclips_cli.reference.page import page_of
from eclips_cli.reference.tree import PROGRAM, describe_one


def text(words: list[str], context: Any, width: int, strong: Callable[[str], str]) -> str:
    """The text on what `words` name. Raises UsageError, with the nearest name, when there is nothing of it.

    `context` is the root's own, whose help is shown where no word is given; `strong` makes a heading stand out.
    """
    root = context.command
    if not words:
        return f"{root.get_help(context)}\n\n{list_of_topics(strong)}\n"
    found = describe_one(root, words)
    if found is not None:
        return plain.page(page_of(found, alone=False), width, strong) + "\n"
    if len(words) == 1 and words[0] in topics.names():
        return plain.topic(topics.topic(words[0]), width, strong) + "\n"
    raise _nothing(words, root)


def list_of_topics(strong: Callable[[str], str]) -> str:
    """The topics and what each is about."""
    rows = (f"  {name:<12}  {topics.topic(name).summary}" for name in topics.names())
    return "\n".join([f"{strong('Topics')} (`{PROGRAM} help TOPIC`):", *rows])


def _nothing(words: list[str], root: Any) -> UsageError:
    """No such command or topic, and what may have been meant."""
    depth = next(n for n in range(1, len(words) + 1) if describe_one(root, words[:n]) is None)
    above, wrong = words[: depth - 1], words[depth - 1]
    parent = describe_one(root, above)
    known = {name: " ".join((*above, name)) for name in _names(parent)}
    if not above:
        known |= {name: name for name in topics.names()}
    near = get_close_matches(wrong, known, n=1, cutoff=0.5)
    what = " ".join((*above, wrong))
    hint = f"did you mean `{PROGRAM} help {known[near[0]]}`?" if near else f"`{PROGRAM} help` lists them"
    return UsageError(f"no such command or topic: {what}", hint=hint)


def _names(command: Any) -> list[str]:
    return [name for child in command.children for name in (child.path[-1], *child.aliases)]
