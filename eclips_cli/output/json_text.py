"""JSON for people: indented, its names, texts and numbers in colours of the theme."""

from __future__ import annotations

import json
import re
from typing import Any

from eclips_cli import json_values
from eclips_cli.output.cells import safe_text
from eclips_cli.output.spans import Line

LONGEST = 256 * 1024
"""characters after which a value is cut, with a word about it: nobody reads more on a screen"""
_TOKEN = re.compile(
    r'(?P<name>"(?:[^"\\]|\\.)*")(?=:)|(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)|(?P<rest>[^\"\d\-tfn]+|.)"
)
_STYLES = {"name": "cyan", "text": "green", "number": "yellow", "word": "magenta", "rest": ""}


def json_lines(value: Any) -> list[Line]:
    """A value as lines: JSON, or the paragraphs of a text. Everything in them is safe.

    A text of several lines inside JSON is shown as the lines it has: this is for reading.
    """
    if isinstance(value, str):
        return [[(part, "")] for part in _cut(safe_text(value, multiline=True)).split("\n")]
    text = _cut(json_values.json_text(value, indent=2))
    return [line for part in text.split("\n") for line in _colored(part)]


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n… {len(text) - LONGEST:,} more characters; -o json shows all of it"


def _colored(text: str) -> list[Line]:
    lines: list[Line] = [[]]
    indent = " " * (len(text) - len(text.lstrip(" ")) + 2)
    for found in _TOKEN.finditer(text):
        kind, token = found.lastgroup or "rest", found.group()
        first, *later = _lines_of(token) if kind == "text" and "\\n" in token else [token]
        lines[-1].append((safe_text(first), _STYLES[kind]))
        # the bar tells what a text says from what the JSON says
        lines += [[(f"{indent}│ ", ""), (safe_text(part), _STYLES[kind])] for part in later]
    return lines


def _lines_of(token: str) -> list[str]:
    try:
        return f'"{json.loads(token)}"'.split("\n")
    except ValueError:
        return [token]
