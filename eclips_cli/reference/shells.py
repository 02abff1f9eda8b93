"""The completion scripts by shell: what each is called, where a shell looks for it, and putting it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eclips_cli.errors import LocalFailure, UsageError
from eclips_cli.json_values import JsonObject
from eclips_cli.reference import bash, fish, zsh
from eclips_cli.reference.tree import CommandEntry, describe
from eclips_cli.system.paths import failure, write_private

MARK = "written from the command tree by `python -m eclips_cli.reference`; do not edit"
Environ = Mapping[str, str]


@dataclass(frozen=True)
class Shell:
    """A shell: its script's name in `completions/`, how it is written, and where a user's own belongs."""

    name: str
    file: str
    write: Callable[[CommandEntry, str], str]
    place: Callable[[Environ], Path]

    def script(self, tree: CommandEntry) -> str:
        """The script that completes `tree`."""
        return self.write(tree, f"Completion of eclips for {self.name}, {MARK}")


def _home(environ: Environ) -> Path:
    if not environ.get("HOME"):
        raise UsageError("HOME is not set", hint="`eclips completion show SHELL` prints the script")
    return Path(environ["HOME"])


def _below(environ: Environ, variable: str, otherwise: str) -> Path:
    base = environ.get(variable, "")
    return Path(base) if base.startswith("/") else _home(environ) / otherwise


def _bash_place(environ: Environ) -> Path:
    data = _below(environ, "XDG_DATA_HOME", ".local/share")
    return (
        _below(environ, "BASH_COMPLETION_USER_DIR", str(data / "bash-completion")) / "completions" / "eclips"
    )


def _zsh_place(environ: Environ) -> Path:
    return _below(environ, "XDG_DATA_HOME", ".local/share") / "zsh" / "site-functions" / "_eclips"


def _fish_place(environ: Environ) -> Path:
    return _below(environ, "XDG_CONFIG_HOME", ".config") / "fish" / "completions" / "eclips.fish"


SHELLS = {
    "bash": Shell("bash", "eclips.bash", bash.script, _bash_place),
    "zsh": Shell("zsh", "_eclips", zsh.script, _zsh_place),
    "fish": Shell("fish", "eclips.fish", fish.script, _fish_place),
}
BASH_COMPLETION = (
    "/usr/share/bash-completion/bash_completion",
    "/opt/homebrew/etc/profile.d/bash_completion.sh",
)


def known(name: str) -> Shell:
    """The shell of that name. Raises UsageError with those there are."""
    if name not in SHELLS:
        raise UsageError(f"there is no completion for {name!r}", hint=f"one of {', '.join(SHELLS)}")
    return SHELLS[name]


def detected(environ: Environ) -> Shell:
    """The user's login shell. Raises UsageError when it is none of ours."""
    path = environ.get("SHELL", "")
    if not path:
        raise UsageError("SHELL is not set", hint=f"name one: {', '.join(SHELLS)}")
    return known(Path(path).name)


def script(name: str, root: Any) -> str:
    """The script for a shell, from the root of the tree."""
    return known(name).script(describe(root))


def install(name: str | None, root: Any, environ: Environ, *, dry_run: bool) -> JsonObject:
    """Put a shell's script where it looks for a user's own; what was done, and what is left to do by hand.

    Raises UsageError for a shell that is none, LocalFailure for a file that is not ours or can't be written.
    """
    shell = known(name) if name else detected(environ)
    place, text = shell.place(environ), shell.script(describe(root)).encode()
    state = "written"
    if _present(place) == text:
        state = "unchanged"
    elif dry_run:
        state = "would be written"
    else:
        write_private(place, text)
    return {
        "shell": shell.name,
        "file": str(place),
        "state": state,
        "next": _next(shell.name, place, environ),
    }


def _present(place: Path) -> bytes | None:
    """What stands at `place` already. Raises LocalFailure for a file that somebody else wrote."""
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failure(place, error) from None
    if MARK.encode() not in content:
        raise LocalFailure(f"{place} is not of eclips' making", hint="move it away first")
    return content


def _next(name: str, place: Path, environ: Environ) -> str:
    """What a user must still do, in a sentence or lines to paste."""
    if name == "bash" and not any(Path(file).exists() for file in BASH_COMPLETION):
        return f"the package bash-completion is not installed: add to ~/.bashrc:\n  source {place}"
    if name == "zsh" and not _zsh_looks_there(place, environ):
        return (
            "add to ~/.zshrc, before compinit is called:\n"
            f"  fpath=({place.parent} $fpath)\n  autoload -Uz compinit && compinit"
        )
    return "open a new shell"


def _zsh_looks_there(place: Path, environ: Environ) -> bool:
    rc = Path(environ.get("ZDOTDIR") or _home(environ)) / ".zshrc"
    try:
        content = rc.read_text(errors="replace")
    except OSError:
        return False
    short = str(place.parent).replace(str(_home(environ)), "", 1)
    return any(
        short in line and "fpath" in line and not line.lstrip().startswith("#")
        for line in content.splitlines()
    )


def as_text(done: JsonObject, _look: object) -> str:
    """What was done, for a person."""
    return f"{done['shell']}: {done['file']} ({done['state']})\n{done['next']}\n"
