"""A machine whose file systems lack something: the kernel answers those calls with an error (a seccomp filter).

`python limited_files.py CALL=ERROR... -- COMMAND...`, as in `flock=ENOLCK`, `setlk=ENOSYS` (locks on parts of
a file, as databases take them), `share=ENODEV` (memory that is mapped from a file for several processes).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

LIMITED = [sys.executable, __file__]
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _ANY, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBERS = {
    "x86_64": {"flock": 73, "fcntl": 72, "mmap": 9},
    "aarch64": {"flock": 32, "fcntl": 25, "mmap": 222},
}
POSSIBLE = sys.platform == "linux" and platform.machine() in _NUMBERS
_SETLK, _SETLKW = 6, 7
_MAP_SHARED_OR_VALIDATE, _NO_FILE = 0x01, 0xFFFFFFFF


def _word(argument: int) -> int:
    """Where the lower half of a call's argument lies."""
    return 16 + 8 * argument


def _refuse(call: str, error: int, numbers: dict[str, int]) -> list[tuple[int, int, int, int]]:
    """Instructions (code, jump if true, jump if false, value) that answer one kind of call with `error`."""
    end = (_RETURN, 0, 0, _ERRNO | error)
    if call == "flock":
        return [(_LOAD, 0, 0, 0), (_EQUAL, 0, 1, numbers["flock"]), end]
    if call == "setlk":
        return [
            (_LOAD, 0, 0, 0), (_EQUAL, 0, 4, numbers["fcntl"]),
            (_LOAD, 0, 0, _word(1)), (_EQUAL, 1, 0, _SETLK), (_EQUAL, 0, 1, _SETLKW), end,
        ]  # fmt: skip
    assert call == "share", call
    return [
        (_LOAD, 0, 0, 0), (_EQUAL, 0, 5, numbers["mmap"]),
        (_LOAD, 0, 0, _word(3)), (_ANY, 0, 3, _MAP_SHARED_OR_VALIDATE),
        (_LOAD, 0, 0, _word(4)), (_EQUAL, 1, 0, _NO_FILE), end,
    ]  # fmt: skip


def install(*limits: str) -> None:
    """From now on, for this process and those it starts. Raises OSError where the kernel has no such filters."""
    numbers = _NUMBERS[platform.machine()]
    program = []
    for call, _, error in (limit.partition("=") for limit in limits):
        program += _refuse(call, getattr(errno, error), numbers)
    program.append((_RETURN, 0, 0, _ALLOW))
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code)
    described = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    for words in ((_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (_PR_SET_SECCOMP, _FILTER, described, 0, 0)):
        if libc.prctl(*words):
            raise OSError(ctypes.get_errno(), "no seccomp filter can be set here")


if __name__ == "__main__":
    end = sys.argv.index("--")
    install(*sys.argv[1:end])
    os.execvp(sys.argv[end + 1], sys.argv[end + 1 :])
