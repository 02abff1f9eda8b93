"""The completion script for zsh, from the command tree."""

from __future__ import annotations

from collections.abc import Iterator

from eclips_cli.options import FORMATS
from eclips_cli.reference.tree import Argument, CommandEntry, Option
from eclips_cli.reference.values import Values

FUNCTIONS = r"""
# What this machine remembers of a kind: runs, profiles, ... Asks eclips, which asks no network.
# The values go through compadd as they are: it quotes them, and nothing ever evaluates them.
_eclips_live() {
  [[ $PREFIX == -* ]] && return 1
  local program=${(Q)_eclips_words[1]} line id
  local -a ids about shown expl
  local -i width=0
  program=${program/#\~\//$HOME/}
  whence -p -- $program >/dev/null || program=eclips
  for line in "${(@f)$($program __complete $1 "${(Q)PREFIX}" "${(@)_eclips_words}" 2>/dev/null </dev/null)}"; do
    id=${line%%$'\t'*}
    [[ -n $id ]] || continue
    ids+=("$id") about+=("${line#*$'\t'}")
    ((width < $#id)) && width=$#id
  done
  for id line in "${(@)ids:^about}"; do
    shown+=("${(r:width:)id}${line:+  -- $line}")
  done
  _wanted -V eclips-$1 expl $1 compadd -l -d shown -a ids
}

_eclips_file_after_at() {
  compset -P '@' && _files
}
"""

BY_COMMAND = {"--fields": "_eclips_fields", "--output": "_eclips_formats"}
"""what offers the values of options that every command takes, where those depend on the command"""

START = r"""
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _eclips "$@"
else
  compdef _eclips eclips
fi
"""


def script(tree: CommandEntry, note: str) -> str:
    """The whole script; `note` says where it came from."""
    # compinit looks for #compdef in the first line, and nowhere else
    parts = ["#compdef eclips", f"# {note}", FUNCTIONS.rstrip(), "\n".join(_by_command(tree))]
    parts += ["\n".join(_function(command, tree)) for command in tree.walk()]
    return "\n\n".join([*(part.strip("\n") for part in parts), START.lstrip()])


def _by_command(tree: CommandEntry) -> Iterator[str]:
    """Functions for what depends on the command being written: zsh completes a shared option before it enters one."""
    yield "# Sets here to the command being written, by the words that name one below another."
    yield '_eclips_where() {\n  local word\n  for word in ${(@Q)_eclips_words[2,-1]}; do\n    case "$here $word" in'
    for command in tree.walk():
        for child in command.children:
            above = " ".join(command.path)
            typed = "|".join(quoted(f"{above} {name}") for name in (child.path[-1], *child.aliases))
            yield f"      {typed}) here={quoted(' '.join(child.path))} ;;"
    yield "    esac\n  done\n}\n"
    for option, function in BY_COMMAND.items():
        yield f"{function}() {{\n  local here=\n  _eclips_where\n  case $here in"
        for command in tree.walk():
            if option in command.offers:
                values = command.offers[option]
                offer = "_sequence compadd -" if values.listed else 'compadd "$@" --'
                yield f"    {quoted(' '.join(command.path))}) {offer} {' '.join(values.words)} ;;"
        if option == "--output":
            yield f'    *) compadd "$@" -- {" ".join(FORMATS)} ;;'
        yield "  esac\n}\n"


def _name(command: CommandEntry) -> str:
    return "_".join(("_eclips", *(word.replace("-", "_") for word in command.path)))


def _function(command: CommandEntry, tree: CommandEntry) -> Iterator[str]:
    yield f"{_name(command)}() {{"
    yield "  local curcontext=$curcontext state state_descr line ret=1"
    yield "  typeset -A opt_args"
    if not command.path:
        yield '  local -a _eclips_words=("${(@)words[1,CURRENT-1]}")'
        yield "  local -a _eclips_shared"
        yield from _array("_eclips_shared", [spec for o in tree.takes for spec in _option(o)])
    yield "  local -a specs"
    shared = command.takes == tree.takes
    options = command.options if shared else command.all_options
    yield from _array("specs", [spec for o in options for spec in _option(o)] + _places(command))
    every = ' "${(@)_eclips_shared}"' if shared else ""
    yield f'  _arguments -s -S -C : "${{(@)specs}}"{every} && ret=0'
    yield from _below(command)
    yield "  return ret"
    yield "}"


def _array(name: str, words: list[str]) -> Iterator[str]:
    yield f"  {name}=("
    for word in words:
        yield f"    {quoted(word)}"
    yield "  )"


def _places(command: CommandEntry) -> list[str]:
    if command.children:
        return ["1: :->command", "*:: :->below"]
    return [_place(argument, index) for index, argument in enumerate(command.arguments, 1)]


def _place(argument: Argument, index: int) -> str:
    which = "*" if argument.many else str(index)
    return f"{which}:{_message(argument.name.strip('[].'))}:{_action(argument.values)}"


def _option(option: Option) -> Iterator[str]:
    others = " ".join(option.spellings)
    before = "*" if option.repeatable else f"({others})"
    for spelling in option.spellings:
        attached = ("=" if spelling.startswith("--") else "+") if option.takes_value else ""
        action = BY_COMMAND.get(option.spellings[-1]) or _action(option.values)
        value = f":{_message(option.row[0].split()[-1])}:{action}" if option.takes_value else ""
        yield f"{before}{spelling}{attached}[{_bracketed(option.help)}]{value}"


def _action(values: Values) -> str:
    if values.live:
        return f" _eclips_live {values.live}"
    if values.file:
        return "_eclips_file_after_at" if values.file == "@file" else "_files"
    return f"({' '.join(values.words)})" if values.words else ""


def _below(command: CommandEntry) -> Iterator[str]:
    if not command.children:
        return
    yield "  case $state in"
    yield "    command)"
    yield "      local -a commands"
    yield from ("    " + line for line in _array("commands", [_listed(child) for child in command.children]))
    yield f"      _describe -t commands {quoted(command.title + ' command')} commands && ret=0"
    yield "      ;;"
    yield "    below)"
    yield "      case $line[1] in"
    for child in command.children:
        names = "|".join((child.path[-1], *child.aliases))
        yield f"        {names}) {_name(child)} && ret=0 ;;"
    yield "      esac"
    yield "      ;;"
    yield "  esac"


def _listed(command: CommandEntry) -> str:
    return f"{command.path[-1]}:{command.summary}"


def _bracketed(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def _message(text: str) -> str:
    return text.replace(":", "\\:") or " "


def quoted(text: str) -> str:
    """`text` between single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"
