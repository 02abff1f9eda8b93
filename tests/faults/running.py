"""A command line run inside the test's own process, through `main`: fast, its streams and waits captured.

ran = run(["runs", "list"], env, clock=HurriedClock())
ran.code, ran.out, ran.err, ran.clock.slept
"""

from __future__ import annotations

import io
import json
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eclips_cli.main import main
from eclips_cli.session.session import Session
from tests import secrets


@dataclass
class HurriedClock:
    """This machine's time, with every sleep skipped: it has passed when it returns. `slept` holds each."""

    slept: list[float] = field(default_factory=list)
    skipped: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        return time.time() + self.skipped

    def monotonic(self) -> float:
        return time.monotonic() + self.skipped

    def sleep(self, seconds: float) -> None:
        assert 0 <= seconds < 1e6
        with self._lock:
            self.slept.append(seconds)
            self.skipped += seconds


class _Stream(io.TextIOWrapper):
    """A standard stream of a process, kept in memory; a terminal if it is told so."""

    def __init__(self, data: bytes = b"", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8", errors="surrogateescape", newline="\n")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    def content(self) -> bytes:
        self.flush()
        held = self.buffer
        assert isinstance(held, io.BytesIO)
        return held.getvalue()


@dataclass(frozen=True)
class Ran:
    """What a command line left behind; `out` and `err` are bytes, as a pipe or terminal got them."""

    code: int
    out: bytes
    err: bytes
    clock: HurriedClock

    @property
    def errors(self) -> list[str]:
        """The lines of stderr that report an error, as text or as JSON."""
        lines = self.err.decode().splitlines()
        return [line for line in lines if line.startswith(("error:", '{"error":'))]

    @property
    def error(self) -> dict[str, Any]:
        """The one error that `-o json` reports."""
        assert len(self.errors) == 1, self.err
        return json.loads(self.errors[0])["error"]


@contextmanager
def _streams(stdin: bytes, terminal: bool) -> Any:
    before = sys.stdin, sys.stdout, sys.stderr
    mine = _Stream(stdin, terminal=terminal), _Stream(terminal=terminal), _Stream(terminal=terminal)
    sys.stdin, sys.stdout, sys.stderr = mine
    try:
        yield mine
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


def run(
    argv: Sequence[str],
    env: dict[str, str],
    *,
    stdin: bytes = b"",
    terminal: bool = False,
    clock: HurriedClock | None = None,
) -> Ran:
    """Run a command line with this environment; the key in it must not come out again."""
    clock = clock or HurriedClock()

    def wire(words: list[str]) -> Session:
        session = Session(words, env)
        session.clock = clock
        return session

    with _streams(stdin, terminal) as (_in, out, err):
        code = main(argv, wire)
        ran = Ran(code, out.content(), err.content(), clock)
    secrets.check_output(env, ran.out, ran.err)
    if env.get("HOME"):
        secrets.check_home(Path(env["HOME"]))
    return ran
