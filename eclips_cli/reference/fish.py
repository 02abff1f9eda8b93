"""The completion script for fish, from the command tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eclips_cli.reference.tree import CommandEntry, Option
from eclips_cli.reference.values import Values

WALK = r"""
# Sets __eclips_path to the command that is being written, __eclips_count to the words it has got so far.
function __eclips_read
    set -l line (commandline -pc)
    test "$line" = "$__eclips_line"; and return
    set -g __eclips_line "$line"
    set -g __eclips_path ''
    set -g __eclips_count 0
    set -l words (commandline -opc)
    set -l option no
    set -l only_words no
    for word in $words[2..-1]
        if test $option = yes
            set option no
        else if test $only_words = yes
            set __eclips_count (math $__eclips_count + 1)
        else if test "$word" = --
            set only_words yes
        else if string match -qr -- '^-.' $word
            contains -- $word (__eclips_valued); and set option yes
        else if test $__eclips_count != 0; or not __eclips_enter "$__eclips_path $word"
            set __eclips_count (math $__eclips_count + 1)
        end
    end
end

# Whether the command being written is $argv[1], with $argv[2] words after it, if that is given.
function __eclips_at
    __eclips_read
    test "$__eclips_path" = "$argv[1]"; or return 1
    test (count $argv) = 1; or test "$__eclips_count" = "$argv[2]"
end

# Whether the command being written takes the options that every command takes, spelled alike.
function __eclips_shared
    __eclips_read
    not contains -- "$__eclips_path" $argv
end

# What this machine remembers of a kind: runs, profiles, ... Asks eclips, which asks no network.
function __eclips_live
    set -l written (commandline -ct | string unescape | string replace -r -- '^--[^=]*=' '')
    string match -q -- '-*' "$written"; and return
    set -l words (commandline -opc)
    set -l program (string unescape -- $words[1] | string replace -r '^~/' "$HOME/")
    command -q -- $program; or set program eclips
    command $program __complete $argv[1] "$written" $words </dev/null 2>/dev/null
end

# Words for the last part of a list with commas, less those that are in it already.
function __eclips_listed
    set -l written (commandline -ct | string unescape | string replace -r -- '^--[^=]*=' '')
    set -l before (string match -r -- '.*,' "$written")
    set -l used (string split , -- "$before")
    for word in $argv
        contains -- $word $used; or printf '%s%s\n' "$before" $word
    end
end

# Files after an @.
function __eclips_files_after_at
    set -l written (commandline -ct | string unescape)
    string match -q -- '@*' "$written"; or return
    printf '@%s\n' (__fish_complete_path (string sub -s 2 -- $written) | string replace -r '\t.*' '')
end
"""


def script(tree: CommandEntry, note: str) -> str:
    """The whole script; `note` says in its first line where it came from."""
    commands = list(tree.walk())
    different = [command for command in commands if command.takes != tree.takes]
    alike = "__eclips_shared" + "".join(f" {quoted(' '.join(command.path))}" for command in different)
    lines = [f"# {note}", "", *_enter(tree), "", *_valued(commands), WALK, "complete -c eclips -f"]
    for option in tree.takes:
        lines.append(_option(option, alike if different else ""))
    for command in commands:
        lines += ["", f"# {command.title}", *_command(command, command in different)]
    return "\n".join(lines) + "\n"


def _enter(tree: CommandEntry) -> Iterator[str]:
    yield "# Goes to the command named by $argv[1], the words typed so far, if there is one."
    yield "function __eclips_enter\n    switch $argv[1]"
    for command in tree.walk():
        for child in command.children:
            typed = (f"{' '.join(command.path)} {name}" for name in (child.path[-1], *child.aliases))
            yield f"        case {' '.join(map(quoted, typed))}"
            yield f"            set __eclips_path {_path(child)}"
    yield "        case '*'\n            return 1\n    end\n    return 0\nend"


def _valued(commands: list[CommandEntry]) -> Iterator[str]:
    yield "# The options of the command being written that take a value."
    yield "function __eclips_valued\n    switch $__eclips_path"
    for command in commands:
        words = [spelling for o in command.all_options if o.takes_value for spelling in o.spellings]
        yield f"        case {_path(command)}\n            printf '%s\\n' {' '.join(words)}"
    yield "    end\nend"


def _command(command: CommandEntry, alone: bool) -> Iterator[str]:
    at = f"__eclips_at {_path(command)}"
    for child in command.children:
        yield f"complete -c eclips -n {quoted(at + ' 0')} -a {child.path[-1]} -d {quoted(child.summary)}"
    for index, argument in enumerate(command.arguments):
        offered = _offered(argument.values)
        if offered:
            yield f"complete -c eclips -n {quoted(at if argument.many else f'{at} {index}')} {offered}"
    for option in command.all_options if alone else command.options:
        yield _option(option, at)
    for option, here in command.offered:
        new = replace(here, words=tuple(word for word in here.words if word not in option.values.words))
        yield _option(replace(option, values=new), at)


def _option(option: Option, condition: str) -> str:
    words = ["complete -c eclips"]
    if condition:
        words.append(f"-n {quoted(condition)}")
    words += (f"-l {s[2:]}" if s.startswith("--") else f"-s {s[1:]}" for s in option.spellings)
    if option.takes_value:
        words.append("-r " + (_offered(option.values) or "-f"))
    return " ".join([*words, f"-d {quoted(option.help)}"])


def _offered(values: Values) -> str:
    if values.live:
        return f"-f -k -a {quoted(f'(__eclips_live {values.live})')}"
    if values.file:
        return "-f -a '(__eclips_files_after_at)'" if values.file == "@file" else "-F"
    words = " ".join(values.words)
    if values.listed:
        return f"-f -k -a {quoted(f'(__eclips_listed {words})')}"
    return f"-f -k -a {quoted(words)}" if words else ""


def _path(command: CommandEntry) -> str:
    return quoted(" ".join(command.path))


def quoted(text: str) -> str:
    """`text` as one word of fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
