"""Commands that a person is told to type next: safe to paste, and about the same account as the command that tells them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from shlex import join, quote, split

_OF_A_PROFILE = ("--profile",)
"""what leads to the same place for commands of the configuration"""
_SIGNING_IN = ("--profile", "--base-url")
"""and for the one that keeps a key with where it is good"""
_BEGIN = re.compile(r"(?<![\w./-])eclips (?=[\w-])")
_ASKING = frozenset(
    ["run", "runs", "triage", "batches", "webhooks", "usage", "health", "api", "status", "find", "doctor"]
)
"""commands that ask the API"""
_WITH_VALUE = frozenset((
    "--profile", "-p", "--base-url", "--api-key-file", "--output", "-o", "--fields", "--jq", "--color",
    "--request-timeout", "--max-retries", "--max-outage",
))  # fmt: skip
"""options of every command whose value is the next word"""
_END = re.compile(r"`|;|\)|,(?=\s|$)|\s(?=\()|\n")
_QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\\.", re.DOTALL)


def command(words: str, *values: str) -> str:
    """`eclips` with these words and values, as in `with_values`."""
    return f"eclips {with_values(words, *values)}"


def with_values(words: str, *values: str) -> str:
    """A command's `words`, and values that are quoted for a shell and never taken for options."""
    ends = ["--"] if any(value.startswith("-") and value != "-" for value in values) else []
    return " ".join([words, *ends, *map(quote, values)])


def repeated(typed: Sequence[str], *added: str) -> str:
    """The command of these words with options `added`, which stand before `--`: behind it nothing is an option."""
    end = typed.index("--") if "--" in typed else len(typed)
    return join(["eclips", *typed[:end], *added, *typed[end:]])


def without(words: Sequence[str], option: str) -> list[str]:
    """The words that were typed, less an `option` and its value."""
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


def placed(text: str, place: Mapping[str, str]) -> str:
    """`text` with each command in it that asks the API doing so where `place` says, unless it says so itself.

    `place` has the options that lead there by their names, as they are typed (`Options.place`).
    """
    if not place or "eclips " not in text:
        return text
    told, at = [], 0
    while found := _BEGIN.search(text, at):
        end = _end(text, found.end())
        missing = _missing(_options(text[found.end() : end]), place)
        told += [text[at : found.end()], *(f"{option} " for option in missing), text[found.end() : end]]
        at = end
    return "".join([*told, text[at:]])


def _missing(words: list[str], place: Mapping[str, str]) -> list[str]:
    """The options of `place` that a command of these words does not give, and needs."""
    names = _deciding(words, place)
    if "--sandbox" in words or _gives(words, "--base-url"):
        # each says where by itself, and both together are refused
        names = [name for name in names if name in _OF_A_PROFILE]
    return [place[name] for name in names if name in place and not _gives(words, name)]


def _deciding(words: Sequence[str], place: Mapping[str, str]) -> Sequence[str]:
    """The options that decide where a command leads; none where it is a sentence about the program, or asks for help."""
    noun, *rest = [*_past_options(words), ""]
    if "--help" in words:
        return ()
    if noun in _ASKING:
        return tuple(place)
    if noun == "auth" and rest[0] == "login":
        return _SIGNING_IN
    return _OF_A_PROFILE if noun in ("auth", "config") else ()


def _past_options(words: Sequence[str]) -> Sequence[str]:
    """The words from the first that is neither an option nor its value."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _WITH_VALUE else 1
    return words[at:]


def _end(text: str, at: int) -> int:
    """Where the command that begins before `at` ends; what is in quotes belongs to it."""
    while at < len(text) and not _END.match(text, at):
        quoted = _QUOTED.match(text, at)
        at = quoted.end() if quoted else at + 1
    return at


def _options(typed: str) -> list[str]:
    """The words of a command that may be options."""
    try:
        words = split(typed)
    except ValueError:  # an apostrophe in what is said after it
        words = typed.split()
    return words[: words.index("--")] if "--" in words else words


def _gives(words: Sequence[str], name: str) -> bool:
    short = name == "--profile" and any(re.match("-p(?!-)", word) for word in words)
    return short or any(word == name or word.startswith(f"{name}=") for word in words)
