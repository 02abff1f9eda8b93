"""The command tree as typer runs it: groups that load a command when it is entered, shared options, help."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from eclips_cli import words
from eclips_cli.commands import _help
from eclips_cli.commands._arguments import refuse_empty_words
from eclips_cli.commands._entries import Entry, Leaf, Noun, verbs_of
from eclips_cli.docstrings import doc_of
from eclips_cli.errors import UsageError
from eclips_cli.options import FORMATS, WORKBOOK

Context = Any
"""typer's own, whose class is private"""


class Command(TyperCommand):
    """A command that also takes, hidden in its own help, the options every command takes."""

    examples: tuple[str, ...] = ()
    leaf: Leaf | None = None
    workbook = False
    """whether it takes -o xlsx"""

    def get_params(self, ctx: Context) -> list[Any]:
        """Its own parameters and the root's, so that those may stand after the name too."""
        return super().get_params(ctx) + _inherited(self, ctx)

    def get_help_option_names(self, ctx: Context) -> list[str]:
        """`-h` is `--help`, everywhere."""
        return ["-h", "--help"]

    def invoke(self, ctx: Context) -> Any:
        """Wire one invocation from the shared options and call the command with its own."""
        own = {param.name for param in self.params}
        ctx.obj = _session(ctx)
        refuse_empty_words(self.params, ctx.params)
        refuse_empty_words(ctx.find_root().command.params, ctx.obj.options._asdict())
        if ctx.obj.options.output == WORKBOOK and not self.workbook:
            raise UsageError(f"`{ctx.command_path}` makes no workbook", hint=f"-o takes {', '.join(FORMATS)}")
        ctx.params = {name: value for name, value in ctx.params.items() if name in own}
        if self.leaf is not None and self.leaf.changes and not self.leaf.local:
            ctx.obj.check_may_change(decides=self.leaf.decides)
        return super().invoke(ctx)

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """What follows the name in the usage line; a metavar says by itself what may be left out."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_help(self, ctx: Context, formatter: Any) -> None:
        """Usage, what it does, its options, examples."""
        _help.write_command(self, ctx, formatter)


class Listed(TyperCommand):
    """A command that is not loaded yet: name and help now, everything else when it is entered."""

    def __init__(self, name: str, entry: Entry) -> None:
        panel = entry.panel
        hidden = isinstance(entry, Leaf) and entry.hidden
        super().__init__(name, help=entry.help, rich_markup_mode=None, rich_help_panel=panel, hidden=hidden)
        self.entry = entry

    def load(self) -> Any:
        """The real command or group; imports its module."""
        if isinstance(self.entry, Noun):
            return Group(self.name or "", self.entry)
        return load_command(self.name or "", self.entry)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Any = None,
        **extra: Any,
    ) -> Any:
        """Enter the real command."""
        return self.load().make_context(info_name, args, parent, **extra)


class Group(TyperGroup):
    """A group that knows its commands by name and one line of help, and loads one when it is entered."""

    def __init__(self, name: str, noun: Noun, **attributes: Any) -> None:
        super().__init__(
            name=name,
            help=noun.about or noun.help,
            rich_markup_mode=None,
            invoke_without_command=noun.default is not None,
            **attributes,
        )
        self.entries: dict[str, Entry] = dict(noun.commands)
        self.examples = noun.examples
        self.alone = noun.alone
        self.default = load_command(noun.default, noun.commands[noun.default]) if noun.default else None

    def get_help_option_names(self, ctx: Context) -> list[str]:
        """`-h` is `--help`, everywhere."""
        return ["-h", "--help"]

    def list_commands(self, ctx: Context) -> list[str]:
        """The names in the order they are shown; aliases are not listed."""
        return list(self.entries)

    def get_command(self, ctx: Context, cmd_name: str) -> Any:
        """The command of that name or alias, not loaded yet; None when there is none."""
        for name, entry in self.entries.items():
            if cmd_name == name or (isinstance(entry, Noun) and cmd_name in entry.aliases):
                return Listed(name, entry)
        same = words.alias(cmd_name, self.entries)
        return Listed(same, self.entries[same]) if same else None

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:
        """Find the command that `args` names; an unknown one is refused with the nearest name."""
        command = self.get_command(ctx, args[0])
        if command is None and not ctx.resilient_parsing and not args[0].startswith("-"):
            raise self._no_such_command(ctx, args[0])
        _typed, _command, rest = super().resolve_command(ctx, args)
        return command and command.name, command, rest

    def _no_such_command(self, ctx: Context, typed: str) -> UsageError:
        root = ctx.find_root()
        noun = "" if ctx is root else str(self.name)
        hint = words.hint(noun, typed, verbs_of(self.entries), root.command.verbs_by_noun)
        return UsageError(f"no such command: {ctx.command_path} {typed}", hint=hint)

    @property
    def verbs_by_noun(self) -> dict[str, dict[str, bool]]:
        """The commands below each entry of the root by its name; an alias, and what is no noun, has none of its own."""
        found: dict[str, dict[str, bool]] = {}
        for name in verbs_of(self.entries):
            entry = self.entries[name]
            found[name] = verbs_of(entry.commands) if isinstance(entry, Noun) else {}
            found |= {other: {} for other in getattr(entry, "aliases", ())}
        return found

    def get_params(self, ctx: Context) -> list[Any]:
        """Its own parameters, those of its default command, and the root's."""
        default = self.default.params if self.default else []
        return super().get_params(ctx) + default + _inherited(self, ctx)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse what stands before the command; a group of commands alone says which it has."""
        if not args and self.alone is not None:
            args = [self.alone]
        if not args and not self.invoke_without_command:
            raise UsageError(
                f"`{ctx.command_path}` needs a command: {', '.join(self.entries)}",
                hint=f"`{ctx.command_path} --help` says what each does",
            )
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Context) -> Any:
        """Run the named command, or the group's default when none is named."""
        if self.default is not None:
            self.callback = self._callback_for(ctx, self.default)
        return super().invoke(ctx)

    def _callback_for(self, ctx: Context, default: Command) -> Callable[..., Any]:
        def run_default(**_values: Any) -> Any:
            return default.invoke(ctx) if ctx.invoked_subcommand is None else None

        return run_default

    def format_help(self, ctx: Context, formatter: Any) -> None:
        """Usage, what it is about, its commands by what people want to do, examples."""
        _help.write_group(self, ctx, formatter)


