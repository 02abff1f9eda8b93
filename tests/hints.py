"""What a hint tells a person to type next, held against the real tree: what is pasted must be a command line of ours.

A command that is named stands in backticks, or begins with `eclips` and ends where its clause does: at `;`, at `, `, at
a bracket, or with the line. Words in capitals (ID, FILE, N) stand for what a person puts there.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import typer

from eclips_cli import app
from eclips_cli.errors import EclipsError
from eclips_cli.reference import topics
from eclips_cli.reference.tree import describe_one

NAMED = re.compile(r"(?<![\w./-])eclips (?=[\w'-])")
"""where a command line of ours begins"""
_ID = re.compile(r"\b(?=[0-9a-f-]*\d)[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b")
_NO_COMMAND = re.compile(r"(?:does|is|itself|forwards|on this machine|has|was)\b")
"""what follows the program's name in a sentence about it"""


def check(stderr: str) -> None:
    """Raise AssertionError for a command in what was said that can't be pasted."""
    if "eclips " not in stderr:
        return
    for line in stderr.splitlines():
        for typed in commands(text(line)) if line.startswith(("hint:", '{"error"')) else ():
            wrong = fault(_ID.sub("00000000-0000-4000-8000-000000000000", typed))
            assert wrong is None, f"{wrong}: this can't be pasted: {typed}\n  said in: {line}"


def text(line: str) -> str:
    """The line, or the hint of an error that is one JSON object."""
    if not line.startswith('{"error"'):
        return line
    try:
        told = json.loads(line)["error"]
    except ValueError:
        return ""
    return f"hint: {told.get('hint', '')}"


def commands(text: str) -> Iterator[str]:
    """The command lines of ours that a text of a line names, as they would be pasted."""
    rest = text
    for span in re.findall(r"`([^`]*)`", text):
        rest = rest.replace(f"`{span}`", "` `", 1)
        for begin in NAMED.finditer(span):
            yield _up_to_its_end(span[begin.start() :], prose=False)
            break
    end = 0
    for begin in NAMED.finditer(rest):
        if begin.start() >= end and not _NO_COMMAND.match(rest, begin.end()):
            typed = _up_to_its_end(rest[begin.start() :], prose=True)
            end = begin.start() + len(typed)
            yield typed


def _up_to_its_end(text: str, *, prose: bool) -> str:
    """The text up to where a shell, or whoever reads the sentence, sees the command's end; quotes are not looked into."""
    ends = r";|\||&|<|>|\)|\s\(|,\s|,$" if prose else r";|\||&|\)|<"
    quoted = r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\\."
    found = re.match(rf"(?:{quoted}|(?!{ends}).)*", text, re.DOTALL)
    assert found is not None
    return found[0].rstrip()


@cache
def fault(typed: str) -> str | None:
    """Why a command line is none of ours; None where the tree takes it. Nothing is run."""
    try:
        words = shlex.split(typed, comments=True)[1:]
    except ValueError as error:
        return f"no shell takes it ({error})"
    if "…" in words or "..." in words:
        return "it is cut"
    try:
        return _parsed(words)
    except (typer.TyperException, EclipsError) as error:
        complaint = str(getattr(error, "message", "")) or error.format_message()
        # a command that is only named (did you mean `eclips runs get`?) is given its ids by the person
        named = (
            complaint.startswith(("Missing argument", "Missing option")) or " needs a command: " in complaint
        )
        return None if named else complaint or type(error).__name__


def _parsed(words: list[str]) -> str | None:
    root: Any = app.build()
    if words[-1:] == ["--help"]:
        return None if describe_one(root, words[:-1]) else "nothing to show help of"
    if words == ["--version"]:
        return None
    context = root.make_context("eclips", [_stood_for(word) for word in words])
    while hasattr(context.command, "resolve_command"):
        args = [*context._protected_args, *context.args]
        if not args:
            break
        name, command, rest = context.command.resolve_command(context, args)
        if command is None:
            return f"no command {args[0]}"
        context = command.make_context(name, rest, parent=context)
    return _topic_missing(context, root) if context.info_name == "help" else None


def _stood_for(word: str) -> str:
    """A number in place of N, which is the only placeholder whose value is looked at."""
    return "5" if word == "N" else word


def _topic_missing(context: Any, root: Any) -> str | None:
    named = context.params.get("words") or []
    known = not named or named == ["TOPIC"] or named[0] in topics.names() or describe_one(root, list(named))
    return None if known else f"no topic {' '.join(named)}"
