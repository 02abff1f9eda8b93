"""A command line that does not fit: typer's complaint as an error of ours, with what was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from eclips_cli import words
from eclips_cli.command_line import repeated
from eclips_cli.errors import UsageError

TEXTS = ("TASK", "TEXT")
"""metavars of arguments that are a sentence, or may be"""


def usage_error(error: Exception, args: Sequence[str]) -> UsageError:
    """Typer's complaint about the command line `args` as an error of ours, with the nearest option."""
    message = str(getattr(error, "message", error)).rstrip(".")
    context = getattr(error, "ctx", None)
    typed = getattr(error, "option_name", None)
    if typed is None:
        message = error.format_message().rstrip(".") if hasattr(error, "format_message") else message
    message = message.replace("is not a valid int range", "is not a whole number")
    message = message.replace("is not a valid float range", "is not a number")
    path = context.command_path if context else "eclips"
    hint = _option_meant(typed, error, context) or _quotes_forgotten(message, context, args)
    hint = hint or f"`{path} --help` shows how it is used"
    return UsageError(message[:1].lower() + message[1:], hint=hint)


def _quotes_forgotten(message: str, context: Any, args: Sequence[str]) -> str | None:
    """The command with quotes around what was written as several words; None where no text was asked for."""
    found = re.search(r"unexpected extra arguments?(?:\(s\))? \((.*)\)", message, re.DOTALL)
    if found is None or context is None:
        return None
    arguments = [param for param in context.command.params if param.param_type_name == "argument"]
    if [param.metavar in TEXTS for param in arguments] != [True]:
        return None
    first = context.params[arguments[0].name]
    return f"one argument needs quotes: {repeated(_as_one(args, first, found[1]))}"


def _as_one(args: Sequence[str], first: str, others: str) -> list[str]:
    """The words that were typed, the argument `first` being one with the `others` (with blanks between them)."""
    # from the end: a value of an option may read as the text does, and stands before it more often than behind it
    words, left = list(args), others
    for at in range(len(words) - 1, -1, -1):
        if not left and words[at] == first:
            words[at] = f"{first} {others}"
            break
        if left == words[at] or (left and left.endswith(f" {words[at]}")):
            left = left[: -len(words[at])].rstrip(" ")
            del words[at]
    return words


def _option_meant(typed: str | None, error: Any, context: Any) -> str | None:
    """What is said of an option that there is not; None where nothing is near."""
    if typed is None or context is None:
        return None
    known = [spelling for param in context.command.get_params(context) for spelling in param.opts]
    return words.option(typed, getattr(error, "possibilities", None) or (), known)
