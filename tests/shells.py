"""A terminal session of one's own: a shell on a pseudo-terminal, and the installed program run by it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pexpect

from tests.installed import PROGRAM, Result, wait_until


class Shell:
    """`shell("triage", "show", ID)`: a command of this terminal session; none of its streams is the terminal."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        folder.mkdir()
        self._folder, self._count = folder, 0
        self._child: Any = pexpect.spawn("/bin/sh", ["-i"], env={**env, "PS1": ""}, echo=False, timeout=30)

    def __call__(self, *argv: str, stdin: str = "") -> Result:
        self._count += 1
        out, err, given, code, script = (
            self._folder / f"{self._count}.{name}" for name in ("out", "err", "in", "code", "sh")
        )
        given.write_text(stdin)
        words = shlex.join([PROGRAM, *argv])
        script.write_text(f"{words} <{given} >{out} 2>{err}\necho $? >{code}.new; mv {code}.new {code}\n")
        self._child.sendline(f". {script}")
        wait_until(code.exists, 60)
        return Result(int(code.read_text()), out.read_text(), err.read_text())

    def close(self) -> None:
        """End the session, as a closed window does."""
        self._child.close(force=True)
