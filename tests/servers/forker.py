"""The process that has the whole program imported and forks for each command line: `python forker.py FD`.

FD is a socket whose other end `tests/forking.py` holds. With each byte come four file descriptors: a socket of the new
process's own, and its streams. On that socket the order is read (a length, and JSON of argv, env, cwd, module and new
session), and two numbers are written: the process id, and how it ended.
"""

from __future__ import annotations

import array
import io
import json
import os
import select
import socket
import struct
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

PRELOADED = ("rich.console", "rich.table", "rich.live", "httpx", "pydantic", "tomlkit", "platformdirs", "hypercorn",
             "starlette.applications", "sqlite3", "uuid", "tempfile", "email.message", "hashlib")  # fmt: skip
"""libraries that commands load, besides all of ours"""
_LENGTH, _NUMBER = struct.Struct("!I"), struct.Struct("!i")


def _serve(asked: socket.socket) -> dict[str, Any]:
    """Fork for each request and tell how it ended; returns in each child, with what it is to be."""
    ends: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for ready in select.select([asked, *ends], [], [])[0]:
            if ready is not asked:
                pid, control = ends.pop(ready)
                os.close(ready)
                status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                with control:
                    _tell(control, status)
                continue
            said, ancillary, _, _ = asked.recvmsg(1, socket.CMSG_SPACE(4 * 4))
            if not said:
                # whoever still runs has lost its test
                os._exit(0)
            fds = array.array("i")
            fds.frombytes(ancillary[0][2])
            pid = os.fork()
            if not pid:
                return _become(fds[0], fds[1:])
            for fd in fds[1:]:
                os.close(fd)
            control = socket.socket(fileno=fds[0])
            _tell(control, pid)
            ends[os.pidfd_open(pid)] = (pid, control)


def _tell(control: socket.socket, number: int) -> None:
    try:
        control.sendall(_NUMBER.pack(number))
    except OSError:
        return  # its test waits for it no longer


def _become(control: int, streams: array.array[int]) -> dict[str, Any]:
    """In the child: take on streams, session, environment and directory."""
    order: dict[str, Any] = json.loads(_read(control, _LENGTH.unpack(_read(control, _LENGTH.size))[0]))
    if order["new"]:
        os.setsid()
    for number, fd in enumerate(streams):
        os.dup2(fd, number)
    os.closerange(3, 1024)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    sys.argv = order["argv"]
    # as Python makes them in the locale C.UTF-8
    files = [open(fd, mode, closefd=False) for fd, mode in enumerate(("rb", "wb", "wb"))]  # noqa: SIM115
    kinds = (
        ("<stdin>", "surrogateescape"),
        ("<stdout>", "surrogateescape"),
        ("<stderr>", "backslashreplace"),
    )
    for file, (name, errors) in zip(files, kinds, strict=True):
        buffered = file.isatty() or name == "<stderr>"
        stream = io.TextIOWrapper(file, encoding="utf-8", errors=errors, line_buffering=buffered)
        setattr(sys, name[1:-1], stream)
        setattr(sys, f"__{name[1:-1]}__", stream)
    return order


def _read(fd: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += os.read(fd, size - len(data))
    return data


def _preload() -> None:
    import gc
    import importlib
    import pkgutil

    import eclips_cli

    for found in pkgutil.walk_packages(eclips_cli.__path__, "eclips_cli."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    for name in PRELOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _main() -> NoReturn:
    sys.path[0] = str(Path(__file__).parents[2])
    _preload()
    order = _serve(socket.socket(fileno=int(sys.argv[1])))
    if order["module"]:
        import runpy

        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
        sys.exit(0)
    from eclips_cli.main import entry

    try:
        entry()
    except SystemExit as end:
        _end(end.code)


def _end(code: Any) -> NoReturn:
    """End as Python does, but without taking every module apart, which would cost as much as the command."""
    import atexit
    import threading

    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    _main()
