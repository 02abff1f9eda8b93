"""The completion script for bash, from the command tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from eclips_cli.reference.bash_functions import FUNCTIONS
from eclips_cli.reference.tree import CommandEntry, Option
from eclips_cli.reference.values import Values

Options = tuple[Option, ...]


def script(tree: CommandEntry, note: str) -> str:
    """The whole script; `note` says in its first line where it came from."""
    parts = [f"# {note}", *_tables(tree), FUNCTIONS.strip("\n"), ""]
    return "\n".join(parts)


def _tables(tree: CommandEntry) -> Iterator[str]:
    commands, shared = list(tree.walk()), tree.takes
    yield "\n# Goes from the command in $path to the one named $1 below it, if there is one."
    yield from _function("_eclips_enter", '"$path $1"', _entering(tree), after="return 1")
    yield "\n# The options of the command in $path that take a value."
    valued = ((_key(c), _own(c, shared, _set_valued)) for c in commands)
    yield from _function("_eclips_valued", "$path", valued, after=f"valued+={_valued(shared)}")
    yield "\n# Offers the options of the command in $path."
    spelled = ((_key(c), _own(c, shared, _spelled)) for c in commands)
    yield from _function("_eclips_options", "$path", spelled, after=_spelled(shared))
    yield "\n# Offers the values of the option $1 of the command in $path."
    yield from _function("_eclips_value", '"$path:$1"', _value_cases(commands, shared))
    yield "\n# Offers what can stand as the word after $count others of the command in $path."
    yield from _function("_eclips_argument", '"$path:$count"', _argument_cases(commands))


def _function(name: str, subject: str, cases: Iterable[tuple[str, str]], after: str = "") -> Iterator[str]:
    """A function of one `case`; what it does `after` it is left out by a case that returns."""
    yield f"{name}() {{\n    case {subject} in"
    for pattern, body in cases:
        yield f"        {pattern}) {body} ;;"
    yield "    esac"
    if after:
        yield f"    {after}"
    yield "}"


def _own(command: CommandEntry, shared: Options, write: Callable[[Options], str]) -> str:
    """What a command adds to the shared options; where it spells one of them itself, all it takes."""
    return write(command.options) if command.takes == shared else f"{write(command.all_options)}; return"


def _key(command: CommandEntry) -> str:
    return quoted(" ".join(command.path))


def _entering(tree: CommandEntry) -> Iterator[tuple[str, str]]:
    for command in tree.walk():
        for child in command.children:
            above = " ".join(command.path)
            typed = (quoted(f"{above} {name}") for name in (child.path[-1], *child.aliases))
            yield "|".join(typed), f"path={_key(child)}; return"


def _valued(options: Options) -> str:
    words = [spelling for option in options if option.takes_value for spelling in option.spellings]
    return quoted(f" {' '.join(words)} ")


def _set_valued(options: Options) -> str:
    return f"valued={_valued(options)}"


def _spelled(options: Options) -> str:
    return _among([spelling for option in options for spelling in reversed(option.spellings)])


def _value_cases(commands: list[CommandEntry], shared: Options) -> Iterator[tuple[str, str]]:
    for command in commands:
        for option, here in command.offered:
            yield _option_pattern(_key(command), option), offering(here)
        for option in command.options:
            if option.takes_value and (offering(option.values) or command.takes != shared):
                yield _option_pattern(_key(command), option), offering(option.values) or "return"
    for option in shared:
        if offering(option.values):
            yield _option_pattern("*", option), offering(option.values)


def _option_pattern(path: str, option: Option) -> str:
    return "|".join(f"{path}:{spelling}" for spelling in option.spellings)


def _argument_cases(commands: list[CommandEntry]) -> Iterator[tuple[str, str]]:
    for command in commands:
        if command.children:
            yield f"{_key(command)}:0", "\n" + _described(command) + "            "
        for index, argument in enumerate(command.arguments):
            place = "*" if argument.many else str(index)
            if offering(argument.values):
                yield f"{_key(command)}:{place}", offering(argument.values)


def _described(command: CommandEntry) -> str:
    lines = (f"{' ' * 12}_eclips_add {c.path[-1]} {quoted(c.summary)}\n" for c in command.children)
    return "".join(lines)


def offering(values: Values) -> str:
    """The call that offers `values`; empty where there is nothing to offer."""
    if values.live:
        return f"_eclips_live {values.live}"
    if values.file:
        return "_eclips_files_after_at" if values.file == "@file" else "_eclips_files"
    if values.listed:
        return f"_eclips_listed {' '.join(map(quoted, values.words))}"
    return _among(values.words) if values.words else ""


def _among(words: tuple[str, ...] | list[str]) -> str:
    return f"_eclips_among {' '.join(map(quoted, words))}"


def quoted(text: str) -> str:
    """`text` as one word of a shell."""
    plain = text and all(char.isalnum() or char in "-_./" for char in text)
    return text if plain else "'" + text.replace("'", "'\\''") + "'"
