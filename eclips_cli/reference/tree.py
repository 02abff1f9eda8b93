"""The command tree as plain data: what completion scripts and man pages are written from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import typer

from eclips_cli.docstrings import split_doc
from eclips_cli.reference import members
from eclips_cli.reference.values import NOTHING, Values, kind_of, of_argument, of_option

PROGRAM = "eclips"
ROOT_ONLY = ("--version", "--help")


@dataclass(frozen=True)
class Option:
    """An option: its spellings as typed, how its help row reads, and what its value can be."""

    spellings: tuple[str, ...]
    row: tuple[str, str]
    help: str
    takes_value: bool
    repeatable: bool
    values: Values
    kind: str
    """what its value is: see `values.kind_of`; `flag` where it takes none"""
    default: object
    """what holds where it is not given; None for nothing"""


@dataclass(frozen=True)
class Argument:
    """A positional argument; `many` when it takes all words that follow."""

    name: str
    row: tuple[str, str]
    many: bool
    values: Values
    required: bool


@dataclass(frozen=True)
class CommandEntry:
    """A command or a group of them; `path` is what is typed after the program's name."""

    path: tuple[str, ...]
    summary: str
    panel: str
    aliases: tuple[str, ...]
    usage: str
    paragraphs: tuple[str, ...]
    examples: tuple[str, ...]
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]
    children: tuple[CommandEntry, ...] = ()
    changes: bool = False
    """whether it changes something: here, at the API, or on a server it sends to"""
    takes: tuple[Option, ...] = ()
    """the options every command takes, less those that mean something else here"""
    offers: Mapping[str, Values] = field(default_factory=dict)
    """by an option that every command takes: its values here, where they are other ones than elsewhere"""

    @property
    def title(self) -> str:
        """As it is typed: `eclips runs list`."""
        return " ".join((PROGRAM, *self.path))

    @property
    def all_options(self) -> tuple[Option, ...]:
        """Its own options, then those every command takes."""
        return self.options + self.takes

    @property
    def offered(self) -> tuple[tuple[Option, Values], ...]:
        """The options that every command takes and that offer other values here, with those."""
        return tuple((o, self.offers[s]) for o in self.takes for s in o.spellings if s in self.offers)

    def walk(self) -> Iterator[CommandEntry]:
        """Itself and all commands below it, in the order of the tree."""
        yield self
        for child in self.children:
            yield from child.walk()


def describe(root: Any) -> CommandEntry:
    """The tree below `root` (what `app.build()` makes); imports the module of every command."""
    context = typer.Context(root, info_name=PROGRAM)
    children = tuple(_children(root, context, ()))
    described = replace(_described(root, context, (), None), children=children)
    own = tuple(option for option in described.options if option.spellings[-1] in ROOT_ONLY)
    return _with_shared(replace(described, options=own), _shared(root, context))


def describe_one(root: Any, words: list[str]) -> CommandEntry | None:
    """The command that `words` name (aliases too), with those below it; None when there is none."""
    command, context, entry = root, typer.Context(root, info_name=PROGRAM), None
    shared = _shared(root, context)
    path: tuple[str, ...] = ()
    for word in words:
        listed = command.get_command(context, word) if hasattr(command, "entries") else None
        if listed is None:
            return None
        command, entry, name = listed.load(), listed.entry, str(listed.name)
        context, path = typer.Context(command, info_name=name, parent=context), (*path, name)
    described = _described(command, context, path, entry)
    return _with_shared(replace(described, children=tuple(_children(command, context, path))), shared)


def _shared(root: Any, context: Any) -> tuple[Option, ...]:
    """The options that every command takes."""
    options = (_option(param, context, ()) for param in root.get_params(context) if not param.hidden)
    return tuple(option for option in options if option.spellings[-1] not in ROOT_ONLY)


def _described(command: Any, context: Any, path: tuple[str, ...], entry: Any) -> CommandEntry:
    """One command as its group lists it (`entry`, None for the root), without those below it."""
    shown = [param for param in command.get_params(context) if not getattr(param, "hidden", False)]
    paragraphs, examples = split_doc(command.help or "")
    return CommandEntry(
        path=path,
        summary=entry.help if entry else paragraphs[0].rstrip("."),
        panel=entry.panel if entry else "",
        aliases=getattr(entry, "aliases", ()),
        usage=" ".join((PROGRAM, *path, *command.collect_usage_pieces(context))),
        paragraphs=tuple(paragraphs),
        examples=tuple(examples) or tuple(getattr(command, "examples", ())),
        options=tuple(_option(p, context, path) for p in shown if p.param_type_name == "option"),
        arguments=tuple(_argument(p, context, path) for p in shown if p.param_type_name == "argument"),
        changes=bool(getattr(entry, "changes", False)),
        offers=members.of_command(path, workbook=bool(getattr(entry, "workbook", False))),
    )


def _children(group: Any, context: Any, path: tuple[str, ...]) -> Iterator[CommandEntry]:
    for name, entry in getattr(group, "entries", {}).items():
        if getattr(entry, "hidden", False):
            continue
        command = group.get_command(context, name).load()
        below = typer.Context(command, info_name=name, parent=context)
        described = _described(command, below, (*path, name), entry)
        yield replace(described, children=tuple(_children(command, below, described.path)))


def _with_shared(command: CommandEntry, shared: tuple[Option, ...]) -> CommandEntry:
    taken = {spelling for option in command.options for spelling in option.spellings}
    inherited = tuple(option for option in shared if taken.isdisjoint(option.spellings))
    children = tuple(_with_shared(child, shared) for child in command.children)
    return replace(command, children=children, takes=inherited)


def _option(param: Any, context: Any, path: tuple[str, ...]) -> Option:
    spellings = tuple(sorted((*param.opts, *param.secondary_opts), key=len))
    takes_value = not (param.is_flag or param.count)
    return Option(
        spellings,
        _row(param, context),
        " ".join((param.help or "").split()),
        takes_value,
        param.multiple,
        of_option(param, path) if takes_value else NOTHING,
        kind_of(param) if takes_value else "flag",
        _default(param),
    )


def _default(param: Any) -> object:
    """What holds where an option is not given, as its type, else in the words of its help: `[30]` at its end."""
    if isinstance(param.default, (bool, int, float, str)):
        return param.default
    said = re.search(r"\[([^\]]+)\]$", " ".join((param.help or "").split()))
    if said is not None and not param.is_flag:
        return int(said[1]) if said[1].isdigit() else said[1]
    return False if param.is_flag else None


def _argument(param: Any, context: Any, path: tuple[str, ...]) -> Argument:
    name = param.metavar or param.human_readable_name
    found = of_argument(param, path)
    if "COMMAND" in name:
        entries = context.find_root().command.entries
        shown = (name for name, entry in entries.items() if not getattr(entry, "hidden", False))
        found = replace(found, words=(*shown, *found.words))
    return Argument(name, _row(param, context), param.nargs == -1, found, param.required)


def _row(param: Any, context: Any) -> tuple[str, str]:
    """How a parameter reads in help: as it is typed, and what it is."""
    typed, about = param.get_help_record(context)
    return typed, " ".join(about.split())