def load_command(name: str, leaf: Leaf) -> Command:
    """Import the module of a command and make the command from its function."""
    module_name, function_name = leaf.function.split(":")
    module = importlib.import_module(f"eclips_cli.commands.{module_name}")
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    function = getattr(module, function_name)
    app.command(name, cls=Command, hidden=leaf.hidden, help=doc_of(function))(function)
    command = typer.main.get_command(app)
    assert isinstance(command, Command)
    command.leaf = leaf
    command.workbook = leaf.workbook
    return command


def _inherited(command: Any, ctx: Context) -> list[Any]:
    """Hidden copies of the root's options, less those whose spelling `command` uses itself."""
    root: Any = ctx.find_root().command
    if root is command:
        return []
    taken = {spelling for param in command.params for spelling in param.opts}
    inherited = []
    for param in root.params:
        if taken.isdisjoint(param.opts) and param.name not in ROOT_ONLY:
            param = copy.copy(param)
            param.hidden = True
            inherited.append(param)
    return inherited


ROOT_ONLY = {"version"}


def _session(ctx: Context) -> Any:
    """This invocation's session, given the shared options; the one nearest to the end wins."""
    shared = {param.name for param in ctx.find_root().command.params} - ROOT_ONLY
    chain: list[Any] = [ctx]
    while chain[-1].parent is not None:
        chain.append(chain[-1].parent)
    values: dict[str, Any] = {}
    for context in reversed(chain):
        values |= {k: v for k, v in context.params.items() if k in shared and v is not None}
    if values.pop("no_color", None):
        values["color"] = "never"
    return ctx.obj.configure(values, ctx.command_path)
