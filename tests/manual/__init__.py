"""The vendor's manual as it was published, and its examples read out of it: each `curl`, and what it shows for it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEXT = (Path(__file__).parent / "rest-api-manual.txt").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Example:
    """One `curl` of the manual, and the JSON that stands behind it (None where none does)."""

    command: str
    shown: Any

    @property
    def name(self) -> str:
        """Method and path, as the sections call them."""
        method = re.search(r"-X (\w+)", self.command)
        path = re.search(r"https://api\.eclips\.tech([^\s\"?]+)", self.command)
        assert path is not None
        posts = "POST" if " -d " in self.command.replace("\n", " ") else "GET"
        return f"{method.group(1) if method else posts} {path.group(1)}"


def examples() -> list[Example]:
    """Every `curl` that begins a line, in the manual's order."""
    return [_example(TEXT, found.start()) for found in re.finditer(r"^curl ", TEXT, re.MULTILINE)]


def _example(text: str, begin: int) -> Example:
    """The command ends with its line, or where the page's layout glued an answer or a sentence to it."""
    end, quote = begin, ""
    while text[end] not in "\n{" or quote:
        if text.startswith("\\\n", end):
            end += 2
            continue
        if text[end] in "'\"":
            quote = "" if quote == text[end] else quote or text[end]
            if not quote and not text[end + 1].isspace():
                end += 1
                break
        end += 1
    shown = json.JSONDecoder().raw_decode(text, end)[0] if text[end] == "{" else None
    return Example(text[begin:end], shown)


def stream_events() -> list[dict[str, Any]]:
    """The events that the manual shows for the stream."""
    lines = re.findall(r"^# data: (.*)$", TEXT, re.MULTILINE)
    return [json.JSONDecoder().raw_decode(line.replace("{...}", "{}"))[0] for line in lines]


def lacks(shown: Any, got: Any, where: str = "answer") -> list[str]:
    """What the manual shows and `got` has not: missing members, and members of another type."""
    if shown is None:
        return []
    if isinstance(shown, dict) and isinstance(got, dict):
        missing = [f"{where} lacks {name}" for name in shown if name not in got]
        return missing + [
            line for name in shown if name in got for line in lacks(shown[name], got[name], f"{where}.{name}")
        ]
    if isinstance(shown, list) and isinstance(got, list):
        if shown and not got:
            return [f"{where} is empty"]
        return lacks(shown[0], got[0], f"{where}[0]") if shown else []
    number = isinstance(shown, (int, float)) and not isinstance(shown, bool)
    same = isinstance(got, (int, float)) and not isinstance(got, bool) if number else type(shown) is type(got)
    return [] if same else [f"{where} is {got!r}, not like {shown!r}"]
