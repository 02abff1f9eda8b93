"""What a person hands to a command as text: a task, a JSON object, members of it."""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from eclips_cli import words
from eclips_cli.durations import parse_duration
from eclips_cli.errors import UsageError

_AN_OBJECT = """a JSON object looks like '{"category": "hardware"}'"""
SHORTEST_INTERVAL = 0.1
"""seconds between two looks at the API"""
LARGEST = 64 * 1024 * 1024
"""bytes of a task or of data read from a file or standard input"""


def read_task(text: str, stdin: BinaryIO | None = None) -> str:
    """The task that TASK means: itself, `-` for standard input, `@FILE` for a file's text.

    Raises UsageError when it is empty, too large, unreadable or not UTF-8.
    """
    if text == "-":
        task = _decoded(_from_stdin(stdin), "standard input").rstrip("\r\n")
    elif text.startswith("@"):
        task = read_file(text[1:]).rstrip("\r\n")
    else:
        task = text
    if not task.strip():
        raise UsageError("the task is empty", hint='say what to do: eclips run "Process invoice INV-1001"')
    return sendable(task, "the task")


def refuse_command_words(task: str, tree: Mapping[str, words.Verbs]) -> None:
    """Raise UsageError for a task of one word that names a command: `run` and `runs` differ by a letter.

    `tree` has the commands of every noun. Such a task can still be given on standard input.
    """
    typed = task.strip().lower()
    meant = words.in_place_of_a_task(typed, tree)
    if meant:
        raise UsageError(
            f"{typed} is a command's name, not a task: no run was started",
            hint=f"{meant} (as a task: echo {typed} | eclips run -)",
        )


def read_data(
    data: str | None, data_file: str | None, members: list[str] | None, stdin: BinaryIO | None = None
) -> dict[str, Any] | None:
    """The run's `data` object: from JSON text, `@FILE`, `-` or a file, with `key=value` members added.

    None when nothing was given. Raises UsageError when it is not a JSON object.
    """
    if data is not None and data_file is not None:
        raise UsageError("--data and --data-file together", hint="give one of them")
    found: dict[str, Any] | None = None
    if data_file is not None:
        found = json_object(read_file(data_file), data_file)
    elif data == "-":
        found = json_object(_decoded(_from_stdin(stdin), "standard input"), "standard input")
    elif data is not None and data.startswith("@"):
        found = json_object(read_file(data[1:]), data[1:])
    elif data is not None:
        found = json_object(data, "--data")
    texts: dict[str, Any] = {}
    for member in members or ():
        key, value = key_and_value(member, "-f", texts)
        texts[sendable(key, "-f KEY")] = sendable(value, f"-f {key}")
    return {**(found or {}), **texts} if texts else found


def key_and_value(text: str, option: str, so_far: Container[str]) -> tuple[str, str]:
    """The two sides of KEY=VALUE. Raises UsageError where it is none, and for a key that was given before."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(
            f"{option} {text!r} is not KEY=VALUE", hint=f"write it like {option} invoice=INV-1001"
        )
    if key in so_far:
        raise UsageError(f"two values for {key}", hint=f"give {option} {key}=… once")
    return key, value


def word(text: str | None, option: str) -> str | None:
    """The value of an option, which must be neither empty nor other than UTF-8. Raises UsageError."""
    if text is not None and not text.strip():
        raise UsageError(f"{option} is empty")
    return None if text is None else sendable(text, option)


FREE = frozenset(("TEXT", "A,B.C", "KEY=VALUE", "NAME: VALUE", "D", "VALUE", "TASK"))
"""metavars of what may be empty, or says so in words of its own"""
MEASURES = frozenset(("WHEN", "DURATION", "SECONDS", "N", "N|N%", "X"))
"""metavars of what is no word: its own reader refuses it"""


def refuse_empty_words(params: Iterable[Any], values: Mapping[str, Any]) -> None:
    """Raise UsageError for an option or an argument that names something and is empty: an unset variable in a script.

    `params` are typer's own, `values` what was given, by their names.
    """
    for param in params:
        given = values.get(param.name)
        if param.metavar in FREE | MEASURES or (param.param_type_name == "argument" and param.nargs != 1):
            continue
        named = max(param.opts, key=len) if param.param_type_name == "option" else param.metavar
        for value in given if isinstance(given, (list, tuple)) else [given]:
            if isinstance(value, str):
                word(value, named or param.name)


def how_many(limit: int | None, all_: bool) -> int | None:
    """How many things of a list to show: 20 unless told; None for all. Raises UsageError for both at once."""
    if all_ and limit is not None:
        raise UsageError("--limit and --all together", hint="give one of them")
    return None if all_ else limit or 20


def interval(text: str, option: str = "--interval") -> float:
    """The seconds between two looks. Raises UsageError for what is no duration, or too short to be a pause."""
    seconds = parse_duration(text)
    if seconds < SHORTEST_INTERVAL:
        raise UsageError(f"{option} must be at least {SHORTEST_INTERVAL:g}s")
    return seconds


def json_object(text: str, where: str) -> dict[str, Any]:
    """`text` as a JSON object, its digits as written. Raises UsageError that says where it is none."""
    found = json_value(text, where)
    if not isinstance(found, dict):
        raise UsageError(f"{where} must be a JSON object, not {_kind(found)}", hint=_AN_OBJECT)
    return found


def json_value(text: str, where: str) -> Any:
    """`text` as JSON. Raises UsageError for no JSON, and for what would not reach every reader as it was written."""
    from eclips_cli import strict_json

    try:
        return strict_json.document(text)
    except ValueError as error:
        line, column = getattr(error, "lineno", None), getattr(error, "colno", None)
        if line is not None:
            message = f"{where} is not JSON: {getattr(error, 'msg', error)} at line {line}, column {column}"
            raise UsageError(message, hint=_AN_OBJECT) from None
        raise UsageError(f"{where}: {error}") from None


def read_file(name: str) -> str:
    """A file's text. Raises UsageError in one line when it can't be read or is not UTF-8."""
    try:
        with Path(name).open("rb") as file:
            return _decoded(file.read(LARGEST + 1), name)
    except OSError as error:
        raise UsageError(f"{name}: {(error.strerror or 'cannot be read').lower()}") from None
    except ValueError:
        raise UsageError(f"{name!r} is not a file name") from None


def _from_stdin(stdin: BinaryIO | None) -> bytes:
    return (stdin or sys.stdin.buffer).read(LARGEST + 1)


def _decoded(data: bytes, where: str) -> str:
    if len(data) > LARGEST:
        raise UsageError(f"{where} is larger than {LARGEST >> 20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{where} is not UTF-8 text (byte {error.start})") from None


def text_of(name: str, stdin: BinaryIO | None = None) -> str:
    """The text of a file, or with `-` of standard input. Raises UsageError."""
    return _decoded(_from_stdin(stdin), "standard input") if name == "-" else read_file(name)


def sendable(text: str, where: str) -> str:
    """`text`, if it can be sent as UTF-8. Raises UsageError."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{where} is not valid UTF-8") from None
    return text


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
