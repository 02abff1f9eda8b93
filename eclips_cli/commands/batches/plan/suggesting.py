"""A command line that would work, made of the one that was typed: everything is repeated, and can be pasted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import quote


def command(typed: Sequence[str], options: Mapping[str, str]) -> str:
    """The words that were typed with these options set, quoted for a shell."""
    words = list(typed)
    for option in options:
        words = _without(words, option)
    # what stands behind `--` is no option any more
    end = words.index("--") if "--" in words else len(words)
    added = [word for pair in options.items() for word in pair]
    return " ".join(["eclips", *map(quote, [*words[:end], *added, *words[end:]])])


def _without(words: list[str], option: str) -> list[str]:
    kept: list[str] = []
    skipping = ended = False
    for word in words:
        ended = ended or word == "--"
        if skipping:
            skipping = False
        elif not ended and word == option:
            skipping = True
        elif ended or not word.startswith(f"{option}="):
            kept.append(word)
    return kept
