"""A real shell on a terminal of its own, with the completion of `eclips` loaded; keys go in, a screen comes out."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pyte

PROMPT = "READY> "
COLUMNS, ROWS = 100, 40


class Prompt:
    """A shell at its prompt, with a home of its own below `home` and `programs` first on its path."""

    def __init__(self, shell: str, script: str, home: Path, programs: Path, env: dict[str, str]) -> None:
        home.mkdir(parents=True, exist_ok=True)
        env = {**env, "HOME": str(home), "PATH": f"{programs}:/usr/bin:/bin", "TERM": "xterm"}
        argv = STARTED[shell](home, script, env)
        self._child = pexpect.spawn(argv[0], argv[1:], env=env, dimensions=(ROWS, COLUMNS), cwd=str(home))
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self.ready()

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip("\n")

    def ready(self) -> None:
        """Wait for an empty prompt: keys that come earlier are echoed twice."""
        self.until(lambda: self.text.splitlines()[-1:] == [PROMPT.rstrip()])

    def press(self, keys: str) -> None:
        """Type; `\\t` is TAB."""
        self._child.send(keys)

    def until(self, condition: Callable[[], object], seconds: float = 20.0) -> None:
        """Read what the shell writes until something holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"it did not happen; the screen shows:\n{self.text}"
            try:
                self._stream.feed(self._child.read_nonblocking(65536, 0.05))
            except pexpect.TIMEOUT:
                continue

    def close(self) -> None:
        """End the shell."""
        self._child.close(force=True)


def _bash(home: Path, script: str, env: dict[str, str]) -> list[str]:
    (home / "eclips.bash").write_text(script)
    quiet = "bind 'set bell-style none'\nbind 'set enable-bracketed-paste off'\nunset HISTFILE\n"
    (home / "rc").write_text(f"PS1='{PROMPT}'\n{quiet}source ~/eclips.bash\n")
    return ["bash", "--noprofile", "--rcfile", str(home / "rc"), "-i"]


def _zsh(home: Path, script: str, env: dict[str, str]) -> list[str]:
    (home / "functions").mkdir()
    (home / "functions" / "_eclips").write_text(script)
    env["ZDOTDIR"] = str(home)
    (home / ".zshrc").write_text(
        f"PS1='{PROMPT}'\nunsetopt beep\nfpath=(~/functions $fpath)\nautoload -Uz compinit\ncompinit -u -D\n"
    )
    return ["zsh", "-i"]


def _fish(home: Path, script: str, env: dict[str, str]) -> list[str]:
    config = home / ".config" / "fish"
    (config / "completions").mkdir(parents=True)
    (config / "completions" / "eclips.fish").write_text(script)
    (config / "config.fish").write_text(
        f"set -g fish_greeting\nfunction fish_prompt\n    echo -n '{PROMPT}'\nend\n"
        "set -g fish_autosuggestion_enabled 0\n"
    )
    # where it is missing, fish reads every man page of the machine in the background
    (home / ".local" / "share" / "fish" / "generated_completions").mkdir(parents=True)
    return ["fish", "-i"]


STARTED = {"bash": _bash, "zsh": _zsh, "fish": _fish}
