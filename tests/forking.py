"""Processes of the program without its start: one process that has everything imported forks for each of them.

`run(argv, env, stdin)` is what `subprocess.run([PROGRAM, *argv], …)` is, and `Fork` what `Popen` is, at a fifth of
the cost: a process of its own with its words, environment, directory, streams and process id, which ends by itself or by
a signal. `module` is run instead of the program's entry where one is named, as `python -m` does.

What it can't show, and tests of it start the installed PROGRAM: what an import does or costs, memory, other limits,
a terminal, and what Python reads when it starts. So an environment with PYTHON*, another locale, or variables that a
library reads when it is imported needs a real start (`can_fork`).
"""

from __future__ import annotations

import array
import json
import os
import select
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LOCALE = {"LANG": "C.UTF-8"}
READ_AT_START = (
    "PYTHON",
    "LC_",
    "LANGUAGE",
    "LD_",
    "TYPER_",
    "_TYPER_",
    "HTTPX_",
    "PYDANTIC_",
    "JUPYTER",
    "FORCE_",
)
"""beginnings of variables that are read once, by Python, the loader or a library that is imported"""
_LENGTH, _NUMBER = struct.Struct("!I"), struct.Struct("!i")


def can_fork(env: Mapping[str, str]) -> bool:
    """Whether a forked process is the same as a started one with this environment."""
    return env.get("LANG") == LOCALE["LANG"] and not any(name.startswith(READ_AT_START) for name in env)


class Fork:
    """A running process, as `subprocess.Popen` with three pipes: `pid`, `communicate`, `returncode`."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], **how: Any) -> None:
        assert argv[0].startswith("/"), "the name that the process has, as a shell would find it"
        (its_in, self._feed), (self._out, its_out), (self._err, its_err) = (os.pipe() for _ in range(3))
        self._control = FORKER.fork(argv, env, (its_in, its_out, its_err), **how)
        for fd in (its_in, its_out, its_err):
            os.close(fd)
        self.pid = self._number()
        self.returncode: int | None = None

    def communicate(self, stdin: bytes = b"", timeout: float = 60) -> tuple[bytes, bytes]:
        """Feed it, read what it says until nobody holds its streams any more, and wait for its end."""
        told = _exchanged(self._feed, self._out, self._err, stdin, time.monotonic() + timeout)
        self._control.settimeout(timeout)
        with self._control:
            self.returncode = self._number()
        return told

    def _number(self) -> int:
        raw = self._control.recv(_NUMBER.size, socket.MSG_WAITALL)
        assert len(raw) == _NUMBER.size, "the process that forks has ended"
        return int(_NUMBER.unpack(raw)[0])


class Forker:
    """The process that forks; started when it is first asked, ended with `close`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def fork(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        streams: Sequence[int],
        *,
        module: str | None = None,
        new_session: bool = False,
    ) -> socket.socket:
        """Begin a process with these words (the first is its name) and its three streams; where it tells its pid and end."""
        if self._socket is None:
            self._start()
        assert self._socket is not None
        mine, its = socket.socketpair()
        order = {
            "argv": list(argv),
            "env": dict(env),
            "cwd": str(Path.cwd()),
            "module": module,
            "new": new_session,
        }
        with its:
            fds = array.array("i", [its.fileno(), *streams])
            self._socket.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        # surrogates stand for bytes that are no UTF-8, in words and in the environment
        raw = json.dumps(order).encode()
        mine.sendall(_LENGTH.pack(len(raw)) + raw)
        return mine

    def _start(self) -> None:
        mine, its = socket.socketpair()
        env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **LOCALE}
        command = [sys.executable, str(Path(__file__).parent / "servers" / "forker.py"), str(its.fileno())]
        self._process = subprocess.Popen(command, env=env, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL)
        its.close()
        self._socket = mine

    def close(self) -> None:
        """End it, and wait for it."""
        if self._socket is not None and self._process is not None:
            self._socket.close()
            self._process.wait(20)
            self._socket = self._process = None


FORKER = Forker()
"""one for each worker; ended by `tests/conftest.py`"""


def run(
    argv: Sequence[str], env: Mapping[str, str], stdin: bytes = b"", *, timeout: float = 60, **how: Any
) -> subprocess.CompletedProcess[bytes]:
    """A process from its beginning to its end, its streams captured."""
    process = Fork(argv, env, **how)
    out, err = process.communicate(stdin, timeout)
    assert process.returncode is not None
    return subprocess.CompletedProcess(list(argv), process.returncode, out, err)


def _exchanged(feed: int, out: int, err: int, stdin: bytes, deadline: float) -> tuple[bytes, bytes]:
    """Feed a process and read what it says, until nobody holds its streams any more."""
    heard: dict[int, list[bytes]] = {out: [], err: []}
    left, reading, feeding = memoryview(stdin), {out, err}, True
    os.set_blocking(feed, False)
    try:
        while reading or feeding:
            if feeding and not left:
                os.close(feed)
                feeding = False
                continue
            seconds = max(0.0, deadline - time.monotonic())
            ready, writable, _ = select.select(reading, [feed] if feeding else [], [], seconds)
            assert ready or writable, "it did not end in time"
            if writable:
                try:
                    left = left[os.write(feed, left[:65536]) :]
                except BrokenPipeError:
                    left = left[:0]
            for fd in ready:
                piece = os.read(fd, 65536)
                heard[fd].append(piece)
                if not piece:
                    reading.remove(fd)
    finally:
        for fd in (out, err, *([feed] if feeding else [])):
            os.close(fd)
    return b"".join(heard[out]), b"".join(heard[err])
