"""What the command tree is made of before any of it is loaded: commands and groups by name and one line of help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Leaf(NamedTuple):
    """A command as its group lists it: one line of help, and where its function lives."""

    help: str
    function: str
    """`module:name`, the module below eclips_cli.commands"""
    panel: str = "Commands"
    hidden: bool = False
    changes: bool = False
    """whether it changes something: here, at the API, or on a server it sends to"""
    local: bool = False
    """whether what it changes lies on this machine alone"""
    decides: bool = False
    """whether it decides what waits for a person"""
    workbook: bool = False
    """whether its result can be a workbook (-o xlsx)"""


class Noun(NamedTuple):
    """A group of commands on one kind of thing."""

    help: str
    commands: dict[str, Leaf]
    panel: str = "Commands"
    aliases: tuple[str, ...] = ()
    default: str | None = None
    """the command that runs when none is named"""
    alone: str | None = None
    """the command that runs when nothing at all is written behind the name; loaded only then"""
    about: str = ""
    examples: tuple[str, ...] = ()


Entry = Leaf | Noun


def verbs_of(entries: Mapping[str, Entry]) -> dict[str, bool]:
    """The commands that are listed, each with whether it changes something."""
    return {
        name: isinstance(entry, Leaf) and entry.changes
        for name, entry in entries.items()
        if isinstance(entry, Noun) or not entry.hidden
    }
